"""What may leave this process."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.contract.contract import load_contract
from conformance.errors import UsageError
from conformance.generate.cases import effect_of
from conformance.guard import Budget, Guard, Permission, Refusal, dialled, is_local
from conformance.model import Case, Effect

ALLOWED, OTHER = "+14155550123", "+14155550199"
OPERATION = "create-phone-call"


def case(effect, *, body=None, operation=OPERATION):
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    return Case(operation=operation, purpose="valid", method="POST", path="/x", effect=effect, body=raw)


def guard(*, local=False, allow=(), numbers=(), requests=10, calls=10, seconds=60.0):
    budget = Budget(requests=requests, calls=calls, seconds=seconds)
    return Guard(budget, Permission(operations=frozenset(allow), to_numbers=tuple(numbers)), local=local)


NEEDS_ALLOW = Refusal(reason="needs --allow create-phone-call")
NEEDS_NUMBER = Refusal(reason="needs --to-number: a number that may be dialled")
WRONG_NUMBER = Refusal(reason="would dial a number that is not among the --to-number given")


class TestOnThisMachine:
    @pytest.mark.parametrize("effect", Effect)
    @pytest.mark.parametrize("allow", [(), (OPERATION,)])
    @pytest.mark.parametrize("numbers", [(), (OTHER,)])
    def test_every_effect_is_let_through_whatever_was_allowed(self, effect, allow, numbers):
        asked = case(effect, body={"to_number": ALLOWED})
        assert guard(local=True, allow=allow, numbers=numbers).admit(asked, elapsed=0) is None


class TestElsewhere:
    @pytest.mark.parametrize(
        ("effect", "allow", "numbers", "expected"),
        [
            (Effect.READ, (), (), None),
            (Effect.READ, (OPERATION,), (ALLOWED,), None),
            (Effect.WRITES, (), (), NEEDS_ALLOW),
            (Effect.WRITES, ("create-web-call",), (ALLOWED,), NEEDS_ALLOW),
            (Effect.WRITES, (OPERATION,), (), None),
            (Effect.BILLS, (), (), NEEDS_ALLOW),
            (Effect.BILLS, (), (ALLOWED,), NEEDS_ALLOW),
            (Effect.BILLS, (OPERATION,), (), None),
            (Effect.DIALS, (), (), NEEDS_ALLOW),
            (Effect.DIALS, (), (ALLOWED,), NEEDS_ALLOW),
            (Effect.DIALS, (OPERATION,), (), NEEDS_NUMBER),
            (Effect.DIALS, (OPERATION,), (OTHER,), WRONG_NUMBER),
            (Effect.DIALS, (OPERATION,), (ALLOWED,), None),
            (Effect.DIALS, (OPERATION,), (OTHER, ALLOWED), None),
        ],
    )
    def test_reading_passes_and_the_rest_needs_leave(self, effect, allow, numbers, expected):
        asked = case(effect, body={"to_number": ALLOWED})
        assert guard(allow=allow, numbers=numbers).admit(asked, elapsed=0) == expected

    @pytest.mark.parametrize(
        "body",
        [
            None,
            b"",
            b"no JSON",
            b"[" * 100_000,
            [],
            {},
            {"to_number": None},
            {"to_number": 14155550123},
            {"to_number": [ALLOWED]},
            {"to_number": f" {ALLOWED}"},
            f'{{"to_number": "{OTHER}", "to_number": "{ALLOWED}"}}'.encode(),
            f'{{"to_number": "{ALLOWED}", "to_number": "{OTHER}"}}'.encode(),
        ],
        ids=range(12),
    )
    def test_a_body_that_may_dial_anybody_else_is_refused(self, body):
        asked = case(Effect.DIALS, body=body)
        assert guard(allow=[OPERATION], numbers=[ALLOWED]).admit(asked, elapsed=0) == WRONG_NUMBER

    def test_a_refused_case_costs_nothing(self):
        watch = guard(requests=1)
        assert watch.admit(case(Effect.BILLS), elapsed=0) == NEEDS_ALLOW
        assert (watch.requests, watch.calls) == (0, 0)
        assert watch.admit(case(Effect.READ), elapsed=0) is None

    def test_judging_a_case_counts_nothing(self):
        watch = guard(allow=[OPERATION])
        assert watch.judge(case(Effect.BILLS)) is None
        assert (watch.requests, watch.calls) == (0, 0)


class TestBudget:
    def test_requests_run_out_for_good(self):
        watch = guard(local=True, requests=2)
        assert [watch.admit(case(Effect.READ), elapsed=0) for _ in range(3)] == [
            None,
            None,
            Refusal(reason="the budget of 2 requests is used up", final=True),
        ]
        assert watch.requests == 2

    def test_calls_run_out_but_reading_goes_on(self):
        watch = guard(local=True, calls=2)
        spent = Refusal(reason="the budget of 2 created calls is used up")
        effects = [Effect.BILLS, Effect.DIALS, Effect.BILLS, Effect.DIALS, Effect.WRITES, Effect.READ]
        assert [watch.admit(case(each), elapsed=0) for each in effects] == [None, None, spent, spent, None, None]
        assert (watch.requests, watch.calls) == (4, 2)

    def test_no_created_call_at_all_is_a_budget_too(self):
        assert guard(local=True, calls=0).admit(case(Effect.BILLS), elapsed=0) == Refusal(
            reason="the budget of 0 created calls is used up"
        )

    @pytest.mark.parametrize(("elapsed", "spent"), [(0.0, False), (1.49, False), (1.5, True), (99.0, True)])
    def test_time_runs_out_for_good(self, elapsed, spent):
        expected = Refusal(reason="the time of 1.5 s is used up", final=True) if spent else None
        assert guard(local=True, seconds=1.5).admit(case(Effect.READ), elapsed=elapsed) == expected

    @pytest.mark.parametrize("requests", [0, -1])
    def test_a_budget_that_sends_nothing_is_refused(self, requests):
        with pytest.raises(UsageError) as caught:
            Budget(requests=requests, calls=0, seconds=1)
        assert str(caught.value) == f"The budget of {requests} requests sends nothing. Allow at least 1."


class TestRepeating:
    @pytest.mark.parametrize("effect", Effect)
    def test_anything_may_be_repeated_on_this_machine(self, effect):
        assert guard(local=True).may_repeat(case(effect))

    @pytest.mark.parametrize(
        ("effect", "may"), [(Effect.READ, True), (Effect.WRITES, True), (Effect.BILLS, False), (Effect.DIALS, False)]
    )
    def test_what_costs_or_rings_is_sent_once_elsewhere(self, effect, may):
        assert guard(allow=[OPERATION], numbers=[ALLOWED]).may_repeat(case(effect)) is may


class TestThisMachine:
    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1",
            "http://127.0.0.1:8787/v2",
            "https://127.255.255.254",
            "http://127.8.8.8:1",
            "http://[::1]:8080",
            "http://localhost",
            "http://LOCALHOST:9000",
            "http://app.localhost",
        ],
    )
    def test_loopback_addresses_and_localhost_are_it(self, url):
        assert is_local(url)

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1@evil.example",
            "http://localhost:80@evil.example/",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://127.0.0.1\\.evil.example",
            "http://127.0.0.1\t.evil.example",
            "http://evil.example/127.0.0.1",
            "http://evil.example?localhost",
            "http://evil.example#@127.0.0.1",
            "http://notlocalhost",
            "http://10.0.0.1",
            "http://192.168.1.1",
            "http://0.0.0.0",
            "http://128.0.0.1",
            "http://[::2]",
            "http://[fe80::1]",
            "http://127.1",
            "http://2130706433",
            "http://[::1",
            "http://",
            "127.0.0.1:8000",
            "mock",
            "",
        ],
    )
    def test_anything_else_is_not(self, url):
        assert not is_local(url)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([ALLOWED, OTHER, "", " ", "agent_1"]) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["agent_id", "to_number", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
BODIES = st.none() | st.binary(max_size=20) | VALUES.map(lambda value: json.dumps(value).encode())
CREATIONS = ["create-web-call", "register-phone-call", "create-phone-call"]


@st.composite
def creations(draw):
    """A request of a create operation with any body, its effect told as the harness tells it."""
    operation = load_contract("v2").operation(draw(st.sampled_from(CREATIONS)))
    body = draw(BODIES)
    return case(effect_of(operation.effect, operation.name, body), body=body, operation=operation.name)


def accepted_body(raw):
    try:
        value = json.loads(raw or b"")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


@settings(deadline=None, max_examples=50)
@given(asked=creations(), numbers=st.lists(st.sampled_from([ALLOWED, OTHER]), max_size=2))
def test_nothing_that_bills_or_dials_passes_elsewhere_without_leave(asked, numbers):
    refusal = guard(numbers=numbers).admit(asked, elapsed=0)
    named = accepted_body(asked.body)
    who = named.get("to_number" if asked.operation == "create-phone-call" else "agent_id")
    if isinstance(who, str) and who.strip():
        assert refusal == Refusal(reason=f"needs --allow {asked.operation}")
    else:
        assert (refusal is None) is (asked.effect is Effect.READ)


@settings(deadline=None, max_examples=50)
@given(asked=creations(), allow=st.sets(st.sampled_from(CREATIONS)), numbers=st.sets(st.sampled_from([ALLOWED])))
def test_a_case_with_an_effect_passes_elsewhere_only_with_all_that_it_needs(asked, allow, numbers):
    if guard(allow=allow, numbers=numbers).admit(asked, elapsed=0) is None and asked.effect is not Effect.READ:
        assert asked.operation in allow
        assert asked.effect is not Effect.DIALS or dialled(asked) <= numbers
