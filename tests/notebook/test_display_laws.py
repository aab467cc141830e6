"""Laws: no value makes a display raise, and nothing in a value becomes markup or a secret in an output."""

import json
import string

import pytest
import shown_values as v
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import Reader

from conformance.model import Finding, Outcome
from conformance.notebook import CallView, side_by_side
from conformance.notebook.display import bundle
from conformance.notebook.display.tree import json_tree, tree_text

TEXTS = st.one_of(st.text(max_size=30), st.text(alphabet="<>&\"'`\ud800\udfff\x00\u202e~/é\n", max_size=12))
JSONS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)
CHANGES = st.dictionaries(st.one_of(st.sampled_from(sorted(v.PHONE | v.WEB)), TEXTS), JSONS, max_size=3)
CALLS = st.one_of(
    JSONS,
    CHANGES.map(lambda change: v.PHONE | change),
    CHANGES.map(lambda change: v.WEB | change),
    CHANGES.map(lambda change: {"event": "call_ended", "call": v.PHONE | change}),
    st.lists(CHANGES.map(lambda change: v.PHONE | change), max_size=3),
    st.text(alphabet=string.printable, max_size=30),
    st.binary(max_size=30),
)
BODIES = st.one_of(st.binary(max_size=60), JSONS.map(lambda value: json.dumps(value).encode()))
DEEP = json.loads("[" * 480 + "]" * 480)
POINTERS = st.one_of(
    TEXTS, TEXTS.map(lambda text: f"/{text}"), st.sampled_from(["", "/", "/0", "/a/b", "/call_id", "/0/call_id"])
)


def judge(shown):
    """What every output keeps."""
    json.dumps(shown, ensure_ascii=False).encode("utf-8")
    reader = Reader(shown["text/html"])
    assert {"img", "script", "a", "iframe", "input"}.isdisjoint(reader.elements)
    assert len(shown["text/html"]) < 300_000
    assert "it cannot be shown here" not in reader.words
    assert max(map(len, shown["text/plain"].splitlines()), default=0) <= 100
    return reader.words


@settings(max_examples=25, deadline=None)
@given(value=CALLS, other=CALLS, personal=st.booleans())
def test_no_call_makes_its_display_raise(value, other, personal):
    judge(bundle(CallView(value, personal=personal)))
    judge(bundle(side_by_side(value, other, personal=personal)))


@settings(max_examples=40, deadline=None)
@given(body=BODIES, sent=BODIES, headers=st.lists(st.tuples(TEXTS, TEXTS), max_size=2), pointer=POINTERS, text=TEXTS)
def test_no_exchange_and_no_finding_makes_its_display_raise(body, sent, headers, pointer, text):
    exchange = v.exchange(body, sent=sent, status=len(body), error=text)
    about = v.mismatch(message=text, expected=text, actual=text, pointer=pointer)
    judge(bundle(exchange))
    judge(bundle(about))
    judge(bundle(v.received(body.decode("latin-1"))))
    judge(bundle(v.delivery(body=body, headers=dict(headers), call_id=text, event=text)))
    judge(
        bundle(
            Finding(
                requirement=v.contract().requirement("OBJ-001"),
                operation=text,
                outcome=Outcome.FAILED,
                mismatch=about,
                exchange=exchange,
                repeat=text,
            )
        )
    )


@settings(max_examples=40, deadline=None)
@given(value=JSONS, marks=st.dictionaries(POINTERS, st.lists(TEXTS, max_size=2), max_size=3))
def test_each_mark_is_shown_wherever_it_leads(value, marks):
    html, text = json_tree(value, marks), tree_text(value, marks)
    assert {"img", "script"}.isdisjoint(Reader(html).elements)
    assert html.count('class="cx-mark') == sum(bool(each) for told in marks.values() for each in told)
    assert text


@pytest.mark.parametrize("value", [DEEP, {"call_type": "web_call", "metadata": DEEP}, [{"call_id": DEEP}]])
def test_what_is_nested_deeply_is_cut(value):
    judge(bundle(CallView(value)))
    assert "nested too deeply" in judge(bundle(CallView(value, "web-call")))
    judge(bundle(v.exchange(json.dumps(value).encode())))


@settings(max_examples=20, deadline=None)
@given(change=CHANGES)
def test_a_token_is_hidden_wherever_it_stands(change):
    call = v.PHONE | change | {"access_token": v.TOKEN, "notes": [v.TOKEN], v.TOKEN: {"x": f"is {v.TOKEN}"}}
    for personal in (False, True):
        shown = bundle(CallView(call, personal=personal))
        assert v.TOKEN not in shown["text/html"] + shown["text/plain"]
    assert v.TOKEN not in "".join(bundle(v.exchange(call, sent=call)).values())


def test_a_display_that_fails_says_so_without_telling_what_the_value_holds():
    shown = bundle(v.delivery(headers={"x-retell-signature": 5}, at_ms="secret"))
    assert "secret" not in "".join(shown.values())
    assert shown["text/plain"] == "Delivery: it cannot be shown here (TypeError)."
