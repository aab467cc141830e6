"""From the word on the command line to a target; what is said when there is none behind it."""

from __future__ import annotations

import sys

import pytest

from conformance.errors import UsageError
from conformance.targets import check_target, open_target

FORMS = "Give a URL such as http://127.0.0.1:8000, `mock`, or `app:module:attribute`."


def refusal(text):
    with pytest.raises(UsageError) as caught:
        open_target(text, key="k", timeout_seconds=1)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"The target '' is not known. {FORMS}"),
        ("moc", f"The target 'moc' is not known. {FORMS}"),
        ("127.0.0.1:8000", f"The target '127.0.0.1:8000' is not known. {FORMS}"),
        ("ftp://127.0.0.1", f"The target 'ftp://127.0.0.1' is not known. {FORMS}"),
        ("http://", f"The target 'http://' is not known. {FORMS}"),
        ("http://:80", f"The target 'http://:80' is not known. {FORMS}"),
        ("http://127.0.0.1:0", f"The target 'http://127.0.0.1:0' is not known. {FORMS}"),
        ("http://[::1", f"The target 'http://[::1' is no URL: Invalid IPv6 URL. {FORMS}"),
        (
            "http://127.0.0.1:99999",
            f"The target 'http://127.0.0.1:99999' is no URL: Port out of range 0-65535. {FORMS}",
        ),
        (
            "http://127.0.0.1/?key=secret",
            "The target must be a base URL without query, fragment or password, not 'http://127.0.0.1/…'.",
        ),
        (
            "http://127.0.0.1/#x",
            "The target must be a base URL without query, fragment or password, not 'http://127.0.0.1/…'.",
        ),
        (
            "http://user:secret@evil.example/",
            "The target must be a base URL without query, fragment or password, not 'http://evil.example/…'.",
        ),
        (
            "http://:secret@evil.example/",
            "The target must be a base URL without query, fragment or password, not 'http://evil.example/…'.",
        ),
        ("app:", "The target 'app:' lacks a part. Write app:module:attribute, as in app:service.main:app."),
        ("app:x", "The target 'app:x' lacks a part. Write app:module:attribute, as in app:service.main:app."),
        ("app::x", "The target 'app::x' lacks a part. Write app:module:attribute, as in app:service.main:app."),
    ],
)
def test_what_has_not_the_form_of_a_target_is_told_without_opening_anything(text, message):
    assert refusal(text) == message
    with pytest.raises(UsageError) as caught:
        check_target(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "http://127.0.0.1\t.evil.example",
            "Invalid non-printable ASCII character in URL, '\\t' at position 16",
        ),
        ("http://-a..b.invalid", "label empty or too long"),
        ("http://xn--/", "Malformed A-label, no Punycode eligible content found"),
    ],
)
def test_a_host_that_no_client_can_ask_is_told(text, reason):
    message = refusal(text)
    assert message.startswith(f"The target {text!r} is no URL: ")
    assert reason in message
    assert message.endswith(". Check the host.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "app:no_such_module_here:app",
            (
                "app:no_such_module_here:app: there is no module 'no_such_module_here' here."
                " Check the name and the folder."
            ),
        ),
        (
            "app:opened_service:ap",
            "app:opened_service:ap: module 'opened_service' has no attribute 'ap'. Check the attribute.",
        ),
        ("app:opened_service:VALUE", "app:opened_service:VALUE: it is a int, not an ASGI or WSGI application."),
        (
            "app:broken_service:app",
            "app:broken_service:app: importing it raised ZeroDivisionError: division by zero.",
        ),
        (
            "app:needy_service:app",
            "app:needy_service:app: there is no module 'no_such_library' here. Check the name and the folder.",
        ),
    ],
)
def test_an_application_that_cannot_be_imported_is_told(text, message, tmp_path, monkeypatch):
    (tmp_path / "opened_service.py").write_text("VALUE = 1\n")
    (tmp_path / "broken_service.py").write_text("1 / 0\n")
    (tmp_path / "needy_service.py").write_text("import no_such_library\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in ("opened_service", "broken_service", "needy_service"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert refusal(text) == message
