"""docs/notebooks.md tells the truth: its examples run, and what it names is there."""

import re
from pathlib import Path

import pytest

import conformance.notebook
from conformance import MockVendor
from conformance.notebook.parts import Panel

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "notebooks.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", DOCUMENT, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.splitlines()[-1])
def test_an_example_runs(example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with MockVendor(calls=20) as vendor:
        web, phone = (
            next(call for call in vendor.calls if call["call_type"] == kind) for kind in ("web_call", "phone_call")
        )
        known = {"call": web, "web_call": web, "phone_call": phone}
        exec(example.replace("http://127.0.0.1:8000", vendor.url), known)  # noqa: S102 - our own document
        for each in known.values():
            if isinstance(each, Panel):
                assert each.usable
                each.close()


def test_what_widgets_are_said_to_have_is_there():
    names = {"explorer": "Explorer", "runner": "SuiteRunner", "lab": "WebhookLab", "changes": "EditionDiff"}
    called = re.findall(r"`(explorer|runner|lab|changes)\.(\w+)\(", DOCUMENT)
    assert {widget for widget, _ in called} == set(names)
    for widget, method in called:
        assert callable(getattr(getattr(conformance.notebook, names[widget]), method))


def test_every_public_name_is_in_it():
    assert [name for name in conformance.notebook.__all__ if name not in DOCUMENT] == []
