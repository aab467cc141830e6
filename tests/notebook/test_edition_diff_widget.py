"""The widget that shows what changed between two editions, driven without a browser."""

import itertools
import json
import re
import subprocess
import sys

import pytest
from difference_samples import HOSTILE, SPITEFUL, difference

from conformance.contract.diff import Kind, Party, diff
from conformance.contract.schemas import editions, load_schemas
from conformance.errors import UnknownName, UsageError
from conformance.notebook import EditionDiff
from conformance.notebook.differences import panel
from conformance.notebook.differences.counterparts import counterparts
from conformance.notebook.differences.duties import duties
from conformance.notebook.differences.examples import example
from conformance.notebook.differences.illustrations import Illustrations
from conformance.notebook.differences.marking import excerpt, marked, versus

EDITIONS = [each.id for each in editions()]


@pytest.fixture
def shown():
    with EditionDiff("v1", "v2") as made:
        yield made


def drawn(shown):
    """The widget of the list."""
    return shown.root.children[-1]


def first(shown, **wanted):
    """The first change that has these attributes."""
    return next(each for each in shown.difference if all(getattr(each, name) == wanted[name] for name in wanted))


class TestWhatIsListed:
    def test_at_first_everything_by_operation(self, shown):
        assert shown.shown == diff("v1", "v2").changes
        assert [each["title"] for each in drawn(shown).groups] == list(shown.difference.operations)
        listed = [at for group in drawn(shown).groups for at in group["rows"]]
        assert sorted(listed) == list(range(len(shown.difference)))

    def test_inside_of_an_operation_what_breaks_comes_first(self, shown):
        for group in drawn(shown).groups:
            breaking = [shown.difference.changes[at].breaking for at in group["rows"]]
            assert breaking == sorted(breaking, reverse=True)

    def test_filters_narrow_together(self, shown):
        found = shown.show(area="response", kind="removed", breaking="reader", words="Audio_Encoding")
        assert found == shown.shown
        assert found
        assert all(each.kind is Kind.REMOVED and Party.READER in each.breaks for each in found)
        assert all("audio_encoding" in each.pointer for each in found)

    def test_without_arguments_all_are_back(self, shown):
        shown.show(words="audio_encoding")
        assert len(shown.show()) == len(shown.difference)

    @pytest.mark.parametrize("wanted", [True, False])
    def test_by_whether_anybody_breaks(self, shown, wanted):
        assert {each.breaking for each in shown.show(breaking=wanted)} == {wanted}

    def test_the_choices_of_the_panel_filter_too(self, shown):
        operation, _, _, party, words, _ = shown.root.children[3].children
        party.value = "sender"
        assert all(Party.SENDER in each.breaks for each in shown.shown)
        words.value = "method"
        operation.value = "list-calls"
        assert [each.kind for each in shown.shown] == [Kind.METHOD]

    def test_of_an_operation_also_what_is_told_elsewhere_below_its_own_name(self, shown):
        found = shown.show(operation="call_ended")
        assert found
        assert [each["title"] for each in drawn(shown).groups] == ["call_ended"]
        assert len(drawn(shown).groups[0]["rows"]) == len(found)

    def test_counts_follow_the_filters(self, shown):
        told = shown.root.children[4].children[0]
        assert f"{len(shown.difference)} changes: " in told.value
        found = shown.show(breaking="sender", words="list-calls")
        assert f"{len(found)} of {len(shown.difference)} changes: {len(found)} break senders" in told.value

    def test_few_are_open_at_once_and_many_are_not(self, shown):
        assert not any(each["open"] for each in drawn(shown).groups)
        shown.show(words="audio_encoding")
        assert all(each["open"] for each in drawn(shown).groups)

    def test_all_groups_open_and_stay_so(self, shown):
        toggle = shown.root.children[4].children[1]
        toggle.value = True
        assert drawn(shown).wide
        assert toggle.description == "close all"
        shown.show(area="response")
        assert all(each["open"] for each in drawn(shown).groups)

    def test_nothing_fits(self, shown):
        assert shown.show(words="no change says this") == ()
        assert drawn(shown).groups == []
        assert "No change fits" in drawn(shown).empty

    def test_what_nobody_knows_is_told(self, shown):
        with pytest.raises(UnknownName, match="Did you mean 'list-calls'"):
            shown.show(operation="list-cals")
        with pytest.raises(UnknownName, match="party"):
            shown.show(breaking="nobody else")


class TestEditions:
    def test_another_edition_is_chosen(self, shown):
        shown.before.value = "v2-2025"
        assert shown.difference == diff("v2-2025", "v2")
        assert shown.shown == shown.difference.changes
        assert len(drawn(shown).rows) == len(shown.difference)

    def test_swapped(self, shown):
        shown.root.children[1].children[1].click()
        assert (shown.before.value, shown.after.value) == ("v2", "v1")
        assert shown.difference == diff("v2", "v1")

    def test_filters_stay_where_they_still_mean_something(self, shown):
        shown.show(operation="list-calls", breaking="sender")
        shown.before.value = "v2-2025"
        assert {each.operation for each in shown.shown} <= {"list-calls"}
        assert all(Party.SENDER in each.breaks for each in shown.shown)

    def test_equal_ones(self):
        with EditionDiff("v2", "v2") as shown:
            assert shown.shown == ()
            assert str(shown) == "Nothing changed between v2 and v2."
            assert str(shown) in drawn(shown).empty
            assert str(shown) in shown._repr_mimebundle_()["text/html"]

    def test_an_unknown_one(self):
        with pytest.raises(UnknownName, match="There is no edition 'v4'"):
            EditionDiff("v1", "v4")

    @pytest.mark.parametrize(("before", "after"), list(itertools.pairwise([*EDITIONS, *reversed(EDITIONS)])))
    def test_any_two(self, before, after):
        with EditionDiff(before, after) as shown:
            assert len(drawn(shown).rows) == len(shown.difference)

    def test_a_failure_is_shown_in_the_panel(self, shown, monkeypatch):
        def broken(*_editions):
            raise ValueError(HOSTILE)

        monkeypatch.setattr(panel, "diff", broken)
        shown.before.value = "v2-launch"
        assert "This went wrong: ValueError" in shown.root.children[5].value
        assert HOSTILE not in shown.root.children[5].value


class TestAChangeThatIsOpen:
    def test_closed_it_says_where_else_it_is_met(self, shown):
        change = first(shown, operation="call_started", pointer="/call")
        head = drawn(shown).rows[shown.difference.changes.index(change)][0]
        assert "also in call_ended, call_analyzed" in head

    def test_open(self, shown):
        change = shown.show(words="sample_rate")[0]
        shown.open(change)
        assert drawn(shown).opened == [shown.difference.changes.index(change)]
        shown.open(change)
        assert drawn(shown).opened == [shown.difference.changes.index(change)]

    def test_only_what_is_listed_can_be_opened(self, shown):
        hidden = shown.shown[0]
        shown.show(operation="call_ended")
        with pytest.raises(UnknownName, match="change that is listed"):
            shown.open(hidden)

    def test_before_after_example_and_the_requirement(self, shown):
        change = first(shown, operation="get-call", pointer="/audio_encoding")
        head, body = drawn(shown).rows[shown.difference.changes.index(change)]
        assert "✗" in head
        assert "breaks readers" in head
        assert "migration guide (2024-07)" in head
        assert "<del>- {</del>\n<del>-   &quot;enum&quot;: [&quot;s16le&quot;, &quot;mulaw&quot;]</del>" in body
        assert "<del>-   &quot;audio_encoding&quot;: &quot;s16le&quot;</del>" in body
        assert "conformance explain REM-002" in body

    def test_of_a_list_of_values_only_the_others_are_marked(self, shown):
        change = first(shown, operation="get-call", pointer="/call_status")
        body = drawn(shown).rows[shown.difference.changes.index(change)][1]
        assert "<ins>+   &quot;not_connected&quot;,</ins>" in body
        assert "<ins>+   &quot;ended&quot;" not in body


class TestExamples:
    @pytest.mark.parametrize("edition", EDITIONS)
    def test_every_one_is_valid(self, edition):
        schemas = load_schemas(edition)
        for name in schemas.names:
            for phase in ("", "registered"):
                assert schemas.validate(name, example(edition, name, phase=phase)) == (), name

    def test_equal_each_time_and_nobody_changes_them_for_others(self):
        made = example("v2", "web-call")
        made["metadata"]["order"] = "another"
        assert example("v2", "web-call")["metadata"] == {"order": "A-1001"}

    def test_numbers_are_fictional_and_credentials_open_nothing(self):
        for edition in EDITIONS:
            for name in load_schemas(edition).names:
                told = json.dumps(example(edition, name))
                assert all(re.match(r"( \()?\d{3}(\) )?555-?01\d\d", part) for part in told.split("+1")[1:]), told
                assert "eyJ" not in told

    def test_one_call_of_v1_beside_both_kinds_of_v2(self):
        told = Illustrations(diff("v1", "v2")).whole("get-call")
        for title in ("v1: get-call", "v2: get-call, web_call", "v2: get-call, phone_call"):
            assert f'<th scope="col">{title}</th>' in told
        assert "<del>-   &quot;sample_rate&quot;" in told
        assert "<ins>+   &quot;access_token&quot;" in told

    def test_a_request_of_v1_beside_that_of_v2(self):
        told = Illustrations(diff("v1", "v2")).whole("create-web-call")
        assert "v1: POST /register-call" in told
        assert "v2: POST /v2/create-web-call" in told
        assert "v1: query of GET /list-calls" in Illustrations(diff("v1", "v2")).whole("list-calls")

    def test_a_webhook_of_v1_beside_that_of_v2(self):
        told = Illustrations(diff("v1", "v2")).whole("call_ended")
        assert "<mark>!   &quot;data&quot;: {</mark>" in told
        assert "<mark>!   &quot;call&quot;: {</mark>" in told
        assert "<del>-     &quot;sample_rate&quot;" in told

    def test_what_is_gone_for_one_kind_alone_has_only_changed(self):
        told = Illustrations(diff("v1", "v2")).whole("get-call")
        assert "<mark>!   &quot;from_number&quot;" in told
        assert "<del>-   &quot;from_number&quot;" not in told

    def test_what_has_no_body_has_no_example(self):
        assert Illustrations(diff("v1", "v2")).whole("delete-call") == ""


class TestMarking:
    def test_what_is_removed_is_so_with_all_that_it_holds(self):
        told = marked({"a": {"b": 1}, "c": [{"d": 2}]}, {"/a": "removed", "/c/*/d": "changed"})
        assert told.count("<del>") == 3
        assert "<mark>!       &quot;d&quot;: 2</mark>" in told

    def test_markup_in_a_value_stays_text(self):
        assert HOSTILE not in marked({HOSTILE: HOSTILE}, {})
        assert HOSTILE not in "".join(versus(HOSTILE, [HOSTILE]))

    def test_an_excerpt_is_the_way_to_a_place(self):
        value = {"list": [{"a": 1}, {"a": 1, "b~/": None}], "c": 2}
        assert excerpt(value, "/list/*/b~0~1") == {"list": [{"b~/": None}]}
        assert excerpt(value, "") == value
        assert excerpt(value, "/list/*/none") is excerpt(value, "/c/d")


class TestWhatHasToChange:
    def test_in_the_order_of_the_guide(self):
        found = diff("v1", "v2")
        assert [each.title for each in duties(found, Party.SENDER)] == [
            "Operations",
            "Removed fields",
            "List of calls",
            "Register call",
            "Everything else",
        ]
        assert [each.title for each in duties(found, Party.READER)] == [
            "Two kinds of call",
            "Removed fields",
            "Webhooks",
            "Everything else",
        ]

    def test_each_says_what_and_where_it_is_said(self):
        found = {each.title: each for each in duties(diff("v1", "v2"), Party.READER)}
        assert "`audio_websocket_protocol`, `audio_encoding`, `sample_rate`" in found["Removed fields"].told[0]
        assert found["Webhooks"].told == ("`data` is now `call`.",)
        assert all(each.clause for each in found.values())
        senders = {each.title: " ".join(each.told) for each in duties(diff("v1", "v2"), Party.SENDER)}
        assert "POST" in senders["List of calls"]
        assert "`register-call`" in senders["Register call"]

    def test_everything_that_breaks_a_party_is_in_it(self):
        for before in EDITIONS:
            for after in EDITIONS:
                found = diff(before, after)
                for party in Party:
                    told = [change for each in duties(found, party) for change in each.changes]
                    assert all(each in told for each in found.breaking(party))

    def test_nothing(self):
        assert duties(diff("v2", "v2"), Party.SENDER) == ()


class TestCounterparts:
    def test_requirements_that_say_the_same(self):
        found = {}
        for each in diff("v1", "v2"):
            found.setdefault((each.operation, each.pointer), set()).update(one.id for one in counterparts(each))
        assert found["get-call", "/sample_rate"] == {"REM-003"}
        assert found["get-call", "/end_call_after_silence_ms"] == {"REM-004"}
        assert "SPLIT-004" in found["get-call", "/access_token"]
        assert "GONE-001" in found["create-web-call", ""]
        assert "HOOK-003" in found["call_started", "/call"]
        assert found["get-call", "/agent_name"] == set()


class TestThePanel:
    def test_markdown_is_of_what_is_listed(self, shown):
        shown.show(operation="list-calls", breaking="sender")
        assert "## list-calls" in shown.markdown
        assert "## get-call" not in shown.markdown

    def test_markup_in_a_change_stays_text(self, monkeypatch):
        monkeypatch.setattr(panel, "diff", lambda before, after: difference(SPITEFUL, before=before, after=after))
        with EditionDiff("v1", "v2") as shown:
            shown.open(shown.shown[0])
            seen = [each["told"] for each in drawn(shown).groups]
            assert "<img" not in json.dumps([drawn(shown).rows, seen, drawn(shown).examples])
            assert "<img" not in shown._repr_mimebundle_()["text/html"]
            assert "<img" not in shown.root.children[2].value

    def test_where_no_widget_is_shown_there_is_a_table(self, shown):
        told = shown._repr_mimebundle_()
        assert "What do I have to change?" in told["text/html"]
        assert "What changed between v1 and v2" in told["text/plain"]

    def test_without_widgets_it_says_what_to_install(self, monkeypatch):
        monkeypatch.setattr("conformance.notebook.parts.panel.find_spec", lambda _name: None)
        shown = EditionDiff("v1", "v2")
        assert shown.shown
        assert "pip install" in shown._repr_mimebundle_()["text/plain"]
        with pytest.raises(UsageError, match="pip install"):
            shown.show()

    def test_importing_it_needs_no_jupyter_package(self):
        code = (
            "import sys, conformance.notebook.differences, conformance.notebook.display.differences;"
            "print([name for name in ('ipywidgets', 'anywidget', 'traitlets') if name in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
        assert done.stdout == "[]\n"
