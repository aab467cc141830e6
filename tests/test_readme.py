"""The documents tell the truth: commands parse, links lead somewhere, counts and names are those of the contract."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from conformance.checks import CHECKS, RELATIONS
from conformance.cli import main
from conformance.cli.parser import build_parser
from conformance.contract.contract import DEFAULT_EDITION, load_contract
from conformance.contract.schemas import editions
from conformance.contract.suites import areas
from conformance.mockreceiver import faults as receiver_faults
from conformance.mockvendor import faults
from conformance.model import Level

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    path
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "schemas/*.md",
        "suites/*.md",
        "tests/*.md",
        "benchmarks/*.md",
        "notebooks/*.md",
    )
    for path in ROOT.glob(pattern)
)
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
SCREENS = [text for language, text in BLOCKS if language == "console"]
COMMANDS = sorted(
    {
        *(
            line.removeprefix("$ ")
            for text in SCREENS
            for line in text.splitlines()
            if line.startswith("$ conformance ")
        ),
        *re.findall(r"`(conformance [^`]+)`", README),
    }
)
CONTRACT = load_contract()
FAULTS = (*faults(), *receiver_faults())
MACHINE = re.compile(r"(?<![\w.}])/(?:home|Users|root|work|opt|srv)/\w|[A-Z]:\\+Users|\.\./shared")
REGISTRY = re.compile(r"pypi\.org|python[h]osted|npm[j]s|conda\.anaconda|index[-]url|find[-]links|trusted[-]host")


def table_after(heading):
    """The cells of the first table below a heading, by its first column."""
    section = README.split(f"\n## {heading}\n", maxsplit=1)[1].split("\n## ", maxsplit=1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    return {row[0].strip("`"): row[1:] for row in rows[2:]}


def tracked_files():
    """What is, or would be, in the repository; all there is where this is no checkout."""
    if not (ROOT / ".git").exists():
        return [path for path in ROOT.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - fixed words
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_parses_and_names_what_exists(command):
    words = shlex.split(command)[1:]
    if "--help" in words:
        with pytest.raises(SystemExit) as ended:
            build_parser().parse_args(words)
        assert ended.value.code == 0
        return
    named = {"WHAT": "requirements", "ID": CONTRACT.requirements[0].id}
    if words[0] == "accept":  # the table leaves out what cannot be left out
        words += ["--reason", "reported", "--owner", "platform", "--until", "2026-12-31"]
    options = vars(build_parser().parse_args([named.get(word, word) for word in words]))
    assert set(options.get("fault") or ()) <= {fault.name for fault in FAULTS}
    assert options.get("edition") in {None, *(edition.id for edition in editions())}
    assert set(options.get("allow") or ()) <= set(CONTRACT.operations)


def subparsers():
    """The parser of each command."""
    return next(action.choices for action in build_parser()._actions if action.choices)  # noqa: SLF001 - no other way


def test_every_command_of_the_parser_is_in_the_table():
    assert {row.split()[1] for row in table_after("Commands") if row.startswith("conformance ")} == set(subparsers())


def test_every_flag_that_is_named_exists():
    known = {flag for parser in subparsers().values() for flag in re.findall(r"--[a-z-]+", parser.format_help())}
    named = set(re.findall(r"`(--[a-z-]+)", README))
    assert named
    assert named <= known


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document):
    links = re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (document.parent / link).exists()] == []


def test_the_areas_and_their_counts_are_those_of_the_default_edition():
    wanted = {area: str(len(members)) for area, members in areas(CONTRACT.requirements).items()}
    assert {area: row[0] for area, row in table_after("What is judged").items()} == wanted


def test_the_editions_and_their_counts_are_the_true_ones():
    wanted = {edition.id: str(len(load_contract(edition.id).requirements)) for edition in editions()}
    assert {edition: row[0] for edition, row in table_after("Editions").items()} == wanted
    assert f"without a choice it is `{DEFAULT_EDITION}`" in README


def test_the_counts_in_sentences_are_the_true_ones():
    levels = [requirement.level for requirement in CONTRACT.requirements]
    must, should = levels.count(Level.MUST), levels.count(Level.SHOULD)
    text = " ".join(README.split())
    assert f"{len(levels)} requirements in edition `v2`: {must} that must hold, {should} that should" in text
    assert f"{len(FAULTS)} named faults" in text
    assert {requirement.id for requirement in CONTRACT.requirements} <= {fault.breaks for fault in FAULTS}


def test_screens_fit_into_80_columns():
    assert [line for _, text in BLOCKS for line in text.splitlines() if len(line) > 80] == []


def test_the_summaries_count_every_requirement():
    sizes = {edition.id: len(load_contract(edition.id).judging("server").requirements) for edition in editions()}
    summaries = re.findall(r"^(\d.* · edition (\S+) · seed 1)$", "\n".join(SCREENS), flags=re.MULTILINE)
    assert summaries
    for line, edition in summaries:
        assert sum(map(int, re.findall(r"(\d+) (?:passed|failed|warned|skipped)", line))) == sizes[edition]


def test_the_finding_is_shown_as_it_is_printed(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    fault = "sample-rate-null-on-later-pages"
    main(["run", "mock", "--fault", fault, "--requirement", "REM-003", "--profile", "smoke", "--quiet"])
    printed = capsys.readouterr().out.partition("\n\n")[0].splitlines()
    stable = ("FAILED", "  what", "  expected", "  actual", "  where", "  clause", "  fix")
    lines = [line.partition(" (seen")[0].rstrip() for line in printed if line.startswith(stable)]
    assert len(lines) == len(stable)
    assert [line for line in lines if line not in README] == []


def test_the_guide_to_suites_names_every_check():
    guide = (ROOT / "suites" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|.*\|.*\|.*\|$", guide, flags=re.MULTILINE)) == {*CHECKS, *RELATIONS}


def test_the_example_in_the_guide_to_suites_is_a_suite(tmp_path):
    guide = (ROOT / "suites" / "README.md").read_text(encoding="utf-8")
    path = tmp_path / "example.suite.yaml"
    path.write_text(guide.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    requirement = load_contract(suites=[path]).requirement("EX-001")
    assert requirement.check in CHECKS
    assert requirement.area == "example"


def test_no_file_names_a_machine_or_a_registry():
    found = []
    for path in tracked_files():
        text = path.read_bytes().decode(errors="replace")
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in (*MACHINE.finditer(text), *REGISTRY.finditer(text))]
    assert found == []


def test_the_score_is_the_one_that_was_computed_for_these_faults():
    table = (ROOT / "docs" / "SCORE.md").read_text(encoding="utf-8")
    assert f"- faults whose requirement failed, and no other: {len(FAULTS)} of {len(FAULTS)}" in table
    assert f"| faults found, with their requirement failed and no other | {len(FAULTS)} of {len(FAULTS)} |" in README
    assert "- requirements, over all editions, that no fault breaks: none" in table
