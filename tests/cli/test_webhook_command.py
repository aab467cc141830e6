"""`conformance webhook`: the command, its errors and its exit codes."""

from __future__ import annotations

import json

import pytest

from conformance.mockreceiver import MockReceiver

PLACEHOLDER = "key_conformance_placeholder"
NOT_SET = "$RETELL_API_KEY is not set: key_conformance_placeholder is the key to sign with."


def test_the_mock_receiver_passes(conformance):
    said = conformance("webhook", "mock", "--quiet")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("38 passed · 105 requests · ")


def test_a_finding_fails_the_command_and_says_how_to_repeat_it(conformance):
    said = conformance("webhook", "mock", "--fault", "small-limit", "--quiet", "--seed", 3)
    assert said.code == 1
    assert "FAILED RCV-017 A delivery of a million bytes is accepted.\n" in said.out
    assert "  repeat   conformance webhook mock --fault small-limit --seed 3 --requirement RCV-017\n" in said.out


def test_a_warning_fails_only_if_strict(conformance):
    assert conformance("webhook", "mock", "--fault", "two-minutes", "--quiet").code == 0
    assert conformance("webhook", "mock", "--fault", "two-minutes", "--quiet", "--strict").code == 1


def test_one_requirement_is_judged_alone(conformance):
    said = conformance("webhook", "mock", "--requirement", "RCV-036", "--quiet", "--fault", "reads-data")
    assert said.code == 0
    assert said.out.startswith("1 passed · ")


def test_over_http_with_a_report(conformance, tmp_path):
    with MockReceiver(PLACEHOLDER) as receiver:
        said = conformance(
            "webhook", receiver.url, "--report", f"json={tmp_path / 'report.json'}", "--profile", "smoke"
        )
        assert (said.code, said.lines[0]) == (0, NOT_SET)
        report = json.loads((tmp_path / "report.json").read_text())
        assert report["target"] == receiver.url
        assert PLACEHOLDER not in (tmp_path / "report.json").read_text()


def test_the_key_comes_from_the_environment(conformance):
    with MockReceiver("key_fictional_0002") as receiver:
        arguments = ("webhook", receiver.url, "--profile", "smoke", "--quiet", "--api-key-env", "HOOK_API_KEY")
        assert conformance(*arguments, HOOK_API_KEY="key_fictional_0002").code == 0
        assert conformance(*arguments, HOOK_API_KEY="key_fictional_0003").code == 1


def test_an_application_in_this_process(conformance, tmp_path):
    (tmp_path / "my_receiver.py").write_text(
        "from conformance.mockreceiver import MockReceiver\n"
        f"inner = MockReceiver({PLACEHOLDER!r})\n"
        "async def app(scope, receive, send):\n"
        "    if scope['type'] == 'http' and scope['path'] != '/hook':\n"
        "        await send({'type': 'http.response.start', 'status': 404, 'headers': []})\n"
        "        await send({'type': 'http.response.body', 'body': b''})\n"
        "        return\n"
        "    await inner.app(scope, receive, send)\n"
    )
    smoke = ("webhook", "app:my_receiver:app", "--profile", "smoke", "--quiet")
    assert conformance(*smoke, "--path", "/hook").code == 0
    assert conformance(*smoke).code == 1


def test_nothing_that_listens_is_exit_code_3(conformance, closed_port):
    said = conformance("webhook", f"http://127.0.0.1:{closed_port}/hook", "--quiet")
    assert said.code == 3
    assert said.lines == [
        (
            f"conformance: http://127.0.0.1:{closed_port}/hook: no connection to 127.0.0.1:{closed_port}:"
            " Connection refused. Is the server running there?"
        )
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "the following arguments are required: URL. See `conformance webhook --help`."),
        (("somewhere",), ("The target 'somewhere' is not known. Give a URL such as http://127.0.0.1:8000, `mock`, or"
         " `app:module:attribute`.")),
        (("http://hooks.example.com/x",), ("$RETELL_API_KEY is not set. Put the API key there, or name another variable"
         " with --api-key-env.")),
        (("http://127.0.0.1:1/x", "--path", "/y"), ("--path goes with app:module:attribute only. Write the path into"
         " the URL.")),
        (("http://127.0.0.1:1/x", "--fault", "closed"), ("--fault goes with `conformance webhook mock` only. Leave"
         " it out, or leave out the URL.")),
        (("mock", "--edition", "v1"), ("Receivers are judged with webhooks of V2. There is no edition 'v1'. Known: v2,"
         " v2-2025, v2-launch.")),
        (("mock", "--profile", "depp"), "There is no profile 'depp'. Did you mean 'deep'?"),
        (("mock", "--requirement", "RCV-31"), "There is no requirement 'RCV-31'. Did you mean 'RCV-031'?"),
        (("mock", "--timeout", "0"), "--timeout is 0.0; it must be more than 0, and finite."),
        (("mock", "--event", "call_endet"), "There is no event 'call_endet'. Did you mean 'call_ended'?"),
        (("mock", "--event", "call_ended", "--call-type", "fax"), "--call-type is 'fax'; it must be web or phone."),
        (("mock", "--event", "call_ended", "--repeat", "0"), "--repeat is 0; it must be at least 1."),
        (("mock", "--event", "call_ended", "--payload", "x"), ("--event and --payload do not go together. Leave one of"
         " them out.")),
        (("mock", "--payload", "no-such.json"), "--payload 'no-such.json' cannot be read: No such file or directory."),
        (("mock", "--forward"), "--forward needs a receiver behind a URL. Start it, and give its URL."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(conformance, arguments, words):
    said = conformance("webhook", *arguments)
    assert (said.code, said.out, said.lines) == (2, "", [f"conformance: {words}"])


def test_an_event_by_hand_shows_request_and_answer(conformance):
    said = conformance("webhook", "mock", "--event", "call_started", "--call-type", "web", "--repeat", 2)
    requests, answers = said.out.splitlines()[::2], said.out.splitlines()[1::2]
    assert said.code == 0
    assert all(each.startswith('POST /webhook {"event":"call_started","call":{"call_id":"call_') for each in requests)
    assert [each.split(" (")[0] for each in answers] == ["  → 204"] * 2


def test_a_payload_by_hand_is_sent_as_it_is(conformance, tmp_path):
    (tmp_path / "payload.json").write_bytes(b'{ "event": "x" }\n')
    with MockReceiver(PLACEHOLDER) as receiver:
        said = conformance("webhook", receiver.url, "--payload", "payload.json")
        assert (said.code, receiver.accepted) == (0, [b'{ "event": "x" }\n'])


def test_a_refusal_by_hand_is_exit_code_1(conformance):
    said = conformance("webhook", "mock", "--fault", "other-key", "--event", "call_ended")
    assert said.code == 1


def test_the_inbound_question_needs_an_answer_in_json(conformance):
    said = conformance("webhook", "mock", "--event", "call_inbound")
    assert said.code == 1
    assert said.out.splitlines()[-1] == '  ✗ the answer must be JSON, such as {"call_inbound": {}}'


def test_webhooks_of_the_mock_vendor_are_forwarded(conformance):
    with MockReceiver(PLACEHOLDER) as receiver:
        said = conformance("webhook", receiver.url, "--forward")
        assert said.code == 0
        assert {line.rsplit("→ ", 1)[1] for line in said.out.splitlines()} == {"204"}
        assert sum(line.startswith("call_analyzed ") for line in said.out.splitlines()) == 2
        assert len(receiver.accepted) == len(said.out.splitlines())
