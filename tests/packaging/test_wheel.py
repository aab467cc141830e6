"""What people install holds what it needs, and works from an empty folder."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = [
    path.relative_to(ROOT)
    for name in ("schemas", "suites", "notebooks")
    for path in (ROOT / name).rglob("*")
    if path.is_file() and ".ipynb_checkpoints" not in path.parts
]


def output_of(*words, cwd=ROOT):
    """What a program of ours prints; where it fails, the test shows what it complained about."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CONFORMANCE_"))}
    done = subprocess.run(  # noqa: S603 - programs of ours
        [str(word) for word in words], cwd=cwd, env=plain, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


def built(kind, folder, *, source=ROOT):
    output_of(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder, cwd=source)
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return built("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """A fresh environment that holds the wheel; what it depends on is borrowed from this one.

    A folder that a .pth file names has its own .pth files left alone, so an editable install stays unseen.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    scripts = folder / "bin"
    python = scripts / "python"
    output_of(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", wheel)
    packages = Path(output_of(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "borrowed.pth").write_text("\n".join(sorted(borrowed)), encoding="utf-8")
    return folder


def names_in(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_holds_every_schema_suite_and_notebook_and_no_other_data(wheel):
    wanted = {f"conformance/_data/{path.as_posix()}" for path in DATA}
    assert "conformance/_data/notebooks/01-first-run.ipynb" in wanted
    assert {name for name in names_in(wheel) if name.startswith("conformance/_data/")} == wanted


def test_the_wheel_holds_the_package_its_licence_and_nothing_else(wheel):
    names = names_in(wheel)
    metadata = {name.split("/")[0] for name in names} - {"conformance"}
    assert [name.endswith(".dist-info") for name in metadata] == [True]
    assert "conformance/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_an_installed_wheel_works_alone_from_an_empty_folder(environment, tmp_path):
    where = output_of(
        environment / "bin" / "python", "-c", "import conformance; print(conformance.__file__)", cwd=tmp_path
    )
    assert Path(where.strip()).is_relative_to(environment)
    command = environment / "bin" / "conformance"
    assert "LIST-007" in output_of(command, "list", cwd=tmp_path)
    summary = output_of(command, "run", "mock", "--profile", "smoke", "--quiet", cwd=tmp_path)
    assert " passed · " in summary
    assert not list(tmp_path.iterdir())


def test_an_installed_wheel_copies_its_notebooks(environment, tmp_path):
    output_of(environment / "bin" / "conformance", "notebook", "copied", cwd=tmp_path)
    copied = {path.relative_to(tmp_path / "copied") for path in (tmp_path / "copied").rglob("*") if path.is_file()}
    assert copied == {path.relative_to("notebooks") for path in DATA if path.parts[0] == "notebooks"}


def test_the_source_archive_builds_the_same_wheel(wheel, tmp_path):
    archive = built("sdist", tmp_path / "sdist")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path / "unpacked", filter="data")
    (source,) = (tmp_path / "unpacked").iterdir()
    again = built("wheel", tmp_path / "wheel", source=source)
    assert sorted(names_in(again)) == sorted(names_in(wheel))
