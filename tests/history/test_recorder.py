"""How often and how fast an operation answered, and by what a run was judged."""

from __future__ import annotations

from dataclasses import replace

from nights import finding

from conformance.contract.contract import load_contract
from conformance.history.recorder import TrafficRecorder
from conformance.history.values import Traffic
from conformance.history.versions import versions_of

EXCHANGE = finding().exchange


def recorded(*exchanges):
    recorder = TrafficRecorder()
    for exchange in exchanges:
        recorder.take(exchange)
    return recorder.traffic()


class TestTraffic:
    def test_has_the_middle_the_ninth_tenth_and_the_longest(self):
        times = [replace(EXCHANGE, seconds=number / 1000) for number in range(1, 101)]
        assert recorded(*times) == (Traffic(operation="list-calls", requests=100, p50=50.0, p90=90.0, longest=100.0),)

    def test_of_one_answer_has_that(self):
        assert recorded(replace(EXCHANGE, seconds=0.0123)) == (
            Traffic(operation="list-calls", requests=1, p50=12.3, p90=12.3, longest=12.3),
        )

    def test_what_got_no_answer_counts_and_has_no_time(self):
        assert recorded(replace(EXCHANGE, response=None, error="no answer", seconds=30.0)) == (
            Traffic(operation="list-calls", requests=1),
        )

    def test_deliveries_of_the_target_do_not_count(self):
        assert recorded(replace(EXCHANGE, received=True)) == ()


class TestVersions:
    def versions(self, contract, **changes):
        values = {"target": "http://127.0.0.1:9/", "profile": "smoke", "seed": 1, "harness": "0.1.0"}
        return versions_of(contract, **values | changes)

    def test_are_the_same_for_the_same(self):
        assert self.versions(load_contract()) == self.versions(load_contract())
        assert self.versions(load_contract()).target == "http://127.0.0.1:9"

    def test_of_another_edition_differ_in_the_contract(self):
        assert self.versions(load_contract("v2")).contract != self.versions(load_contract("v2-launch")).contract

    def test_of_fewer_requirements_differ_in_the_suites_alone(self):
        every, some = load_contract(), load_contract().narrowed(suites=["listing"], requirements=())
        assert self.versions(every).suites != self.versions(some).suites
        assert self.versions(every).contract == self.versions(some).contract

    def test_a_line_that_moved_is_no_difference(self):
        contract = load_contract()
        moved = replace(
            contract, requirements=tuple(replace(each, line=each.line + 1) for each in contract.requirements)
        )
        assert self.versions(contract) == self.versions(moved)

    def test_of_a_changed_file_of_ones_own_differ(self, tmp_path):
        own = tmp_path / "own.suite.yaml"
        text = (
            "format: 1\narea: own\ntitle: Ours\nscenarios:\n- id: OWN-001\n  title: A call is there.\n  steps:\n"
            "  - operation: list-calls\n    request: {limit: 1}\n    expect: {status: 200}\n"
        )
        told = []
        for status in ("200", "201"):
            own.write_text(text.replace("200", status))
            told.append(self.versions(load_contract(suites=[own])).suites)
        assert told[0] != told[1]
