"""Whole runs from Python: what they find, and what the assertions say of it."""

import pytest

from conformance import MockReceiver, MockVendor, assert_receiver_conforms, run
from conformance.errors import TargetError, UnknownName, UsageError
from conformance.model import Outcome
from conformance.testing import ConformanceAssertionError, assert_server_conforms
from conformance.webhooks import ListeningInbox

KEY = "key_fictional_of_a_receiver"


def failed(found):
    return {each.requirement.id for each in found.results if each.outcome is Outcome.FAILED}


class TestRun:
    def test_the_mock_keeps_its_promises(self):
        found = run(profile="smoke")
        assert (found.complete, failed(found), found.edition, found.seed) == (True, set(), "v2", 1)

    def test_a_fault_of_the_mock_is_found_as_on_the_command_line(self):
        found = run(faults=["limit-ignored"], profile="smoke", requirements=["LIST-003"])
        (result,) = found.results
        (finding,) = result.findings
        assert finding.mismatch.message == "the list is longer than `limit`"
        assert finding.repeat.startswith("curl -sS")
        assert "http://127.0.0.1:8787/v2/list-calls" in finding.repeat

    def test_suites_and_an_edition_are_chosen(self):
        found = run(MockVendor(edition="v2-launch"), edition="v2-launch", profile="smoke", suites=["split"])
        assert {each.requirement.area for each in found.results} == {"split"}
        assert failed(found) == set()

    def test_a_file_of_a_suite_is_judged_alone_or_beside_suites_that_are_named(self, tmp_path):
        file = tmp_path / "own.suite.yaml"
        file.write_text(
            "format: 1\narea: own\ntitle: Ours\nrequirements:\n"
            "  - {id: OWN-001, title: Lists are bare arrays., level: must, editions: all, evidence: assumed,"
            " clause: ours, sources: [assumed], check: bare-array}\n"
        )
        alone, beside = run(profile="smoke", suites=[file]), run(profile="smoke", suites=[str(file), "split"])
        assert [(each.requirement.id, each.outcome) for each in alone.results] == [("OWN-001", Outcome.PASSED)]
        assert {each.requirement.area for each in beside.results} == {"own", "split"}

    def test_webhooks_are_judged_where_an_inbox_is_given(self):
        sending = {"pace": 0.01, "webhook_timeout_ms": 1_000, "webhook_retry_ms": 100, "faults": ["webhooks-unsigned"]}
        with (
            ListeningInbox(KEY, timeout_ms=1_000, wait_s=5.0, patience_s=2.0) as inbox,
            MockVendor(webhook_url=inbox.url, api_key=KEY, calls=60, **sending) as vendor,
        ):
            found = run(vendor, suites=["webhooks"], inbox=inbox)
        assert failed(found) == {"HOOK-007"}

    def test_a_mock_in_this_process_and_one_that_is_served(self):
        vendor = MockVendor(faults=["limit-ignored"], calls=60)
        assert failed(run(vendor, profile="smoke", suites=["listing"])) == {"LIST-003"}
        with vendor:
            assert failed(run(vendor, profile="smoke", suites=["listing"])) == {"LIST-003"}

    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            ({"profile": "smok"}, UnknownName, "There is no profile 'smok'. Did you mean 'smoke'?"),
            ({"suites": ["split", "lists"]}, UnknownName, "There is no suite 'lists'. Did you mean 'listing'?"),
            ({"allow": ["dial"]}, UnknownName, "There is no operation 'dial'. See `conformance list`."),
            (
                {"target": "https://api.example.com"},
                UsageError,
                "https://api.example.com is not on this machine, so it needs a key. Give key=….",
            ),
            (
                {"target": 5},
                UsageError,
                "A target cannot be of type int. Give a URL, an ASGI or WSGI application, or a MockVendor.",
            ),
            (
                {"target": "http://127.0.0.1:1", "faults": ["limit-ignored"]},
                UsageError,
                "faults go with the target 'mock' only. Give them to your MockVendor, or leave them out.",
            ),
        ],
    )
    def test_what_cannot_be_is_refused(self, arguments, error, message):
        with pytest.raises(error) as told:
            run(**arguments)
        assert str(told.value) == message

    def test_a_server_that_is_not_there_is_told_of(self):
        with pytest.raises(TargetError) as told:
            run("http://127.0.0.1:1", profile="smoke")
        assert str(told.value).startswith("http://127.0.0.1:1: no connection to 127.0.0.1:1")


class TestServers:
    def test_one_that_conforms_gives_its_run(self):
        assert assert_server_conforms(MockVendor(), profile="smoke", suites=["split"]).complete

    def test_one_that_does_not_is_told_of_as_in_the_report(self):
        with pytest.raises(ConformanceAssertionError) as told:
            assert_server_conforms(MockVendor(faults=["limit-ignored"]), profile="smoke", requirements=["LIST-003"])
        lines = str(told.value).splitlines()
        shown = [line for line in lines if not line.startswith(("  request", "  answer", "  expected", "  actual"))]
        assert shown == [
            "The server breaks 1 requirement (edition v2, seed 1).",
            "",
            "FAILED LIST-003 The list holds at most `limit` calls.",
            lines[3],
            "  clause    OpenAPI 2026-04, POST /v2/list-calls, limit",
            "  fix       Cut the list at `limit`.",
            "  repeat    assert_server_conforms(…, seed=1, requirements=['LIST-003'])",
        ]
        assert lines[3].startswith("  what      list-calls: the list is longer than `limit`")

    def test_one_that_could_not_be_judged_does_not_pass(self):
        with pytest.raises(ConformanceAssertionError) as told:
            assert_server_conforms(MockVendor(), profile="smoke", max_requests=2)
        assert str(told.value).startswith("The server could not be judged.\n\nNot complete: ")


class TestReceivers:
    def test_one_that_conforms_gives_its_run(self):
        found = assert_receiver_conforms(MockReceiver(KEY).app, key=KEY)
        assert found.complete
        assert found.target == "app:app"

    def test_one_behind_a_url(self):
        with MockReceiver(KEY) as receiver:
            assert_receiver_conforms(receiver.url, key=KEY)
            assert receiver.accepted

    def test_one_that_believes_everything_is_told_of(self):
        with pytest.raises(ConformanceAssertionError) as told:
            assert_receiver_conforms(MockReceiver(KEY, faults=["unsigned"]).app, key=KEY)
        lines = str(told.value).splitlines()
        assert lines[0] == "The receiver breaks 1 requirement (edition v2, seed 1)."
        assert lines[2].startswith("FAILED RCV-03")
        assert lines[-1].startswith("  repeat    assert_receiver_conforms(…, seed=1, requirements=['RCV-03")

    def test_one_with_another_key_is_told_what_that_means(self):
        with pytest.raises(ConformanceAssertionError) as told:
            assert_receiver_conforms(MockReceiver(KEY).app, key="key_fictional_but_another")
        assert str(told.value).splitlines()[-1] == (
            "Every signed delivery was refused: either the receiver has another key than the one that was given,"
            " or it verifies something else than the raw bytes."
        )
        assert "key_fictional_but_another" not in str(told.value)

    def test_only_one_edition_is_sent_if_it_is_named(self):
        assert_receiver_conforms(MockReceiver(KEY).app, key=KEY, edition="v2-launch")

    @pytest.mark.parametrize(
        ("receiver", "arguments", "error", "message"),
        [
            (5, {}, UsageError, "A receiver cannot be of type int. Give a URL, or an ASGI or WSGI application."),
            ("app:here", {}, UsageError, None),
            ("http://127.0.0.1:1/x", {"profile": "small"}, UnknownName, None),
            (
                "http://127.0.0.1:1/x",
                {"edition": "v1"},
                UnknownName,
                "Receivers are judged with webhooks of V2. There is no edition 'v1'. Known: v2, v2-2025, v2-launch.",
            ),
        ],
    )
    def test_what_cannot_be_is_refused(self, receiver, arguments, error, message):
        with pytest.raises(error) as told:
            assert_receiver_conforms(receiver, key=KEY, **arguments)
        assert message is None or str(told.value) == message

    def test_a_receiver_that_is_not_there_is_told_of(self):
        with pytest.raises(TargetError):
            assert_receiver_conforms("http://127.0.0.1:1/webhook", key=KEY)

    def test_one_that_is_named_by_module_and_attribute(self, tmp_path, monkeypatch):
        (tmp_path / "named_receiver.py").write_text(
            f"from conformance import MockReceiver\napp = MockReceiver({KEY!r}).app\n", encoding="utf-8"
        )
        monkeypatch.syspath_prepend(tmp_path)
        assert assert_receiver_conforms("app:named_receiver:app", key=KEY).target == "app:named_receiver:app"
