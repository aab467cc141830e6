"""From the word on the command line to a target."""

from __future__ import annotations

import importlib
import inspect
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from conformance.errors import TargetError, UsageError

if TYPE_CHECKING:
    from conformance.seams import Target

_FORMS = "a URL such as http://127.0.0.1:8000, `mock`, or `app:module:attribute`"
_ASGI_ARGUMENTS = 3


def open_target(text: str, *, key: str, timeout_seconds: float) -> Target:
    """Open a target that is a URL or an application in this process.

    Raises:
        UsageError: The text is no such target, or the application cannot be imported.
        TargetError: The application does not start.
    """
    check_target(text)
    if text.startswith("app:"):
        return _application(text, key=key, timeout_seconds=timeout_seconds)
    from conformance.targets.http import HttpTarget  # noqa: PLC0415 - imports httpx only when it is used

    return HttpTarget(text, key=key, timeout_seconds=timeout_seconds)


def check_target(text: str) -> None:
    """Whether a text has the form of a target. Opens and imports nothing.

    Raises:
        UsageError: It has not.
    """
    if text.startswith("app:"):
        _split(text)
        return
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"The target {text!r} is no URL: {error}. Give {_FORMS}.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise UsageError(f"The target {text!r} is not known. Give {_FORMS}.")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise UsageError(f"The target must be a base URL without query, fragment or password, not {_bare(text)!r}.")


def _bare(text: str) -> str:
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.hostname}/…"


def _application(text: str, *, key: str, timeout_seconds: float) -> Target:
    return open_application(load_application(text), name=text, key=key, timeout_seconds=timeout_seconds)


def open_application(app: Any, *, name: str, key: str, timeout_seconds: float) -> Target:
    """Open an ASGI or WSGI application in this process.

    Raises:
        TargetError: It does not start.
    """
    from conformance.targets.http import HttpTarget  # noqa: PLC0415 - imports httpx only when it is used

    try:
        transport = application_transport(app, timeout_seconds)
    except (RuntimeError, TimeoutError) as error:
        raise TargetError(f"{name} cannot be used: {str(error) or 'it did not start in time'}.") from error
    return HttpTarget(
        "http://app.localhost",
        key=key,
        timeout_seconds=timeout_seconds,
        transport=transport,
        name=name,
        local=True,
    )


def application_transport(app: Any, timeout_seconds: float) -> Any:
    """An httpx transport to an ASGI or WSGI application. Raises RuntimeError or TimeoutError if it does not start."""
    if _is_asgi(app):
        from conformance.targets.asgi import AsgiTransport  # noqa: PLC0415 - imports httpx only when it is used

        return AsgiTransport(app, timeout_seconds=timeout_seconds)
    from conformance.targets.wsgi import WsgiTransport  # noqa: PLC0415 - imports httpx only when it is used

    return WsgiTransport(app, timeout_seconds=timeout_seconds)


def _is_asgi(app: Any) -> bool:
    call = app if inspect.isroutine(app) else getattr(app, "__call__", app)  # noqa: B004 - its signature is wanted
    if inspect.iscoroutinefunction(call):
        return True
    try:
        parameters = inspect.signature(call).parameters.values()
    except (TypeError, ValueError):
        return False
    needed = [each for each in parameters if each.default is each.empty and each.kind < each.VAR_POSITIONAL]
    return len(needed) == _ASGI_ARGUMENTS


def _split(text: str) -> tuple[str, str]:
    module_name, _, attribute = text.removeprefix("app:").partition(":")
    if not module_name or not attribute:
        raise UsageError(f"The target {text!r} lacks a part. Write app:module:attribute, as in app:service.main:app.")
    return module_name, attribute


def load_application(text: str) -> Any:
    """The application that `app:module:attribute` names.

    Raises:
        UsageError: It cannot be imported, or is no application.
    """
    module_name, attribute = _split(text)
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        found: Any = importlib.import_module(module_name)
        for name in attribute.split("."):
            found = getattr(found, name)
    except ModuleNotFoundError as error:
        raise UsageError(f"{text}: there is no module {error.name!r} here. Check the name and the folder.") from error
    except AttributeError as error:
        raise UsageError(f"{text}: {error}. Check the attribute.") from error
    except Exception as error:
        raise UsageError(f"{text}: importing it raised {type(error).__name__}: {error}.") from error
    if not callable(found):
        raise UsageError(f"{text}: it is a {type(found).__name__}, not an ASGI or WSGI application.")
    return found
