"""What receivers answer, judged both ways."""

from __future__ import annotations

import pytest
from exchanges import contract

from conformance.checks import CHECKS, RELATIONS
from conformance.checks.view import View
from conformance.generate.deliveries import DeliveryMaker, Payloads
from conformance.model import Exchange, Level, Response

MAKER = DeliveryMaker(key="key_fictional_0001", path="/hook", timeout_ms=2000, now_ms=lambda: 1_767_261_600_000)
ACCEPTED = {"aspects": ["full"], "words": "a full delivery"}


def case(aspect="full", era="v2", call_type="phone_call", event="call_ended", eras=3):
    payload = Payloads(seed=1).ordinary(era, call_type, event)
    return MAKER.signed(payload, aspect, era=era, eras=eras)


def forged(name="stale", *, vouched=True):
    return MAKER.forged(Payloads(seed=1).ordinary("v2", "phone_call", "call_ended"), name, vouched=vouched)


def view(sent, status, *headers, seconds=0.1):
    answer = Response(status=status, headers=headers)
    return View(Exchange(case=sent, url="", response=answer, seconds=seconds), contract("v2"))


def judged(name, seen, given=None):
    """None if the check does not apply, else what it says."""
    check = CHECKS[name]
    if not check.when(seen, given or {}):
        return None
    return [(each.message, each.expected, each.actual) for each in check.judge(seen, given or {})]


def silent(name, sent, seconds, error="the server broke the HTTP protocol: gone."):
    found = CHECKS[name].silence(Exchange(case=sent, url="", error=error, seconds=seconds), {})
    return None if found is None else [(each.message, each.expected, each.actual) for each in found]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_accepts(status):
    assert judged("delivery-accepted", view(case(), status), ACCEPTED) == []


@pytest.mark.parametrize("status", [400, 404, 500])
def test_anything_else_does_not(status):
    said = [("a full delivery was not accepted", "any 2xx", str(status))]
    assert judged("delivery-accepted", view(case(), status), ACCEPTED) == said


@pytest.mark.parametrize("status", [307, 429])
def test_redirects_and_limits_are_told_elsewhere(status):
    assert judged("delivery-accepted", view(case(), status), ACCEPTED) is None


def test_other_deliveries_do_not_concern_it():
    assert judged("delivery-accepted", view(case("minimal"), 500), ACCEPTED) is None
    assert judged("delivery-accepted", view(forged(), 500), ACCEPTED) is None


@pytest.mark.parametrize(("status", "level"), [(400, Level.SHOULD), (500, None)])
def test_a_lenient_requirement_fails_on_crashes_alone(status, level):
    given = {**ACCEPTED, "lenient": True}
    (mismatch,) = CHECKS["delivery-accepted"].judge(view(case(), status), given)
    assert mismatch.level is level


def related(name, views, given):
    relation = RELATIONS[name]
    return [each.message for each in relation.judge([one for one in views if relation.when(one, given)], given)]


def plain(call_type, era, status):
    return view(case("plain", era=era, call_type=call_type), status)


def test_one_accepted_delivery_is_enough():
    views = [plain("phone_call", "v2", 500), plain("web_call", "v2", 204)]
    assert related("some-delivery-accepted", views, {}) == []


def test_none_accepted_is_told_once():
    views = [plain("phone_call", "v2", 401), plain("web_call", "v2", 401)]
    assert related("some-delivery-accepted", views, {}) == [
        "none of 2 plain deliveries with a right signature was accepted"
    ]


def test_the_type_is_to_blame_where_the_other_type_is_accepted():
    views = [plain("phone_call", "v2", 204), plain("web_call", "v2", 500)]
    told = ["call_ended of a web call was not accepted, but the same with call_type phone_call was"]
    assert related("delivery-accepted-alike", views, {"factor": "call_type", "values": ["web_call"]}) == told
    assert related("delivery-accepted-alike", views, {"factor": "call_type", "values": ["phone_call"]}) == []


def test_the_era_is_to_blame_where_both_types_of_another_era_are_accepted():
    views = [
        plain(kind, era, 204 if era == "v2-launch" else 500)
        for kind in ("phone_call", "web_call")
        for era in ("v2-launch", "v2-2025")
    ]
    given = {"factor": "era", "values": ["v2-2025"]}
    assert related("delivery-accepted-alike", views, given) == [
        "call_ended of a phone call was not accepted, but the same with era v2-launch was",
        "call_ended of a web call was not accepted, but the same with era v2-launch was",
    ]
    assert related("delivery-accepted-alike", views, {"factor": "call_type", "values": ["web_call"]}) == []


def test_one_era_alone_tells_nothing_of_eras():
    relation = RELATIONS["delivery-accepted-alike"]
    assert not relation.when(view(case("plain", eras=1), 204), {"factor": "era", "values": ["v2"]})


GIVEN = {"forgeries": ["stale", "hour-old"]}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_any_4xx_refuses(status):
    assert judged("forged-refused", view(forged(), status), GIVEN) == []
    assert judged("forged-not-crashing", view(forged(), status)) == []


def test_a_2xx_does_not():
    assert judged("forged-refused", view(forged(), 204), GIVEN) == [
        ("a delivery was accepted although it was signed 5.5 minutes ago", "any 4xx, such as 401", "204")
    ]


def test_a_receiver_that_refuses_everything_passes_nothing():
    assert judged("forged-refused", view(forged(vouched=False), 401), GIVEN) is None
    assert judged("forged-refused", view(forged(vouched=False), 204), GIVEN) is not None


@pytest.mark.parametrize(("status", "what"), [(500, "crashed"), (302, "did not refuse")])
def test_a_crash_is_no_refusal(status, what):
    assert judged("forged-refused", view(forged(), status), GIVEN) is None
    assert judged("forged-not-crashing", view(forged(), status)) == [
        (f"the receiver {what} when it was signed 5.5 minutes ago", "any 4xx, such as 401", str(status))
    ]


def test_silence_is_told_apart_from_a_lost_connection():
    assert silent("forged-answered", forged(), 2.0) == [
        ("the receiver did not answer when it was signed 5.5 minutes ago", "any 4xx, such as 401", "nothing within 2 s")
    ]
    assert silent("forged-answered", forged(), 0.1) is None
    assert silent("delivery-answered", forged(), 2.0) is None
    assert silent("delivery-answered", forged(), 0.1) == [
        (
            (
                "call_ended of a phone call got no answer when it was signed 5.5 minutes ago:"
                " the server broke the HTTP protocol: gone"
            ),
            "an HTTP answer",
            "none",
        )
    ]


def test_a_delivery_that_is_not_answered_in_time_is_told_as_that_alone():
    assert silent("delivery-in-time", case(), 2.0) == [
        ("call_ended of a phone call was not answered in time", "an answer within 2 s", "nothing within 2 s")
    ]
    assert silent("delivery-answered", case(), 2.0) is None
    assert silent("delivery-in-time", case(), 0.1) is None


def test_an_answer_that_drips_in_too_late_is_late():
    assert judged("delivery-in-time", view(case(), 204, seconds=2.5)) == [
        ("call_ended of a phone call was not answered in time", "an answer within 2 s", "2.5 s")
    ]


def test_among_many_at_once_lateness_only_warns():
    exchange = Exchange(case=case("parallel"), url="", error="late", seconds=2.0)
    (mismatch,) = CHECKS["delivery-in-time"].silence(exchange, {})
    assert mismatch.level is Level.SHOULD


def test_a_redirect_is_told_with_its_place():
    assert judged("delivery-not-redirected", view(case(), 307, ("location", "/hook/"))) == [
        ("call_ended of a phone call was redirected to /hook/", "any 2xx at this URL", "307")
    ]
    assert judged("delivery-not-redirected", view(case(), 204)) == []


@pytest.mark.parametrize("sent", [case(), case("plain"), case("parallel"), forged(), forged("missing", vouched=False)])
@pytest.mark.parametrize("status", [-1, 0, 100, 204, 307, 401, 429, 500, 999])
def test_no_answer_makes_a_check_raise(sent, status):
    given = {**ACCEPTED, **GIVEN, "factor": "era", "values": ["v2"]}
    seen = view(sent, status, ("location", ""), ("", "x"))
    for name in ("delivery-accepted", "forged-refused", "forged-not-crashing", "delivery-in-time"):
        assert judged(name, seen, given) is None or status is not None
    for name in ("some-delivery-accepted", "delivery-accepted-alike"):
        assert len(related(name, [seen, seen], given)) <= 1
