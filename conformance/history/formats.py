"""What a value looks like, without the value: the form of a text or number, and what may be kept as it is.

Nothing that is kept can be personal: names of fields, values of lists that the contract closes, names of formats.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from conformance.model import JSON

if TYPE_CHECKING:
    from conformance.history.promises import Promise

NOT_SHOWN = "[not shown]"
"""Stands for a name or value that might be personal."""
VAGUE = frozenset({"text"})
"""Formats that say nothing: a change from one to a text tells, one between texts does not."""

_LONGEST = 300
_FORMS = (
    ("uuid", re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)),
    ("date-time", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("E.164 number", re.compile(r"\+[1-9]\d{6,14}")),
    ("digits", re.compile(r"\d+(?:\.\d+)?")),
    ("JWT", re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")),
)
_URL = re.compile(r"(https?|wss?)://([^/?#\s]+)[^\s]*", re.IGNORECASE)
_SECONDS, _MILLISECONDS = range(10**9, 4 * 10**9), range(10**12, 4 * 10**12)

_NAME = re.compile(r"(?=.{1,64}$)[A-Za-z]+\d{0,2}(?:[_-][A-Za-z]+\d{0,2})*")
_LISTED = re.compile(r"[A-Za-z]{1,24}(?:[_-][A-Za-z]{1,24}){0,7}")
_TOKEN = re.compile(r"[a-z][a-z0-9]{0,23}(?:_[a-z0-9]{1,24}){0,7}")
_PERHAPS_PERSONAL = re.compile(r"(?:^|_)(?:\w*name|id|sid|key|token|signature|message|url|uri|text|email|address)$")
_ID = re.compile(
    r"(?=(?:\D*\d){2})(?:call_[A-Za-z0-9]{12,40}|[A-Za-z0-9]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)
"""The published forms of ids, and UUIDs."""
_MOST_DIGITS = 4


def form_of(value: JSON, promise: Promise) -> str:
    """The format of a text or a whole number, or "" for other values and numbers without a known form."""
    if isinstance(value, str):
        return _form_of_text(value, promise)
    if type(value) is not int:
        return ""
    if value in _MILLISECONDS:
        return "ms since 1970"
    return "s since 1970" if value in _SECONDS else ""


def _form_of_text(text: str, promise: Promise) -> str:
    if not text:
        return "empty"
    if len(text) > _LONGEST or " " in text:
        return "text"
    url = _URL.fullmatch(text)
    if url is None:
        return next((name for name, form in _FORMS if form.fullmatch(text)), "text")
    if not promise.populated.startswith("end"):
        return "URL"
    return f"URL at host #{hashlib.sha256(url[2].lower().encode()).hexdigest()[:4]}"


def kept_value(name: str, value: str, promise: Promise) -> str:
    """A text as it may be kept: itself, `NOT_SHOWN`, or "" where values are not kept at all.

    Args:
        name: The field that it stands in.
    """
    if promise.values is not None:
        listed = value in promise.values or value in promise.elsewhere
        return value if listed or (not promise.private and _LISTED.fullmatch(value)) else NOT_SHOWN
    if not promise.known or promise.private or _PERHAPS_PERSONAL.search(name) or not _TOKEN.fullmatch(value):
        return ""
    return value if sum(map(str.isdigit, value)) <= _MOST_DIGITS else ""


def kept_name(name: str) -> str:
    """The name of a field that the contract does not know, if it looks like one."""
    return name if _NAME.fullmatch(name) else NOT_SHOWN


def kept_id(value: JSON) -> str:
    """An id of a call, if it has one of the known forms, else ""."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def media_type(header: str | None) -> str:
    """The type of a `Content-Type` header without its parameters; `none` if there is none."""
    if header is None:
        return "none"
    found = header.split(";")[0].strip().lower()
    return found if re.fullmatch(r"[a-z]{2,20}/[a-z.+-]{2,40}", found) else NOT_SHOWN
