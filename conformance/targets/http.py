"""A target behind a URL, over real HTTP. The only module that imports httpx for targets."""

from __future__ import annotations

import ssl
import time
from urllib.parse import urlsplit

import httpx

from conformance.errors import UsageError
from conformance.guard import is_local
from conformance.model import Case, Exchange, Response

USER_AGENT = "call-conformance"
_LARGEST_ANSWER = 64 * 1024 * 1024


class HttpTarget:
    """Sends cases to a base URL with one keep-alive client. Follows no redirect, reads no proxy settings.

    Raises:
        UsageError: No client can ask for that URL.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str,
        timeout_seconds: float = 30.0,
        transport: httpx.BaseTransport | None = None,
        name: str | None = None,
        local: bool | None = None,
    ) -> None:
        _check_host(url)
        self._base = url.rstrip("/")
        self._key = key
        self._name = name or self._base
        self._local = is_local(url) if local is None else local
        self._began = time.monotonic()
        self._client = httpx.Client(
            timeout=timeout_seconds, follow_redirects=False, trust_env=False, transport=transport
        )

    @property
    def name(self) -> str:
        """Its base URL, unless it was named otherwise."""
        return self._name

    @property
    def local(self) -> bool:
        """Whether the URL names this machine."""
        return self._local

    def send(self, case: Case) -> Exchange:
        """Send one case. A keep-alive connection that the other side closed is opened again once."""
        began = time.monotonic()
        try:
            request = self._request(case)
        except (httpx.InvalidURL, UnicodeError) as error:
            return self._unsendable(case, error, began)
        try:
            response = self._exchange(request)
        except (httpx.HTTPError, _TooLargeError) as error:
            return self._failed(case, request, error, began)
        return Exchange(
            case=case,
            url=str(request.url),
            sent=_pairs(request.headers),
            response=response,
            seconds=time.monotonic() - began,
            at=began - self._began,
        )

    def _request(self, case: Case) -> httpx.Request:
        headers = [("user-agent", USER_AGENT), ("accept", "application/json"), *case.headers]
        if case.authorization is not None:
            headers.append(("authorization", case.authorization.replace("{key}", self._key)))
        return self._client.build_request(case.method, self._base + case.url_path, headers=headers, content=case.body)

    def _exchange(self, request: httpx.Request) -> Response:
        try:
            return self._read(request)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            if request.method not in {"GET", "HEAD"}:
                raise
            return self._read(request)

    def _read(self, request: httpx.Request) -> Response:
        answer = self._client.send(request, stream=True)
        try:
            parts, size = [], 0
            for part in answer.iter_bytes():
                size += len(part)
                if size > _LARGEST_ANSWER:
                    raise _TooLargeError
                parts.append(part)
        finally:
            answer.close()
        return Response(status=answer.status_code, headers=_pairs(answer.headers), body=b"".join(parts))

    def _failed(self, case: Case, request: httpx.Request, error: Exception, began: float) -> Exchange:
        return Exchange(
            case=case,
            url=str(request.url),
            sent=_pairs(request.headers),
            error=explain(error, self._base),
            unreachable=isinstance(error, httpx.ConnectError | httpx.ConnectTimeout),
            seconds=time.monotonic() - began,
            at=began - self._began,
        )

    def _unsendable(self, case: Case, error: Exception, began: float) -> Exchange:
        return Exchange(
            case=case,
            url=self._base + case.url_path,
            error=f"the request cannot be sent: {_words(error)}.",
            unreachable=True,
            at=began - self._began,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class _TooLargeError(Exception):
    """The answer is larger than any that the API could give."""


def _check_host(url: str) -> None:
    try:
        httpx.URL(url).host.encode("idna")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise UsageError(f"The target {url!r} is no URL: {_words(error)}. Check the host.") from error


def _pairs(headers: httpx.Headers) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)


def explain(error: Exception, base: str) -> str:
    """One line about a transport error: what happened, and what to look at."""
    parts = urlsplit(base)
    where = f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
    cause = _root(error)
    if isinstance(cause, ssl.SSLError) or "SSL" in str(error):
        reason = getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or str(cause)
        return (
            f"TLS with {where} failed: {str(reason).replace('_', ' ').lower()}. Check the certificate, or use http://."
        )
    if isinstance(error, _TooLargeError):
        return f"the answer is larger than {_LARGEST_ANSWER // 1024 // 1024} MiB; it was not read to its end."
    said = next((words for kind, words in _SAID if isinstance(error, kind)), "%(error)s.")
    return said % {"where": where, "cause": _words(cause), "error": _words(error)}


_SAID: tuple[tuple[type[Exception], str], ...] = (
    (
        httpx.ConnectTimeout,
        "no connection to %(where)s within the time limit. Check host and port, or raise --timeout.",
    ),
    (httpx.ConnectError, "no connection to %(where)s: %(cause)s. Is the server running there?"),
    (httpx.TimeoutException, "no answer within the time limit. Raise --timeout if the server is slow."),
    (httpx.RemoteProtocolError, "the server broke the HTTP protocol: %(error)s."),
)
"""What is said about an error of each kind; the first that fits."""


def _root(error: BaseException) -> BaseException:
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return error


def _words(error: BaseException) -> str:
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(words).strip().rstrip(".").splitlines()[0]
