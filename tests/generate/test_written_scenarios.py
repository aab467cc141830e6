"""Written-out scenarios from their first request to their outcome, against the mock vendor in this process."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from conformance.contract.contract import Surroundings, load_contract
from conformance.generate.scenarios.written import other_request
from conformance.mockvendor import MockClock, MockVendor
from conformance.model import Effect, Outcome, Response
from conformance.runs import Options, Runner
from conformance.targets.asgi import AsgiTransport
from conformance.targets.http import HttpTarget

NOW_MS = 1_775_120_400_000
HEAD = "format: 1\narea: mine\ntitle: Mine\n"
SEEN = "{name: seen, operation: list-calls, request: {limit: 1}, capture: {agent: /0/agent_id}}"
CREATE = (
    "{name: create, operation: create-web-call, request: {agent_id: $agent, metadata: {order: 17}},"
    " capture: {call: /call_id, token: /access_token}}"
)


class Spied:
    """A target that passes everything on to a mock vendor in this process."""

    def __init__(self, *, local=True, after=lambda _case, exchange: exchange, **mock):
        self.vendor = MockVendor(**{"calls": 6, "clock": MockClock(start_ms=NOW_MS, moving=False), **mock})
        transport = AsgiTransport(self.vendor.app, timeout_seconds=20)
        self.inner = HttpTarget("http://mock.localhost", key=self.vendor.api_key, transport=transport)
        self.name, self.local, self.after, self.cases = "http://mock.localhost", local, after, []

    def send(self, case):
        self.cases.append(case)
        return self.after(case, self.inner.send(case))

    def close(self):
        self.inner.close()

    @property
    def sent(self):
        """What was sent after the first look."""
        return [(case.method, case.url_path, case.body) for case in self.cases[1:]]


@pytest.fixture
def play(tmp_path):
    """Plays the steps of one scenario; gives its result, the run and the target."""
    made = []

    def run(
        *steps, head=HEAD, pause=lambda _: None, profile="standard", edition=None, variables=None, beside=(), **mock
    ):
        path = tmp_path / "mine.suite.yaml"
        listed = "".join(f"      - {step}\n" for step in steps)
        path.write_text(
            f"{head}scenarios:\n  - id: MINE-001\n    title: It holds.\n    steps:\n{listed}", encoding="utf-8"
        )
        options = {name: mock.pop(name) for name in ("allow", "to_numbers", "requests") if name in mock}
        target = Spied(**mock)
        made.append(target)
        contract = load_contract(edition, suites=[path], surroundings=Surroundings(variables=variables or {}))
        contract = contract.narrowed(suites=(), requirements=beside, files=[path])
        only = ("first-look", "written") if beside else ()
        runner = Runner(
            contract=contract, target=target, pause=pause, options=Options(profile=profile, only=only, **options)
        )
        done = runner.run()
        return done.results[-1], done, target

    yield run
    for target in made:
        target.close()


class TestWhatIsSent:
    def test_nothing_but_a_first_look_and_the_steps(self, play):
        result, run, target = play(SEEN, CREATE, "{operation: get-call, path: {call_id: $call}}")
        agent = json.loads(target.sent[1][2])["agent_id"]
        assert agent.startswith("agent_")
        assert (result.outcome, result.cases, run.requests) == (Outcome.PASSED, 1, 4)
        body = json.dumps({"agent_id": agent, "metadata": {"order": 17}}, separators=(",", ":")).encode()
        assert target.sent[:2] == [("POST", "/v2/list-calls", b'{"limit":1}'), ("POST", "/v2/create-web-call", body)]
        assert target.sent[2] == ("GET", f"/v2/get-call/{run.created[0]}", None)

    def test_names_are_replaced_and_keep_their_kind(self, play):
        head = f"{HEAD}variables: {{a: 5, b: x, c: [1]}}\n"
        request = "[$a, 'n $a ${b} $$ $', $c]"
        step = f"{{method: POST, path: /echo/$b, query: {{q: [$a, z]}}, headers: {{x-a: $a}}, request: {request}}}"
        _, _, target = play(step, head=head)
        assert target.sent == [("POST", "/echo/x?q=5&q=z", b'[5,"n 5 x $ $",[1]]')]
        assert target.cases[-1].headers == (("content-type", "application/json"), ("x-a", "5"))

    @pytest.mark.parametrize("value", ["a/b", "..", "ü?#"])
    def test_a_value_in_a_path_stays_one_part_of_it(self, play, value):
        _, _, target = play("{operation: get-call, path: {call_id: $id}}", head=f"{HEAD}variables: {{id: '{value}'}}\n")
        assert target.sent[0][1].count("/") == 3
        assert "?" not in target.sent[0][1]

    @pytest.mark.parametrize(
        ("key", "authorization"), [("none", None), ("wrong", "Bearer key_00000000000000000000000000000000")]
    )
    def test_who_asks(self, play, key, authorization):
        result, _, target = play(f"{{operation: list-calls, key: {key}, expect: {{status: 401}}}}")
        assert target.cases[-1].authorization == authorization
        assert result.outcome is Outcome.PASSED


class TestWhatIsFound:
    def test_the_first_step_that_does_not_hold_is_the_finding_and_the_end(self, play):
        same = "expect: {same_as: {step: create, at: [/metadata]}}"
        get = f"{{name: get, operation: get-call, path: {{call_id: $call}}, {same}}}"
        create = CREATE.replace("create-web-call", "register-phone-call").replace(", token: /access_token", "")
        result, _, target = play(SEEN, create, get, get.replace("get,", "again,"), faults=["metadata-lost-in-get"])
        assert result.outcome is Outcome.FAILED
        (finding,) = result.findings
        mismatch = finding.mismatch
        assert (finding.operation, mismatch.pointer) == ("get-call", "/metadata")
        assert mismatch.message == 'step 3 "get" (mine.suite.yaml:10): /metadata differs from that of step 2'
        assert (mismatch.expected, mismatch.actual) == ("the same object", "absent")
        assert finding.exchange.case.url_path in finding.repeat
        assert len(target.sent) == 3

    def test_a_schema_that_is_broken(self, play):
        step = CREATE.replace("capture", "expect: {status: 201, schema: web-call}, capture")
        result, _, _ = play(SEEN, step, faults=["created-call-without-call-status"])
        (finding,) = result.findings
        assert (finding.mismatch.message, finding.mismatch.pointer) == (
            'step 2 "create" (mine.suite.yaml:9): /call_status is not as `web-call` says',
            "/call_status",
        )

    def test_what_answers_is_judged_by_built_in_requirements_too(self, play):
        _, run, _ = play(SEEN, CREATE, faults=["created-call-without-call-status"], beside=["OBJ-001"])
        assert [(each.requirement.id, each.outcome) for each in run.results] == [
            ("OBJ-001", Outcome.FAILED),
            ("MINE-001", Outcome.PASSED),
        ]


class TestNobodyIsAccused:
    def test_of_refusing_what_only_the_scenario_calls_right(self, play):
        wrong = "{operation: create-web-call, request: {agent_id: agent_nobody_has}, expect: {status: 422}}"
        _, run, _ = play(wrong, beside=["REQ-013", "OPS-001", "ERR-001", "STAT-001"])
        assert {each.outcome for each in run.results} <= {Outcome.PASSED, Outcome.SKIPPED}

    def test_of_what_is_no_operation_and_of_headers_of_ones_own(self, play):
        def after(case, exchange):
            if case.facts.get("alone"):
                return replace(exchange, response=Response(status=503, headers=(), body=b"<p>down"))
            return exchange

        health = "{method: GET, path: /health, expect: {status: 503}}"
        asked = "{operation: list-calls, headers: {accept: text/html}, request: {}, expect: {status: 503}}"
        _, run, _ = play(health, asked, after=after, beside=["STAT-005", "ERR-001", "ERR-002", "LIST-001"])
        assert {each.outcome for each in run.results} == {Outcome.PASSED, Outcome.SKIPPED}

    def test_of_asking_for_too_much(self, play):
        def after(case, exchange):
            limited = case.purpose == "written"
            return replace(exchange, response=Response(status=429)) if limited else exchange

        result, _, _ = play("{operation: list-calls}", after=after)
        assert (result.outcome, result.reason) == (Outcome.SKIPPED, "step 1: the server answers 429")


class TestRepeating:
    LAGGING = "{operation: list-calls, request: {limit: 5}, expect: {has_item: {call_id: $call}, within_seconds: 5}}"

    def lagging(self, tries):
        seen = []

        def after(case, exchange):
            seen.append(case.purpose == "written" and case.operation == "list-calls")
            hides = seen[-1] and 1 < sum(seen) <= tries + 1
            return replace(exchange, response=Response(status=200, body=b"[]")) if hides else exchange

        return after

    def test_a_list_that_lags_is_asked_again(self, play):
        waited = []
        result, _, target = play(SEEN, CREATE, self.LAGGING, after=self.lagging(2), pause=waited.append)
        assert (result.outcome, result.cases, waited) == (Outcome.PASSED, 1, [0.25, 0.5])
        assert len(target.sent) == 5

    def test_one_that_never_has_it_is_told_once(self, play):
        waited = []
        result, _, _ = play(SEEN, CREATE, self.LAGGING, after=self.lagging(99), pause=waited.append)
        assert (result.outcome, sum(waited)) == (Outcome.FAILED, 5.0)
        (finding,) = result.findings
        assert (finding.seen, finding.mismatch.actual) == (1, "an empty list")


class TestWhatIsSkipped:
    def test_a_step_that_is_not_allowed_elsewhere(self, play):
        result, _, target = play(SEEN, CREATE, local=False)
        assert (result.outcome, result.cases) == (Outcome.SKIPPED, 0)
        assert result.reason == 'step 2 "create": needs --allow create-web-call'
        assert len(target.sent) == 1

    def test_dialling_needs_a_number_that_was_allowed(self, play):
        dial = "{operation: create-phone-call, request: {from_number: '+14155550100', to_number: '+14155550123'}}"
        allowed = {"local": False, "allow": ["create-phone-call"]}
        result, _, _ = play(dial, **allowed)
        assert result.reason == "step 1: needs --to-number: a number that may be dialled"
        result, _, _ = play(dial, **allowed, to_numbers=["+14155550199"])
        assert result.reason == "step 1: would dial a number that is not among the --to-number given"

    @pytest.mark.parametrize(
        "path", ["/v2/create-phone-call", "/create-phone-call", "/v2/Create-Phone-Call/", "/v2/$verb"]
    )
    def test_a_path_is_no_way_around_that(self, play, path):
        dial = f"{{method: POST, path: {path}, request: {{from_number: '+14155550100', to_number: '+14155550123'}}}}"
        head = f"{HEAD}variables: {{verb: create-phone-call}}\n"
        result, _, target = play(dial, head=head, local=False, allow=["other-request"])
        assert result.reason == "step 1: needs --allow create-phone-call"
        assert target.sent == []

    def test_other_requests_that_write_need_permission_too(self, play):
        step = "{method: POST, path: /agents, expect: {status: 404}}"
        assert play(step, local=False)[0].reason == "step 1: needs --allow other-request"
        assert play(step, local=False, allow=["other-request"])[0].outcome is Outcome.PASSED
        assert play("{method: GET, path: /agents, expect: {status: 404}}", local=False)[0].outcome is Outcome.PASSED

    def test_what_writes_in_a_profile_that_reads(self, play):
        result, _, _ = play(SEEN, CREATE, profile="smoke")
        assert result.reason == 'the profile smoke only reads, and step 2 "create" does more'
        assert play(SEEN, profile="smoke")[0].outcome is Outcome.PASSED

    def test_what_needs_a_variable_that_is_not_set(self, play):
        head = f"{HEAD}variables: {{agent: {{env: MY_AGENT}}, number: {{env: MY_NUMBER}}}}\n"
        step = "{operation: list-calls, request: {a: $agent, b: $number}}"
        result, _, target = play(step, head=head)
        assert (result.outcome, result.reason) == (Outcome.SKIPPED, "needs $MY_AGENT and $MY_NUMBER")
        assert target.sent == []

    def test_what_the_edition_does_not_have(self, play):
        result, _, target = play(SEEN, "{operation: register-phone-call}", edition="v1")
        assert result.reason == "step 2: the edition v1 has no register-phone-call"
        assert target.sent == []

    def test_what_an_answer_gave_that_cannot_be_sent(self, play):
        def after(case, exchange):
            strange = case.purpose == "written"
            return replace(exchange, response=Response(status=200, body=b'[{"x":NaN}]')) if strange else exchange

        seen = SEEN.replace("agent: /0/agent_id", "agent: /0/x")
        result, _, _ = play(seen, "{operation: list-calls, request: {limit: $agent}}", after=after)
        assert result.reason == "step 2: an earlier answer holds what cannot be sent"

    def test_a_header_that_cannot_be_sent(self, play):
        head = f'{HEAD}variables: {{a: "x\\r\\nHost: y"}}\n'
        result, _, _ = play("{method: GET, path: /, headers: {x-a: $a}}", head=head)
        assert result.reason == "step 1: the value of the header x-a is none that a header can hold"


class TestSecrets:
    def test_values_of_the_environment_that_are_marked_are_hidden_everywhere(self, play):
        head = f"{HEAD}variables: {{token: {{env: MY_TOKEN, secret: true}}}}\n"
        step = "{method: GET, path: /$token, query: {a: $token}, headers: {x-a: $token}, request: {a: $token}}"
        result, run, _ = play(step, head=head, variables={"MY_TOKEN": "s3cret/4711"})
        assert result.outcome is Outcome.FAILED
        assert "4711" not in repr(run)

    def test_tokens_that_were_captured_are_hidden_too(self, play):
        asked = "{method: GET, path: /x, query: {t: $token}, headers: {x-t: $token}}"
        result, run, target = play(SEEN, CREATE, asked)
        token = target.cases[-1].query.removeprefix("t=")
        assert result.outcome is Outcome.FAILED
        assert len(token) > 20
        assert token not in repr(run)


class TestTheRun:
    def test_what_was_made_and_deleted_is_known(self, play):
        _, run, _ = play(SEEN, CREATE)
        assert len(run.created) == 1
        _, run, _ = play(SEEN, CREATE, "{operation: delete-call, path: {call_id: $call}}")
        assert run.created == ()

    @pytest.mark.parametrize(
        ("method", "path", "body", "name", "effect"),
        [
            ("GET", "/health", None, "other-request", Effect.READ),
            ("PUT", "/health", None, "other-request", Effect.WRITES),
            ("GET", "/v2/get-call/x", None, "get-call", Effect.READ),
            ("DELETE", "/v2/get-call/x", None, "other-request", Effect.WRITES),
            ("POST", "/v2/create-web-call", b'{"agent_id":"a"}', "create-web-call", Effect.BILLS),
            ("POST", "/register-call", b'{"agent_id":"a"}', "other-request", Effect.BILLS),
            ("POST", "/v2%2Fcreate-web-call;x=1", b'{"agent_id":"a"}', "create-web-call", Effect.BILLS),
            ("GET", "/V2/CREATE%2DPHONE-CALL", b'{"to_number":"+1"}', "create-phone-call", Effect.DIALS),
        ],
    )
    def test_the_effect_of_a_path(self, method, path, body, name, effect):
        assert other_request(method, path, load_contract("v2").operations, body=body) == (name, effect)

    def test_a_number_in_the_query_is_dialled_as_well(self, play):
        step = "{method: POST, path: /v2/create-phone-call, query: {to_number: '+14155550123'}}"
        result, _, target = play(step, local=False, allow=["create-phone-call"], to_numbers=["+14155550123"])
        assert result.reason == "step 1: would dial a number that is not among the --to-number given"
        assert target.sent == []
