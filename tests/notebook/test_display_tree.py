"""JSON as a tree: what is marked stands at its place, what is large is cut."""

from reading import Reader, words

from conformance.notebook.display.readable import duration, moment, reading
from conformance.notebook.display.tree import Mark, json_tree, pointer_to, tree_text


def test_a_value_is_told_line_by_line():
    value = {"a": [1, "x", None], "b": {}, "c": True}
    assert tree_text(value).splitlines() == [
        "{3 fields}",
        "  a: [3 items]",
        "    0: 1",
        '    1: "x"',
        "    2: null",
        "  b: {}",
        "  c: true",
    ]
    assert words(json_tree(value)) == '{3 fields} a: [3 items] 0: 1 1: "x" 2: null b: {} c: true'


def test_marks_notes_and_readings_stand_at_their_pointers():
    text = tree_text(
        {"a/b": {"~": 5}},
        {"/a~1b/~0": ["expected 6"], "/a~1b/d/e": ["expected present"], "": [Mark(text="all of it", kind="warned")]},
        {"/a~1b": "a note"},
        readings={"/a~1b/~0": "5 ms"},
    )
    assert text.splitlines() == [
        "{1 field}",
        "  ! should: all of it",
        "  a/b: {1 field}  a note",
        "    ~: 5  → 5 ms",
        "      ✗ wrong: expected 6",
        "    d/e: missing",
        "      ✗ missing: expected present",
    ]


def test_what_holds_a_mark_is_unfolded_and_what_is_wrong_is_marked_without_any_style():
    html = json_tree([{"a": {"b": {"c": 1}}}] * 30, {"/29/a/b/c": ["bad"]}, opened=0)
    assert html.count("<details open>") == 4
    assert "<mark>" in html
    assert "<details open>" not in json_tree([{"a": 1}], opened=0)


def test_a_mark_is_shown_in_what_is_cut():
    value = [{"id": place} for place in range(5_000)]
    assert "4999: {1 field} id: 4999 ✗ wrong bad" in words(json_tree(value, {"/4999/id": ["bad"]}))
    assert "… and 4,959 more" in words(json_tree(value, {"/4999/id": ["bad"]}))
    assert "bad" in tree_text(value, {"/4999/id": ["bad"]}, most=10)
    assert len(tree_text(value, most=10).splitlines()) == 10


def test_many_marks_are_counted():
    value = {str(place): place for place in range(200)}
    told = words(json_tree(value, {f"/{place}": ["bad"] for place in range(200)}))
    assert "! also and 140 more places below" in told
    assert told.count("✗ wrong bad") == 60


def test_long_texts_and_numbers_are_cut():
    assert tree_text("x" * 5_000, width=400).endswith('" … and 4,700 more characters')
    assert "cannot be shown" in tree_text(10**5_000) or len(tree_text(10**5_000)) < 400
    assert len(json_tree({"k" * 10_000: '"<' * 10_000})) < 6_000


def test_a_tree_has_a_name_and_lists_that_nest():
    reader = Reader(json_tree({"a": {"b": 1}}, label="Answer"))
    assert ("aria-label", "Answer") in reader.attributes
    assert reader.elements.count("ul") == 3
    assert reader.elements.count("summary") == 2


def test_pointers_are_escaped():
    assert pointer_to("/a", "b/c~d") == "/a/b~1c~0d"


def test_numbers_are_said_as_people_say_them():
    assert moment(1_718_000_000_000) == "2024-06-10 06:13:20 UTC"
    assert moment(1_718_000_000_123) == "2024-06-10 06:13:20.123 UTC"
    assert [moment(each) for each in (float("nan"), float("inf"), 10**30)] == ["", "", ""]
    assert [duration(each) for each in (0.25, 12.34, 61, 3_725, 90_000, -61, float("nan"))] == [
        "0.25 s",
        "12.3 s",
        "1 min 1 s",
        "1 h 2 min",
        "1 d 1 h",
        "-1 min 1 s",
        "",
    ]
    assert [
        reading(5, "ms"),
        reading(1_500, "ms"),
        reading(value=True, unit="ms"),
        reading("5", "s"),
        reading(3, "count"),
    ] == [
        "",
        "1.5 s",
        "",
        "",
        "",
    ]
