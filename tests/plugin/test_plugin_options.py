"""Where the settings come from, which wins, and what is said when one is wrong."""

from __future__ import annotations

import json
import socket

import pytest

from conformance.plugin.options import OPTIONS

pytest_plugins = ["pytester"]

ONE = ("--conformance-requirement", "SPLIT-001")


def error(said):
    assert (said.code, said.text.count("Traceback")) == (4, 0)
    return said.err.strip()


WRONG = {
    "--conformance-target shop": (
        "The target 'shop' is not known. Give a URL such as http://127.0.0.1:8000, `mock`, or `app:module:attribute`."
    ),
    "--conformance-edition v22": ("There is no edition 'v22'. Did you mean 'v2'?"),
    "--conformance-suite splot": ("There is no suite 'splot'. Did you mean 'split'?"),
    "--conformance-suite no.suite.yaml": ("no.suite.yaml: cannot be read (No such file or directory). Check the path."),
    "--conformance-requirement SPLIT-1": ("There is no requirement 'SPLIT-1'. Did you mean 'SPLIT-001'?"),
    "--conformance-profile smok": ("There is no profile 'smok'. Did you mean 'smoke'?"),
    "--conformance-seed one": ("--conformance-seed: 'one' is no number."),
    "--conformance-max-requests 0": ("--conformance-max-requests is 0; it must be at least 1."),
    "--conformance-timeout nan": ("--conformance-timeout is nan; it must be more than 0, and finite."),
    "--conformance-report json": (
        "--conformance-report 'json' lacks a part. Write FORMAT=PATH, as in json=report.json."
    ),
    "--conformance-report json=-": ("--conformance-report json=-: pytest writes to stdout itself. Give a file."),
    "--conformance-webhook-listen here": (
        "--conformance-webhook-listen 'here' is no address to listen at. Write HOST:PORT or"
        " HOST:PORT/PATH, as in 127.0.0.1:9100/webhook; port 0 is any free one."
    ),
    "-o conformance_mock_scope=module": ("conformance_mock_scope must be function or session."),
    "suites/split.suite.yaml::SPLIT-099": ("There is no requirement 'SPLIT-099'. Did you mean 'SPLIT-008'?"),
    "suites/splot.suite.yaml": ("There is no suite 'splot'. Did you mean 'split'?"),
}


@pytest.mark.parametrize("arguments", WRONG)
def test_what_is_wrong_is_said_in_one_line(project, arguments):
    said = project.run("--conformance-target", "app:shop:app", *arguments.split())
    assert error(said) == f"ERROR: {WRONG[arguments]}"


def test_the_target_may_stand_in_an_ini_file(project):
    project.pytester.makeini(
        "[pytest]\nconformance_target = app:shop:app\nconformance_profile = smoke\n"
        "conformance_suite =\n    split\n    gone\nconformance_strict = true\n"
    )
    said = project.run("--collect-only", "-q")
    assert said.text.count("suites/split.suite.yaml::") == 8
    assert said.text.count("suites/gone.suite.yaml::") == 5
    assert "suites/listing" not in said.text


def test_flags_win_over_ini_over_environment_over_file(project, monkeypatch):
    (project.folder / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\n[tool.conformance]\ntarget = "app:file:app"\nsuite = ["listing"]\nedition = "v1"\n'
    )
    assert "target app:file:app, edition v1" in project.run("--collect-only").text
    monkeypatch.setenv("CONFORMANCE_TARGET", "app:environment:app")
    assert "target app:environment:app, edition v1" in project.run("--collect-only").text
    ini = ("-o", "conformance_target=app:ini:app")
    assert "target app:ini:app, edition v1" in project.run("--collect-only", *ini).text
    flag = ("--conformance-target", "app:flag:app", "--conformance-edition", "v2")
    assert "target app:flag:app, edition v2" in project.run("--collect-only", *ini, *flag).text


def test_a_target_from_a_file_adds_nothing_where_paths_are_given(project):
    project.pytester.makepyfile(test_own="def test_own():\n    pass\n")
    (project.folder / "conformance.yaml").write_text("target: app:shop:app\nsuite: [split]\n")
    assert project.run("--collect-only", "-q", "test_own.py").text.splitlines()[0] == "test_own.py::test_own"
    assert "SPLIT" not in project.run("--collect-only", "-q", "test_own.py").text
    assert project.run("--collect-only", "-q").text.count("SPLIT") == 8
    given = project.run("--collect-only", "-q", "test_own.py", "--conformance-target", "app:shop:app")
    assert given.text.count("SPLIT") == 8


def test_a_node_id_of_the_plugin_runs_that_item_alone(project):
    project.pytester.makepyfile(test_own="def test_own():\n    pass\n")
    said = project.judge("suites/split.suite.yaml::SPLIT-001", "-v")
    assert said.outcomes == {"failed": 1}
    said = project.judge("suites/split.suite.yaml::SPLIT-001", "test_own.py", "-v")
    assert said.outcomes == {"failed": 1, "passed": 1}
    assert project.judge("suites/gone.suite.yaml", "--collect-only", "-q").text.count("::") == 5


def test_every_option_and_ini_setting_is_in_the_help(project):
    shown = " ".join(project.run("--help").text.split())
    for option in OPTIONS:
        assert f" {option.flag}" in shown
        assert f" {option.key} (" in shown
    assert " conformance_mock_scope (string): scope of the fixture mock_vendor: function (default) or session" in shown


def test_the_markers_are_registered(project):
    shown = project.run("--markers").text
    assert "@pytest.mark.conformance: a requirement of the Call API contract" in shown
    assert "@pytest.mark.conformance_suite(name): a requirement of that suite." in shown


def test_edition_profile_seed_and_budget_reach_the_run(project):
    said = project.judge(
        *ONE, "--conformance-seed", "7", "--conformance-max-requests", "3", "--conformance-edition", "v2-2025"
    )
    assert said.section("conformance")[2].startswith("app:shop:app · 3 requests · N s · edition v2-2025 · seed 7")
    assert said.section("conformance")[3].startswith("Not complete: ")


def test_the_timeout_reaches_the_target(project):
    project.pytester.makepyfile(
        slow="import time\ndef app(environ, start_response):\n    time.sleep(0.3)\n    return []\n"
    )
    said = project.run("--conformance-target", "app:slow:app", "--conformance-timeout", "0.05", *ONE)
    assert said.section("ERRORS")[1] == (
        "app:slow:app: no answer within the time limit. Raise --conformance-timeout if the server is slow."
    )


def test_the_key_is_that_of_the_variable_that_was_named(project, monkeypatch):
    monkeypatch.setenv("SHOP_KEY", "key_shop_0123456789")
    monkeypatch.setenv("RETELL_API_KEY", "another_key")
    assert project.judge(*ONE).outcomes == {"errors": 1}
    assert project.judge(*ONE, "--conformance-api-key-env", "SHOP_KEY").outcomes == {"failed": 1}


def test_a_report_is_written_beside(project):
    project.judge(*ONE, "--conformance-report", "json=out/report.json")
    report = json.loads((project.folder / "out" / "report.json").read_text())
    assert [(each["id"], each["outcome"]) for each in report["requirements"]] == [("SPLIT-001", "failed")]


def test_webhooks_are_received_where_the_settings_say(project):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        said = project.judge(*ONE, "--conformance-webhook-listen", place)
    assert said.section("ERRORS")[1] == (
        f"--conformance-webhook-listen {place}: Port {place[10:]} cannot be used: Address already in use."
        " Choose another one, or 0 for any."
    )


def test_without_a_listener_webhooks_are_skipped_and_the_reason_names_the_flag(project):
    said = project.judge("--conformance-requirement", "HOOK-001", "-rs")
    assert said.section("short test summary info")[0].endswith(
        ": needs --conformance-webhook-listen HOST:PORT/PATH, and a target that sends webhooks there"
    )
