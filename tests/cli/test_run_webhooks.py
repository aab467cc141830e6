"""`conformance run --webhook-listen`: webhooks are received and judged with the rest."""

from __future__ import annotations

import json
import re
import socket

import jsonschema
import pytest

from conformance.contract.files import data_folder

FORM = "Write HOST:PORT or HOST:PORT/PATH, as in 127.0.0.1:9100/webhook; port 0 is any free one."


class TestTheEmbeddedMock:
    def test_keeps_every_promise_of_a_sender(self, conformance):
        said = conformance("run", "mock", "--webhook-listen", ":0", "--suite", "webhooks", "--report", "json=out.json")
        assert said.code == 0
        assert any(
            re.fullmatch(r"Webhooks are received at http://127\.0\.0\.1:\d+/webhook", line) for line in said.lines
        )
        report = json.loads((conformance.folder / "out.json").read_text(encoding="utf-8"))
        assert {each["id"]: each["reason"] for each in report["requirements"] if each["outcome"] != "passed"} == {
            "HOOK-022": "the webhooks that came do not exercise it: call_analyzed, call_ended, call_started"
        }

    def test_shows_a_finding_with_the_delivery(self, conformance):
        fault = ("--fault", "webhooks-name-another-agent", "--requirement", "HOOK-015", "--report", "json=out.json")
        said = conformance("run", "mock", "--webhook-listen", "127.0.0.1:0/in/here", *fault)
        assert said.code == 1
        lines = [line.strip() for line in said.out.splitlines()]
        assert any(line.startswith("delivery") and "POST /in/here call_" in line for line in lines)
        assert any(re.fullmatch(r"answered +(204|500)", line) for line in lines)
        repeat = (
            "conformance run mock --fault webhooks-name-another-agent --webhook-listen 127.0.0.1:0/in/here --seed 1"
        )
        assert f"repeat   {repeat}" in lines
        report = json.loads((conformance.folder / "out.json").read_text(encoding="utf-8"))
        schema = json.loads((data_folder("schemas") / "harness" / "report.schema.json").read_text(encoding="utf-8"))
        jsonschema.validate(report, schema)
        (finding,) = report["requirements"][0]["findings"][:1]
        assert (finding["received"], finding["pointer"]) == (True, "/call/agent_id")
        assert finding["request"]["body"]["call"]["agent_id"]
        assert finding["request"]["headers"]["x-retell-signature"] == "[hidden]"
        assert finding["response"]["body"] is None

    def test_without_the_flag_the_webhooks_are_skipped(self, conformance):
        said = conformance("run", "mock", "--profile", "smoke", "--requirement", "HOOK-001")
        assert said.code == 0
        told = " ".join(said.out.split())
        assert "needs --webhook-listen HOST:PORT/PATH, and a target that sends webhooks there" in told


class TestAnotherTarget:
    def test_that_sends_nothing_is_skipped_with_the_reason(self, conformance, vendor):
        listen = ("--webhook-listen", ":0/hook", "--webhook-wait", "0.2", "--requirement", "HOOK-001")
        said = conformance("run", vendor.url, *listen, "--profile", "smoke", RETELL_API_KEY=vendor.api_key)
        assert said.code == 0
        told = " ".join(said.out.split())
        assert re.search(r"no webhook came to 127\.0\.0\.1:\d+/hook: is the server set to send them there\?", told)

    def test_needs_the_key_that_was_named(self, conformance, vendor):
        said = conformance(
            "run", vendor.url, "--webhook-listen", ":0", "--webhook-key-env", "HOOK_KEY", RETELL_API_KEY=vendor.api_key
        )
        assert said.code == 2
        assert said.lines == ["conformance: $HOOK_KEY is not set. Put the API key with the webhook badge there."]


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        "text", ["9100", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:9100hook", "http://a:1/b", "[::1]:5", ":1/a?b"]
    )
    def test_with_the_address(self, conformance, text):
        said = conformance("run", "mock", "--webhook-listen", text)
        assert (said.code, said.out) == (2, "")
        assert said.lines == [f"conformance: --webhook-listen {text!r} is no address to listen at. {FORM}"]

    def test_with_the_number_of_the_port(self, conformance):
        said = conformance("run", "mock", "--webhook-listen", ":65536", "--quiet")
        assert said.code == 2
        assert said.lines == ["conformance: --webhook-listen ':65536': there is no port 65536; the highest is 65535."]

    def test_with_a_port_that_is_taken(self, conformance):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            said = conformance("run", "mock", "--webhook-listen", f"127.0.0.1:{port}")
        assert said.code == 2
        assert said.lines == [
            (
                f"conformance: --webhook-listen 127.0.0.1:{port}: Port {port} cannot be used: Address already in use."
                " Choose another one, or 0 for any."
            )
        ]

    @pytest.mark.parametrize("flag", ["--webhook-timeout", "--webhook-wait"])
    def test_with_a_time(self, conformance, flag):
        said = conformance("run", "mock", flag, "0")
        assert said.code == 2
        assert said.lines == [f"conformance: {flag} is 0.0; it must be more than 0, and finite."]


def test_the_plan_tells_of_it_and_listens_nowhere(conformance):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        said = conformance("run", "mock", "--plan", "--profile", "smoke", "--webhook-listen", address)
    assert said.code == 0
    told = " ".join(said.out.split())
    assert f"Webhooks would be received at {address}/webhook, and up to 20 calls fetched that they are about." in told


def test_settings_may_come_from_the_environment(conformance):
    said = conformance("run", "mock", CONFORMANCE_WEBHOOK_LISTEN="nowhere")
    assert said.lines[0].startswith("conformance: --webhook-listen 'nowhere' is no address to listen at.")
