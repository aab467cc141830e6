"""What an Explorer sends, how it judges the answer, and what it never shows."""

import json

import pytest

from conformance.errors import UsageError
from conformance.mockvendor import MockVendor
from conformance.model import Effect
from conformance.notebook.explorer.answer import head_html, items_in, page_html, static_html
from conformance.notebook.explorer.casing import Request
from conformance.notebook.explorer.session import Settings, TargetSession

_ELSEWHERE = "http://192.0.2.1:8000"
"""An address that is reserved for documents; nothing is sent there."""


@pytest.fixture
def session_of():
    """Makes sessions, and closes them."""
    made = []

    def make(target="mock", **settings):
        made.append(TargetSession(Settings(target=target, **settings)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def _answering(status=200, body=b"{}", headers=((b"content-type", b"application/json"),)):
    """An application that answers everything the same."""

    async def app(scope, receive, send):
        if scope["type"] == "http":
            await receive()
            await send({"type": "http.response.start", "status": status, "headers": list(headers)})
            await send({"type": "http.response.body", "body": body})

    return app


def _ask(session, operation, text=None, parameter=""):
    request = Request(operation=operation, parameter=parameter, text=text)
    return session.judged(request, session.exchange(session.casing.case(request)))


def _valid(session, operation, turn=0):
    return json.dumps(session.maker.valid(operation, turn))


class TestExamples:
    @pytest.mark.parametrize("operation", ["create-web-call", "create-phone-call", "register-phone-call", "list-calls"])
    def test_valid_ones_are_accepted_and_nothing_is_found(self, session_of, operation):
        session = session_of()
        session.look()
        for turn in range(6):
            sent = _ask(session, operation, _valid(session, operation, turn))
            assert (sent.verdict.kind, sent.findings, sent.remarks) == ("passed", (), ())

    def test_equal_seeds_give_equal_examples_and_turns_give_others(self, session_of):
        one, other = session_of(seed=3), session_of(seed=3)
        assert [_valid(one, "create-phone-call", turn) for turn in range(4)] == [
            _valid(other, "create-phone-call", turn) for turn in range(4)
        ]
        assert len({_valid(one, "create-phone-call", turn) for turn in range(8)}) > 2

    def test_criteria_of_lists_hit_calls_that_were_seen(self, session_of):
        session = session_of()
        session.look()
        for turn in range(4):
            assert _ask(session, "list-calls", _valid(session, "list-calls", turn)).exchange.response.json()

    def test_each_flaw_is_wrong_in_the_way_that_it_names_and_is_refused(self, session_of):
        session = session_of()
        flaws = session.casing.flaws("create-web-call")
        assert {"agent_id is missing", "metadata is a string instead of object", "the body is cut off"} <= set(flaws)
        for name, each in flaws.items():
            sent = _ask(session, "create-web-call", each.text)
            assert sent.exchange.case.flaw.text == name
            assert sent.verdict.kind == ("passed" if each.flaw.firm else "skipped"), sent.verdict

    def test_every_operation_of_every_edition_has_examples(self, session_of):
        session = session_of()
        for edition in ("v1", "v2-launch", "v2-2025", "v2"):
            session.begin(edition)
            for name, operation in session.contract.operations.items():
                if operation.request:
                    example = session.maker.valid(name, 1)
                    assert session.contract.schemas.validate(operation.request, example) == (), name


class TestBodiesThatSomebodyTyped:
    @pytest.mark.parametrize(
        ("text", "kind", "firm"),
        [
            ('{"agent_id": "x"', "not-json", True),
            ("", "no-body", True),
            ("[1]", "not-an-object", True),
            ("{}", "missing", True),
            ('{"agent_id": []}', "wrong-type", True),
            ('{"agent_id": 7}', "wrong-type", False),
            ('{"agent_id": "a", "metadata": "x"}', "wrong-type", True),
            ('{"agent_id": ""}', "too-short", True),
        ],
    )
    def test_their_flaw_and_how_sure_it_is(self, session_of, text, kind, firm):
        flaw = session_of().casing.flaw(Request(operation="create-web-call", text=text))
        assert (flaw.kind, flaw.firm) == (kind, firm)

    def test_what_the_contract_allows_has_none(self, session_of):
        request = Request(operation="create-web-call", text='{"agent_id": "agent_1", "no_such_field": 1}')
        assert session_of().casing.flaw(request) is None

    def test_the_bytes_are_those_that_were_typed(self, session_of):
        text = '{ "agent_id" :\t"agent_1" , }'
        assert session_of().casing.case(Request(operation="create-web-call", text=text)).body == text.encode()


class TestTheGuard:
    def test_off_this_machine_only_what_reads_is_sent(self, session_of):
        session = session_of(_ELSEWHERE, key="key_example_1")
        assert session.refusal(session.casing.case(Request(operation="list-calls", text="{}"))) is None
        refusal = session.refusal(session.casing.case(Request(operation="create-web-call", text='{"agent_id": "a"}')))
        assert refusal == (
            "Not sent: create-web-call makes a call that is billed, and http://192.0.2.1:8000 is not on this machine."
            " Give the Explorer allow=['create-web-call']."
        )

    @pytest.mark.parametrize(
        "text", ['{"to_number": "", "to_number": "+14155550123"}', '{"to_number": "+14155550123",}', "{'to_number': 1}"]
    )
    def test_what_another_reader_may_read_otherwise_counts_as_dialling(self, session_of, text):
        session = session_of(
            _ELSEWHERE, key="key_example_1", allow=("create-phone-call",), to_numbers=("+14155550199",)
        )
        case = session.casing.case(Request(operation="create-phone-call", text=text))
        assert case.effect is Effect.DIALS
        assert "among to_numbers" in session.refusal(case)
        with pytest.raises(UsageError, match="to_numbers"):
            session.exchange(case)

    def test_an_allowed_number_may_be_dialled(self, session_of):
        session = session_of(
            _ELSEWHERE, key="key_example_1", allow=("create-phone-call",), to_numbers=("+14155550199",)
        )
        text = '{"from_number": "+14155550100", "to_number": "+14155550199"}'
        assert session.refusal(session.casing.case(Request(operation="create-phone-call", text=text))) is None

    def test_off_this_machine_a_key_is_needed(self, session_of, monkeypatch):
        monkeypatch.delenv("RETELL_API_KEY", raising=False)
        with pytest.raises(UsageError, match="needs a key"):
            session_of(_ELSEWHERE)
        monkeypatch.setenv("RETELL_API_KEY", "key_example_2")
        assert not session_of(_ELSEWHERE).local


class TestAnswers:
    @pytest.mark.parametrize(
        ("app", "kind", "words"),
        [
            (_answering(302, b"", ((b"location", b"http://127.0.0.1:9/"),)), "errored", "give the final base URL"),
            (_answering(401), "errored", "refuses the key (401)"),
            (_answering(429, headers=((b"retry-after", b"7"),)), "errored", "Send again in 7 s"),
            (_answering(500), "failed", "broke on this request (500)"),
            (_answering(404), "errored", "has no list-calls (404)"),
            (_answering(200, b"<html>", ((b"content-type", b"text/html"),)), "errored", "Is this the base URL"),
            (_answering(200, b"[{", ((b"content-type", b"application/json"),)), "failed", "cannot be read"),
            (_answering(422, b"{}"), "failed", "but was answered 422"),
        ],
    )
    def test_trouble_is_said_in_a_sentence_with_what_to_do(self, session_of, app, kind, words):
        sent = _ask(session_of(app), "list-calls", "{}")
        assert sent.verdict.kind == kind
        assert words in sent.verdict.text
        assert words in head_html(sent).replace("&#x27;", "'")

    def test_a_mismatch_is_marked_at_its_place(self, session_of):
        session = session_of(MockVendor(faults=["web-call-carries-direction"]))
        sent = _ask(session, "create-web-call", _valid(session, "create-web-call"))
        assert [each.requirement.id for each in sent.findings] == ["SPLIT-006"]
        assert "/direction" in {each.pointer for each in sent.remarks}
        assert "SPLIT-006" in page_html(sent)
        assert "<mark>" in page_html(sent)

    def test_a_wrong_request_that_is_accepted_is_found(self, session_of):
        session = session_of(_answering(201, b"{}"))
        sent = _ask(session, "create-web-call", "{}")
        assert sent.verdict.text.endswith("It should be refused with 400 or 422, but was accepted with 201.")
        assert any(each.requirement.check == "refused" for each in sent.findings)

    def test_an_unknown_agent_or_call_is_no_finding(self, session_of):
        session = session_of(_answering(422, b'{"status": "error", "message": "no such agent"}'))
        sent = _ask(session, "create-web-call", '{"agent_id": "agent_1"}')
        assert (sent.verdict.kind, sent.findings) == ("warned", ())

    def test_a_target_without_calls_of_that_id_is_asked_as_in_a_run(self, session_of):
        session = session_of()
        sent = _ask(session, "get-call", parameter=session.casing.unknown_call)
        assert sent.exchange.case.purpose == "unknown-call"
        assert sent.verdict.kind == "passed"

    def test_a_long_list_is_shown_in_pages(self, session_of):
        session = session_of()
        sent = _ask(session, "list-calls", '{"limit": 50}')
        assert items_in(sent) == 50
        assert page_html(sent, 40).count('class="cx-item"') == 10

    @pytest.mark.parametrize(
        "body", [b"", b"null", b"[]", b"[1]", b'"x"', b"\xff\xfe", b"[" * 5000, b'{"a":"\\ud800"}']
    )
    def test_no_answer_makes_it_raise(self, session_of, body):
        session = session_of(_answering(200, body))
        for operation, text, parameter in (("list-calls", "{}", ""), ("get-call", None, "call_1")):
            assert "cx-said" in static_html(_ask(session, operation, text, parameter))


class TestWhatIsNeverShown:
    def test_markup_of_the_target_is_text(self, session_of):
        evil = "<img src=x onerror=alert(1)>"
        body = json.dumps([{"call_id": evil, "agent_id": evil, evil: evil}]).encode()
        headers = ((b"content-type", b"application/json"), (b"x-note", evil.encode()))
        session = session_of(_answering(200, body, headers))
        assert "<img" not in static_html(_ask(session, "list-calls", "{}"))
        text = json.dumps({"agent_id": evil, "metadata": evil})
        assert "<img" not in static_html(_ask(session, "create-web-call", text))
        assert "<img" not in static_html(_ask(session, "get-call", parameter=evil))
        broken = session_of(_answering(200, evil.encode(), ((b"content-type", evil.encode()),)))
        assert "<img" not in static_html(_ask(broken, "list-calls", "{}"))

    def test_tokens_and_keys_are_hidden_also_for_a_mock(self, session_of):
        session = session_of()
        sent = _ask(session, "create-web-call", _valid(session, "create-web-call"))
        shown = static_html(sent) + repr(sent.commands)
        assert sent.exchange.response.json()["access_token"] not in shown
        assert session.vendor.api_key not in shown
        assert "$RETELL_API_KEY" in sent.commands.curl

    def test_personal_data_are_hidden_unless_they_may_be_shown(self, session_of):
        call = {"call_id": "call_1", "from_number": "+14155550123", "transcript": "my secret story"}
        app = _answering(200, json.dumps([call]).encode())
        hidden = static_html(_ask(session_of(app), "list-calls", "{}"))
        shown = static_html(_ask(session_of(app, personal=True), "list-calls", "{}"))
        assert "my secret story" not in hidden
        assert "4155550123" not in hidden
        assert "my secret story" in shown
        assert "+14155550123" in shown

    def test_numbers_of_an_account_are_neither_offered_nor_in_commands(self, session_of):
        call = {"call_id": "call_1", "direction": "outbound", "from_number": "+14155550123"}
        session = session_of(_answering(200, json.dumps([call]).encode()))
        assert session.look() is None
        assert session.offers("from_number") == ()
        text = '{"from_number": "+14155550123", "to_number": "+14155550199"}'
        sent = _ask(session, "create-phone-call", text)
        assert "5550123" not in repr(sent.commands)
        assert 'os.environ["FROM_NUMBER"]' in sent.commands.httpx
        assert "$TO_NUMBER" in sent.commands.curl

    def test_a_password_that_was_typed_is_in_no_command(self, session_of):
        session = session_of(_answering(200))
        text = '{"auth_username": "example", "auth_password": "hunter-22"}'
        sent = _ask(session, "update-phone-number", text, "+14155550123")
        assert "hunter-22" not in repr(sent.commands) + static_html(sent)


class TestCommands:
    def test_the_programs_do_the_same(self, session_of):
        session = session_of()
        sent = _ask(session, "create-web-call", _valid(session, "create-web-call"))
        before = len(session.vendor.requests)
        for program in (sent.commands.httpx, sent.commands.call_api):
            assert session.vendor.api_key not in program
            compile(program, "<program>", "exec")
        assert len(session.vendor.requests) == before

    @pytest.mark.parametrize("text", ['{"agent_id": 7,', "[1, 2]", '{"a": "it\'s \\"quoted\\""}', '"x"', "{}"])
    def test_whatever_the_body_is(self, session_of, text):
        sent = _ask(session_of(), "create-web-call", text)
        compile(sent.commands.httpx, "<httpx>", "exec")
        compile(sent.commands.call_api, "<call_api>", "exec")

    def test_an_edition_that_the_client_does_not_speak_has_no_program_with_it(self, session_of):
        session = session_of(edition="v1")
        assert _ask(session, "list-calls", '{"limit": 3}').commands.call_api == ""


class TestBodiesAtAnEdge:
    """Correct servers differ there, as the suites say: any answer will do but a crash."""

    @pytest.mark.parametrize(
        ("metadata", "named"),
        [
            ('{}, "metadata": {"a": 1}', "a name that stands twice"),
            ('{"a": "x\\u0000y"}', "a NUL character"),
            ('{"a": "\\ud800"}', "half a character"),
            ('{"a": 100000000000000000000}', "a huge whole number"),
            (f'{{"a": {"9" * 5000}}}', "a huge whole number"),
            ('{"a": 1e400}', "a number beyond all floats"),
            ('{"a": NaN}', "NaN"),
            ('{"__proto__": {}}', "the name __proto__"),
            (f'{{"a": "{"a" * 70_000}"}}', "a very long body"),
            ('{"a":' * 200 + "1" + "}" * 200, "nesting of many levels"),
            ('{"a":' * 3000 + "1" + "}" * 3000, "nesting of many levels"),
        ],
    )
    @pytest.mark.parametrize("status", [201, 400])
    def test_accuse_nobody(self, session_of, metadata, named, status):
        session = session_of(_answering(status, b'{"status": "error", "message": "no"}' if status == 400 else b"{}"))
        session.knowledge.working_agents.add("agent_1")
        text = f'{{"agent_id": "agent_1", "metadata": {metadata}}}'
        sent = _ask(session, "create-web-call", text)
        assert (sent.verdict.kind, sent.findings, sent.remarks) == ("skipped", (), ())
        assert f"a body with {named}" in sent.verdict.text
        assert sent.exchange.case.body == text.encode()

    def test_a_byte_order_mark_is_one_and_a_crash_is_told(self, session_of):
        sent = _ask(session_of(_answering(500)), "create-web-call", '\ufeff{"agent_id": "agent_1"}')
        assert sent.exchange.case.purpose == "hostile"
        assert sent.verdict.kind == "failed"

    @pytest.mark.parametrize("metadata", ['{"a": NaN}', f'{{"a": {"9" * 5000}}}', '{}, "metadata": {}'])
    def test_off_this_machine_they_may_bill_and_dial_all_the_same(self, session_of, metadata):
        session = session_of(_ELSEWHERE, key="key_example_1")
        for operation, names in (("create-web-call", '"agent_id": "a"'), ("create-phone-call", '"to_number": "+1"')):
            text = f'{{{names}, "metadata": {metadata}}}'
            assert session.refusal(session.casing.case(Request(operation=operation, text=text)))


class TestCallsThatAreGone:
    def test_a_call_that_was_deleted_is_no_missing_operation(self, session_of):
        calls = json.dumps([{"call_id": "call_1"}]).encode()
        session = session_of(_answering(200, calls))
        session.look()
        assert _ask(session, "delete-call", parameter="call_1").exchange.response.status == 200
        gone = session_of(_answering(404, b'{"status": "error", "message": "no such call"}'))
        gone.knowledge.calls.update(session.knowledge.calls)
        gone.knowledge.deleted.extend(session.knowledge.deleted)
        for operation, text in (("delete-call", None), ("update-call", '{"metadata": {}}')):
            sent = _ask(gone, operation, text, "call_1")
            assert (sent.verdict.kind, sent.findings) == ("warned", ())

    @pytest.mark.parametrize("status", [404, 422])
    def test_nor_is_one_that_somebody_else_deleted(self, session_of, status):
        session = session_of(_answering(status, b'{"status": "error", "message": "no such call"}'))
        session.knowledge.calls["call_1"] = {"call_id": "call_1"}
        sent = _ask(session, "get-call", parameter="call_1")
        assert sent.verdict.kind == "warned"
        assert not [each for each in sent.findings if each.outcome.value == "failed"]

    def test_a_server_may_show_a_call_a_little_longer_than_it_has_it(self, session_of, monkeypatch):
        session = session_of(_answering(200, b'{"call_id": "call_1"}'))
        _ask(session, "delete-call", parameter="call_1")
        sent = _ask(session, "get-call", parameter="call_1")
        assert sent.verdict.kind == "warned"
        assert "Ask again" in sent.verdict.text
        assert "LIFE" not in "".join(each.requirement.id for each in sent.findings)
        monkeypatch.setattr("conformance.notebook.explorer.casing._LAG_S", 0.0)
        assert _ask(session, "get-call", parameter="call_1").verdict.kind == "failed"


class TestWhatIsNoCall:
    @pytest.mark.parametrize("edition", ["v1", "v2"])
    def test_phone_numbers_are_not_judged_as_calls(self, session_of, edition):
        session = session_of(edition=edition)
        for name in ("create-phone-number", "list-phone-numbers", "list-phone-numbers-v2"):
            if name in session.contract.operations:
                takes_body = session.contract.operation(name).request is not None
                sent = _ask(session, name, _valid(session, name) if takes_body else None)
                assert (sent.verdict.kind, sent.findings) == ("passed", ()), name

    def test_a_redirect_says_nothing_of_the_request(self, session_of):
        session = session_of(_answering(308, b"", ((b"location", b"https://127.0.0.1:9/"),)))
        assert _ask(session, "list-calls", "{}").findings == ()

    @pytest.mark.parametrize("body", [b"[" * 500 + b"]" * 500, b"[" + b'{"a":' * 900 + b"1" + b"}" * 900 + b"]"])
    def test_a_deep_answer_can_be_shown(self, session_of, body):
        assert "cx-tree" in static_html(_ask(session_of(_answering(200, body)), "list-calls", "{}"))

    @pytest.mark.parametrize("body", [b"[" * 50_000 + b"]" * 50_000, b"[" + b"9" * 5000 + b"]"])
    def test_what_only_this_reader_cannot_follow_is_no_fault(self, session_of, body):
        sent = _ask(session_of(_answering(200, body)), "list-calls", "{}")
        assert sent.verdict.kind == "errored"
        assert "to be read here" in sent.verdict.text
