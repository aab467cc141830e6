"""Correct servers that send their webhooks otherwise than the mock does: nobody is accused."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.contract.signature import HEADER, sign
from conformance.mockvendor import MockFault
from conformance.model import Outcome

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
import score  # it has the run that listens


def choosing(**hooks):
    return MockFault(name="another-choice", breaks="HOOK-001", text="No fault, a choice.", **hooks)


def rewritten(**style):
    """The same JSON in other bytes, signed as it is sent."""

    def post(post, seal):
        body = json.dumps(json.loads(post.body), **style).encode()
        return replace(post, body=body).with_header(HEADER, sign(body, seal.key, seal.at_ms))

    return post


def in_call(**members):
    """More members in the call inside."""

    def payload(payload, notice):
        del notice
        return {**payload, "call": {**payload["call"], **members}}

    return payload


def changed(change):
    def payload(payload, notice):
        payload["call"] = dict(payload["call"])
        change(payload, notice.event)
        return payload

    return payload


def started_says_registered(payload, event):
    if event == "call_started":
        payload["call"]["call_status"] = "registered"


def starts_with_the_basics(payload, event):
    if event == "call_started":
        call = payload["call"]
        basics = ("call_id", "call_type", "agent_id", "call_status", "from_number", "to_number", "direction")
        payload["call"] = {name: call[name] for name in basics if name in call}


def as_documented(payload, event):
    """What the published sample of the end lacks, and the status that it has."""
    payload.pop("event_timestamp", None)
    payload["call"].pop("agent_version", None)
    if event == "call_ended":
        payload["call"]["call_status"] = "registered"


def with_the_token(payload, event):
    del event
    if payload["call"]["call_type"] == "web_call":
        payload["call"]["access_token"] = json.dumps({"opens": "nothing"})


def with_v1_data(payload, event):
    """V1 stood in `data`, with its own fields: not the call of V2."""
    del event
    call = {name: value for name, value in payload["call"].items() if name != "call_type"}
    payload["data"] = {**call, "audio_websocket_protocol": "web", "audio_encoding": "s16le", "sample_rate": 24000}


CHOICES = {
    "spaces": ("v2", choosing(post=rewritten())),
    "escapes": ("v2", choosing(post=rewritten(ensure_ascii=True, indent=1))),
    "sorted": ("v2", choosing(post=rewritten(sort_keys=True, ensure_ascii=False))),
    "charset": (
        "v2",
        choosing(post=lambda post, _: post.with_header("content-type", "application/json; charset=utf-8")),
    ),
    "header names": (
        "v2",
        choosing(
            post=lambda post, _: post.without_header(HEADER).with_header("X-Retell-Signature", post.headers[HEADER])
        ),
    ),
    "more members": ("v2", choosing(payload=lambda payload, _: {**payload, "workspace": "w_1", "attempt": 1})),
    "more in the call": ("v2", choosing(payload=in_call(queue="front", scores=[1, None], nested={"a": {}}))),
    "a token": ("v2", choosing(payload=changed(with_the_token))),
    "as documented": ("v2", choosing(payload=changed(as_documented))),
    "registered at the start": ("v2", choosing(payload=changed(started_says_registered))),
    "basics at the start": ("v2", choosing(payload=changed(starts_with_the_basics))),
    "V1 beside it": ("v2-launch", choosing(payload=changed(with_v1_data))),
    "one retry": ("v2", choosing(policy=lambda policy: replace(policy, attempts=2))),
    "three in all": ("v2", choosing(policy=lambda policy: replace(policy, attempts=3))),
    "ends alone": ("v2", choosing(plan=lambda plan, _: [due for due in plan if due.event == "call_ended"])),
    "nothing": ("v2", choosing(plan=lambda _plan, _: [])),
}
WARNED = {"as documented": {"HOOK-016"}}
"""A status that contradicts the event stands in the documents, and is warned about."""
AT_ONCE = 6


def judged(name):
    edition, choice = CHOICES[name]
    run = score.run_listening(choice, edition=edition, reporter=score.FirstFinding(), seed=1)
    return name, score.outcomes(run, Outcome.FAILED), set(score.outcomes(run, Outcome.WARNED)) - WARNED.get(name, set())


@pytest.mark.parametrize("first", range(0, len(CHOICES), AT_ONCE))
def test_a_server_that_sends_otherwise_is_not_accused(first):
    names = list(CHOICES)[first : first + AT_ONCE]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(judged, names))
    assert told == [(name, (), set()) for name in names]
