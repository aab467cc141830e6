"""`conformance mock --webhook-url`."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from webhook_receiver import until

from conformance.cli import main

SCRIPT = Path(sys.executable).with_name("conformance")


def test_webhooks_go_where_they_are_told_to(receiver, tmp_path):
    flags = ["--webhook-url", receiver.url, "--webhook-event", "call_ended", "--pace", "0.001"]
    with subprocess.Popen(  # noqa: S603 - a program of ours
        [SCRIPT, "mock", "--port", "0", "--calls", "0", *flags], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as serving:
        try:
            told = [serving.stdout.readline() for _ in range(4)]
            url, key = told[2].strip().rpartition("=")[2], told[1].strip().rpartition("=")[2]
            assert told[3] == f"Its webhooks go to:   {receiver.url}\n"
            body = {"agent_id": "agent_x", "from_number": "+14155550100", "to_number": "+14155550123"}
            answer = httpx.post(f"{url}/v2/create-phone-call", json=body, headers={"authorization": f"Bearer {key}"})
            assert until(lambda: receiver.got)
        finally:
            serving.terminate()
    assert (receiver.events(), receiver.got[0].call["call_id"]) == (["call_ended"], answer.json()["call_id"])
    assert serving.returncode == 0


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--webhook-url", "here"], "The webhook URL 'here' is none. Give one such as http://127.0.0.1:9100/webhook."),
        (
            ["--webhook-url", "http://127.0.0.1:9/", "--webhook-event", "call_end"],
            "Edition v2: There is no webhook event 'call_end'. Did you mean 'call_ended'?",
        ),
        (
            ["--webhook-event", "call_ended"],
            "--webhook-event goes with --webhook-url only. Say where the webhooks go, or leave it out.",
        ),
        (["--pace", "0"], "The pace is 0; it must be above 0 and at most 100."),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_is_wrong_is_told_in_one_line(flags, message, capsys):
    assert main(["mock", "--port", "0", *flags]) == 2
    assert capsys.readouterr() == ("", f"conformance: {message}\n")
