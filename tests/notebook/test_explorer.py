"""The Explorer without a browser: what is clicked and typed, and what is shown then."""

import json
import threading

import ipywidgets
import pytest

from conformance.errors import UnknownName, UsageError
from conformance.mockvendor import MockVendor
from conformance.notebook import Explorer
from conformance.notebook.explorer import panel


@pytest.fixture(scope="module")
def shared():
    """One for tests that leave nothing behind but a history."""
    with Explorer(target=MockVendor(faults=["web-call-carries-direction"])) as explorer:
        yield explorer


@pytest.fixture
def explorer(shared):
    """The shared one, back at the beginning."""
    shared.choose("create-web-call")
    shared.body = json.dumps({"agent_id": shared.vendor.agents[0]})
    return shared


def _row(explorer, name):
    return explorer.editor.form.row(name)


def _state(explorer):
    return explorer.view.state.value


def _message(explorer):
    return explorer.view.message.value


class _Slow:
    """An application that answers when it is told to."""

    def __init__(self):
        self.asked, self.release = threading.Event(), threading.Event()

    def __call__(self, _environ, start_response):
        self.asked.set()
        self.release.wait(10)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b"[]"]


class TestChoosing:
    def test_an_operation_shows_what_it_does_and_where_that_is_written(self, explorer):
        explorer.choose("create-phone-call")
        about = explorer.view.about.value
        assert "POST /v2/create-phone-call" in about
        assert "dials" in about
        assert "Migration to Call API V2" in about
        assert "from_number" in explorer.body

    def test_the_body_of_each_operation_comes_back(self, explorer):
        explorer.body = '{"agent_id": "mine"}'
        explorer.choose("list-calls").choose("create-web-call")
        assert explorer.body == '{"agent_id": "mine"}'

    def test_what_stands_in_the_path_is_a_field_and_calls_that_were_seen_are_offered(self, explorer):
        explorer.choose("get-call").generate()
        assert explorer.parameter.layout.display is None
        assert explorer.parameter.value in explorer.parameter.options
        assert explorer.json.disabled
        assert explorer.send().response.json()["call_id"] == explorer.parameter.value

    def test_without_an_id_nothing_is_sent(self, explorer):
        explorer.choose("delete-call").fill("call_id", "")
        with pytest.raises(UsageError, match="call_id is empty"):
            explorer.send()
        assert "call_id is empty" in _message(explorer)

    def test_an_unknown_operation_field_or_flaw_is_told(self, explorer):
        for wrong in (
            lambda: explorer.choose("create-web-cal"),
            lambda: explorer.fill("agent_ids", 1),
            lambda: explorer.generate("agent_id is missin"),
        ):
            with pytest.raises(UnknownName, match="Did you mean"):
                wrong()

    def test_another_edition_has_its_own_mock_operations_and_fields(self):
        with Explorer(edition="v1") as explorer:
            explorer.choose("register-call").generate()
            assert explorer.send().response.status == 201
            explorer.edition.value = "v2"
            assert "create-web-call" in explorer.operation.options
            assert explorer.vendor.edition == "v2"
            explorer.edit_again()
            assert (explorer.edition.value, explorer.operation.value) == ("v1", "register-call")


class TestFormAndJson:
    def test_a_field_that_is_set_is_in_the_json_and_one_that_is_not_is_absent(self, explorer):
        row = _row(explorer, "metadata")
        row.is_set.value = True
        assert json.loads(explorer.body)["metadata"] == {}
        row.input.value = '{"order": 1}'
        assert json.loads(explorer.body)["metadata"] == {"order": 1}
        row.is_set.value = False
        assert "metadata" not in json.loads(explorer.body)

    def test_null_is_a_third_state_where_it_is_allowed(self, explorer):
        row = _row(explorer, "current_state")
        row.is_set.value = True
        row.is_null.value = True
        assert json.loads(explorer.body)["current_state"] is None
        row.is_null.value = False
        assert json.loads(explorer.body)["current_state"] == ""
        assert (
            _row(explorer, "agent_id").is_null not in _row(explorer, "agent_id").root.children[0].children[0].children
        )

    def test_the_form_follows_the_json(self, explorer):
        explorer.body = '{"agent_id": "agent_x", "agent_version": 4}'
        assert _row(explorer, "agent_id").input.value == "agent_x"
        assert _row(explorer, "agent_version").input.value == 4
        assert not _row(explorer, "metadata").is_set.value

    def test_members_that_no_schema_knows_survive_a_change_in_the_form(self, explorer):
        explorer.body = '{"agent_id": "a", "extra": [1, {"deep": null}]}'
        _row(explorer, "agent_id").input.value = "b"
        assert json.loads(explorer.body) == {"agent_id": "b", "extra": [1, {"deep": None}]}

    def test_a_value_of_another_type_is_shown_as_json_and_kept(self, explorer):
        explorer.body = '{"agent_id": 7}'
        row = _row(explorer, "agent_id")
        assert (row.other.value, row.other.layout.display, row.input.layout.display) == ("7", None, "none")
        assert "must be string" in row.note.value
        row.other.value = '"seven"'
        assert json.loads(explorer.body) == {"agent_id": "seven"}

    def test_a_number_out_of_bounds_is_not_clamped(self, explorer):
        explorer.choose("list-calls")
        explorer.body = '{"limit": 5000}'
        assert _row(explorer, "limit").other.value == "5000"
        assert json.loads(explorer.body) == {"limit": 5000}

    def test_enums_are_choices_booleans_boxes_and_nested_objects_groups(self, explorer):
        explorer.choose("list-calls")
        explorer.body = "{}"
        _row(explorer, "sort_order").is_set.value = True
        _row(explorer, "sort_order").input.value = "ascending"
        explorer.fill("filter_criteria.start_timestamp.lower_threshold", 5)
        wanted = {"sort_order": "ascending", "filter_criteria": {"start_timestamp": {"lower_threshold": 5}}}
        assert json.loads(explorer.body) == wanted
        _row(explorer, "filter_criteria.start_timestamp.lower_threshold").is_set.value = False
        assert json.loads(explorer.body) == {"sort_order": "ascending"}
        explorer.choose("create-phone-call")
        _row(explorer, "ignore_e164_validation").is_set.value = True
        _row(explorer, "ignore_e164_validation").input.value = True
        assert json.loads(explorer.body)["ignore_e164_validation"] is True

    def test_a_group_opens_and_closes(self, explorer):
        explorer.choose("list-calls")
        row = _row(explorer, "filter_criteria")
        row.open()
        assert row.inside.children
        row.input.click()
        assert (row.inside.layout.display, "▸" in row.input.description) == ("none", True)

    def test_broken_json_is_said_with_its_place_and_nothing_is_lost(self, explorer):
        explorer.body = '{"agent_id": "kept"}'
        explorer.body = '{\n  "agent_id": "lost",'
        assert "line 2, column 22" in _state(explorer)
        assert _row(explorer, "agent_id").input.value == "kept"
        assert _row(explorer, "agent_id").input.disabled
        assert explorer.send_button.description == "Send anyway"
        with pytest.raises(UsageError, match="no JSON object"):
            explorer.fill("agent_id", "x")
        assert explorer.send().response.status == 400
        explorer.view.restore_button.click()
        assert json.loads(explorer.body) == {"agent_id": "kept"}
        assert not _row(explorer, "agent_id").input.disabled

    def test_broken_json_in_a_field_is_said_there_and_not_taken_over(self, explorer):
        row = _row(explorer, "metadata")
        row.is_set.value = True
        row.input.value = '{"order": '
        assert json.loads(explorer.body)["metadata"] == {}
        assert "line 1, column 11" in row.note.value

    def test_what_the_contract_says_stands_below_before_anything_is_sent(self, explorer):
        assert "The contract allows this body" in _state(explorer)
        explorer.body = "{}"
        assert "agent_id is missing" in _state(explorer)
        assert "must be refused" in _state(explorer)

    def test_markup_that_somebody_types_is_text(self, explorer):
        evil = "<img src=x onerror=alert(1)>"
        explorer.body = json.dumps({"agent_id": [evil], evil: evil})
        explorer.send()
        explorer.body = evil
        explorer.send()
        explorer.choose("list-calls")
        explorer.body = json.dumps({"sort_order": evil, "limit": evil})
        shown = [each.value for each in _all_html(explorer.root)] + [explorer._repr_mimebundle_()["text/html"]]
        assert not any("<img" in each for each in shown)


def _all_html(widget):
    if isinstance(widget, ipywidgets.HTML):
        yield widget
    for child in getattr(widget, "children", ()):
        yield from _all_html(child)


class TestSending:
    def test_an_answer_is_shown_with_status_words_and_the_wrong_place(self, explorer):
        exchange = explorer.generate().send()
        results = explorer.view.results
        assert exchange.response.status == 201
        assert "201 Created" in results.head.value
        assert [each.requirement.id for each in explorer.findings] == ["SPLIT-006"]
        assert "SPLIT-006" in results.body.value
        assert exchange.response.json()["access_token"] not in results.body.value
        assert "\ncurl -sS -i -X POST http://127.0.0.1:8000/v2/create-web-call" in results.copy_curl.text
        assert "CallApi(vendor" in results.copy_call_api.text

    def test_a_named_flaw_is_refused_as_expected(self, explorer):
        explorer.flaw.value = "agent_id is null"
        explorer.generate_button.click()
        explorer.wait()
        assert json.loads(explorer.body) == {"agent_id": None}
        explorer.send()
        assert "should be refused with 400 or 422, and was (400)" in explorer.view.results.head.value

    def test_a_call_that_nobody_has(self, explorer):
        explorer.choose("get-call").generate("call_id names no call").send()
        assert explorer.last.case.purpose == "unknown-call"

    def test_fill_in_reads_what_the_target_has(self, explorer):
        explorer.choose("create-phone-call")
        explorer.body = '{"to_number": "+14155550177"}'
        explorer.fill_in()
        assert json.loads(explorer.body)["from_number"] in explorer.vendor.numbers
        assert json.loads(explorer.body)["to_number"] == "+14155550177"
        assert _row(explorer, "from_number").input.options == explorer.vendor.numbers
        assert "calls" in _message(explorer)

    def test_numbers_of_an_account_are_only_filled_in_where_they_may_be_shown(self, explorer):
        vendor = explorer.vendor
        for personal in (False, True):
            with Explorer(target=vendor.app, key=vendor.api_key, personal=personal) as other:
                other.choose("create-phone-call").fill_in()
                assert ("from_number" in json.loads(other.body)) is personal
                assert ("personal=True" in _message(other)) is not personal

    def test_history_has_the_newest_first_and_gives_back_what_was_sent(self, explorer):
        explorer.body = '{"agent_id": "first"}'
        explorer.send()
        explorer.body = "{}"
        explorer.send()
        history = explorer.view.results.history
        assert [each.case.body for each in explorer.history[:2]] == [b"{}", b'{"agent_id": "first"}']
        assert "agent_id is missing" in history.options[0][0]
        history.index = 1
        assert "422" in explorer.view.results.head.value
        explorer.view.results.edit_button.click()
        assert explorer.body == '{"agent_id": "first"}'

    def test_many_calls_come_in_pages(self):
        with Explorer(target=MockVendor(calls=130)) as explorer:
            explorer.choose("list-calls")
            explorer.body = '{"limit": 1000}'
            explorer.send()
            results = explorer.view.results
            assert "1 to 20 of 130" in results.range.value
            assert results.previous_button.disabled
            results.next_button.click()
            assert "21 to 40 of 130" in results.range.value
            assert results.body.value.count('class="cx-item"') == 20
            assert len(results.body.value) < 500_000

    def test_only_as_much_is_kept_as_fits(self, explorer, monkeypatch):
        monkeypatch.setattr(panel, "_LARGEST_KEPT", 1)
        explorer.send()
        explorer.send()
        assert len(explorer.history) == 1


class TestATargetInTrouble:
    def test_one_that_goes_away_is_told_and_works_again_when_it_is_back(self):
        with Explorer() as explorer:
            explorer.vendor.stop()
            assert explorer.send().unreachable
            assert "Nothing listens at 127.0.0.1:" in _message(explorer)
            explorer.vendor.start()
            assert explorer.send().response.status == 201
            assert _message(explorer) == ""

    def test_waiting_can_be_given_up_and_the_button_comes_back(self):
        slow = _Slow()
        with Explorer(target=slow) as explorer:
            explorer.choose("list-calls")
            explorer.send_button.click()
            assert slow.asked.wait(10)
            assert explorer.send_button.disabled
            with pytest.raises(UsageError, match="under way"):
                explorer.send()
            explorer.view.cancel_button.click()
            explorer.wait()
            assert "You stopped waiting" in _message(explorer)
            assert not explorer.send_button.disabled
            assert explorer.history == ()
            slow.release.set()
            assert explorer.send().response.status == 200

    def test_one_that_is_too_slow(self):
        slow = _Slow()
        with Explorer(target=slow, timeout_s=0.05) as explorer:
            explorer.choose("list-calls").send()
            slow.release.set()
            assert "no answer within 0.05 s" in _message(explorer)

    def test_nothing_is_known_where_the_list_cannot_be_read(self):
        def app(_environ, start_response):
            start_response("401 Unauthorized", [("Content-Type", "application/json")])
            return [b"{}"]

        with Explorer(target=app) as explorer:
            explorer.generate()
            assert "refuses the key (401)" in _message(explorer)
            assert json.loads(explorer.body)["agent_id"].startswith("agent_")

    def test_off_this_machine_a_refusal_is_told_in_the_panel(self):
        with Explorer(target="http://192.0.2.1", key="key_example_1") as explorer:
            explorer.body = '{"agent_id": "agent_1"}'
            explorer.send_button.click()
            assert "Give the Explorer allow=[&#x27;create-web-call&#x27;]" in _message(explorer)
            assert explorer.history == ()

    def test_what_goes_wrong_inside_is_told_in_the_panel(self, explorer, monkeypatch):
        monkeypatch.setattr(explorer.session, "judged", lambda *_: 1 / 0)
        explorer.send_button.click()
        explorer.wait()
        assert "ZeroDivisionError" in _message(explorer)
        assert not explorer.send_button.disabled


class TestThePanel:
    def test_it_says_what_it_asks(self, explorer):
        assert repr(explorer).startswith("Explorer of app:mock, edition v2: ")
        assert "a mock: nothing leaves this machine" in explorer.view.header.value

    def test_closing_stops_its_own_mock_and_ends_it(self):
        explorer = Explorer()
        vendor = explorer.vendor
        assert vendor.url
        explorer.close()
        explorer.close()
        with pytest.raises(RuntimeError, match="not being served"):
            _ = vendor.url
        with pytest.raises(UsageError, match="closed"):
            explorer.send()

    @pytest.mark.parametrize("target", ["nonsense", 5, "app:no_such_module:app"])
    def test_what_is_no_target_is_told(self, target):
        with pytest.raises(UsageError):
            Explorer(target=target)

    def test_a_saved_notebook_shows_the_last_exchange_without_secrets(self, explorer):
        explorer.generate().send()
        bundle = explorer._repr_mimebundle_()
        assert "201 Created" in bundle["text/html"]
        assert explorer.last.response.json()["access_token"] not in bundle["text/html"]
        assert explorer.vendor.api_key not in bundle["text/html"]

    def test_without_widgets_it_says_what_to_install(self, monkeypatch):
        monkeypatch.setattr("conformance.notebook.parts.panel.find_spec", lambda _name: None)
        explorer = panel.Explorer()
        assert "pip install" in explorer._repr_mimebundle_()["text/plain"]
        with pytest.raises(UsageError, match="needs widgets"):
            explorer.send()
        assert explorer.history == ()
        explorer.close()
