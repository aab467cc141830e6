"""`conformance notebook`: the notebooks that ship with the harness, copied to where they can be run and changed."""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from conformance.errors import UsageError

APP = "explorer-app.ipynb"
TEMPLATE = "offline"
_FIRST = "01-first-run.ipynb"
_KINDS = ("*.ipynb", "README.md", "voila/**/*")
_NAMED = 3
_INSTALL = "Jupyter is not installed here: pip install 'call-conformance[notebook]'"


def copy_notebooks(options: argparse.Namespace) -> int:
    """Copy them. A file that is there and differs is left alone, and nothing is written then, unless it is forced."""
    folder = Path(options.folder)
    with _said_plainly(folder):
        missing = _missing(folder, _shipped(), force=options.force)
        for path, content in missing.items():
            _write(path, content)
    sys.stdout.write("".join(f"{line}\n" for line in _told(folder, len(missing))))
    return 0


def _shipped() -> Mapping[Path, bytes]:
    """The files by their path in the folder, in order."""
    from conformance.contract.files import data_folder  # noqa: PLC0415 - commands import when they are called

    source = data_folder("notebooks")
    paths = sorted(path for kind in _KINDS for path in source.glob(kind) if path.is_file())
    return {path.relative_to(source): path.read_bytes() for path in paths}


def _missing(folder: Path, shipped: Mapping[Path, bytes], *, force: bool) -> Mapping[Path, bytes]:
    """What is to be written.

    Raises:
        UsageError: Something else stands there.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file. Name a folder, or one that is not there yet.")
    places = {folder / name: content for name, content in shipped.items()}
    for path in places:
        if path.is_dir():
            raise UsageError(f"{path} is a folder, where a file is to be. Name another folder.")
    missing = {path: content for path, content in places.items() if not path.is_file() or path.read_bytes() != content}
    changed = [path.relative_to(folder).as_posix() for path in missing if path.is_file() or path.is_symlink()]
    if changed and not force:
        more = f" and {len(changed) - _NAMED} more" if len(changed) > _NAMED else ""
        verb = "differs" if len(changed) == 1 else "differ"
        raise UsageError(
            f"In {folder}, {', '.join(changed[:_NAMED])}{more} {verb} from what would be copied."
            " Name another folder, or overwrite with --force."
        )
    return missing


def _write(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


@contextlib.contextmanager
def _said_plainly(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}. Name another folder.") from error


def _told(folder: Path, written: int) -> Iterator[str]:
    """What was done, and what to type next."""
    files = "1 file is" if written == 1 else f"{written} files are"
    place = "this folder" if folder == Path() else folder
    yield f"{files} new in {place}." if written else f"Everything is in {place} already."
    if find_spec("jupyterlab") is None:
        yield _INSTALL
    yield f"Next: jupyter lab {shlex.quote(str(folder / _FIRST))}"
    if find_spec("voila") is not None:
        where = shlex.quote(str(folder))
        yield f"As an app: JUPYTER_PATH={where} voila {shlex.quote(str(folder / APP))} --template={TEMPLATE}"
