"""The ten lines that verify a signature in the Python examples agree with every vector."""

from __future__ import annotations

import importlib.util
import json
from fractions import Fraction
from types import SimpleNamespace

import pytest
from receiver_mistakes import EXAMPLES, FILES

from conformance.contract.files import data_folder

PYTHON = [framework for framework, file in FILES.items() if file.endswith(".py")]
VECTORS = json.loads((data_folder("suites") / "webhook-signatures.json").read_text(encoding="utf-8"))["vectors"]
TEXTS = [each for each in VECTORS if "text" in each["body"]]
STRICT = {"zeros before the time, signed as they stand"}


@pytest.fixture(params=PYTHON)
def example(request, monkeypatch):
    monkeypatch.setenv("RETELL_API_KEY", "key_fictional")
    spec = importlib.util.spec_from_file_location(f"example_{request.param}", EXAMPLES / FILES[request.param])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_accepts_and_refuses_what_the_vectors_say(example, monkeypatch):
    accepted = set()
    for each in TEXTS:
        monkeypatch.setattr(example, "API_KEY", each["key"])
        monkeypatch.setattr(example, "time", SimpleNamespace(time=lambda: Fraction(each["now_ms"], 1000)))  # noqa: B023
        if example.is_genuine(each["body"]["text"].encode(), each["header"] or ""):
            accepted.add(each["name"])
    assert accepted == {each["name"] for each in TEXTS if each["verdict"] == "accept"} | STRICT
