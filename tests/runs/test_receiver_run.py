"""A run against a receiver: each fault is told as what it is, and nothing else is."""

from __future__ import annotations

import pytest
from receivers import CONTRACT, KEY, judged, judged_mock, told

from conformance.contract.contract import load_contract
from conformance.errors import TargetError
from conformance.mockreceiver import MockReceiver, faults
from conformance.model import Outcome
from conformance.runs import ReceiverOptions, ReceiverRunner
from conformance.targets import open_target


def test_every_requirement_is_broken_by_some_fault():
    promised = {each.id for each in CONTRACT.judging("receiver").requirements}
    assert {each.breaks for each in faults()} == promised


@pytest.mark.parametrize("seed", range(1, 4))
def test_a_correct_receiver_is_not_accused_whatever_the_seed(seed):
    run = judged_mock(seed=seed)
    assert told(run) == set()
    assert run.count(Outcome.PASSED) == len(run.results)
    assert run.requests <= 150


def refusing(status, accepted=200, body=b'{"received":true}'):
    """A correct receiver that says it in another way."""
    inner = MockReceiver(KEY)

    async def app(scope, receive, send):
        async def translated(message):
            if message["type"] == "http.response.start":
                code = {204: accepted, 401: status}.get(message["status"], message["status"])
                message = {**message, "status": code, "headers": [(b"content-type", b"application/json")]}
            elif message["type"] == "http.response.body":
                message = {**message, "body": body}
            await send(message)

        await inner.app(scope, receive, translated)

    return app


@pytest.mark.parametrize(("status", "accepted"), [(400, 200), (403, 202), (422, 201), (404, 299)])
def test_any_2xx_and_any_4xx_will_do(status, accepted):
    assert told(judged(refusing(status, accepted))) == set()


def by_id(run):
    return {result.requirement.id: result for result in run.results}


def test_an_edition_alone_sends_its_era_and_skips_what_only_several_show():
    run = judged_mock(contract=load_contract("v2-launch"), eras=("v2-launch",))
    assert told(run) == set()
    assert run.edition == "v2-launch"
    assert by_id(run)["RCV-006"].reason == "only one era was sent: leave --edition out"


def test_smoke_sends_little_and_says_so():
    run = judged_mock(profile="smoke")
    assert run.requests == 21
    assert by_id(run)["RCV-017"].reason == "the profile smoke sends nothing that exercises it"


def test_a_refusal_of_everything_is_explained():
    run = judged_mock("other-key", key_name="$RETELL_API_KEY")
    assert run.notes == (
        (
            "Every signed delivery was refused: either the receiver has another key than $RETELL_API_KEY,"
            " or it verifies something else than the raw bytes."
        ),
    )
    assert by_id(run)["RCV-031"].outcome is Outcome.SKIPPED


def test_what_was_accepted_in_another_spelling_is_told():
    assert judged_mock("writes-with-spaces").notes == (
        "The same payload is accepted with spaces: the receiver verifies JSON that it wrote again, not the raw bytes.",
    )


def test_no_verification_at_all_is_told_as_that():
    assert judged_mock("believes-all").notes == (
        "Unsigned deliveries are accepted too: signatures are not verified at all.",
    )


def test_a_finding_is_shown_with_the_least_that_shows_it_and_how_to_repeat_it():
    run = judged_mock("no-variables", repeat=("conformance", "webhook", "app:a b:app"))
    finding = by_id(run)["RCV-012"].findings[0]
    call = finding.exchange.case.json()["call"]
    assert call.keys() == {"call_type", "call_id", "agent_id", "call_status", "collected_dynamic_variables"}
    assert finding.repeat == "conformance webhook 'app:a b:app' --seed 1 --requirement RCV-012"


def test_no_key_and_no_signature_is_shown():
    run = judged_mock("believes-all")
    assert KEY not in repr(run)
    assert "d=" not in repr([dict(f.exchange.sent).get("x-retell-signature") for r in run.results for f in r.findings])


def test_nothing_that_listens_is_an_error():
    target = open_target("http://127.0.0.1:9", key="", timeout_seconds=1)
    runner = ReceiverRunner(contract=CONTRACT, target=target, options=ReceiverOptions(key=KEY))
    with pytest.raises(TargetError) as raised:
        runner.run()
    target.close()
    assert str(raised.value) == (
        "http://127.0.0.1:9: no connection to 127.0.0.1:9: Connection refused. Is the server running there?"
    )


def test_the_budget_ends_the_run_and_says_so():
    run = judged_mock(requests=5)
    assert (run.complete, run.stopped, run.requests) == (False, "the budget of 5 requests is used up", 5)


def limited(every):
    """A correct receiver that answers 429 to every so many."""
    inner, count = MockReceiver(KEY), [0]

    async def app(scope, receive, send):
        if scope["type"] == "http":
            count[0] += 1
            if count[0] % every == 0:
                await send({"type": "http.response.start", "status": 429, "headers": [(b"retry-after", b"0.1")]})
                await send({"type": "http.response.body", "body": b""})
                return
        await inner.app(scope, receive, send)

    return app


def test_a_rate_limit_is_waited_out():
    assert told(judged(limited(3))) == set()


def test_answers_that_are_lost_now_and_then_are_a_note_and_no_finding():
    inner, seen = MockReceiver(KEY), set()

    async def app(scope, receive, send):
        message = await receive() if scope["type"] == "http" else {}
        if b"dial_busy" in message.get("body", b"") and not seen:
            seen.add("lost")
            return

        async def again():
            return message

        await inner.app(scope, again, send)

    run = judged(app)
    assert told(run) == set()
    assert run.notes == ("1 deliveries were answered only when they were sent again.",)
