"""A drawn body that fails is made small before it is shown."""

from __future__ import annotations

from dataclasses import replace

from spying import runner

from conformance.generate.encode import encode
from conformance.model import Finding, Outcome


class TestShrinking:
    def broken_by(self, spy, breaks):
        """Runs against a server that loses the metadata of those creations whose body `breaks`."""

        def lose(case, exchange):
            call = exchange.response.json(None) if exchange.response else None
            if case.method != "POST" or not isinstance(call, dict) or "metadata" not in call or not breaks(case.json()):
                return exchange
            body = encode({name: value for name, value in call.items() if name != "metadata"})
            return replace(exchange, response=replace(exchange.response, body=body))

        target = spy(after=lose)
        run = runner(target, profile="standard", requirements=["SEQ-001"]).run()
        (result,) = run.results
        return result

    def test_a_drawn_body_that_fails_is_made_small(self, spy):
        def breaks(body):
            return any(isinstance(value, dict) for value in (body.get("metadata") or {}).values())

        result = self.broken_by(spy, breaks)
        assert result.outcome is Outcome.FAILED
        for finding in result.findings:
            body = finding.exchange.case.json()
            required = {"agent_id"} if "agent_id" in body else {"from_number", "to_number"}
            assert set(body) == {*required, "metadata"}
            assert list(body["metadata"].values()) == [{}]

    def test_what_is_shown_is_what_was_sent_last(self, spy):
        result = self.broken_by(spy, lambda body: bool(body.get("metadata")))
        for finding in result.findings:
            assert isinstance(finding, Finding)
            assert len(finding.exchange.case.json()["metadata"]) == 1
            assert finding.mismatch.pointer == "/metadata"

    def test_a_correct_server_is_asked_nothing_more(self, spy, monkeypatch):
        target = spy()
        judged = runner(target, profile="standard", requirements=["SEQ-001"])
        asked = []
        monkeypatch.setattr(judged, "_shrink", lambda: asked.append(len(target.cases)))
        judged.run()
        again = spy()
        runner(again, profile="standard", requirements=["SEQ-001"]).run()
        assert len(again.cases) == asked[0]
