"""The order in which deliveries are sent, each after what earlier ones were answered. Nothing here judges."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from conformance.contract.schemas import load_schemas
from conformance.generate.deliveries import bodies
from conformance.generate.deliveries.cases import DeliveryMaker
from conformance.generate.deliveries.forgeries import FORGERIES
from conformance.generate.deliveries.payloads import CALL_TYPES, CHOSEN_EVENTS, EVENTS, Payloads, events_of
from conformance.model import JSON, Case, Exchange

Steps: TypeAlias = Generator[tuple[Case, ...], tuple[Exchange | None, ...], None]
"""Yields what is sent at once, gets the answers in the same order; None for what the guard did not let pass."""

_SLOW_SHARE = 0.95
_MOST_SLOW = {"valid": 3, "forged": 2}
_AT_ONCE = 8
_AGED_MS = 270_000
_A_SECOND = 1_000
_FEW = ("missing", "random-digest", "stale")
_NOT_ACCEPTED = "no correctly signed delivery was accepted, so this would tell nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryProfile:
    """How much is sent.

    Attributes:
        requests: Budget, repetitions and shrinking included.
        draws: Payloads drawn for each event and type of call; below 0 only plain and few forged ones are sent.
    """

    name: str
    requests: int
    draws: int


PROFILES: Mapping[str, DeliveryProfile] = {
    each.name: each
    for each in (
        DeliveryProfile(name="smoke", requests=40, draws=-1),
        DeliveryProfile(name="standard", requests=300, draws=2),
        DeliveryProfile(name="deep", requests=1500, draws=40),
    )
}


@dataclass(kw_only=True)
class Delivering:
    """What a script knows of the receiver.

    Attributes:
        accepted: Era, type of call and event of the plain deliveries that were answered 2xx.
        introduces: True if calls are known to be refused unless their start was delivered.
        why_not: By aspect, why it was not sent.
    """

    payloads: Payloads
    cases: DeliveryMaker
    profile: DeliveryProfile
    accepted: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    introduces: bool = False
    why_not: dict[str, str] = field(default_factory=dict)
    _slow: dict[str, int] = field(default_factory=dict)

    def took(self, aspect: str, answers: Iterable[Exchange | None]) -> None:
        """Keep count of what was not answered in time."""
        for answer in answers:
            if answer is not None and is_silent(answer):
                for name in (aspect, "forged" if aspect == "forged" else "valid"):
                    self._slow[name] = self._slow.get(name, 0) + 1

    def tired(self, aspect: str) -> bool:
        """Whether waiting for more of this kind would only cost time."""
        family = "forged" if aspect == "forged" else "valid"
        return self._slow.get(family, 0) >= _MOST_SLOW[family] or (family == "valid" and self._slow.get(aspect, 0) > 0)

    @property
    def waited_in_vain(self) -> bool:
        """Whether something was left out because too much was not answered in time."""
        return any(self._slow.get(family, 0) >= most for family, most in _MOST_SLOW.items())

    def types(self, era: str, event: str = "call_ended") -> tuple[str, ...]:
        """The types of call that were accepted plain."""
        return tuple(each for each in CALL_TYPES if self.accepted.get((era, each, event)))

    @property
    def base(self) -> tuple[str, str, str]:
        """Era, type and event of a plain delivery that was accepted: the newest, a phone call, its end."""
        good = [each for each, ok in self.accepted.items() if ok]
        return min(good, key=lambda each: (each[2] != "call_ended", each[1] != "phone_call", good.index(each)))


_Part: TypeAlias = Callable[[Delivering], Steps]


def is_silent(exchange: Exchange) -> bool:
    """Whether there was no answer until the time limit."""
    limit = exchange.case.facts["sending"]["timeout_ms"]
    return exchange.response is None and not exchange.unreachable and exchange.seconds * 1000 >= _SLOW_SHARE * limit


def was_accepted(exchange: Exchange | None) -> bool:
    """Whether the answer was a 2xx."""
    return exchange is not None and exchange.response is not None and exchange.response.status in range(200, 300)


def deliver(session: Delivering) -> Steps:
    """Everything of the profile: what must be accepted, then what must be refused."""
    yield from _plain(session)
    if not any(session.accepted.values()):
        session.why_not[""] = _NOT_ACCEPTED
        if session.tired("plain"):
            return
        yield from _spelled(session, "another spelling", _unaccepted(session))
        yield from _forged(session, _FEW, vouched=False)
        return
    if session.profile.draws < 0:
        session.why_not[""] = f"the profile {session.profile.name} sends nothing that exercises it"
        yield from _forged(session, _FEW, vouched=True)
        return
    for part in _PARTS:
        yield from part(session)
    yield from _forged(session, tuple(FORGERIES), vouched=True)


def _send(
    session: Delivering, aspect: str, *cases: Case
) -> Generator[tuple[Case, ...], tuple[Exchange | None, ...], bool]:
    """Send at once, unless waiting was in vain before; whether all of it was accepted."""
    if session.tired(aspect):
        session.why_not[aspect] = "deliveries were not answered in time before, so no more were sent"
        return False
    answers = yield cases
    session.took(aspect, answers)
    return all(map(was_accepted, answers))


def _plain(session: Delivering) -> Steps:
    """The three usual events of a call of each type and era, in their order."""
    for era in reversed(session.payloads.eras):
        for call_type in CALL_TYPES:
            call_id = session.payloads.call_id()
            for event in EVENTS:
                payload = session.payloads.ordinary(era, call_type, event, call_id=call_id)
                case = session.cases.signed(payload, "plain", era=era, eras=len(session.payloads.eras))
                answers = yield (case,)
                session.took("introduction", answers)
                session.accepted[era, call_type, event] = was_accepted(answers[0])
                if session.tired("plain"):
                    return


def _unaccepted(session: Delivering) -> dict[str, JSON]:
    return session.payloads.ordinary(session.payloads.eras[-1], "phone_call", "call_ended")


def _fresh(
    session: Delivering, aspect: str, payload: Mapping[str, JSON], *, body: bytes | None = None, age_ms: int = 0
) -> Steps:
    """One delivery about a call that the receiver has not heard of, unless it is known to need that."""
    event, call = payload["event"], payload["call"]
    era = session.base[0]
    if session.introduces and event != "call_started" and isinstance(call, dict):
        start = session.payloads.ordinary(era, call["call_type"], "call_started", call_id=call["call_id"])
        yield (session.cases.signed(start, "introduction", era=era),)
    yield from _quietly(_send(session, aspect, session.cases.signed(payload, aspect, body=body, age_ms=age_ms)))


def _quietly(steps: Generator[tuple[Case, ...], tuple[Exchange | None, ...], bool]) -> Steps:
    yield from steps


def _reordered(session: Delivering) -> Steps:
    era, call_type, _ = session.base
    call_id = session.payloads.call_id()
    went_well = []
    for event in ("call_analyzed", "call_ended", "call_started"):
        if session.accepted.get((era, call_type, event)):
            payload = session.payloads.ordinary(era, call_type, event, call_id=call_id)
            case = session.cases.signed(payload, "reordered")
            went_well.append((event, (yield from _send(session, "reordered", case))))
    session.introduces = not any(well for event, well in went_well if event != "call_started")


def _chosen(session: Delivering) -> Steps:
    era = session.payloads.eras[-1]
    known = [each for each in CHOSEN_EVENTS if each in events_of(era)]
    types = session.types(era)
    if not known or not types:
        session.why_not["chosen"] = "the era has no such events" if not known else "its usual events were not accepted"
    for call_type in types:
        for event in known:
            yield from _fresh(session, "chosen", session.payloads.ordinary(era, call_type, event))


def _unconnected(session: Delivering) -> Steps:
    era = session.base[0]
    reasons = load_schemas(era).definition("disconnection-reason")["enum"]
    for call_type, event, reason in (
        ("phone_call", "call_ended", "dial_no_answer"),
        ("phone_call", "call_analyzed", "dial_no_answer"),
        ("phone_call", "call_ended", "dial_busy"),
        ("phone_call", "call_analyzed", "dial_failed"),
        ("web_call", "call_ended", "error_user_not_joined"),
    ):
        if call_type in session.types(era, event) and reason in reasons:
            payload = session.payloads.unconnected(era, call_type, event, reason)
            yield from _quietly(_send(session, "unconnected", session.cases.signed(payload, "unconnected")))


def _each(aspect: str, events: Iterable[str], make: Callable[[Payloads, str, str, str], dict[str, JSON]]) -> _Part:
    def steps(session: Delivering) -> Steps:
        era = session.base[0]
        for event in events:
            for call_type in session.types(era, event):
                yield from _fresh(session, aspect, make(session.payloads, era, call_type, event))

    return steps


def _varied(aspect: str, vary: Callable[[dict[str, JSON]], Iterator[dict[str, JSON]]]) -> _Part:
    def steps(session: Delivering) -> Steps:
        for payload in vary(session.payloads.ordinary(*session.base)):
            again = {**payload, "call": {**payload["call"], "call_id": session.payloads.call_id()}}
            yield from _fresh(session, aspect, again)

    return steps


def _spellings(session: Delivering) -> Steps:
    yield from _spelled(session, "spelled", session.payloads.ordinary(*session.base))


def _spelled(session: Delivering, aspect: str, payload: Mapping[str, JSON]) -> Steps:
    for name, spell in bodies.SPELLINGS.items():
        again = {**payload, "call": {**payload["call"], "call_id": session.payloads.call_id()}}
        if aspect == "spelled":
            yield from _fresh(session, aspect, again, body=spell(again))
        else:
            yield (session.cases.signed(payload, f"{aspect}: {name}", body=spell(payload)),)


def _large(session: Delivering) -> Steps:
    yield from _fresh(session, "large", bodies.large(session.payloads.ordinary(*session.base)))


def _repeated(session: Delivering) -> Steps:
    payload = session.payloads.ordinary(*session.base)
    yield from _fresh(session, "first of several", payload, age_ms=_A_SECOND)
    case = session.cases.signed(payload, "repeated")
    yield from _quietly(_send(session, "repeated", case))
    exact = session.cases.same(case, "repeated-exactly")
    yield from _quietly(_send(session, "repeated-exactly", exact))


def _parallel(session: Delivering) -> Steps:
    if session.introduces:
        session.why_not.update(dict.fromkeys(("parallel", "twins"), "calls are refused unless their start came before"))
        return
    payloads = [session.payloads.ordinary(*session.base) for _ in range(_AT_ONCE)]
    cases = [session.cases.signed(payload, "parallel") for payload in payloads]
    yield from _quietly(_send(session, "parallel", *cases))
    payload = session.payloads.ordinary(*session.base)
    twins = [session.cases.signed(payload, "twins", age_ms=age_ms) for age_ms in (_A_SECOND, 0)]
    yield from _quietly(_send(session, "twins", *twins))


def _drawn(session: Delivering) -> Steps:
    era = session.base[0]
    for call_type in CALL_TYPES:
        events = [event for event in EVENTS if session.accepted.get((era, call_type, event))]
        if events:
            count = session.profile.draws * len(events)
            for _, payload in session.payloads.drawn(era, call_type, events, count=count):
                yield from _fresh(session, "drawn", payload)


def _aged(session: Delivering) -> Steps:
    payload = session.payloads.ordinary(*session.base)
    yield from _fresh(session, "aged", payload, age_ms=_AGED_MS)


def _forged(session: Delivering, names: Iterable[str], *, vouched: bool) -> Steps:
    base = session.base if vouched else (session.payloads.eras[-1], "phone_call", "call_ended")
    for name in names:
        case = session.cases.forged(session.payloads.ordinary(*base), name, vouched=vouched)
        yield from _quietly(_send(session, "forged", case))


_PARTS: tuple[_Part, ...] = (
    _reordered,
    _unconnected,
    _chosen,
    _each("minimal", EVENTS, Payloads.minimal),
    _each("full", ("call_ended", "call_analyzed"), Payloads.full),
    _varied("unknown event", bodies.unknown_events),
    _varied("unknown fields", bodies.unknown_fields),
    _varied("non-ascii", bodies.in_many_scripts),
    _spellings,
    _large,
    _repeated,
    _parallel,
    _drawn,
    _aged,
)
