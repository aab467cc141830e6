"""What a receiver of webhooks makes of deliveries: ours, signed as the vendor signs or forged in a named way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from conformance.checks.registry import Given, check, relation
from conformance.checks.view import View
from conformance.model import JSON, Exchange, Level, Mismatch

_REDIRECTS = range(300, 400)
_CLIENT_ERROR = range(400, 500)
_SERVER_ERROR = 500
_TOO_MANY = 429
_SLOW_SHARE = 0.95
_AT_ONCE = frozenset({"parallel", "twins"})


def _sending(exchange: Exchange) -> Mapping[str, JSON]:
    """What a case says of the delivery; empty for anything that is none of ours."""
    found: Mapping[str, JSON] = {} if exchange.received else exchange.case.facts.get("sending", {})
    return found


def _valid(exchange: Exchange) -> bool:
    return bool(_sending(exchange)) and exchange.case.purpose == "valid"


def _forged(exchange: Exchange) -> bool:
    return bool(_sending(exchange)) and exchange.case.purpose == "forged" and exchange.case.flaw is not None


def _what(exchange: Exchange) -> str:
    sending = _sending(exchange)
    kind = f" of a {sending['call_type'].replace('_', ' ')}" if sending.get("call_type") else ""
    return f"{exchange.case.operation}{kind}"


def _was(view: View) -> str:
    return f"{view.status}"


def _of_aspect(view: View, given: Given) -> bool:
    told = view.status in _REDIRECTS or view.status == _TOO_MANY
    return _valid(view.exchange) and _sending(view.exchange).get("aspect") in given["aspects"] and not told


@check("delivery-accepted", when=_of_aspect)
def delivery_is_accepted(view: View, given: Given) -> Iterator[Mismatch]:
    """A signed delivery of this kind is answered 2xx. With `lenient` a 4xx only warns."""
    if not view.ok:
        mild = given.get("lenient") and view.status in _CLIENT_ERROR
        yield Mismatch(
            message=f"{given['words']} was not accepted",
            expected="any 2xx",
            actual=_was(view),
            level=Level.SHOULD if mild else None,
            cause=str(_sending(view.exchange)["aspect"]),
        )


def _plain(view: View, given: Given) -> bool:
    del given
    return _valid(view.exchange) and _sending(view.exchange).get("aspect") == "plain" and view.status not in _REDIRECTS


@relation("some-delivery-accepted", group="run", when=_plain)
def some_delivery_is_accepted(views: Sequence[View], given: Given) -> Iterator[Mismatch]:
    """Of the plain deliveries at least one is answered 2xx."""
    del given
    if views and not any(view.ok for view in views):
        statuses = ", ".join(dict.fromkeys(_was(view) for view in views))
        yield Mismatch(
            message=f"none of {len(views)} plain deliveries with a right signature was accepted",
            expected="any 2xx",
            actual=statuses,
            exchange=views[0].exchange,
            cause="none",
        )


def _comparable(view: View, given: Given) -> bool:
    """Eras can be told apart only where several are sent."""
    told = view.status == _TOO_MANY
    return not told and _plain(view, given) and (given["factor"] != "era" or _sending(view.exchange).get("eras", 1) > 1)


@relation("delivery-accepted-alike", group="run", when=_comparable)
def deliveries_are_accepted_alike(views: Sequence[View], given: Given) -> Iterator[Mismatch]:
    """A plain delivery is accepted if one is that differs from it in the `factor` alone.

    `values` are those that the requirement is about.
    """
    factor, values = given["factor"], given["values"]
    for view in views:
        one = _sending(view.exchange)
        if view.ok or one.get(factor) not in values:
            continue
        twin = next((each for each in views if each.ok and _differs(one, _sending(each.exchange), factor)), None)
        if twin is not None:
            other = _sending(twin.exchange).get(factor)
            yield Mismatch(
                message=f"{_what(view.exchange)} was not accepted, but the same with {factor} {other} was",
                expected=f"any 2xx, as the {_was(twin)} for {other}",
                actual=_was(view),
                exchange=view.exchange,
                cause=str(one.get(factor)),
            )


def _differs(one: Mapping[str, JSON], other: Mapping[str, JSON], factor: str) -> bool:
    names = {"call_type", "event", "era"}
    return {name for name in names if one.get(name) != other.get(name)} == {factor}


def _was_forged(view: View, given: Given) -> bool:
    flaw = view.case.flaw
    if not _forged(view.exchange) or flaw is None or flaw.kind not in given["forgeries"]:
        return False
    return view.ok or (view.status in _CLIENT_ERROR and bool(_sending(view.exchange).get("vouched")))


@check("forged-refused", when=_was_forged)
def forged_delivery_is_refused(view: View, given: Given) -> Iterator[Mismatch]:
    """A delivery whose signature is wrong in one of these ways is not accepted."""
    del given
    flaw = view.case.flaw
    if view.ok and flaw is not None:
        yield Mismatch(
            message=f"a delivery was accepted although {flaw.text}",
            expected="any 4xx, such as 401",
            actual=_was(view),
            cause=flaw.kind,
        )


def _any_forged(view: View, given: Given) -> bool:
    del given
    return _forged(view.exchange)


@check("forged-not-crashing", when=_any_forged)
def forged_delivery_gets_4xx(view: View, given: Given) -> Iterator[Mismatch]:
    """What is refused is refused with a 4xx: no 5xx, no redirect."""
    del given
    flaw = view.case.flaw
    if flaw is not None and not view.ok and view.status not in _CLIENT_ERROR:
        what = "crashed" if view.status >= _SERVER_ERROR else "did not refuse"
        yield Mismatch(
            message=f"the receiver {what} when {flaw.text}",
            expected="any 4xx, such as 401",
            actual=_was(view),
            cause=flaw.kind,
        )


def _is_silent(exchange: Exchange) -> bool:
    limit = _sending(exchange)["timeout_ms"]
    return not exchange.unreachable and exchange.seconds * 1000 >= _SLOW_SHARE * limit


def _silence_on_forged(exchange: Exchange, given: Given) -> Sequence[Mismatch] | None:
    del given
    flaw = exchange.case.flaw
    if not _forged(exchange) or flaw is None or not _is_silent(exchange):
        return None
    return [
        Mismatch(
            message=f"the receiver did not answer when {flaw.text}",
            expected="any 4xx, such as 401",
            actual=f"nothing within {_sending(exchange)['timeout_ms'] / 1000:g} s",
            cause=flaw.kind,
        )
    ]


@check("forged-answered", when=_any_forged, silence=_silence_on_forged)
def forged_delivery_is_answered(view: View, given: Given) -> Iterator[Mismatch]:
    """What is refused is answered at all, within the time limit."""
    del view, given
    yield from ()


def _any_valid(view: View, given: Given) -> bool:
    del given
    return _valid(view.exchange)


def _silence_on_valid(exchange: Exchange, given: Given) -> Sequence[Mismatch] | None:
    del given
    if not _valid(exchange) or not _is_silent(exchange):
        return None
    return [_late(exchange, f"nothing within {_sending(exchange)['timeout_ms'] / 1000:g} s")]


def _late(exchange: Exchange, actual: str) -> Mismatch:
    sending = _sending(exchange)
    crowded = sending.get("aspect") in _AT_ONCE
    return Mismatch(
        message=f"{_what(exchange)} was not answered in time{' beside others' if crowded else ''}",
        expected=f"an answer within {sending['timeout_ms'] / 1000:g} s",
        actual=actual,
        level=Level.SHOULD if crowded else None,
        cause="crowded" if crowded else "alone",
    )


@check("delivery-in-time", when=_any_valid, silence=_silence_on_valid)
def delivery_is_answered_in_time(view: View, given: Given) -> Iterator[Mismatch]:
    """A signed delivery is answered before the vendor gives up."""
    del given
    if view.exchange.seconds * 1000 > _sending(view.exchange)["timeout_ms"]:
        yield _late(view.exchange, f"{view.exchange.seconds:.1f} s")


@check("delivery-not-redirected", when=_any_valid)
def delivery_is_not_redirected(view: View, given: Given) -> Iterator[Mismatch]:
    """A signed delivery is not answered with a redirect."""
    del given
    if view.status in _REDIRECTS:
        place = view.response.header("location")
        yield Mismatch(
            message=f"{_what(view.exchange)} was redirected" + (f" to {place}" if place else ""),
            expected="any 2xx at this URL",
            actual=_was(view),
            cause="redirect",
        )


def _lost(exchange: Exchange, given: Given) -> Sequence[Mismatch] | None:
    del given
    if not _sending(exchange) or exchange.unreachable or _is_silent(exchange):
        return None
    flaw = exchange.case.flaw
    when = f" when {flaw.text}" if flaw else ""
    return [
        Mismatch(
            message=f"{_what(exchange)} got no answer{when}: {(exchange.error or 'nothing came').rstrip('.')}",
            expected="an HTTP answer",
            actual="none",
            cause="forged" if flaw else "valid",
        )
    ]


def _any_sent(view: View, given: Given) -> bool:
    del given
    return bool(_sending(view.exchange))


@check("delivery-answered", when=_any_sent, silence=_lost)
def delivery_is_answered(view: View, given: Given) -> Iterator[Mismatch]:
    """Every delivery gets an answer in HTTP: no reset, nothing that is none."""
    del view, given
    yield from ()
