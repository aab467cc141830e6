"""`conformance notebook`: what it copies, what it leaves alone, and what it says."""

import json
import shlex
from pathlib import Path

import pytest
from command import program

from conformance.cli import notebook_command
from conformance.cli.parser import build_parser

SHIPPED = Path(__file__).resolve().parents[2] / "notebooks"
FOLDER = "conformance-notebooks"
FIRST = "01-first-run.ipynb"


def files_in(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shipped():
    return {name: content for name, content in files_in(SHIPPED).items() if ".ipynb_checkpoints" not in name}


@pytest.fixture
def without(monkeypatch):
    """Lets a package seem not to be installed."""

    def forget(*names):
        there = notebook_command.find_spec
        monkeypatch.setattr(notebook_command, "find_spec", lambda name: None if name in names else there(name))

    return forget


def test_everything_is_copied_and_the_next_command_is_told(conformance, tmp_path):
    said = conformance("notebook")
    assert (said.code, said.err) == (0, "")
    assert files_in(tmp_path / FOLDER) == shipped()
    assert {FIRST, "README.md", "voila/templates/offline/conf.json"} <= set(shipped())
    assert said.out.splitlines() == [
        f"{len(shipped())} files are new in {FOLDER}.",
        f"Next: jupyter lab {FOLDER}/{FIRST}",
        f"As an app: JUPYTER_PATH={FOLDER} voila {FOLDER}/explorer-app.ipynb --template=offline",
    ]


def test_a_folder_can_be_named_and_is_made_with_its_parents(conformance, tmp_path):
    said = conformance("notebook", "a/my notebooks")
    assert files_in(tmp_path / "a" / "my notebooks") == shipped()
    assert shlex.split(said.out.splitlines()[1])[1:] == ["jupyter", "lab", f"a/my notebooks/{FIRST}"]


def test_the_folder_that_one_is_in(conformance, tmp_path):
    assert conformance("notebook", ".").out.splitlines()[0] == f"{len(shipped())} files are new in this folder."
    assert conformance("notebook", ".").out.splitlines()[0] == "Everything is in this folder already."
    assert files_in(tmp_path).items() >= shipped().items()


def test_a_second_time_changes_nothing(conformance, tmp_path):
    conformance("notebook")
    path = tmp_path / FOLDER / FIRST
    before = path.stat().st_mtime_ns
    said = conformance("notebook")
    assert (said.code, said.out.splitlines()[0]) == (0, f"Everything is in {FOLDER} already.")
    assert path.stat().st_mtime_ns == before


def test_what_is_missing_is_added_and_files_of_ones_own_stay(conformance, tmp_path):
    conformance("notebook")
    (tmp_path / FOLDER / FIRST).unlink()
    (tmp_path / FOLDER / "mine.ipynb").write_text("mine", encoding="utf-8")
    assert conformance("notebook").out.splitlines()[0] == f"1 file is new in {FOLDER}."
    assert files_in(tmp_path / FOLDER) == {**shipped(), "mine.ipynb": b"mine"}


class TestFilesThatDiffer:
    def test_are_named_and_nothing_at_all_is_written(self, conformance, tmp_path):
        (tmp_path / FOLDER).mkdir()
        (tmp_path / FOLDER / FIRST).write_text("my work", encoding="utf-8")
        said = conformance("notebook")
        assert (said.code, said.out) == (2, "")
        assert said.err == (
            f"conformance: In {FOLDER}, {FIRST} differs from what would be copied."
            " Name another folder, or overwrite with --force.\n"
        )
        assert files_in(tmp_path / FOLDER) == {FIRST: b"my work"}

    def test_a_link_that_leads_nowhere_is_one_of_them(self, conformance, tmp_path):
        (tmp_path / FOLDER).mkdir()
        (tmp_path / FOLDER / FIRST).symlink_to("later.ipynb")
        assert f"{FIRST} differs from" in conformance("notebook").err
        assert (tmp_path / FOLDER / FIRST).is_symlink()

    def test_are_counted_where_there_are_many(self, conformance, tmp_path):
        conformance("notebook")
        for path in (tmp_path / FOLDER).glob("*.ipynb"):
            path.write_text("my work", encoding="utf-8")
        said = conformance("notebook").err
        assert said.startswith(f"conformance: In {FOLDER}, {FIRST}, 02-from-v1-to-v2.ipynb, 03-explore-a-server.ipynb")
        assert "and 3 more differ from" in said
        assert said.count("\n") == 1

    def test_are_overwritten_if_that_is_asked_for(self, conformance, tmp_path):
        conformance("notebook")
        (tmp_path / FOLDER / FIRST).write_text("my work", encoding="utf-8")
        assert conformance("notebook", "--force").code == 0
        assert files_in(tmp_path / FOLDER) == shipped()


class TestWrongPlaces:
    @pytest.mark.parametrize(
        ("place", "told"),
        [
            ("file", "file is a file. Name a folder, or one that is not there yet."),
            ("file/below", "file/below cannot be written: Not a directory. Name another folder."),
            ("taken", f"taken/{FIRST} is a folder, where a file is to be. Name another folder."),
            ("x" * 300, f"{'x' * 300} cannot be written: File name too long. Name another folder."),
        ],
    )
    def test_are_told_in_one_line(self, conformance, tmp_path, place, told):
        (tmp_path / "file").write_text("", encoding="utf-8")
        (tmp_path / "taken" / FIRST).mkdir(parents=True)
        said = conformance("notebook", place)
        assert (said.code, said.out, said.err) == (2, "", f"conformance: {told}\n")

    def test_a_disk_that_is_full_leaves_no_half_of_a_file(self, conformance, tmp_path, monkeypatch):
        write = Path.write_bytes

        def full(path, content):
            if "03-" not in path.name:
                return write(path, content)
            write(path, content[:100])
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "write_bytes", full)
        said = conformance("notebook")
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "No space left on device" in said.err
        assert files_in(tmp_path / FOLDER).items() <= shipped().items()


def test_without_jupyter_it_copies_and_says_what_to_install(conformance, tmp_path, without):
    without("jupyterlab", "voila")
    said = conformance("notebook")
    assert said.code == 0
    assert said.out.splitlines()[1:] == [
        "Jupyter is not installed here: pip install 'call-conformance[notebook]'",
        f"Next: jupyter lab {FOLDER}/{FIRST}",
    ]
    assert files_in(tmp_path / FOLDER) == shipped()


def test_the_program_does_the_same(tmp_path):
    said = program("notebook", folder=tmp_path)
    assert (said.code, said.err) == (0, "")
    assert json.loads((tmp_path / FOLDER / FIRST).read_text(encoding="utf-8"))["nbformat"] == 4


def test_the_help_names_the_folder_that_is_meant_without_one():
    assert build_parser().parse_args(["notebook"]).folder == FOLDER
