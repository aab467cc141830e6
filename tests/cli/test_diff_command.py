"""`conformance diff`: what changed between two editions."""

import json

import pytest
from command import program

from conformance.contract.diff import diff

NEWER = """\
v2-2025 → v2 (list-calls): 12 changes, 1 breaking.

  ✗ sender   can break code that sends requests: 1
  ✗ reader   can break code that reads answers or receives webhooks: 0
  ·          breaks nobody: 11 (left out by --breaking)

list-calls
  ✗ sender  request   `filter_criteria/call_status/*` no longer takes registered.
                      (OpenAPI document of April 2026 (2026-04-01): listCalls)
  ·         request   In `filter_criteria`, new: `call_id`, `end_timestamp`, `metadata`,
                      `dynamic_variables`.
  ·         request   `filter_criteria/disconnection_reason/*` also takes ivr_reached,
                      transfer_bridged and transfer_cancelled.
"""
BREAKING = """\
v2-2025 → v2 (breaking): 1 change, 1 breaking.

  ✗ sender   can break code that sends requests: 1
  ✗ reader   can break code that reads answers or receives webhooks: 0
  ·          breaks nobody: 0

list-calls
  ✗ sender  request   `filter_criteria/call_status/*` no longer takes
                      registered.
                      (OpenAPI document of April 2026 (2026-04-01): listCalls)
"""
CLAUSE = (
    "Pages of the vendor\u2019s documentation with the document of 2026-08-01 (2026-08): features/inbound-call-webhook"
)
CAPTURES = "25 masked captures of real calls and webhooks by third parties; weaker than a document (2024-03 to 2026-06)"
TABLE = f"""\
# v2-2025 → v2 (call_inbound): 5 changes, 0 breaking.

- can break code that sends requests: 0
- can break code that reads answers or receives webhooks: 0
- breaks nobody: 5

## call_inbound

| breaks | where | what changed | also in | clause |
| --- | --- | --- | --- | --- |
| nobody | response | In `call_inbound`, new: `agent_override`, `reject`. |  | {CLAUSE} |
| nobody | webhook | New: `event_timestamp`. |  | {CAPTURES} |
| nobody | webhook | In `call_inbound`, new: `agent_version`, `custom_sip_headers`. |  | {CLAUSE} |
"""


class TestOnATerminal:
    def test_breaking_changes_whole(self, conformance):
        said = conformance("diff", "v2-2025", "v2", "--breaking", COLUMNS="80")
        assert (said.code, said.err, said.out) == (0, "", BREAKING)

    def test_one_operation_with_what_its_answers_share(self, conformance):
        said = conformance("diff", "v2-2025", "v2", "--operation", "list-calls", COLUMNS="100")
        assert said.code == 0
        assert said.out.startswith(NEWER)
        assert "response  New: `*/transfer_end_timestamp`." in said.out

    def test_editions_that_are_equal(self, conformance):
        said = conformance("diff", "v2", "v2")
        assert (said.code, said.out, said.err) == (0, "v2 → v2: no changes.\n", "")

    @pytest.mark.parametrize("columns", ["80", "120"])
    def test_lines_fit_and_no_colour_goes_into_a_file(self, conformance, columns):
        out = conformance("diff", "v1", "v2", COLUMNS=columns).out
        assert max(map(len, out.splitlines())) <= int(columns)
        assert "\x1b" not in out

    def test_the_facts_of_the_migration(self, conformance):
        out = " ".join(conformance("diff", "v1", "v2", "--breaking").out.split())
        for fact in (
            "`create-web-call` takes the place of `register-call` for web calls.",
            "`register-phone-call` takes the place of `register-call` for calls over own telephony.",
            "The method is POST now, it was GET.",
            "What was sent in the query is sent in the body now.",
            "`audio_websocket_protocol`, `audio_encoding`, `sample_rate`: each is gone.",
            "`audio_websocket_protocol`, `audio_encoding`, `sample_rate`: each is gone; it had to be sent.",
            "`data` is now `call`. Also in call_ended, call_analyzed.",
        ):
            assert fact in out
        split = " ".join(conformance("diff", "v1", "v2", "--operation", "get-call").out.split())
        assert "Split in two, told apart by `call_type`: web_call and phone_call." in split


class TestOtherFormats:
    def test_markdown(self, conformance):
        said = conformance("diff", "v2-2025", "v2", "--operation", "call_inbound", "--format", "markdown")
        assert said.out == TABLE

    def test_json_is_the_whole_difference(self, conformance):
        said = conformance("diff", "v1", "v2", "--format", "json")
        assert json.loads(said.out) == diff("v1", "v2").document()

    def test_json_of_what_breaks(self, conformance):
        said = json.loads(conformance("diff", "v2-launch", "v2", "--format", "json", "--breaking").out)
        assert said["totals"]["changes"] == said["totals"]["breaking"] == len(said["changes"])
        assert all(each["breaks"] for each in said["changes"])

    def test_its_schema_can_be_asked_for(self, conformance):
        assert json.loads(conformance("schema", "diff").out)["title"] == "What changed between two editions"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("v1", "v3"), "There is no edition 'v3'. Known: v1, v2, v2-2025, v2-launch."),
        (("v2-lunch", "v2"), "There is no edition 'v2-lunch'. Did you mean 'v2-launch'?"),
        (("v1", "v2", "--operation", "list-call"), "There is no operation 'list-call'. Did you mean 'list-calls'?"),
        (("v1",), "the following arguments are required: EDITION. See `conformance diff --help`."),
    ],
)
def test_wrong_input_is_one_clear_line(conformance, arguments, message):
    said = conformance("diff", *arguments)
    assert (said.code, said.out, said.lines) == (2, "", [f"conformance: {message}"])


def test_as_a_program(tmp_path):
    said = program("diff", "v1", "v2", "--operation", "list-calls", folder=tmp_path, NO_COLOR="1")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("v1 → v2 (list-calls): ")
