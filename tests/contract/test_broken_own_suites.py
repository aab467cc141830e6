"""Suites of one's own: what is said of a file that is wrong."""

from __future__ import annotations

import pytest
from own_files import FORM, GET, HEAD, SCENARIO, complaint, with_step, with_steps


@pytest.fixture
def suite(tmp_path):
    """Writes a suite file."""

    def write(content, name="mine.suite.yaml"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


class TestWhatIsBroken:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (HEAD, f":1: it has neither requirements nor scenarios.{FORM}"),
            (f"{HEAD}scenarios: []\n", f":1: /scenarios: [] has less than 1 item.{FORM}"),
            (f"{HEAD}scenarios:\n  - [\n", None),
            (
                with_steps("      - {}\n"),
                f":8: /scenarios/0/steps/0: a step has an `operation`, or a `method` and a `path`.{FORM}",
            ),
            (
                with_step("method: GET"),
                f":8: /scenarios/0/steps/0: a step has an `operation` or a `method`, not both.{FORM}",
            ),
            (
                with_step("key: wong"),
                f':8: /scenarios/0/steps/0/key: "wong" is not one of "right", "none" or "wrong".{FORM}',
            ),
            (
                with_steps("      - operation: get-cal\n"),
                ":8: There is no operation 'get-cal'. Did you mean 'get-call'?",
            ),
            (
                with_steps("      - operation: get-call\n"),
                ":8: get-call is /v2/get-call/{call_id}. Give it `path: {call_id: …}`.",
            ),
            (
                with_steps("      - {operation: list-calls, path: {id: x}}\n"),
                ":8: list-calls is /v2/list-calls. Give it no `path`.",
            ),
            (
                with_steps("      - {method: GET, path: /a?b=1}\n"),
                ":8: The path '/a?b=1' holds '?'. Put the query under `query`.",
            ),
            (
                with_steps("      - {method: GET, path: /a/../b}\n"),
                ":8: The path '/a/../b' holds '..'. Write the path in full.",
            ),
            (
                with_step("headers: {Authorization: x}"),
                ":8: A step cannot set the header 'Authorization'. Who asks is said with `key`.",
            ),
            (
                with_step("headers: {X-HTTP-Method-Override: DELETE}"),
                ":8: A step cannot set the header 'X-HTTP-Method-Override'. A request has the effect of its method.",
            ),
            (
                with_step("request: {a: $b}"),
                (
                    ":8: $b is neither a variable nor captured in an earlier step. Known: none."
                    " Define it, or write $$ for a dollar."
                ),
            ),
            (
                with_step("request: {a: '${b c}'}"),
                ":8: '${b c}' holds no name. Write ${name}, or $$ for a dollar.",
            ),
            (
                with_step("request: $c\n        capture: {c: /a}"),
                ":8: $c is captured from the answer of this very step. Use it in a later one.",
            ),
            (
                with_step("capture: {a: /b}", HEAD + "variables: {a: 1}\n"),
                ":9: $a is a variable of the file. Give the capture another name.",
            ),
            (
                with_step("expect: {absent: [call_id]}"),
                f":10: /scenarios/0/steps/0/expect/absent/0: 'call_id' is no JSON pointer. Write '/call_id'.{FORM}",
            ),
            (
                with_step("expect: {values: {call_id: 1}}"),
                f":10: /scenarios/0/steps/0/expect/values: 'call_id' is no JSON pointer. Write '/call_id'.{FORM}",
            ),
            (
                with_step("expect: {absent: [/a~b]}"),
                (
                    ":10: /scenarios/0/steps/0/expect/absent/0: a JSON pointer writes ~ as ~0"
                    f" and / in a name as ~1.{FORM}"
                ),
            ),
            (
                with_step("expect: {values: {/a: {at_leest: 1}}}"),
                (
                    ":10: /scenarios/0/steps/0/expect/values/~1a: Additional properties are not allowed"
                    f" ('at_leest' was unexpected). An object is compared with `equals: {{…}}`.{FORM}"
                ),
            ),
            (
                with_step("expect: {values: {/a: {matches: '('}}}"),
                (
                    ":8: `matches: (` is no regular expression: missing ), unterminated subpattern at position 0."
                    " Correct it."
                ),
            ),
            (with_step("expect: {schema: webcall}"), ":8: There is no schema 'webcall'. Did you mean 'web-call'?"),
            (
                with_step("expect: {json_schema: {$ref: 'http://127.0.0.1:1/x'}}"),
                (
                    ":8: json_schema refers to 'http://127.0.0.1:1/x', outside itself."
                    " Put it under its own $defs, as #/$defs/…."
                ),
            ),
            (
                with_step("expect: {json_schema: {type: text}}"),
                None,
            ),
            (
                with_step("expect: {same_as: {step: other, at: [/a]}}"),
                ":8: There is no earlier step 'other'. This is the first one.",
            ),
            (
                with_steps(f"{GET}        name: one\n{GET}        expect: {{same_as: {{step: 2, at: [/a]}}}}\n"),
                ":11: There is no earlier step 2. Earlier ones: 1 (one).",
            ),
            (
                with_steps(f"{GET}        name: one\n{GET}        name: one\n"),
                ":11: Two steps are called 'one'. Give one of them another name.",
            ),
            (
                with_steps("      - {operation: create-web-call, expect: {within_seconds: 5}}\n"),
                (
                    ":8: within_seconds repeats the request, and create-web-call does more than read."
                    " Put it on a later step that only reads."
                ),
            ),
            (
                with_step("request: .nan"),
                None,
            ),
            (
                with_steps(GET + SCENARIO.removeprefix("scenarios:\n") + GET),
                ":10: MINE-001 stands here twice. Give one of them a new id.",
            ),
            (
                with_steps(GET, HEAD + "judges: receiver\n"),
                ":6: Scenarios are played against servers. Leave out `judges`.",
            ),
            (
                with_steps(GET, HEAD + "variables: {a: {secret: true}}\n"),
                f":4: /variables/a: a variable has `env`, `default`, or both.{FORM}",
            ),
            (
                with_steps(GET, HEAD + "variables: {}\nenvironments: {staging: {a: 1}}\n"),
                ":5: There is no variable 'a'. Known: .",
            ),
            (
                "a: &a [*a]\n",
                None,
            ),
        ],
    )
    def test_it_is_told_with_file_and_line(self, suite, content, message):
        path = suite(content)
        told = complaint(path)
        # Those without a whole message are worded by a library.
        assert told.startswith(f"{path}:")
        assert message is None or told == f"{path}{message}"
