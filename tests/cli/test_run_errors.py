"""`conformance run` where it cannot be carried through: one line that says what, where, and what to do."""

from __future__ import annotations

import ssl

import pytest
import trustme
from command import KEY, SMOKE, program, same_answer

from conformance.mockvendor import MockVendor

PLACEHOLDER = "$RETELL_API_KEY is not set: a placeholder is sent as the key."
FORMS = "Give a URL such as http://127.0.0.1:8000, `mock`, or `app:module:attribute`."


class TestTheTarget:
    def test_is_down(self, conformance, closed_port):
        said = conformance("run", f"http://127.0.0.1:{closed_port}", *SMOKE)
        assert said.code == 3
        assert said.lines[0] == PLACEHOLDER
        assert said.lines[-1] == (
            f"conformance: http://127.0.0.1:{closed_port}: no connection to 127.0.0.1:{closed_port}:"
            " Connection refused. Is the server running there?"
        )
        assert said.out == ""

    def test_is_down_as_a_program_would_find_it(self, tmp_path, closed_port):
        said = program("run", f"http://127.0.0.1:{closed_port}", "--quiet", folder=tmp_path, RETELL_API_KEY=KEY)
        assert (said.code, said.out) == (3, "")
        assert said.lines == [
            (
                f"conformance: http://127.0.0.1:{closed_port}: no connection to 127.0.0.1:{closed_port}:"
                " Connection refused. Is the server running there?"
            )
        ]

    def test_refuses_the_key(self, conformance, vendor):
        said = conformance("run", vendor.url, "--quiet", RETELL_API_KEY="key_wrong")
        assert said.code == 3
        assert said.lines == [
            (
                f"conformance: {vendor.url}: the key was refused (401). Set the right one in the environment;"
                " see --api-key-env."
            )
        ]

    def test_takes_the_key_from_the_variable_that_was_named(self, conformance, vendor):
        said = conformance(
            "run", vendor.url, *SMOKE, "--api-key-env", "MY_KEY", RETELL_API_KEY="key_wrong", MY_KEY=vendor.api_key
        )
        assert said.code == 0

    def test_has_a_certificate_that_nobody_vouches_for(self, conformance):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
        with same_answer(200, b"[]", tls=context) as (url, seen):
            said = conformance("run", url, "--quiet", RETELL_API_KEY=KEY)
        assert said.code == 3
        assert said.lines == [
            (
                f"conformance: {url}: TLS with {url.removeprefix('https://')} failed: unable to get local issuer"
                " certificate. Check the certificate, or use http://."
            )
        ]
        assert seen == []

    @pytest.mark.parametrize(
        ("status", "body", "headers", "reason"),
        [
            (
                200,
                b"<html>",
                [("content-type", "text/html; charset=utf-8")],
                "POST /v2/list-calls was answered 200 with text/html, not JSON. Is this the base URL of the API?",
            ),
            (
                200,
                b"OK",
                [],
                "POST /v2/list-calls was answered 200 with no content type, not JSON. Is this the base URL of the API?",
            ),
            (
                404,
                b"no such page",
                [("content-type", "text/plain")],
                "POST /v2/list-calls was answered 404 with text/plain, not JSON. Is this the base URL of the API?",
            ),
            (
                308,
                b"",
                [("location", "https://elsewhere.example.invalid/")],
                (
                    "POST /v2/list-calls is redirected (308) to https://elsewhere.example.invalid/; redirects are not"
                    " followed. Give the final base URL."
                ),
            ),
            (
                302,
                b"",
                [("location", f"/login?key={KEY}")],
                (
                    "POST /v2/list-calls is redirected (302) to /login?key=[hidden]; redirects are not followed."
                    " Give the final base URL."
                ),
            ),
        ],
    )
    def test_is_no_call_api(self, conformance, status, body, headers, reason):
        with same_answer(status, body, *headers) as (url, seen):
            said = conformance("run", url, "--quiet", "--api-key-env", "MY_KEY", MY_KEY=KEY)
        assert (said.code, said.lines) == (3, [f"conformance: {url}: {reason}"])
        assert len(seen) <= 3

    @pytest.mark.parametrize(
        ("target", "message"),
        [
            ("moc", f"The target 'moc' is not known. {FORMS}"),
            ("http://[::1", f"The target 'http://[::1' is no URL: Invalid IPv6 URL. {FORMS}"),
            (
                "app:nothing",
                "The target 'app:nothing' lacks a part. Write app:module:attribute, as in app:service.main:app.",
            ),
            (
                "https://me:secret@api.example.invalid",
                "The target must be a base URL without query, fragment or password, not 'https://api.example.invalid/…'.",
            ),
        ],
    )
    @pytest.mark.parametrize("flags", [[], ["--plan"]])
    def test_is_none(self, conformance, target, message, flags):
        said = conformance("run", target, *flags)
        assert (said.code, said.lines, said.out) == (2, [f"conformance: {message}"], "")


class TestTheKey:
    def test_must_be_set_for_a_target_elsewhere(self, conformance):
        said = conformance("run", "https://api.example.invalid")
        assert (said.code, said.out) == (2, "")
        assert said.lines == [
            (
                "conformance: $RETELL_API_KEY is not set. Put the API key there, or name another variable with"
                " --api-key-env."
            )
        ]

    def test_so_must_the_variable_that_was_named(self, conformance):
        said = conformance("run", "https://api.example.invalid", "--api-key-env", "OTHER", RETELL_API_KEY=KEY)
        assert said.lines == [
            "conformance: $OTHER is not set. Put the API key there, or name another variable with --api-key-env."
        ]

    @pytest.mark.parametrize("key", [" key", "key\n", "a key", "key_é", "\x7f"])
    @pytest.mark.parametrize("target", ["https://api.example.invalid", "http://127.0.0.1:1"])
    def test_must_fit_into_a_header(self, conformance, key, target):
        said = conformance("run", target, RETELL_API_KEY=key)
        assert (said.code, said.out) == (2, "")
        assert said.lines == [
            "conformance: The key in $RETELL_API_KEY has spaces or characters that no header can hold. Set it again."
        ]

    def test_is_a_placeholder_on_this_machine_and_that_is_said_unless_quiet(self, conformance):
        with same_answer(401, b'{"status": "error"}') as (url, _):
            assert conformance("run", url).lines[0] == PLACEHOLDER
            assert PLACEHOLDER not in conformance("run", url, "--quiet").lines


USAGE = [
    (
        ["run", "mock", "--requirement", "RCV-001"],
        "RCV-001 is what a receiver promises. `conformance webhook URL` judges it.",
    ),
    (
        ["run", "mock", "--suite", "receiver"],
        "receiver is what a receiver promises. `conformance webhook URL` judges it.",
    ),
    (
        ["webhook", "mock", "--requirement", "LIST-001"],
        "LIST-001 is what a server promises. `conformance run TARGET` judges it.",
    ),
    (["run", "--sed", "3"], "there is no flag '--sed'; did you mean '--seed'? See `conformance --help`."),
    (["run", "--sed=3"], "there is no flag '--sed=3'; did you mean '--seed'? See `conformance --help`."),
    (["run", "--zzz"], "there is no flag '--zzz'. See `conformance --help`."),
    (["run", "mock", "more"], "there is no argument 'more'. See `conformance --help`."),
    (["run", "--prof", "deep"], "there is no flag '--prof'; did you mean '--profile'? See `conformance --help`."),
    (["run", "--seed", "x"], "argument --seed: invalid int value: 'x'. See `conformance run --help`."),
    (["run", "--seed"], "argument --seed: expected one argument. See `conformance run --help`."),
    (
        ["rn"],
        (
            "there is no command 'rn'; choose from run, mock, webhook, list, explain, schema, diff, history, show,"
            " compare, accept, notebook. See `conformance --help`."
        ),
    ),
    ([], "the following arguments are required: COMMAND. See `conformance --help`."),
    (
        ["list", "nothing"],
        (
            "there is no list 'nothing'; choose from requirements, operations, suites, editions, faults."
            " See `conformance list --help`."
        ),
    ),
    (["explain"], "the following arguments are required: ID. See `conformance explain --help`."),
    (["run", "--edition", "v2-2024"], "There is no edition 'v2-2024'. Did you mean 'v2-2025'?"),
    (["run", "--profile", "smok"], "There is no profile 'smok'. Did you mean 'smoke'?"),
    (["run", "--suite", "lists"], "There is no suite 'lists'. Did you mean 'listing'?"),
    (["run", "--requirement", "STAT-05"], "There is no requirement 'STAT-05'. Did you mean 'STAT-005'?"),
    (["run", "--allow", "create-webcall"], "There is no operation 'create-webcall'. Did you mean 'create-web-call'?"),
    (["run", "--fault", "limit-ignred"], "There is no fault 'limit-ignred'. Did you mean 'limit-ignored'?"),
    (["run", "--report", "yaml=x"], "There is no report format 'yaml'. Known: html, json, junit, markdown, sarif."),
    (["run", "--report", "json"], "--report 'json' lacks a part. Write FORMAT=PATH, as in json=report.json."),
    (["run", "--report", "json="], "--report 'json=' lacks a part. Write FORMAT=PATH, as in json=report.json."),
    (["run", "--max-requests", "0"], "--max-requests is 0; it must be at least 1."),
    (["run", "--max-calls", "-1"], "--max-calls is -1; it must be at least 0."),
    (["run", "--timeout", "0"], "--timeout is 0.0; it must be more than 0, and finite."),
    (["run", "--timeout", "inf"], "--timeout is inf; it must be more than 0, and finite."),
    (["run", "--max-time", "nan"], "--max-time is nan; it must be more than 0, and finite."),
    (
        ["run", "http://127.0.0.1:1", "--fault", "limit-ignored"],
        "--fault goes with the embedded mock only. Leave it out, or leave out the target.",
    ),
    (["explain", "STAT-05"], "There is no requirement 'STAT-05'. Did you mean 'STAT-005'?"),
    (["list", "--edition", "v3x"], "There is no edition 'v3x'. Known: v1, v2, v2-2025, v2-launch."),
    (["mock", "--port", "70000"], "--port is 70000; it must be from 0 to 65535."),
    (["mock", "--calls", "-1"], "--calls is -1; it cannot be negative."),
    (["mock", "--edition", "v2-lunch"], "There is no edition 'v2-lunch'. Did you mean 'v2-launch'?"),
    (["mock", "--fault", "limit-ignred"], "There is no fault 'limit-ignred'. Did you mean 'limit-ignored'?"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE, ids=[" ".join(each) for each, _ in USAGE])
def test_a_wrong_command_is_one_line_and_exit_code_2(conformance, arguments, message):
    said = conformance(*arguments)
    assert (said.code, said.lines, said.out) == (2, [f"conformance: {message}"], "")


def test_an_unknown_flag_as_a_program(tmp_path):
    said = program("run", "--sed", "3", folder=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert said.lines == ["conformance: there is no flag '--sed'; did you mean '--seed'? See `conformance --help`."]


class TestTheBudget:
    def test_of_requests_runs_out(self, conformance):
        with MockVendor(calls=5) as own:
            said = conformance("run", own.url, "--max-requests", "5", "--quiet", RETELL_API_KEY=own.api_key)
            assert len(own.requests) == 5
        assert said.code == 3
        assert said.out.splitlines()[-1] == "Not complete: the budget of 5 requests is used up."

    def test_of_time_runs_out(self, conformance, vendor):
        said = conformance("run", vendor.url, "--max-time", "0.001", "--quiet", RETELL_API_KEY=vendor.api_key)
        assert said.code == 3
        assert said.out.splitlines()[-1] == "Not complete: the time of 0.001 s is used up."


def test_a_report_that_cannot_be_written_is_told_and_leaves_nothing_behind(conformance, vendor, tmp_path):
    (tmp_path / "folder").mkdir()
    said = conformance("run", vendor.url, *SMOKE, "--quiet", "--report", "json=folder", RETELL_API_KEY=vendor.api_key)
    assert said.code == 2
    assert said.lines == ["conformance: The report folder cannot be written: Is a directory. Choose another path."]
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]
