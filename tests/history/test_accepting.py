"""`accept` adds one entry to a file that people keep, and touches nothing else of it."""

from __future__ import annotations

import datetime as dt

import pytest
from nights import finding, keep, result, run_of

from conformance.errors import UsageError
from conformance.history.accepting import Accepting, accept
from conformance.history.known import mark_known, read_known
from conformance.history.store import History

TODAY = dt.date(2026, 11, 22)
WEEK = Accepting(reason='The vendor: "next month"', owner="Ada", until=dt.date(2026, 11, 29))
WRITTEN = """\
- requirement: LIST-003
  operation: list-calls
  fingerprint: "limit"
  reason: "The vendor: \\"next month\\""
  owner: "Ada"
  until: 2026-11-29
  added: 2026-11-22
  profile: standard
  clause: "OpenAPI 2026-04, limit"
"""
RUN = run_of(
    result("LIST-003", finding()),
    result("LIST-004", finding("LIST-004", "a"), finding("LIST-004", "b")),
    result("LIST-005", finding("LIST-005", "c", causes=("c", "d 'x': y", "e"))),
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "known.yaml"


@pytest.fixture
def kept(tmp_path):
    with History(tmp_path / "history.sqlite3") as history:
        return history.details(history.get(keep(history, RUN)))


def accepted(path, kept, name, accepting=WEEK):
    return accept(path, kept, name, accepting, today=TODAY)


def test_makes_the_file(path, kept):
    assert accepted(path, kept, "LIST-003.bdfd78") == f"{path}:2"
    assert path.read_text() == f"# Findings that are accepted for a while; see `conformance accept --help`.\n{WRITTEN}"


def test_what_it_wrote_makes_the_finding_known(path, kept):
    for name in ("LIST-003", "LIST-005"):
        accepted(path, kept, name)
    run = mark_known(RUN, read_known(path), profile="standard", asked={"list-calls"})
    assert [each.known is not None for result in run.results for each in result.findings] == [True, False, False, True]
    assert run.outdated == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# ours\n\n- requirement: A-001  # why\n", WRITTEN),
        ("# ours, without an end", f"\n{WRITTEN}"),
        ("", WRITTEN),
        ("  - requirement: A-001\n", "".join(f"  {line}\n" for line in WRITTEN.splitlines())),
    ],
)
def test_comments_order_and_indentation_stay(path, kept, before, after):
    more = "  operation: x\n  message: x\n  reason: x\n  owner: x\n  until: 2026-01-01\n"
    begin = before + (more.replace("  ", "    ") if before.startswith(" ") else more) * ("requirement" in before)
    path.write_text(begin)
    accepted(path, kept, "LIST-003")
    assert path.read_text() == begin + after


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "LIST-009",
            "There is no finding 'LIST-009' in 2026-11-20.1. `conformance show 2026-11-20.1` lists its findings.",
        ),
        ("LIST-004", "LIST-004 has several findings in 2026-11-20.1. Name one of LIST-004.79c715, LIST-004.b84308."),
        ("LIST-003", "LIST-003.bdfd78 stands at PATH:2 already, until 2026-11-29. Change the entry there."),
    ],
)
def test_what_cannot_be_accepted_is_said_and_nothing_is_written(path, kept, name, message):
    accepted(path, kept, "LIST-003")
    before = path.read_text()
    with pytest.raises(UsageError) as told:
        accepted(path, kept, name)
    assert str(told.value).replace(str(path), "PATH") == message
    assert path.read_text() == before


def test_a_day_that_is_over_is_refused_and_today_is_not(path, kept):
    over, today = (Accepting(reason="x", owner="x", until=TODAY - dt.timedelta(days=days)) for days in (1, 0))
    with pytest.raises(UsageError) as told:
        accepted(path, kept, "LIST-003", over)
    assert str(told.value) == "--until 2026-11-21 is over. Give a day from 2026-11-22 on."
    assert not path.exists()
    accepted(path, kept, "LIST-003", today)


def test_a_file_to_whose_end_nothing_can_be_added_stays_as_it_is(path, kept):
    path.write_text("[]\n")
    with pytest.raises(UsageError) as told:
        accepted(path, kept, "LIST-003")
    assert str(told.value) == f"{path}: an entry at its end would not be read. Write the list with `- ` items."
    assert path.read_text() == "[]\n"
    assert [each.name for each in path.parent.glob("*known*")] == ["known.yaml"]


def test_a_link_stays_a_link_and_the_mode_stays(path, kept, tmp_path):
    real = tmp_path / "shared.yaml"
    real.write_text("# ours\n")
    real.chmod(0o640)
    path.symlink_to(real)
    accepted(path, kept, "LIST-003")
    assert path.is_symlink()
    assert (real.read_text(), real.stat().st_mode & 0o777) == (f"# ours\n{WRITTEN}", 0o640)


@pytest.mark.parametrize("reason", ["a: b # c", "- x", "ünï \u2028 \x07", "'\"\\", "[1, 2]", "null"])
def test_any_text_is_read_back_as_it_was(path, kept, reason):
    accepted(path, kept, "LIST-003", Accepting(reason=reason, owner="x", until=TODAY))
    assert read_known(path)[0].reason == reason
