"""What changed between the editions of the contract."""

import json
import re

import jsonschema
import pytest

from conformance.contract.diff import EVERY_OPERATION, Difference, Kind, Party, diff, met_in
from conformance.contract.diff.clauses import source_words
from conformance.contract.diff.rules import rules
from conformance.contract.diff.told import entries, lines, markdown, sections
from conformance.contract.files import data_folder, read_json
from conformance.contract.schemas import editions, load_schemas
from conformance.contract.suites import load_suite, suite_files
from conformance.errors import UnknownName

SENDER, READER, NOBODY = {Party.SENDER}, {Party.READER}, set()
GUIDE = "migration guide (2024-07): "
MIGRATION = diff("v1", "v2")


def the(difference=MIGRATION, **wanted):
    """The one change that is so."""
    found = [each for each in difference if all(getattr(each, name) == value for name, value in wanted.items())]
    assert len(found) == 1, found
    return found[0]


def told(change):
    return change.text, set(change.breaks), change.clause


class TestTheMigration:
    def test_register_call_is_replaced_by_two_operations(self):
        clause = f"{GUIDE}Register Call is deprecated; support for V1 ends on 2025-01-01"
        assert told(the(kind=Kind.REPLACED, operation="create-web-call")) == (
            "`create-web-call` takes the place of `register-call` for web calls.", SENDER, clause,
        )  # fmt: skip
        phone = the(kind=Kind.REPLACED, operation="register-phone-call")
        assert told(phone) == (
            "`register-phone-call` takes the place of `register-call` for calls over own telephony.", SENDER, clause,
        )  # fmt: skip
        assert (phone.before, phone.after) == ("POST /register-call", "POST /v2/register-phone-call")

    def test_list_calls_is_a_post_with_a_body(self):
        assert told(the(operation="list-calls", kind=Kind.METHOD))[:2] == (
            "The method is POST now, it was GET.",
            SENDER,
        )
        assert told(the(operation="list-calls", kind=Kind.PATH))[1:] == (
            SENDER,
            f"{GUIDE}list-calls becomes POST /v2/list-calls; support for V1 ends on 2025-01-01",
        )
        assert (
            the(operation="list-calls", kind=Kind.LOCATION).text
            == "What was sent in the query is sent in the body now."
        )

    @pytest.mark.parametrize("name", ["get-call", "create-phone-call"])
    def test_the_other_operations_move_below_v2(self, name):
        change = the(operation=name, kind=Kind.PATH)
        assert (change.after, set(change.breaks)) == ("/v2" + change.before, SENDER)

    def test_the_call_object_is_split(self):
        change = the(operation="get-call", kind=Kind.SPLIT)
        assert told(change) == (
            "Split in two, told apart by `call_type`: web_call and phone_call.", NOBODY,
            f"{GUIDE}the call object is split in two, told apart by call_type",
        )  # fmt: skip
        assert ("response", "list-calls", "/*") in change.met

    @pytest.mark.parametrize("field", ["audio_websocket_protocol", "audio_encoding", "sample_rate"])
    def test_the_audio_fields_are_gone_wherever_a_call_is_met(self, field):
        change = the(area="response", pointer=f"/{field}")
        assert told(change) == (f"`{field}` is gone.", READER, f"{GUIDE}{field} is removed from the call object")
        assert set(change.met) >= {
            ("response", "get-call", f"/{field}"),
            ("response", "list-calls", f"/*/{field}"),
            ("response", "create-web-call", f"/{field}"),
            ("webhook", "call_ended", f"/call/{field}"),
        }
        request = the(area="request", pointer=f"/{field}")
        assert told(request)[:2] == (f"`{field}` is gone; it had to be sent.", SENDER)

    def test_numbers_belong_to_phone_calls_and_the_token_to_web_calls(self):
        gone = the(operation="get-call", pointer="/from_number", kind=Kind.REMOVED)
        assert (gone.when, set(gone.breaks)) == ("call_type is web_call", READER)
        there = the(operation="get-call", pointer="/from_number", kind=Kind.REQUIRED)
        assert (there.when, set(there.breaks)) == ("call_type is phone_call", NOBODY)
        token = the(operation="get-call", pointer="/access_token")
        assert (token.kind, token.when, set(token.breaks)) == (Kind.ADDED, "call_type is web_call", NOBODY)

    def test_webhooks_carry_the_call_under_another_name(self):
        change = the(area="webhook", pointer="/call", kind=Kind.RENAMED)
        assert (change.before, change.after, set(change.breaks)) == ("/data", "/call", READER)
        assert change.clause.startswith(f"{GUIDE}webhooks have a new field call")
        assert [place[1] for place in change.met] == ["call_started", "call_ended", "call_analyzed"]

    def test_lists_that_grow_break_nobody(self):
        for pointer in ("/call_status", "/disconnection_reason", "/transcript_with_tool_calls/*/role"):
            assert set(the(operation="get-call", pointer=pointer).breaks) == NOBODY

    def test_what_has_another_place(self):
        assert the(operation="get-call", kind=Kind.MOVED, pointer="/latency/e2e").before == "/e2e_latency"
        bound = the(operation="list-calls", kind=Kind.MOVED, pointer="/filter_criteria/start_timestamp/lower_threshold")
        assert (bound.before, set(bound.breaks)) == ("/filter_criteria/after_start_timestamp", NOBODY)
        assert bound.note == "It is not refused; whether it is still read is not stated."

    def test_refusals_are_told_once_for_every_operation(self):
        found = [each for each in MIGRATION if each.operation == EVERY_OPERATION]
        assert {each.pointer for each in found} == {"/error_message", "/message", "/status"}
        assert {each.area for each in found} == {"response"}

    def test_a_bound_that_older_sources_could_not_state_breaks_nobody_and_cites_who_states_it(self):
        for pair in (("v1", "v2-launch"), ("v1", "v2")):
            change = the(diff(*pair), operation="create-web-call", pointer="/agent_id")
            assert (change.text, set(change.breaks)) == ("`agent_id` must not be empty.", NOBODY)
            assert change.note.startswith("Stated by the document of 2026 alone")
            assert change.clause == "OpenAPI document of April 2026 (2026-04-01): createWebCall"
            assert not [each for each in diff(*pair).breaking() if each.kind is Kind.BOUND]

    def test_another_default_breaks_who_leaves_it_out(self):
        change = the(operation="list-calls", pointer="/limit")
        assert (change.text, set(change.breaks)) == ("The default of `limit` is 50; before, it was 1000.", SENDER)
        assert change.note == "Only for those who leave it out."
        first = the(diff("v2-launch", "v2"), operation="list-calls", pointer="/limit")
        assert (set(first.breaks), first.text) == (NOBODY, "The default of `limit` is 50; before, none was stated.")

    def test_an_operation_that_is_new_under_its_name_was_not_offered_by_every_server_before(self):
        change = the(diff("v1", "v2-launch"), operation="register-phone-call", kind=Kind.OPTIONAL, area="operation")
        assert change.text == "Not every server has to offer it."


class TestOtherEditions:
    def test_where_data_may_still_be_sent_it_is_no_longer_sure(self):
        found = [each for each in diff("v1", "v2-launch") if each.area == "webhook" and each.pointer == "/data"]
        assert [(each.kind, set(each.breaks)) for each in found] == [(Kind.OPTIONAL, READER), (Kind.TYPE, READER)]

    def test_what_was_seen_long_after_it_was_given_up_breaks_nobody(self):
        change = the(diff("v2-launch", "v2-2025"), pointer="/opt_out_sensitive_data_storage")
        assert (set(change.breaks), change.note[:8]) == (NOBODY, "Given up")

    def test_a_field_that_became_required_in_answers_only(self):
        found = [each for each in diff("v2-launch", "v2-2025") if each.pointer == "/agent_version"]
        assert {(each.area, each.text) for each in found} == {
            ("request", "`agent_version` is new."), ("response", "`agent_version` is new and always there."),
        }  # fmt: skip

    def test_one_of_two_newer_ones_breaks_only_a_filter(self):
        (change,) = diff("v2-2025", "v2").breaking()
        assert (change.place, set(change.breaks)) == ("list-calls request /filter_criteria/call_status/*", SENDER)

    def test_the_way_back_replaces_two_operations_by_one(self):
        found = [each for each in diff("v2", "v1") if each.kind is Kind.REPLACED]
        assert [(each.operation, each.before) for each in found] == [
            ("register-call", "POST /v2/create-web-call"), ("register-call", "POST /v2/register-phone-call"),
        ]  # fmt: skip

    def test_the_inbound_question_is_read_and_its_answer_is_sent(self):
        found = [each for each in diff("v2", "v2-2025") if each.operation == "call_inbound"]
        assert {(each.area, each.pointer, *each.breaks) for each in found} == {
            ("webhook", "/call_inbound/agent_version", Party.READER),
            ("webhook", "/call_inbound/custom_sip_headers", Party.READER),
            ("response", "/call_inbound/agent_override"),
            ("response", "/call_inbound/reject"),
        }

    @pytest.mark.parametrize("pair", [("v1", "v9"), ("v9", "v1")])
    def test_an_edition_that_is_none(self, pair):
        with pytest.raises(UnknownName, match="There is no edition 'v9'"):
            diff(*pair)


class TestChoosing:
    def test_everything_that_breaks_a_party(self):
        assert MIGRATION.totals == {
            "changes": len(MIGRATION),
            "breaking": len(MIGRATION.breaking()),
            "sender": len(MIGRATION.breaking(Party.SENDER)),
            "reader": len(MIGRATION.breaking(Party.READER)),
        }

    def test_an_operation_also_has_what_it_shares(self):
        listed = MIGRATION.among(operation="list-calls", area="response")
        assert "/audio_encoding" in {each.pointer for each in listed}
        assert all(any(place[:2] == ("response", "list-calls") for place in each.met) for each in listed)

    def test_an_operation_that_was_replaced_is_found_by_its_old_name(self):
        found = MIGRATION.among(operation="register-call", kind=Kind.REPLACED)
        assert [each.operation for each in found] == ["create-web-call", "register-phone-call"]

    def test_by_kind_by_party_and_by_what_breaks_nobody(self):
        assert [each.kind for each in MIGRATION.among(kind="method")] == [Kind.METHOD]
        assert MIGRATION.among(breaking=Party.READER).changes == MIGRATION.breaking(Party.READER)
        assert len(MIGRATION.among(breaking=True)) + len(MIGRATION.among(breaking=False)) == len(MIGRATION)

    def test_words_must_all_be_there_in_any_case(self):
        assert [each.kind for each in MIGRATION.among(words="GET post method")] == [Kind.METHOD]
        assert not MIGRATION.among(words="audio nowhere")

    def test_what_is_met_in_an_operation_is_told_where_it_is_there(self):
        listing = met_in(MIGRATION, "list-calls")
        assert {each.operation for each in listing} == {"list-calls"}
        assert the(listing, pointer="/*/audio_encoding").kind is Kind.REMOVED
        moved = the(listing, pointer="/*/latency/e2e", kind=Kind.MOVED)
        assert (moved.before, moved.text) == ("/*/e2e_latency", "`e2e_latency` is now `latency/e2e`.")
        first = met_in(MIGRATION, "call_ended").changes[0]
        assert (first.kind, first.before, first.pointer) == (Kind.RENAMED, "/data", "/call")

    def test_an_operation_of_neither_edition(self):
        with pytest.raises(UnknownName, match="Did you mean 'list-calls'"):
            met_in(MIGRATION, "list-call")
        assert not met_in(diff("v1", "v2"), "delete-phone-number")


EVERY = [(one.id, other.id) for one in editions() for other in editions()]


@pytest.mark.parametrize("pair", EVERY)
def test_every_change_says_where_it_is_and_where_it_is_said(pair):
    names = {each.name for name in pair for each in load_schemas(name).operations()}
    for change in diff(*pair):
        assert change.met[0] == (change.area, change.operation, change.pointer)
        assert change.operation in names or "_" in change.operation or change.operation == EVERY_OPERATION
        assert change.text.endswith(".")
        assert re.match("[`A-Z]", change.text)
        assert change.sources, change
        assert change.clause, change


@pytest.mark.parametrize("pair", EVERY)
def test_as_json_it_fits_its_schema(pair):
    schema = read_json(data_folder("schemas") / "harness" / "diff.schema.json")
    document = diff(*pair).document()
    jsonschema.validate(json.loads(json.dumps(document)), schema)
    assert schema["$defs"]["change"]["properties"]["kind"]["enum"] == [str(each) for each in Kind]


class TestTheDataOfCorrespondence:
    def test_every_rule_is_about_something_that_some_edition_has(self):
        names = {each.name for edition in editions() for each in load_schemas(edition.id).operations()}
        definitions = {name for edition in editions() for name in load_schemas(edition.id).names}
        for rule in rules().operations:
            assert {rule.before, rule.after} <= names
        for rule in (*rules().fields, *rules().still_sent):
            assert rule.definitions <= definitions

    def test_every_requirement_and_every_source_is_known(self):
        assert {row["requirement"] for row in rules().clauses} <= {each.id for each in REQUIREMENTS}
        tags = {row["tag"] for row in read_json(data_folder("schemas") / "sources.json")["sources"]}
        known = rules()
        rows = (*known.operations, *known.fields, *known.still_sent, *known.unstated)
        named = [each.sources for each in rows]
        assert {source.split()[0] for sources in named for source in sources} <= tags

    def test_every_clause_is_used(self):
        used = {each.clause for pair in EVERY for each in diff(*pair)}
        told = {each.id for each in REQUIREMENTS if each.clause in used}
        assert {row["requirement"] for row in rules().clauses} <= told


REQUIREMENTS = [
    each
    for path in suite_files()
    for each in load_suite(path, editions=[each.id for each in editions()], edition="v2").requirements
]


def test_of_several_sources_the_one_that_came_between_the_editions_is_named():
    added = the(diff("v2-launch", "v2-2025"), area="response", pointer="/agent_version")
    assert added.clause == "Python package retell-sdk 4.34.0 (2025-06-11): types/phone_call_response.py"
    value = the(diff("v2-launch", "v2-2025"), pointer="/call_analysis/user_sentiment")
    assert value.clause == "Python package retell-sdk 4.3.0 (2024-08-22): types/phone_call_response.py"
    assert added.sources == ("openapi-2026-04", "sdk-4.34.0")
    assert the(pointer="/agent_version", area="response").clause.startswith("OpenAPI document of April 2026")


def test_a_source_in_words():
    assert source_words("openapi-2026-04 createWebCall") == "OpenAPI document of April 2026 (2026-04-01): createWebCall"
    assert source_words("sdk-2.0.8") == "Python package retellclient 2.0.8"


class TestAsText:
    def test_what_is_alike_stands_in_one_line(self):
        found = entries([each for each in diff("v2-2025", "v2") if each.operation == "create-web-call"])
        assert [(each.text, each.count) for each in found] == [("New: `current_node_id`, `current_state`.", 2)]

    @pytest.mark.parametrize("width", [80, 120])
    @pytest.mark.parametrize("pair", EVERY)
    def test_no_line_is_wider_than_the_terminal(self, pair, width):
        assert max(len(line.text) for line in lines(diff(*pair), width=width)) <= width

    def test_everything_is_told_somewhere(self):
        assert sum(each.count for section in sections(MIGRATION) for each in section.entries) == len(MIGRATION)

    def test_no_difference(self):
        assert [line.text for line in lines(Difference(before="v2", after="v2"), width=80)] == ["v2 → v2: no changes."]
        assert markdown(Difference(before="v2", after="v2")) == "# v2 → v2: no changes.\n"

    def test_every_row_of_a_table_has_five_cells(self):
        rows = [line for line in markdown(MIGRATION).splitlines() if line.startswith("|")]
        assert {line.replace("\\|", "").count("|") for line in rows} == {6}
