"""The notebooks of the repository, run in kernels of their own, and what they showed."""

import contextlib
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
_BEFORE = "import threading\nthreads_before = threading.enumerate()"
_AFTER = """
began_here = [each for each in threading.enumerate() if each not in threads_before]
print("left:", [each.name for each in began_here if not type(each).__module__.startswith("zmq.")])
"""
_TAGS = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL)


def read(name):
    """A notebook as it lies there."""
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def ran(name, folder):
    """A notebook after it was run to its very end, in a folder of its own; it says at last which threads are left.

    Raises:
        CellExecutionError: One of its cells failed.
    """
    book = read(name)
    for cell in book.cells:
        cell.source = cell.source.replace("done = False", "done = True")
    book.cells.insert(0, nbformat.v4.new_code_cell(_BEFORE))
    book.cells.append(nbformat.v4.new_code_cell(_AFTER))
    with kernels_alone(folder):
        NotebookClient(book, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    return book


@contextlib.contextmanager
def kernels_alone(folder):
    """Kernels keep what they write in this folder, and see no setting of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [each for each in os.environ if each.startswith(("JUPYTER", "CONFORMANCE_", "RETELL_"))]:
            patch.delenv(name)
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(folder / f".{name.lower()}"))
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        yield


def outputs_of(book):
    """Everything that its cells showed, in every form; the state of its widgets too."""
    for cell in book.cells:
        for output in cell.get("outputs", ()):
            yield output.get("text", "")
            for content in output.get("data", {}).values():
                yield content if isinstance(content, str) else str(content)
    yield str(book.metadata.get("widgets", ""))


def text_of(book):
    """What people read in it, in one line: printed text, and HTML without its tags."""
    plain = (_TAGS.sub(" ", output) for output in outputs_of(book))
    return " ".join(" ".join(plain).split())
