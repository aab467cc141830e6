"""The public strategies: what they draw is valid, makes sense, is narrowed as asked, and shrinks."""

import subprocess
import sys
import time
from random import Random

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from conformance import check, load_contract, strategies
from conformance.contract.schemas import load_schemas
from conformance.contract.signature import verify
from conformance.errors import UnknownName, UsageError
from conformance.mockvendor import MockClock

EDITIONS = ("v1", "v2-launch", "v2-2025", "v2")
QUICK = settings(max_examples=25, database=None, deadline=None, derandomize=True)
KEY = "key_fictional"


def every(strategy, *, examples=25):
    """Values of a strategy; always the same ones."""
    found = []

    @settings(QUICK, max_examples=examples)
    @given(strategy)
    def collect(value):
        found.append(value)

    collect()
    return found


def least(strategy, condition=lambda _: True):
    return find(strategy, condition, settings=settings(database=None, max_examples=100), random=Random(0))  # noqa: S311 - test data, not secrets


def of_edition(edition):
    return {
        "call": strategies.calls(edition=edition),
        "call-list": strategies.call_lists(edition=edition, max_size=3),
        "webhook": strategies.webhook_payloads(edition=edition),
    }


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("kind", ["call", "call-list", "webhook"])
def test_what_is_drawn_is_valid_and_no_check_of_a_run_finds_anything(kind, edition):
    for value in every(of_edition(edition)[kind]):
        assert load_schemas(edition).validate(kind, value) == ()
        assert check(value, kind, edition=edition) == ()


@pytest.mark.parametrize("edition", EDITIONS)
def test_bodies_of_every_operation_are_valid(edition):
    schemas = load_schemas(edition)
    for operation in schemas.operations():
        if operation.request is not None:
            for body in every(strategies.requests(operation.name, edition=edition), examples=20):
                assert schemas.validate(operation.request, body) == ()


def test_the_parts_of_a_call_fit_its_status():
    seen = set()
    for call in every(strategies.calls(), examples=150):
        status = call["call_status"]
        seen.add((call["call_type"], status))
        over = status in {"ended", "error", "not_connected"}
        assert ("disconnection_reason" in call) == over
        assert over or not call.keys() & {"end_timestamp", "duration_ms", "transcript", "call_cost", "call_analysis"}
        assert status != "not_connected" or not call.keys() & {"transcript", "recording_url", "latency", "call_cost"}
        assert status != "ended" or {"start_timestamp", "end_timestamp", "duration_ms"} <= call.keys()
        assert (status != "ongoing") or "start_timestamp" in call
        assert (status != "registered") or "start_timestamp" not in call
        if "end_timestamp" in call:
            assert call["duration_ms"] == call["end_timestamp"] - call["start_timestamp"] >= 0
        if call.get("transfer_destination"):
            assert call["disconnection_reason"] in {"call_transfer", "transfer_bridged", "transfer_cancelled"}
        if status == "not_connected":
            assert call["direction"] == "outbound"
    assert len(seen) == 9, "web calls are never not_connected, else every status is drawn for both types"


def test_reasons_go_with_the_status_that_the_suites_document():
    documented = load_contract().requirement("LIFE-006").parameters["reasons"]
    for status, reasons in documented.items():
        for reason in reasons:
            (call,) = every(strategies.phone_calls(disconnection_reason=reason), examples=1)
            assert call["call_status"] == status


def test_an_event_tells_of_a_call_as_it_is_then():
    for payload in every(strategies.webhook_payloads(), examples=120):
        call, event = payload["call"], payload["event"]
        assert "access_token" not in call
        if event == "call_started":
            assert call["call_status"] == "ongoing"
        if event in {"call_ended", "call_analyzed"}:
            assert call["call_status"] in {"ended", "error", "not_connected"}
            assert ("call_analysis" in call) == (event == "call_analyzed")
        if "event_timestamp" in payload and "end_timestamp" in call:
            assert payload["event_timestamp"] == call["end_timestamp"]


def test_the_first_edition_sends_the_same_call_twice():
    both = [each for each in every(strategies.webhook_payloads(edition="v2-launch")) if "data" in each]
    assert both
    assert all(each["data"] == each["call"] for each in both)


def test_a_list_has_the_newest_call_first_and_no_call_twice():
    lists = every(strategies.call_lists())
    assert {len(each) for each in lists} >= {0, 1, 2, 3}
    assert max(len(each) for each in lists) <= 6
    for calls in lists:
        starts = [call["start_timestamp"] for call in calls if "start_timestamp" in call]
        assert starts == sorted(starts, reverse=True)
        assert len({call["call_id"] for call in calls}) == len(calls)


def test_sizes_of_lists_are_kept():
    assert {len(each) for each in every(strategies.call_lists(min_size=2, max_size=3))} == {2, 3}
    assert {len(each) for each in every(strategies.call_lists(min_size=40), examples=10)} == {40}


def test_a_signature_is_that_of_the_bytes_at_the_time_of_the_clock():
    clock = MockClock(start_ms=1_750_000_000_000, moving=False)
    for delivery in every(strategies.signed_deliveries(key=KEY, event="call_ended", clock=clock), examples=20):
        header = delivery.headers["x-retell-signature"]
        assert header.startswith("v=1750000000000,d=")
        assert verify(delivery.body, KEY, header, now_ms=clock.now_ms())
        assert delivery.event == delivery.payload["event"] == "call_ended"
        assert delivery.headers["content-type"] == "application/json"


def test_a_function_does_as_a_clock_and_none_is_the_wall_clock():
    (told,) = every(strategies.signed_deliveries(key=KEY, clock=lambda: 5), examples=1)
    (fresh,) = every(strategies.signed_deliveries(key=KEY), examples=1)
    assert told.headers["x-retell-signature"].startswith("v=5,d=")
    assert verify(fresh.body, KEY, fresh.headers["x-retell-signature"], now_ms=time.time_ns() // 1_000_000)


class TestKeywords:
    def test_a_value_is_on_every_call(self):
        assert {each["call_status"] for each in every(strategies.calls(call_status="ended"))} == {"ended"}

    def test_a_strategy_is_drawn_from(self):
        numbers = st.sampled_from(["+14155550123", "+14155550124"])
        assert {each["from_number"] for each in every(strategies.phone_calls(from_number=numbers))} == {
            "+14155550123",
            "+14155550124",
        }

    def test_what_is_given_decides_the_rest(self):
        drawn = every(strategies.calls(transcript="Agent: Hello."))
        assert {each["call_status"] for each in drawn} == {"ended"}
        drawn = every(strategies.phone_calls(transfer_destination="+14155550123"))
        assert {each["disconnection_reason"] for each in drawn} == {"call_transfer"}
        drawn = every(strategies.phone_calls(start_timestamp=1_750_000_000_000, end_timestamp=1_750_000_042_000))
        assert {each["duration_ms"] for each in drawn} == {42_000}
        drawn = every(strategies.phone_calls(direction="inbound"))
        assert "not_connected" not in {each["call_status"] for each in drawn}

    def test_only_kinds_that_have_the_field_are_drawn(self):
        assert {each["call_type"] for each in every(strategies.calls(direction="inbound"))} == {"phone_call"}
        assert {each["call_type"] for each in every(strategies.calls(call_type="web_call"))} == {"web_call"}

    def test_a_payload_takes_fields_of_its_call_and_its_own(self):
        drawn = every(strategies.webhook_payloads("call_ended", metadata={"order": 1}, event_timestamp=7))
        assert all(each["call"]["metadata"] == {"order": 1} for each in drawn)
        assert {each["event_timestamp"] for each in drawn} == {7}
        call = every(strategies.web_calls(call_status="ended"), examples=1)[0]
        assert {str(each["call"]) for each in every(strategies.webhook_payloads(call=call))} == {str(call)}

    def test_a_field_that_may_stand_beside_the_call_or_in_it_stands_where_the_event_has_it(self):
        option = {"type": "cold_transfer"}
        for payload in every(strategies.webhook_payloads(transfer_option=option)):
            beside = payload["event"].startswith("transfer_") and payload["event"] != "transfer_ended"
            assert (payload if beside else payload["call"])["transfer_option"] == option

    @pytest.mark.parametrize(
        ("make", "error", "message"),
        [
            (
                lambda: strategies.web_calls(call_statsu="ended"),
                UnknownName,
                "web_calls(): There is no field 'call_statsu'. Did you mean 'call_status'?",
            ),
            (
                lambda: strategies.web_calls(call_status="endet"),
                UsageError,
                (
                    "web_calls(call_status=…): the schema expects one of registered, not_connected, ongoing, ended,"
                    " error, not 'endet'."
                ),
            ),
            (
                lambda: strategies.phone_calls(latency={"e2e": {"p50": "fast"}}),
                UsageError,
                "phone_calls(latency=…): the schema expects number at /e2e/p50, not 'fast'.",
            ),
            (
                lambda: strategies.phone_calls(edition="v2-launch", call_status="not_connected"),
                UsageError,
                (
                    "phone_calls(call_status=…): the schema expects one of registered, ongoing, ended, error,"
                    " not 'not_connected'."
                ),
            ),
            (
                lambda: strategies.calls(access_token="t", direction="inbound"),  # noqa: S106 - opens nothing
                UsageError,
                "calls(): no kind of call has access_token and direction. Leave one of them out.",
            ),
            (
                lambda: strategies.calls(call_type="webcall"),
                UsageError,
                "calls(call_type=…): the schema expects web_call, not 'webcall'.",
            ),
            (
                lambda: strategies.calls(call_type=st.just("web_call")),
                UsageError,
                "calls(call_type=…): give one of the two as a text, or leave it out for both.",
            ),
            (
                lambda: strategies.phone_calls(edition="v1"),
                UsageError,
                "phone_calls(): v1 has one kind of call. Use calls(edition='v1').",
            ),
            (
                lambda: strategies.call_lists(min_size=3, max_size=2),
                UsageError,
                "call_lists(min_size=3, max_size=2): it must hold that 0 <= min_size <= max_size.",
            ),
            (
                lambda: strategies.webhook_payloads("call_end"),
                UnknownName,
                "webhook_payloads(): There is no event 'call_end'. Did you mean 'call_ended'?",
            ),
            (
                lambda: strategies.requests("create_web_cal"),
                UnknownName,
                "There is no operation 'create_web_cal'. Did you mean 'create-web-call'?",
            ),
            (
                lambda: strategies.requests("get-call"),
                UsageError,
                "requests(): get-call takes no body. Leave it out, and send the request without one.",
            ),
            (
                lambda: strategies.calls(edition="v3"),
                UnknownName,
                "There is no edition 'v3'. Known: v1, v2, v2-2025, v2-launch.",
            ),
        ],
    )
    def test_what_cannot_be_is_refused_when_it_is_asked_for(self, make, error, message):
        with pytest.raises(error) as told:
            make()
        assert str(told.value) == message

    def test_a_strategy_that_gives_something_else_is_told_of_when_it_is_drawn_from(self):
        with pytest.raises(UsageError) as told:
            every(strategies.web_calls(agent_version=st.just("3")))
        assert str(told.value) == "web_calls(agent_version=…): the schema expects integer, not '3'."


class TestShrinking:
    def test_to_a_call_that_is_only_registered(self):
        assert least(strategies.calls()) == {
            "call_id": "call_000000000000000000000000000",
            "agent_id": "agent_00000000000000000000000000",
            "agent_version": 0,
            "call_status": "registered",
            "call_type": "web_call",
            "access_token": "a",
        }

    def test_to_what_the_condition_needs_and_no_more(self):
        call = least(strategies.web_calls(call_status="ended"), lambda call: "transcript" in call)
        always = {"call_id", "agent_id", "agent_version", "call_status", "call_type", "access_token"}
        of_the_end = {"start_timestamp", "end_timestamp", "duration_ms", "disconnection_reason"}
        assert call.keys() == always | of_the_end | {"transcript"}
        assert (call["transcript"], call["duration_ms"]) == ("", 0)

    def test_to_the_only_call_of_a_list_that_matters(self):
        found = least(strategies.call_lists(), lambda calls: any(call["call_status"] == "ended" for call in calls))
        assert [call["call_status"] for call in found] == ["ended"]


def test_equal_seeds_give_equal_values_in_every_process():
    program = (
        "{imports}from conformance import strategies; from conformance.generate.draw import draw_values;"
        "print(draw_values(strategies.webhook_payloads(), count=4, seed=3),"
        " draw_values(strategies.call_lists(), count=4, seed=3))"
    )
    said = {
        subprocess.run(  # noqa: S603 - programs of ours
            [sys.executable, "-c", program.format(imports=imports)], capture_output=True, text=True, check=True
        ).stdout
        for imports in ("", "import conformance.mockvendor, sqlite3, asyncio;")
    }
    assert len(said) == 1
    assert "call_id" in said.pop()


def test_a_strategy_is_shown_as_it_was_asked_for():
    numbers = st.just("+14155550123")
    assert repr(strategies.web_calls(call_status="ended")) == "web_calls(call_status='ended')"
    assert repr(strategies.phone_calls(edition="v2-2025", from_number=numbers)) == (
        "phone_calls(edition='v2-2025', from_number=just('+14155550123'))"
    )
    assert repr(strategies.requests("create_web_call")) == "requests(operation='create-web-call')"
    assert repr(strategies.signed_deliveries(key=KEY, event="call_ended")) == "signed_deliveries(event='call_ended')"


def test_a_delivery_shows_what_was_drawn_and_neither_signature_nor_bytes():
    (delivery,) = every(strategies.signed_deliveries(key=KEY, event="call_started"), examples=1)
    assert repr(delivery) == f"SignedDelivery(event='call_started', payload={delivery.payload!r})"


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_is_given_is_kept_however_odd_and_the_rest_stays_valid(edition):
    chance = Random(edition)  # noqa: S311 - test data, not secrets
    pool = every(strategies.calls(edition=edition), examples=25)
    for _ in range(4):
        picked = [chance.choice([*call.items()]) for call in chance.sample(pool, 3)]
        fields = {name: value for name, value in picked if name not in {"call_type", "access_token"}}
        for call in every(strategies.calls(edition=edition, **fields), examples=5):
            assert load_schemas(edition).validate("call", call) == ()
            assert {name: call[name] for name in fields} == fields
