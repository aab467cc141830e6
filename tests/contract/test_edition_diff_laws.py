"""Laws of the diff of two editions, held against values."""

import itertools
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_editions import edition, read, sent

from conformance.contract.diff import Kind, Party, diff
from conformance.contract.diff.nodes import LOWER
from conformance.contract.diff.routes import pairings
from conformance.contract.diff.rules import rules
from conformance.contract.schemas import editions, load_schemas
from conformance.generate.strategies import strategy_for

IDS = [each.id for each in editions()]
PAIRS = list(itertools.permutations(IDS, 2))
MIRROR = {
    Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED, Kind.REQUIRED: Kind.OPTIONAL, Kind.OPTIONAL: Kind.REQUIRED,
    Kind.SPLIT: Kind.JOINED, Kind.JOINED: Kind.SPLIT,
}  # fmt: skip


def earlier_names(pointer):
    """A pointer with the names that what has moved had before."""
    for rule in rules().fields:
        pointer = re.sub(f"{rule.after}(?=/|$)", rule.before, pointer)
    return pointer


def facts(difference, *, mirrored=False):
    """Every change in every place, as it is told from the other side if mirrored."""
    found = set()
    for change in difference:
        kind, values = change.kind, [change.before, change.after]
        if mirrored:
            kind, values = MIRROR.get(kind, kind), values[::-1]
        shown = "" if kind in {Kind.MOVED, Kind.RENAMED} else json.dumps(values, sort_keys=True)
        found |= {(kind, area, name, earlier_names(pointer), shown) for area, name, pointer in change.met}
    return found


@pytest.mark.parametrize("name", IDS)
def test_an_edition_compared_with_itself_shows_nothing(name):
    assert diff(name, name).changes == ()


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(IDS, 2)))
def test_the_other_way_round_shows_the_same_mirrored(one, other):
    assert facts(diff(one, other)) == facts(diff(other, one), mirrored=True)


def plain(node):
    """A schema without annotations, so that everything it allows is drawn."""
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items() if not key.startswith("x-") and key != "default"}
    return [plain(each) for each in node] if isinstance(node, list) else node


def bodies(before, after):
    """What goes one way in two editions: operation, area, party, who writes it, who judges it."""
    old, new = load_schemas(before), load_schemas(after)
    order = IDS.index(before) <= IDS.index(after)
    for pair in pairings(old.operations(), new.operations(), rules() if order else rules().reversed()):
        if pair.before and pair.after:
            if pair.before.request and pair.after.request:
                yield pair.name, "request", Party.SENDER, (old, pair.before.request), (new, pair.after.request)
            if pair.before.response and pair.after.response:
                yield pair.name, "response", Party.READER, (new, pair.after.response), (old, pair.before.response)
    yield "", "webhook", Party.READER, (new, "webhook"), (old, "webhook")


def fits(pattern, pointer):
    """Whether a pointer of a change, with its stars, is that of an error, or of something it is in."""
    steps = (("[^/]+" if step == "*" else re.escape(step)) for step in pattern.split("/"))
    return re.fullmatch("/".join(steps) + "(/.*)?", pointer) is not None


def former(change, pointer):
    """Where what a change is about was in the earlier edition, in one place of it."""
    if change.kind not in {Kind.MOVED, Kind.RENAMED}:
        return pointer
    return pointer.removesuffix(change.pointer) + change.before


def told_of(difference, error, operation, area, party):
    """Whether a change says what an error shows: it breaks the party, a list grows, a bound was not stated before."""
    return any(
        party in change.breaks
        or (error.growing and change.kind in {Kind.ENUM, Kind.ADDED})
        or (change.kind is Kind.BOUND and change.note)
        for change in difference
        for place in change.met
        if place[0] == area and operation in {"", place[1]}
        if fits(place[2], error.pointer) or fits(former(change, place[2]), error.pointer)
    )


@pytest.mark.parametrize(("before", "after"), PAIRS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_the_other_edition_refuses_is_told_as_breaking(before, after, data):
    body = data.draw(st.sampled_from(list(bodies(before, after))))
    operation, area, party, (writer, written), (judge, judged) = body
    value = data.draw(strategy_for(plain(writer.bundle(written))))
    for error in judge.validate(judged, value):
        assert told_of(diff(before, after), error, operation, area, party), error


LEAVES = st.one_of(
    st.sampled_from([{"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}]),
    st.sampled_from([{"type": ["string", "null"]}, {"type": ["integer", "boolean"]}, {"type": "null"}]),
    st.lists(st.sampled_from(["x", "y", "z", 1, None]), min_size=1, unique=True).map(lambda values: {"enum": values}),
    st.integers(-3, 3).map(lambda least: {"type": "integer", "minimum": least}),
    st.integers(-3, 3).map(lambda most: {"type": "number", "maximum": most}),
    st.integers(0, 3).map(lambda least: {"type": "string", "minLength": least}),
)


@st.composite
def objects(draw, inner):
    properties = draw(st.dictionaries(st.sampled_from("abc"), inner, max_size=3))
    schema = {"type": "object", "properties": properties}
    required = [name for name in properties if draw(st.booleans())]
    return (
        schema
        | ({"required": required} if required else {})
        | draw(st.sampled_from([{}, {"additionalProperties": False}]))
    )


SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(objects(inner), inner.map(lambda items: {"type": "array", "items": items})),
    max_leaves=5,
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(old=SCHEMAS, new=SCHEMAS, data=st.data())
def test_a_value_that_only_one_schema_allows_shows_a_breaking_change(old, new, data):
    value = data.draw(strategy_for(edition(old).bundle("body")))
    errors = edition(new).validate("body", value)
    for changes in (sent(old, new), read(new, old)):
        for error in errors:
            assert any(each.breaks and fits(each.pointer, error.pointer) for each in changes), (error, changes)


BOUNDS = [
    ("integer", "minimum"), ("integer", "maximum"), ("number", "exclusiveMinimum"), ("number", "exclusiveMaximum"),
    ("string", "minLength"), ("string", "maxLength"), ("array", "minItems"), ("array", "maxItems"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "keyword"), BOUNDS)
@settings(max_examples=25, deadline=None)
@given(before=st.integers(0, 3), after=st.integers(0, 3), data=st.data())
def test_a_bound_breaks_who_sends_if_and_only_if_it_is_tighter(kind, keyword, before, after, data):
    old, new = ({"type": kind, keyword: limit} for limit in (before, after))
    broken = any(each.breaks for each in sent(old, new))
    assert broken == (after > before if keyword in LOWER else after < before)
    value = data.draw(strategy_for(edition(old).bundle("body")))
    assert broken or not edition(new).validate("body", value)
