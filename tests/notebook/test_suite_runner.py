"""The suite runner, driven as a notebook drives it, without a browser."""

import threading

import httpx
import ipywidgets
import pytest
from suite_runner_parts import FAULTS, all_of, finding_of, html_of, part, run_smoke, shown

from conformance.cli import main
from conformance.errors import UnknownName, UsageError
from conformance.history.compare import State
from conformance.mockvendor import MockVendor
from conformance.model import Outcome
from conformance.notebook import SuiteRunner
from conformance.testing import running


class Served:
    """An ASGI application whose faults can be others from one run to the next."""

    def __init__(self, fault):
        self.now_with(fault)

    def now_with(self, fault):
        vendor = MockVendor(faults=[fault])
        self.app, self.key = vendor.app, vendor.api_key

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)


class Gate:
    """A WSGI application that holds its answers until it is let go."""

    def __init__(self):
        self.asked, self.go = threading.Event(), threading.Event()

    def __call__(self, _environ, start_response):
        self.asked.set()
        self.go.wait(20)
        start_response("200 OK", [("content-type", "application/json")])
        return [b"[]"]


class TestARun:
    def test_gives_a_run_with_the_findings_of_the_faults(self, judged):
        failed = {each.requirement.id for each in judged.run.results if each.outcome is Outcome.FAILED}
        assert failed == {"GONE-003", "STAT-005"}
        assert judged.run.complete
        assert judged.runs[0] is judged.run or judged.run in judged.runs

    def test_tells_the_totals_with_sign_and_word(self, judged):
        told = part(judged, "cx-totals").value
        assert "✗ 2 failed" in told
        assert "profile smoke · seed 1" in told
        assert 'role="status"' in told

    def test_says_what_was_not_exercised_and_why(self, judged):
        told = part(judged, "cx-reasons").value
        assert "The profile smoke sends nothing that exercises it" in told
        assert "Needs webhooks=True, and the target &#x27;mock&#x27;" in told
        assert "--webhook-listen" not in told

    def test_fills_the_matrix(self, judged):
        matrix = part(judged, "cx-matrix")
        assert ["get-call", "Operations"] in matrix.columns
        assert matrix.states["STAT-005"]["outcome"] == "failed"
        assert matrix.states["STAT-005"]["cells"]["get-call"][0] == "failed"
        assert {row["id"] for row in matrix.rows} == {each.requirement.id for each in judged.run.results}

    def test_draws_latencies_and_outcomes_with_titles_units_and_tables(self, judged):
        told = part(judged, "cx-plots").value
        assert told.count("<svg") == told.count("The same as a table") == 2
        assert "<title>Latency by operation, in milliseconds: p50 and p95</title>" in told
        assert "milliseconds until answered" in told

    def test_shows_the_gravest_finding_at_once(self):
        with SuiteRunner(faults=FAULTS[1:]) as runner:
            assert runner.selected is None
            run_smoke(runner, suites=("status",))
            assert runner.selected == ("STAT-005", "get-call")
            assert "the content type does not say JSON" in "".join(html_of([part(runner, "cx-detail")]))

    def test_can_be_started_again_and_is_idle_after_it(self, judged):
        assert not part(judged, "cx-run").disabled
        assert part(judged, "cx-cancel").disabled
        assert part(judged, "cx-progress").value == ""

    def test_leaves_its_mock_open_so_that_commands_can_be_repeated(self, judged):
        assert judged.mock.url in finding_of(judged.run, "STAT-005").repeat
        assert judged.mock.api_key not in shown(judged)

    def test_says_itself_in_words(self, judged):
        assert repr(judged).startswith("Suite runner for mock, edition v2: 2 failed, ")
        bundle = judged._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in bundle
        assert "STAT-005" in bundle["text/html"]


class TestACell:
    def test_shows_its_finding_and_the_command_that_repeats_it(self, judged):
        judged.select("STAT-005", "get-call")
        assert judged.selected == ("STAT-005", "get-call")
        detail = part(judged, "cx-detail")
        told = "".join(html_of([detail]))
        assert "the content type does not say JSON" in told
        copy = next(each for each in all_of(detail) if hasattr(each, "copies"))
        assert copy.text == finding_of(judged.run, "STAT-005").repeat
        assert copy.label == "Copy curl"

    def test_without_a_finding_says_clause_and_cases(self, judged):
        judged.select("LIST-001", "list-calls")
        told = "".join(html_of([part(judged, "cx-detail")]))
        assert "✓ passed" in told
        assert "OpenAPI" in told
        assert "exchanges" in told

    def test_that_was_not_exercised_says_why(self, judged):
        judged.select("REQ-001")
        assert "the profile smoke sends nothing" in "".join(html_of([part(judged, "cx-detail")]))

    def test_that_is_none_is_refused_with_a_guess(self, judged):
        with pytest.raises(UnknownName, match="Did you mean 'LIST-"):
            judged.select("LIST-01")
        with pytest.raises(UnknownName, match="Did you mean 'list-calls'"):
            judged.select("LIST-001", "list-call")


class TestFilters:
    def test_leave_what_came_out_so_in_an_area_with_these_words(self, judged):
        matrix = part(judged, "cx-matrix")
        part(judged, "cx-by-outcome").value = "failed"
        assert matrix.shown == ["GONE-003", "STAT-005"]
        part(judged, "cx-by-area").value = "status"
        assert matrix.shown == ["STAT-005"]
        part(judged, "cx-by-outcome").value = part(judged, "cx-by-area").value = ""
        part(judged, "cx-by-words").value = "LIST ascending"
        assert "LIST-005" in matrix.shown
        part(judged, "cx-by-words").value = ""
        assert matrix.shown is None


class TestComparing:
    def test_tells_what_is_new_fixed_and_still_failing(self):
        served = Served(FAULTS[0])
        with SuiteRunner(served, key=served.key) as runner:
            run_smoke(runner)
            served.now_with(FAULTS[1])
            run_smoke(runner)
            told = part(runner, "cx-compare").value
            assert "1 new" in told
            assert "1 fixed" in told
            comparison = runner.compare(0)
            assert [each.finding.requirement for each in comparison.of(State.NEW)] == ["STAT-005"]
            assert [each.finding.requirement for each in comparison.of(State.FIXED)] == ["GONE-003"]
            assert len(runner.runs) == 2
            run_smoke(runner, suites=("auth",))
            assert "1 no longer exercised" in part(runner, "cx-compare").value

    def test_needs_a_run_and_another_one(self, judged):
        with SuiteRunner() as fresh, pytest.raises(UsageError, match="Nothing was run yet"):
            fresh.compare(0)
        with pytest.raises(UsageError, match="Choose another one"):
            judged.compare(-1)
        with pytest.raises(UnknownName, match="There is no run '7'"):
            judged.compare(7)

    def test_takes_runs_of_a_history_and_never_writes_to_it(self, tmp_path):
        path = tmp_path / "runs.sqlite"
        words = ["run", "mock", "--profile", "smoke", "--quiet", "--save", "--history", str(path)]
        assert main([*words, *(word for name in FAULTS for word in ("--fault", name))]) == 1
        before = path.read_bytes()
        with SuiteRunner(history=path) as later:
            assert len(part(later, "cx-by-compare").options) == 2
            run_smoke(later)
            assert "2 fixed" in part(later, "cx-compare").value
            assert part(later, "cx-plots").value.count("<g><title>") >= 2
        assert path.read_bytes() == before

    def test_a_served_mock_is_known_again_by_its_address(self, tmp_path, monkeypatch):
        path = tmp_path / "runs.sqlite"
        with MockVendor() as vendor:
            monkeypatch.setenv("RETELL_API_KEY", vendor.api_key)
            words = ["run", vendor.url, "--profile", "smoke", "--quiet", "--save", "--history", str(path)]
            assert main(words) == 0
            with SuiteRunner(vendor, history=path) as runner:
                run_smoke(runner)
                assert vendor.url in repr(runner)
                assert "Nothing fails that did not fail before" in part(runner, "cx-compare").value


class TestCancelling:
    def test_ends_between_two_requests_and_keeps_what_is_known(self):
        gate = Gate()
        with SuiteRunner(gate) as runner:
            runner.profile.value = "deep"
            assert runner.start()
            assert gate.asked.wait(20)
            assert not runner.start()
            assert part(runner, "cx-run").disabled
            part(runner, "cx-cancel").click()
            gate.go.set()
            assert runner.wait(20)
            assert not runner.run.complete
            assert runner.run.stopped == "cancelled"
            assert runner.runs == [runner.run]
            assert "Cancelled. What was known until then stands here." in part(runner, "cx-totals").value

    def test_a_panel_that_is_closed_ends_its_run_and_its_mock(self):
        runner = SuiteRunner(MockVendor(latency_ms=20))
        runner.profile.value = "deep"
        runner.start()
        runner.close()
        assert runner.wait(0)
        with pytest.raises(UsageError, match="closed"):
            runner.start()
        assert "It is closed" in runner._repr_mimebundle_()["text/plain"]

    def test_a_wait_that_was_interrupted_leaves_a_run_that_can_be_cancelled(self, monkeypatch):
        gate = Gate()
        with SuiteRunner(gate) as runner:
            assert runner.start()
            assert gate.asked.wait(20)

            def interrupted(*_):
                raise KeyboardInterrupt

            with monkeypatch.context() as patched:
                patched.setattr(threading.Condition, "wait", interrupted)
                with pytest.raises(KeyboardInterrupt):
                    runner.wait()
            assert not runner.start()
            runner.cancel()
            gate.go.set()
            assert runner.wait(20)
            assert runner.run.stopped == "cancelled"

    def test_a_panel_that_is_closed_leaves_no_widget(self):
        before = set(ipywidgets.Widget.get_manager_state()["state"])
        runner = SuiteRunner(faults=FAULTS[1:])
        run_smoke(runner, suites=("status",))
        runner.select("STAT-001")
        runner.close()
        assert set(ipywidgets.Widget.get_manager_state()["state"]) <= before


class TestChoosingSuites:
    def test_boxes_and_value_follow_each_other(self):
        with SuiteRunner() as runner:
            suites = runner.suites
            suites.boxes["listing"].value = True
            suites.boxes["gone"].value = True
            assert suites.value == ("gone", "listing")
            suites.value = ("auth",)
            assert [name for name, box in suites.boxes.items() if box.value] == ["auth"]
            assert "3 requirements" in suites.children[0].value
            suites.value = ()
            assert "all 114 requirements" in suites.children[0].value

    def test_only_those_are_judged(self):
        with SuiteRunner() as runner:
            run_smoke(runner, suites=("auth",), seed=7)
            assert {each.requirement.area for each in runner.run.results} == {"auth"}
            assert runner.run.seed == 7
            assert {row["area"] for row in part(runner, "cx-matrix").rows} == {"auth"}


def test_the_webhooks_of_the_mock_come_in_if_that_is_asked_for(monkeypatch):
    came = []

    def run(vendor, *, inbox, **_):
        headers, body = {"Authorization": f"Bearer {vendor.api_key}"}, {"agent_id": vendor.agents[0]}
        call = httpx.post(f"{vendor.url}/v2/create-web-call", headers=headers, json=body)
        vendor.join(call.json()["call_id"])
        assert inbox.wait(10)
        came.extend(each.case.operation for each in inbox.take())
        raise UsageError("That is enough.")

    monkeypatch.setattr(running, "run", run)
    with SuiteRunner(webhooks=True) as runner:
        run_smoke(runner)
        assert "That is enough." in part(runner, "cx-problem").value
    assert set(came) & {"call_started", "call_ended", "call_analyzed"}


def test_without_widgets_the_panel_says_what_to_install(monkeypatch):
    monkeypatch.setattr("conformance.notebook.parts.panel.find_spec", lambda _: None)
    with SuiteRunner() as runner:
        assert "pip install" in runner._repr_mimebundle_()["text/html"]
        with pytest.raises(UsageError, match="pip install"):
            runner.start()
