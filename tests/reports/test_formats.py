import json

import pytest
from sample_runs import one_of_each

from conformance.errors import UnknownName, UsageError
from conformance.reports import formats, html, json_report, junit, markdown, sarif

RUN = one_of_each()


@pytest.mark.parametrize("name", formats.FORMATS)
def test_every_format_is_written_whole_and_leaves_nothing_else(name, tmp_path):
    path = tmp_path / "made" / "report"
    path.parent.mkdir()
    path.write_text("what was there before", encoding="utf-8")
    formats.write_report(RUN, name, path, environment={})
    writers = {"json": json_report, "junit": junit, "markdown": markdown, "html": html, "sarif": sarif}
    assert path.read_text(encoding="utf-8") == writers[name].text(RUN)
    assert list(path.parent.iterdir()) == [path]


def test_the_summary_of_a_build_is_added_to(tmp_path):
    path = tmp_path / "summary"
    environment = {"GITHUB_STEP_SUMMARY": str(path)}
    formats.write_report(RUN, "markdown", path, environment=environment)
    assert path.read_text(encoding="utf-8") == markdown.text(RUN)
    formats.write_report(RUN, "markdown", path, environment=environment)
    assert path.read_text(encoding="utf-8") == f"{markdown.text(RUN)}\n{markdown.text(RUN)}"


def test_only_markdown_is_ever_added(tmp_path):
    path = tmp_path / "summary"
    path.write_text("before", encoding="utf-8")
    formats.write_report(RUN, "json", path, environment={"GITHUB_STEP_SUMMARY": str(path)})
    assert json.loads(path.read_text(encoding="utf-8"))["seed"] == RUN.seed


def test_another_file_than_the_summary_is_written_whole(tmp_path):
    path = tmp_path / "summary.md"
    path.write_text("before", encoding="utf-8")
    formats.write_report(RUN, "markdown", path, environment={"GITHUB_STEP_SUMMARY": str(tmp_path / "other")})
    assert path.read_text(encoding="utf-8") == markdown.text(RUN)


@pytest.mark.parametrize("summary", [False, True], ids=["replaced", "added"])
def test_a_file_that_cannot_be_written_is_said_in_one_line(summary, tmp_path):
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder"
    environment = {"GITHUB_STEP_SUMMARY": str(path)} if summary else {}
    with pytest.raises(UsageError) as caught:
        formats.write_report(RUN, "markdown", path, environment=environment)
    assert str(caught.value) == f"The report {path} cannot be written: Is a directory. Choose another path."
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_is_named_with_its_format():
    assert formats.report_of("junit=a=b.xml") == ("junit", "a=b.xml")


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("junit", UsageError, "--report 'junit' lacks a part. Write FORMAT=PATH, as in json=report.json."),
        ("junit=", UsageError, "--report 'junit=' lacks a part. Write FORMAT=PATH, as in json=report.json."),
        ("junti=x", UnknownName, "There is no report format 'junti'. Did you mean 'junit'?"),
    ],
)
def test_a_wrong_name_is_told_with_what_to_write(text, kind, message):
    with pytest.raises(kind) as caught:
        formats.report_of(text)
    assert str(caught.value) == message
