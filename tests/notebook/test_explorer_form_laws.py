"""Laws of the form: what a body has is shown and kept, and a change in one field leaves all the others alone."""

import copy
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance import strategies
from conformance.contract.schemas import editions, load_schemas
from conformance.notebook.explorer.fields import FormView
from conformance.notebook.explorer.form import ABSENT, Kind, every, fields_of, read, value_at, with_value
from conformance.notebook.look import json_text

REQUESTS = [
    (edition.id, operation.name, operation.request)
    for edition in editions()
    for operation in load_schemas(edition.id).operations()
    if operation.request
]
TEXTS = st.one_of(st.text(max_size=12), st.text(alphabet='\n\r\t\u2028\x00é~/"\\ ', max_size=6))
NUMBERS = st.one_of(
    st.integers(), st.integers(-(10**30), 10**30), st.floats(allow_nan=False, allow_infinity=False), st.just(-0.0)
)
JSONS = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)


class Body:
    """A body beside a form whose groups are all open, joined as the editor joins them."""

    def __init__(self, edition, name):
        self.fields = fields_of(load_schemas(edition), name)
        self.value, self.changes = {}, []
        self.form = FormView(self._changed, lambda _name: ())
        self.form.show(self.fields)
        for field in every(self.fields):
            if field.kind is Kind.GROUP:
                self.form.row(field.dotted).open()

    def _changed(self, path, value):
        self.changes.append((path, value))

    def show(self, value):
        """Let the form follow a body; what it changes by that."""
        self.changes.clear()
        self.form.update(value, {})
        return list(self.changes)


FORMS = {}


def form_of(edition, name):
    """Made once, since it takes a while."""
    if (edition, name) not in FORMS:
        FORMS[edition, name] = Body(edition, name)
    return FORMS[edition, name]


@st.composite
def bodies(draw):
    """A form, and a valid body of its request in which anything stands at some places."""
    edition, operation, name = draw(st.sampled_from(REQUESTS))
    form = form_of(edition, name)
    body = draw(strategies.requests(operation, edition=edition)) if draw(st.booleans()) else {}
    for field in draw(st.lists(st.sampled_from(list(every(form.fields))), max_size=3)):
        body = with_value(body, field.path, draw(JSONS))
    return form, {**body, **draw(st.dictionaries(TEXTS, JSONS, max_size=2))}


@settings(max_examples=40, deadline=None)
@given(drawn=bodies())
def test_to_show_a_body_changes_nothing_in_it(drawn):
    form, body = drawn
    assert form.show(body) == []
    assert read(json_text(body)) == (body, None)


@settings(max_examples=40, deadline=None)
@given(drawn=bodies(), data=st.data())
def test_a_field_that_is_filled_in_changes_alone(drawn, data):
    form, body = drawn
    form.show(body)
    before = copy.deepcopy(body)
    row = form.form.row(data.draw(st.sampled_from([each.dotted for each in every(form.fields)])))
    value = data.draw(JSONS)
    row.other.value = ""  # else nothing changes where it has just that text already
    row.other.value = json.dumps(value)
    told = form.changes
    held = value_at(before, row.field.path)
    assert body == before
    if held is ABSENT or json.dumps(held) != json.dumps(value):
        assert [path for path, _ in told] == [row.field.path]
        assert json.dumps(told[0][1]) == json.dumps(value)
    else:
        assert told == []


@settings(max_examples=30, deadline=None)
@given(drawn=bodies(), data=st.data())
def test_a_field_that_is_taken_away_is_gone_alone(drawn, data):
    form, body = drawn
    form.show(body)
    row = form.form.row(data.draw(st.sampled_from([each.dotted for each in every(form.fields)])))
    held = value_at(body, row.field.path)
    row.is_set.value = False
    assert form.changes == ([] if held is ABSENT else [(row.field.path, ABSENT)])
