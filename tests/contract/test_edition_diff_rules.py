"""What counts as a change between two schemas, and whom it breaks."""

import pytest
from small_editions import edition, read, sent

from conformance.contract.diff import Kind, Party
from conformance.contract.diff.rules import FieldRule, Rules, StillSent

SENDER, READER, NOBODY = {Party.SENDER}, {Party.READER}, set()
TEXT, WHOLE, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}
MAYBE = {"type": ["string", "null"]}


def thing(*required, closed=False, **properties):
    schema = {"type": "object", "required": list(required), "properties": properties}
    return schema | ({"additionalProperties": False} if closed else {})


def told(found):
    return [(each.kind, each.pointer, set(each.breaks)) for each in found]


def kind_of(value):
    return {"type": "object", "required": ["kind"], "properties": {"kind": {"const": value}}}


def choice(**forms):
    """An object whose form is chosen by `kind`."""
    branches = [{"if": kind_of(name), "then": form} for name, form in forms.items()]
    return thing("kind", kind={"enum": list(forms)}) | {"allOf": branches}


ROWS = [
    # what changed, before, after, the kind of change and its place, whom it breaks in requests and in answers
    ("a field comes", thing(), thing(a=TEXT), (Kind.ADDED, "/a"), NOBODY, NOBODY),
    ("a required one comes", thing(), thing("a", a=TEXT), (Kind.ADDED, "/a"), SENDER, NOBODY),
    ("a field goes", thing(a=TEXT), thing(), (Kind.REMOVED, "/a"), NOBODY, READER),
    ("a required one goes", thing("a", a=TEXT), thing(), (Kind.REMOVED, "/a"), SENDER, READER),
    ("becomes required", thing(a=TEXT), thing("a", a=TEXT), (Kind.REQUIRED, "/a"), SENDER, NOBODY),
    ("becomes optional", thing("a", a=TEXT), thing(a=TEXT), (Kind.OPTIONAL, "/a"), NOBODY, READER),
    ("another type", thing(a=TEXT), thing(a=WHOLE), (Kind.TYPE, "/a"), SENDER, READER),
    ("a wider type", thing(a=WHOLE), thing(a=NUMBER), (Kind.TYPE, "/a"), NOBODY, READER),
    ("a narrower type", thing(a=NUMBER), thing(a=WHOLE), (Kind.TYPE, "/a"), SENDER, NOBODY),
    ("any type at all", thing(a=TEXT), thing(a={}), (Kind.TYPE, "/a"), NOBODY, READER),
    ("null comes", thing(a=TEXT), thing(a=MAYBE), (Kind.NULL, "/a"), NOBODY, READER),
    ("null goes", thing(a=MAYBE), thing(a=TEXT), (Kind.NULL, "/a"), SENDER, NOBODY),
    ("a value comes", thing(a={"enum": ["x"]}), thing(a={"enum": ["x", "y"]}), (Kind.ENUM, "/a"), NOBODY, READER),
    ("a value goes", thing(a={"enum": ["x", "y"]}), thing(a={"const": "x"}), (Kind.ENUM, "/a"), SENDER, NOBODY),
    ("values are listed", thing(a=TEXT), thing(a={"enum": ["x"]}), (Kind.ENUM, "/a"), SENDER, NOBODY),
    ("values are free", thing(a={"enum": ["x"]}), thing(a=TEXT), (Kind.ENUM, "/a"), NOBODY, READER),
    ("values of another type", thing(a=WHOLE), thing(a={"enum": ["x"]}), (Kind.TYPE, "/a"), SENDER, READER),
    ("a bound comes", thing(a=TEXT), thing(a=TEXT | {"minLength": 1}), (Kind.BOUND, "/a"), SENDER, NOBODY),
    ("a bound goes", thing(a=WHOLE | {"maximum": 9}), thing(a=WHOLE), (Kind.BOUND, "/a"), NOBODY, READER),
    (
        "a bound is tighter", thing(a=WHOLE | {"maximum": 9}), thing(a=WHOLE | {"maximum": 8}),
        (Kind.BOUND, "/a"), SENDER, NOBODY,
    ),
    (
        "a bound is looser", thing(a=WHOLE | {"minimum": 9}), thing(a=WHOLE | {"minimum": 8}),
        (Kind.BOUND, "/a"), NOBODY, READER,
    ),
    (
        "another form", thing(a=TEXT | {"pattern": "a"}), thing(a=TEXT | {"pattern": "b"}),
        (Kind.FORMAT, "/a"), SENDER, READER,
    ),
    ("a default comes", thing(a=TEXT), thing(a=TEXT | {"default": "x"}), (Kind.DEFAULT, "/a"), NOBODY, NOBODY),
    ("others are refused", thing(), thing(closed=True), (Kind.EXTRA, ""), SENDER, NOBODY),
    ("others are allowed", thing(closed=True), thing(), (Kind.EXTRA, ""), NOBODY, READER),
    ("a condition that is not understood", thing(), thing() | {"minContains": 2}, (Kind.CONDITION, ""), NOBODY, NOBODY),
    (
        "an item of another type", {"type": "array", "items": TEXT}, {"type": "array", "items": WHOLE},
        (Kind.TYPE, "/*"), SENDER, READER,
    ),
    (
        "a value of any name", {"type": "object", "additionalProperties": TEXT},
        {"type": "object", "additionalProperties": WHOLE}, (Kind.TYPE, "/*"), SENDER, READER,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "where", "senders", "readers"), [pytest.param(*row[1:], id=row[0]) for row in ROWS]
)
def test_whom_a_change_breaks(before, after, where, senders, readers):
    assert told(sent(before, after)) == [(*where, senders)]
    assert told(read(before, after)) == [(*where, readers)]


@pytest.mark.parametrize("schema", [row[1] for row in ROWS] + [choice(x=thing(a=TEXT), y=thing(b=TEXT))])
def test_a_schema_does_not_differ_from_itself(schema):
    assert sent(schema, schema) == read(schema, schema) == []


class TestWhatIsNoChange:
    def test_another_name_of_the_definition(self):
        before = edition(thing(a={"$ref": "#/$defs/old"}), old=thing(b=TEXT))
        assert read(before, edition(thing(a={"$ref": "#/$defs/new"}), new=thing(b=TEXT))) == []

    def test_what_a_definition_took_over_written_out(self):
        before = edition({"allOf": [{"$ref": "#/$defs/core"}]} | thing("b", b=TEXT), core=thing("a", a=TEXT))
        assert read(before, thing("b", "a", b=TEXT, a=TEXT)) == []

    def test_words_and_sources(self):
        assert read(thing(a=TEXT | {"description": "one", "x-source": ["x"]}), thing(a=TEXT)) == []

    def test_one_value_in_a_list_or_alone(self):
        assert read(thing(a={"const": "x"}), thing(a={"enum": ["x"]})) == []

    def test_the_type_of_listed_values(self):
        assert read(thing(a={"enum": ["x"]}), thing(a={"enum": ["x"], "type": "string"})) == []

    def test_a_schema_that_holds_itself_is_not_followed_for_ever(self):
        tree = edition({"$ref": "#/$defs/tree"}, tree=thing(inner={"$ref": "#/$defs/tree"}, a=TEXT))
        other = edition({"$ref": "#/$defs/tree"}, tree=thing(inner={"$ref": "#/$defs/tree"}, a=WHOLE))
        assert [each.pointer for each in read(tree, other)] == ["/inner/a", "/a"]


class TestValuesThatGrow:
    GROWING = {"enum": ["x", "y"], "x-growing": True}  # noqa: RUF012 - never changed

    def test_one_more_breaks_no_reader_and_says_why(self):
        (change,) = read(thing(a={"enum": ["x"]}), thing(a=self.GROWING))
        assert (set(change.breaks), change.text) == (NOBODY, "`a` can also be y.")
        assert change.note == "The list grows, so readers must expect values that they do not know."

    def test_in_a_list_that_does_not_grow_it_is_said_softly(self):
        (change,) = read(thing(a={"enum": ["x"]}), thing(a={"enum": ["x", "y"]}))
        assert change.note == "May break a reader that knows only the old values."

    def test_one_less_breaks_a_sender(self):
        (change,) = sent(thing(a=self.GROWING), thing(a={"enum": ["x"], "x-growing": True}))
        assert (set(change.breaks), change.text) == (SENDER, "`a` no longer takes y.")


class TestRemovedFieldsOfRequests:
    def test_refused_where_nothing_else_may_be_sent(self):
        (change,) = sent(thing(a=TEXT, closed=True), thing(closed=True))
        assert (set(change.breaks), change.text) == (SENDER, "`a` is refused now.")

    def test_not_refused_is_said_to_be_unsure(self):
        (change,) = sent(thing(a=TEXT), thing())
        assert change.note == "It is not refused; whether it is still read is not stated."


class TestChoices:
    def test_an_object_that_is_split(self):
        before = thing("a", a=TEXT, b=TEXT)
        after = choice(web=thing("a", "token", a=TEXT, token=TEXT), phone=thing("a", "b", a=TEXT, b=TEXT))
        assert [(each.kind, each.pointer, each.when, set(each.breaks)) for each in read(before, after)] == [
            (Kind.SPLIT, "", None, NOBODY),
            (Kind.ADDED, "/token", ("kind", ("web",)), NOBODY),
            (Kind.REMOVED, "/b", ("kind", ("web",)), READER),
            (Kind.REQUIRED, "/b", ("kind", ("phone",)), NOBODY),
        ]

    def test_and_joined_again(self):
        before, after = choice(web=thing(a=TEXT), phone=thing(a=TEXT)), thing(a=TEXT)
        assert told(read(before, after)) == [(Kind.JOINED, "", READER)]

    def test_what_changed_in_every_form_is_told_once(self):
        before = choice(web=thing(a=TEXT), phone=thing(a=TEXT))
        after = choice(web=thing(a=WHOLE), phone=thing(a=WHOLE))
        (change,) = read(before, after)
        assert (change.pointer, change.when) == ("/a", None)

    def test_another_form_is_a_value_more(self):
        before, after = choice(web=thing(a=TEXT)), choice(web=thing(a=TEXT), phone=thing(b=TEXT))
        assert told(read(before, after)) == [(Kind.ENUM, "/kind", READER)]

    def test_another_field_that_chooses_is_told_as_unsure(self):
        other = thing("sort", sort={"enum": ["web"]}) | {
            "allOf": [{"if": {"properties": {"sort": {"const": "web"}}}, "then": thing(a=TEXT)}]
        }
        (change, *_) = read(choice(web=thing(a=TEXT)), other)
        assert (change.kind, set(change.breaks)) == (Kind.CONDITION, NOBODY)
        assert change.note


def moving(before, after):
    rule = FieldRule(definitions=frozenset({"body"}), before=before, after=after, sources=("guide",))
    return Rules(operations=(), fields=(rule,), still_sent=(), clauses=())


class TestFieldsThatMoved:
    def test_a_renamed_one_is_one_change_and_its_content_is_compared(self):
        found = read(thing("data", data=TEXT), thing("call", call=MAYBE), rules=moving("/data", "/call"))
        assert told(found) == [(Kind.RENAMED, "/call", READER), (Kind.NULL, "/call", READER)]
        assert (found[0].before, found[0].after, found[0].sources) == ("/data", "/call", ("guide",))

    def test_one_that_went_into_another_object(self):
        found = sent(thing(low=WHOLE), thing(range=thing(low=WHOLE)), rules=moving("/low", "/range/low"))
        assert told(found) == [(Kind.ADDED, "/range", NOBODY), (Kind.MOVED, "/range/low", NOBODY)]

    @pytest.mark.parametrize(
        ("before", "after", "breaks"),
        [
            (thing(data=TEXT), thing(call=TEXT), NOBODY),
            (thing("data", data=TEXT), thing(call=TEXT), SENDER),
            (thing(data=TEXT), thing("call", call=TEXT), SENDER),
            (thing(data=TEXT, closed=True), thing(call=TEXT, closed=True), SENDER),
        ],
    )
    def test_whom_it_breaks_in_a_request(self, before, after, breaks):
        (change,) = sent(before, after, rules=moving("/data", "/call"))
        assert set(change.breaks) == breaks

    def test_where_both_are_there_nothing_moved(self):
        both = thing("call", call=TEXT, data=TEXT)
        found = read(thing("data", data=TEXT), both, rules=moving("/data", "/call"))
        assert told(found) == [(Kind.ADDED, "/call", NOBODY), (Kind.OPTIONAL, "/data", READER)]


def test_what_was_seen_after_it_was_given_up_breaks_nobody_yet():
    still = StillSent(definitions=frozenset({"body"}), field="a", note="Seen long after.", sources=("captures",))
    rules = Rules(operations=(), fields=(), still_sent=(still,), clauses=())
    (change,) = read(thing(a=TEXT), thing(), rules=rules)
    assert (set(change.breaks), change.note) == (NOBODY, "Seen long after.")
