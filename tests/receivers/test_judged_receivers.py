"""`conformance webhook` against real receivers: nothing on the examples, and each classic mistake told once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from receiver_mistakes import FILES, MISTAKES, source_of
from receiver_processes import receiver

WHEELS = Path(os.environ.get("CONFORMANCE_SDK_WHEELS", Path(__file__).parents[2] / ".cache" / "sdk-wheels"))
BREAKS = {
    "written anew": {"RCV-016"},
    "no await": {"RCV-031"},
    "reads data": {"RCV-006"},
    "only phone calls": {"RCV-003"},
    "100 kB": {"RCV-017"},
    "no window": {"RCV-036"},
    "known events only": {"RCV-014"},
    "not idempotent": {"RCV-018"},
    "hangs": {"RCV-041"},
}
MADE = [(framework, mistake) for framework, each in MISTAKES.items() for mistake in each]


@pytest.mark.parametrize("framework", FILES)
def test_nothing_is_said_of_an_example(framework, judge, tmp_path):
    with receiver(framework, tmp_path) as url:
        judged = judge(url)
    assert judged.ids("passed") == {each["id"] for each in judged.report["requirements"]}
    assert judged.code == 0


@pytest.mark.parametrize(("framework", "mistake"), MADE)
def test_a_mistake_is_found_by_its_requirement_and_no_other(framework, mistake, judge, tmp_path):
    with receiver(framework, tmp_path, mistake) as url:
        judged = judge(url, *(["--timeout", "1"] if mistake == "hangs" else []))
    assert (judged.ids("failed"), judged.ids("warned")) == (BREAKS[mistake], set())
    assert judged.code == 1


@pytest.mark.parametrize("version", ["4.66.0", "5.27.0", "5.60.0"])
def test_nothing_is_said_of_a_receiver_that_verifies_with_an_earlier_sdk_for_node(version, judge, tmp_path):
    source = source_of("express").replace('from "retell-sdk"', f'from "retell-sdk-{version}"')
    with receiver("express", tmp_path, source=source) as url:
        judged = judge(url)
    assert (judged.ids("failed"), judged.ids("warned")) == (set(), set())
    assert judged.code == 0


@pytest.mark.parametrize("version", ["4.0.0", "4.55.0", "6.2.13"])
def test_nothing_is_said_of_a_receiver_that_verifies_with_an_sdk_for_python(version, judge, tmp_path):
    own = "if not is_genuine(body, "
    source = source_of("flask").replace(own, "if not CLIENT.verify(body.decode(), API_KEY, ")
    source = source.replace("app = Flask", 'CLIENT = __import__("retell").Retell(api_key=API_KEY)\napp = Flask')
    assert "CLIENT.verify" in source
    wheels = [WHEELS / f"retell_sdk-{version}-py3-none-any.whl", WHEELS / "httpx-0.27.2-py3-none-any.whl"]
    with receiver(
        "flask", tmp_path, source=source, environment={"PYTHONPATH": os.pathsep.join(map(str, wheels))}
    ) as url:
        judged = judge(url)
    assert (judged.ids("failed"), judged.ids("warned")) == (set(), set())
    assert judged.code == 0
