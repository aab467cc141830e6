"""How differences between editions show themselves without widgets."""

import html.parser
import itertools

import pytest
from difference_samples import ADDED, BOTH, HOSTILE, METHOD, SPITEFUL, change, difference

from conformance.contract.diff import Difference, diff
from conformance.contract.schemas import editions
from conformance.notebook.display.differences import _change, _difference

EDITIONS = [each.id for each in editions()]


class Words(html.parser.HTMLParser):
    """The words of a page and its elements, without its styles."""

    def __init__(self):
        super().__init__()
        self.tags, self.words, self._styled = [], [], False

    def handle_starttag(self, tag, _attributes):
        self.tags.append(tag)
        self._styled = tag == "style"

    def handle_data(self, data):
        if not self._styled:
            self.words.append(data)

    def handle_endtag(self, _tag):
        self._styled = False


def read(told):
    """Elements, and words as people read them."""
    parser = Words()
    parser.feed(told)
    return parser.tags, " ".join(" ".join(parser.words).split())


class TestADifference:
    def test_a_table_that_reads_well_without_styles(self):
        tags, words = read(_difference(difference())[0])
        assert tags.count("th") >= 3
        assert "What changed: v1 → v2" in words
        assert "4 changes: 2 break senders, 2 break readers." in words
        assert "✗ breaks senders operation other method : list-calls is a POST; it was a GET." in words
        assert "✗ breaks both" in words
        assert "\N{EN DASH} breaks nobody response" in words
        assert "migration guide (2024-07): List Calls becomes a POST" in words

    def test_what_has_to_change_stands_above(self):
        words = read(_difference(difference())[0])[1]
        assert words.index("What do I have to change? Who sends List of calls.") < words.index(
            "breaks where what changed"
        )

    def test_before_and_after_are_folded(self):
        tags, words = read(_difference(difference(METHOD))[0])
        assert "details" in tags
        assert 'before and after v1 v2 - "GET" + "POST"' in words

    def test_nothing_has_to_change(self):
        assert "Who sends : ✓ nothing" in read(_difference(difference(ADDED))[0])[1]

    def test_equal_editions(self):
        told, plain = _difference(Difference(before="v2", after="v2"))
        assert "Nothing changed between v2 and v2." in read(told)[1]
        assert plain == "v2 → v2: no changes."

    def test_markup_stays_text(self):
        assert HOSTILE not in "".join(_difference(difference(SPITEFUL))[0])

    def test_hundreds_are_cut_with_what_breaks_first(self):
        many = [change(pointer=f"/field_{at}", text=f"Sentence {at} of it.") for at in range(300)]
        told, plain = _difference(difference(*many, METHOD))
        tags, words = read(told)
        assert tags.count("tr") < 70
        assert "conformance diff v1 v2 shows all of them." in words
        assert "✗ breaks senders operation other method : list-calls is a POST" in words
        assert "shows all of them." in plain

    @pytest.mark.parametrize(("before", "after"), list(itertools.product(EDITIONS, EDITIONS)))
    def test_real_ones_fit_on_some_screens(self, before, after):
        told, plain = _difference(diff(before, after))
        assert len(told) < 120_000
        assert len(plain.splitlines()) < 125
        assert max(map(len, plain.splitlines())) <= 100


class TestAChange:
    def test_html(self):
        words = read(_change(BOTH)[0])[1]
        assert "✗ breaks both renamed call_ended webhook /call" in words
        assert "For a while both were sent." in words

    def test_text(self):
        assert _change(METHOD)[1].splitlines() == [
            "✗ breaks senders: list-calls: other method",
            "list-calls is a POST; it was a GET.",
            "[migration guide (2024-07): List Calls becomes a POST with an object to filter by]",
        ]

    def test_where_else_it_is_met(self):
        assert "also met in call_ended webhook /call/agent_name" in read(_change(ADDED)[0])[1]

    def test_markup_stays_text(self):
        assert HOSTILE not in _change(SPITEFUL)[0]
