"""What cannot be run is told in the panel, in a sentence."""

import pytest
from suite_runner_parts import part, run_smoke, shown

from conformance.mockvendor import MockVendor
from conformance.notebook import SuiteRunner
from conformance.notebook.runner import panel as panels
from conformance.redact import HIDDEN

EVIL = "<img src=x onerror=alert(1)>"


class TestWhatCannotBeRun:
    @pytest.mark.parametrize(
        ("target", "options", "suites", "told"),
        [
            ("http://127.0.0.1:9", {}, (), "Is the server running there?"),
            ("http://calls.example.com", {}, (), "needs a key. Give key=…."),
            ("mock", {}, ("listin",), "Did you mean &#x27;listing&#x27;?"),
            ("mock", {"faults": ["limit-ignore"]}, (), "There is no fault"),
            (42, {}, (), "A target cannot be of type int."),
            (EVIL, {}, (), "&lt;img"),
        ],
    )
    def test_is_told_in_one_sentence_and_the_panel_stays_usable(self, target, options, suites, told):
        with SuiteRunner(target, **options) as runner:
            run_smoke(runner, suites=suites)
            note = part(runner, "cx-problem").value
            assert told in note
            assert "✗ not run" in note
            assert "Traceback" not in note
            assert EVIL not in shown(runner)
            assert runner.run is None
            assert not part(runner, "cx-run").disabled

    def test_a_wrong_key_is_told_and_never_shown(self):
        with MockVendor() as vendor, SuiteRunner(vendor.url, key="key_example_wrong_key") as runner:
            run_smoke(runner)
            assert "the key was refused (401). Give the right one as key=…." in part(runner, "cx-problem").value
            assert "key_example_wrong_key" not in shown(runner)

    def test_a_key_in_a_url_is_hidden(self):
        with SuiteRunner("http://127.0.0.1:9/key_example_url", key="key_example_url") as runner:
            run_smoke(runner)
            assert "key_example_url" not in shown(runner) + repr(runner)
            assert HIDDEN in repr(runner)

    def test_after_a_good_run_leaves_that_one_on_show(self, judged):
        was = judged.run
        run_smoke(judged, suites=("no-such-suite",))
        assert "There is no suite" in part(judged, "cx-problem").value
        assert judged.run is was
        assert "failed" in part(judged, "cx-totals").value
        judged.suites.value = ()

    def test_webhooks_of_another_target_are_refused_in_a_sentence(self):
        with SuiteRunner("http://127.0.0.1:9", webhooks=True) as runner:
            assert "goes with the target &#x27;mock&#x27; only" in part(runner, "cx-problem").value

    @pytest.mark.parametrize("content", [None, b"no database at all, but long enough to look like a file"])
    def test_a_history_that_is_none_is_told(self, tmp_path, content):
        path = tmp_path / "runs.sqlite"
        if content is not None:
            path.write_bytes(content)
        with SuiteRunner(history=path) as runner:
            assert str(path) in part(runner, "cx-problem").value
            assert not part(runner, "cx-run").disabled

    def test_what_nobody_expected_is_told_too(self, monkeypatch, judged):
        monkeypatch.setattr(panels, "Keeper", lambda *_, **__: 1 // 0)
        run_smoke(judged)
        assert "ZeroDivisionError" in part(judged, "cx-problem").value
        assert not part(judged, "cx-run").disabled
