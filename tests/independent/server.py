"""A second, independent server of the Call API V2: correct, and different wherever the contract leaves a choice.

Nothing of the harness or of its mock vendor is used here, so that an error of one is not repeated by the other.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import rules
from account import Account, Record
from lists import listed
from personality import DEEP, Personality
from rules import RefusedError

KEY = "key_independent_000000000000000000"
_EXACT, _AS_DIGITS = 2**53, 1e21
_LARGEST_METADATA = 50_000
_V1 = ("/register-call", "/create-phone-call", "/list-calls", "/get-call/")
_ROUTES = {
    "create-web-call": "POST",
    "create-phone-call": "POST",
    "register-phone-call": "POST",
    "list-calls": "POST",
    "get-call": "GET",
    "update-call": "PATCH",
    "delete-call": "DELETE",
    "stop-call": "POST",
}
_BY_ID = frozenset({"get-call", "update-call", "delete-call", "stop-call"})
_UNDER_WAY = frozenset({"registered", "ongoing"})
_PAGE = "<!doctype html><title>Calls</title><p>Nothing to see."

Answer = tuple[int, Any]


class Service:
    """Answers requests; knows nothing of HTTP but method, path, header and body."""

    def __init__(self, personality: Personality) -> None:
        self.personality = personality
        self.account = Account(personality)
        self.count = 0

    def answer(self, method: str, path: str, authorization: str | None, raw: bytes) -> Answer:
        """Status and body: a JSON value, a page as text, or None for no body."""
        with self.account.lock:
            self.count += 1
            try:
                return self._routed(method, path, authorization, raw)
            except RefusedError as refused:
                return refused.status or self.personality.wrong, self.error(str(refused))

    def error(self, message: str) -> dict[str, Any]:
        """The body of an error."""
        form = self.personality.error
        if form == "long":
            return {"message": f"Désolé — {message}! 你好 " + "Please look again. " * 20, "status": "error"}
        if form == "rich":
            return {"status": "error", "code": 17, "message": message, "details": [{"loc": ["body"], "msg": None}]}
        return {"message": message} if form == "bare" else {"status": "error", "message": message}

    def _routed(self, method: str, path: str, authorization: str | None, raw: bytes) -> Answer:
        choice = self.personality
        operation, _, call_id = path.removeprefix("/v2/").partition("/")
        known = path.startswith("/v2/") and operation in _ROUTES and bool(call_id) == (operation in _BY_ID)
        known = known and (operation != "stop-call" or choice.stops)
        if known or choice.secretive:
            self._let_in(authorization)
        if not known:
            return self._elsewhere(path)
        if method != _ROUTES[operation]:
            status = choice.get_list if operation == "list-calls" else 405
            return status, self.error("this method is not allowed here")
        if choice.limited_every and self.count % choice.limited_every == 0:
            return 429, self.error("slow down")
        return self._operate(operation, unquote(call_id), raw)

    def _let_in(self, authorization: str | None) -> None:
        scheme, _, token = (authorization or "").partition(" ")
        if authorization and (scheme.lower() != "bearer" or not token):
            raise RefusedError("the Authorization header is malformed", self.personality.malformed)
        if token != KEY:
            raise RefusedError("this key is not known", 401)

    def _elsewhere(self, path: str) -> Answer:
        gone = self.personality.gone
        if gone == "page":
            return 200, _PAGE
        if not path.startswith(_V1):
            return 404, self.error("there is nothing here")
        return int(gone[:3]), _PAGE if gone.endswith("html") else self.error("this version is no longer served")

    def _operate(self, operation: str, call_id: str, raw: bytes) -> Answer:
        account = self.account
        if operation in _BY_ID:
            return self._of_call(operation, call_id, raw)
        body = rules.checked(operation, rules.parsed(raw, self.personality), self.personality)
        if operation == "list-calls":
            records = listed(account, body)
            for record in records:
                account.look(record)
            return 200, [account.shown(record, listed=True) for record in records]
        self._preconditions(operation, body)
        if self.personality.creations:
            raise RefusedError("no call can be made now", self.personality.creations)
        kind = "web_call" if operation == "create-web-call" else "phone_call"
        record = account.make(kind, body, "outbound" if operation == "create-phone-call" else None)
        return self.personality.created, account.shown(record, creation=True)

    def _preconditions(self, operation: str, body: dict[str, Any]) -> None:
        agent = body.get("agent_id", body.get("override_agent_id"))
        if operation == "create-phone-call":
            rules.dialled(body["to_number"])
            if body["from_number"] not in self.account.numbers:
                raise RefusedError("from_number is no number of this account", 422)
        if agent is not None and agent not in self.account.agents:
            raise RefusedError("this agent is not known", self.personality.forbidden_agent)

    def _of_call(self, operation: str, call_id: str, raw: bytes) -> Answer:
        account = self.account
        record = account.records.get(call_id)
        if record is None and self.personality.shaped_ids and len(call_id) != len(next(iter(account.records), "")):
            raise RefusedError("this is no call id", 400)
        if record is None:
            raise RefusedError("this call is not known", self.personality.unknown)
        if operation == "delete-call":
            if self.personality.deletes == "ended" and record.call["call_status"] in _UNDER_WAY:
                raise RefusedError("only ended calls can be deleted")
            account.drop(call_id)
            return 204, None
        if operation == "stop-call":
            return 204, None
        if operation == "update-call":
            record = self._update(record, raw)
        account.look(record)
        return 200, account.shown(record)

    def _update(self, record: Record, raw: bytes) -> Record:
        body = rules.checked("update-call", rules.parsed(raw, self.personality), self.personality)
        if len(json.dumps(body.get("metadata", {}))) > _LARGEST_METADATA:
            raise RefusedError("metadata is larger than 50 kB")
        if self.personality.update == "ended" and record.call["call_status"] in _UNDER_WAY:
            raise RefusedError("only ended calls can be changed", self.personality.wrong)
        setting = body.get("data_storage_setting")
        if setting and not rules.stricter(record.call.get("data_storage_setting"), setting):
            raise RefusedError("the setting cannot be loosened")
        return self.account.change(record, body)


class _Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True
    service: Service

    def _serve(self) -> None:
        choice = self.service.personality
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        time.sleep(choice.delay_seconds)
        path = urlsplit(self.path).path
        status, body = self.service.answer(self.command, path, self.headers.get("authorization"), raw)
        if raw and choice.strict_media and status != 401 and "json" not in self.headers.get("content-type", ""):
            status, body = 415, self.service.error("only JSON is understood")
        headers, payload = [], b""
        if body is not None:
            page = isinstance(body, str)
            headers.append(("Content-Type", "text/html" if page else choice.content_type))
            payload = body.encode() if isinstance(body, str) else written(body, choice)
        if status == 429:
            headers.append(("Retry-After", choice.retry_after))
        if status == 401:
            headers.append(("WWW-Authenticate", "Bearer"))
        if choice.gzip and payload and "gzip" in self.headers.get("accept-encoding", ""):
            payload = gzip.compress(payload)
            headers.append(("Content-Encoding", "gzip"))
        self._write(status, headers, payload)

    def _write(self, status: int, headers: list[tuple[str, str]], payload: bytes) -> None:
        choice = self.service.personality
        if choice.transfer == "chunked" and payload:
            headers.append(("Transfer-Encoding", "chunked"))
            half = len(payload) // 2
            payload = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (payload[:half], payload[half:]) if part)
            payload += b"0\r\n\r\n"
        elif choice.transfer == "close":
            self.close_connection = True
        elif status != 204:
            headers.append(("Content-Length", str(len(payload))))
        version = b"HTTP/1.0" if choice.transfer == "close" else b"HTTP/1.1"
        cased = [f"{getattr(name, choice.header_case)()}: {value}\r\n" for name, value in headers]
        self.wfile.write(b"%s %d X\r\n%s\r\n%s" % (version, status, "".join(cased).encode(), payload))

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _serve  # noqa: N815 - names that the base class calls

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def written(body: Any, choice: Personality) -> bytes:
    """JSON as this server writes it."""
    if choice.json in {"floats", "script"}:
        body = _renumbered(body, script=choice.json == "script")
    if choice.json == "pretty":
        return json.dumps(body, indent=4, ensure_ascii=False).encode(errors="backslashreplace")
    if choice.json == "ascii":
        return json.dumps(body).replace("/", "\\/").encode()
    sort = choice.json == "sorted"
    try:
        return json.dumps(body, separators=(",", ":"), ensure_ascii=False, sort_keys=sort).encode()
    except UnicodeEncodeError:  # half a surrogate pair can only be written as an escape
        return json.dumps(body, separators=(",", ":"), sort_keys=sort).encode()


def _renumbered(value: Any, *, script: bool) -> Any:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: (0, int(name)) if name.isdecimal() and name.isascii() else (1, 0))
        return {name: _renumbered(value[name], script=script) for name in (names if script else value)}
    if isinstance(value, list):
        return [_renumbered(each, script=script) for each in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if not script:
        return float(value) if abs(value) < _EXACT else value
    if abs(value) > sys.float_info.max:
        return None
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < _AS_DIGITS else number


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


@contextmanager
def serving(personality: Personality) -> Iterator[str]:
    """Serve it on a loopback socket; gives the base URL."""
    handler = type("Handler", (_Handler,), {"service": Service(personality), "protocol_version": "HTTP/1.1"})
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def serving_deep() -> Iterator[str]:
    """Serve `DEEP` in a process of its own, so that only its parser goes deep; gives the base URL."""
    command = [sys.executable, __file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - this file
        told = process.stdout.readline() if process.stdout else ""
        try:
            yield told.strip()
        finally:
            process.communicate()


def main() -> None:
    """Serve `DEEP`; tells its URL, and ends when stdin does."""
    sys.setrecursionlimit(100_000)
    threading.stack_size(256 * 1024 * 1024)
    with serving(DEEP) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
