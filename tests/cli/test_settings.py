"""Where settings come from: flags win over environment, environment over file."""

from __future__ import annotations

import argparse
import contextlib

import pytest
from command import SMOKE
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from conformance.cli.settings import settle
from conformance.errors import UsageError


def settled(folder, environment=None, **flags):
    return settle(argparse.Namespace(**flags), environment=environment or {}, folder=folder)


class TestPrecedence:
    def test_nothing_said_is_the_default(self, tmp_path):
        asked = settled(tmp_path)
        assert [asked[name] for name in ("target", "profile", "seed", "api_key_env", "timeout", "max_time")] == [
            "mock",
            "standard",
            1,
            "RETELL_API_KEY",
            30.0,
            3600.0,
        ]
        assert asked["max_requests"] is asked["strict"] is asked["suite"] is None

    @pytest.mark.parametrize(
        ("name", "content"),
        [("conformance.yaml", "seed: 2\n"), ("pyproject.toml", "[tool.conformance]\nseed = 2\n")],
    )
    def test_a_flag_wins_over_the_environment_and_that_over_the_file(self, tmp_path, name, content):
        (tmp_path / name).write_text(content)
        assert settled(tmp_path)["seed"] == 2
        assert settled(tmp_path, {"CONFORMANCE_SEED": "3"})["seed"] == 3
        assert settled(tmp_path, {"CONFORMANCE_SEED": "3"}, seed=4)["seed"] == 4

    def test_of_the_files_conformance_yaml_is_read(self, tmp_path):
        (tmp_path / "pyproject.toml").write_text("[tool.conformance]\nseed = 2\nprofile = 'deep'\n")
        (tmp_path / "conformance.yaml").write_text("seed: 3\n")
        assert (settled(tmp_path)["seed"], settled(tmp_path)["profile"]) == (3, "standard")

    def test_a_flag_that_was_not_given_hides_nothing(self, tmp_path):
        assert settled(tmp_path, {"CONFORMANCE_STRICT": "true"}, strict=None, seed=None)["strict"] is True

    def test_lists_are_replaced_not_joined(self, tmp_path):
        (tmp_path / "conformance.yaml").write_text("suite: [auth, status]\n")
        assert settled(tmp_path)["suite"] == ["auth", "status"]
        assert settled(tmp_path, {"CONFORMANCE_SUITE": "split, errors,"})["suite"] == ["split", "errors"]
        assert settled(tmp_path, suite=["gone"])["suite"] == ["gone"]

    def test_they_reach_the_run(self, conformance, vendor, tmp_path):
        (tmp_path / "conformance.yaml").write_text(f"target: {vendor.url}\nprofile: smoke\nquiet: true\nseed: 5\n")
        said = conformance("run", CONFORMANCE_SUITE="listing", RETELL_API_KEY=vendor.api_key)
        assert said.code == 0
        assert said.out.endswith("· edition v2 · seed 5\n")
        assert said.out.count("\n") == 1
        assert conformance("run", "--seed", "6").out.endswith("· edition v2 · seed 6\n")

    def test_a_key_is_never_a_setting(self, conformance, tmp_path):
        (tmp_path / "conformance.yaml").write_text("api-key: secret\n")
        said = conformance("run")
        assert (said.code, said.lines) == (
            2,
            ["conformance: conformance.yaml: There is no setting 'api-key'. Did you mean 'api-key-env'?"],
        )


class TestTheFile:
    @pytest.mark.parametrize(
        ("content", "name", "value"),
        [
            ("max-requests: 5", "max_requests", 5),
            ("max_requests: 5", "max_requests", 5),
            ("timeout: 5", "timeout", 5.0),
            ("timeout: 0.5", "timeout", 0.5),
            ("strict: true", "strict", True),
            ("clean-up: false", "clean_up", False),
            ("suite: auth", "suite", ["auth"]),
            ("edition: v2-2025", "edition", "v2-2025"),
        ],
    )
    def test_holds_settings_by_the_names_of_the_flags(self, tmp_path, content, name, value):
        (tmp_path / "conformance.yaml").write_text(content)
        found = settled(tmp_path)[name]
        assert (found, type(found)) == (value, type(value))

    @pytest.mark.parametrize("content", ["", "# nothing yet\n", "{}"])
    def test_may_be_empty(self, tmp_path, content):
        (tmp_path / "conformance.yaml").write_text(content)
        assert settled(tmp_path)["seed"] == 1

    def test_pyproject_may_be_about_something_else(self, tmp_path):
        (tmp_path / "pyproject.toml").write_text("[tool.other]\nseed = 2\n")
        assert settled(tmp_path)["seed"] == 1


YAML = [
    ("sed: 3", "conformance.yaml: There is no setting 'sed'. Did you mean 'seed'?"),
    ("seed: many", "conformance.yaml: seed must be a whole number, not 'many'."),
    ("seed: true", "conformance.yaml: seed must be a whole number, not True."),
    ("seed: 1.5", "conformance.yaml: seed must be a whole number, not 1.5."),
    ("timeout: soon", "conformance.yaml: timeout must be a number, not 'soon'."),
    ("timeout: true", "conformance.yaml: timeout must be a number, not True."),
    ("strict: yes", "conformance.yaml: strict must be true or false, not 'yes'."),
    ("edition: 2", "conformance.yaml: edition must be a text, not 2."),
    ("suite: [1]", "conformance.yaml: suite must be a text or a list of texts, not [1]."),
    ("suite: 1", "conformance.yaml: suite must be a text or a list of texts, not 1."),
    ("max-requests: 0", "--max-requests is 0; it must be at least 1."),
    ("timeout: .nan", "--timeout is nan; it must be more than 0, and finite."),
    ("- seed", "conformance.yaml: it must hold settings by name."),
    ("seed: 1\nseed: 2", "conformance.yaml:2: the key 'seed' stands here twice. Correct the YAML there."),
]
TOML = [
    (
        "[tool.conformance]\nsed = 1\n",
        "pyproject.toml: [tool.conformance]: There is no setting 'sed'. Did you mean 'seed'?",
    ),
    (
        "[tool.conformance]\nseed = '1'\n",
        "pyproject.toml: [tool.conformance]: seed must be a whole number, not '1'.",
    ),
    ("[tool]\nconformance = 1\n", "pyproject.toml: [tool.conformance]: it must hold settings by name."),
    (
        "[tool.conformance\n",
        (
            "pyproject.toml cannot be read: Expected ']' at the end of a table declaration (at line 1, column 18)."
            " Correct it."
        ),
    ),
]
ENVIRONMENT = [
    ("CONFORMANCE_SEED", "x", "CONFORMANCE_SEED: 'x' is no number."),
    ("CONFORMANCE_MAX_REQUESTS", "1.5", "CONFORMANCE_MAX_REQUESTS: '1.5' is no number."),
    ("CONFORMANCE_STRICT", "yes", "CONFORMANCE_STRICT: 'yes' is neither true nor false."),
    ("CONFORMANCE_TIMEOUT", "-1", "--timeout is -1.0; it must be more than 0, and finite."),
]


class TestWhatIsWrong:
    @pytest.mark.parametrize(("content", "message"), YAML)
    def test_in_conformance_yaml(self, tmp_path, content, message):
        (tmp_path / "conformance.yaml").write_text(content)
        with pytest.raises(UsageError) as caught:
            settled(tmp_path)
        assert str(caught.value).removeprefix(f"{tmp_path}/") == message

    @pytest.mark.parametrize(("content", "message"), TOML)
    def test_in_pyproject_toml(self, tmp_path, content, message):
        (tmp_path / "pyproject.toml").write_text(content)
        with pytest.raises(UsageError) as caught:
            settled(tmp_path)
        assert str(caught.value) == message

    @pytest.mark.parametrize(("variable", "text", "message"), ENVIRONMENT)
    def test_in_the_environment(self, tmp_path, variable, text, message):
        with pytest.raises(UsageError) as caught:
            settled(tmp_path, {variable: text})
        assert str(caught.value) == message

    def test_is_one_line_and_exit_code_2(self, conformance, tmp_path):
        (tmp_path / "conformance.yaml").write_text("strict: yes\n")
        said = conformance("run", *SMOKE)
        assert (said.code, said.out, said.lines) == (
            2,
            "",
            ["conformance: conformance.yaml: strict must be true or false, not 'yes'."],
        )

    @pytest.mark.parametrize("variable", ["CONFORMANCE_UNKNOWN", "CONFORMANCE_", "SEED"])
    def test_other_variables_are_nobodys_business(self, tmp_path, variable):
        assert settled(tmp_path, {variable: "x"})["seed"] == 1

    def test_an_empty_variable_says_nothing(self, tmp_path):
        assert settled(tmp_path, {"CONFORMANCE_SEED": ""})["seed"] == 1


@limits(deadline=None, max_examples=60)
@given(text=st.text(max_size=20), name=st.sampled_from(["SEED", "STRICT", "TIMEOUT", "SUITE", "TARGET"]))
def test_no_text_in_the_environment_raises_anything_but_a_usage_error(tmp_path_factory, text, name):
    with contextlib.suppress(UsageError):
        settled(tmp_path_factory.getbasetemp(), {f"CONFORMANCE_{name}": text})
