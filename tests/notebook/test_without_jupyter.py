"""Without any Jupyter package everything imports, values show themselves, and widgets say what to install."""

import json
import subprocess
import sys

import pytest

WITHOUT = """
import sys

class Without:
    '''Finds what is installed, but for Jupyter.'''

    def __init__(self, finders):
        self.finders = finders

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"ipywidgets", "anywidget", "traitlets", "IPython", "ipykernel", "nbformat",
                                      "nbclient", "jupyterlab", "jupyter_core", "voila"}:
            return None
        found = (finder.find_spec(name, path, target) for finder in self.finders)
        return next((spec for spec in found if spec is not None), None)

sys.meta_path[:] = [Without(list(sys.meta_path))]
"""
WIDGETS = ("EditionDiff('v1', 'v2')", "Explorer()", "SuiteRunner()", "WebhookLab()")


def said_by(program, folder):
    done = subprocess.run(  # noqa: S603 - programs of ours
        [sys.executable, "-c", WITHOUT + program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_imports(tmp_path):
    program = """
import importlib, pkgutil
import conformance, conformance.notebook, conformance.notebook.display, conformance.notebook.look
from conformance.notebook.display import calls, comparisons, differences, exchanges, promises, runs
for name in conformance.notebook.__all__:
    getattr(conformance.notebook, name)
print("all of", *conformance.notebook.__all__)
"""
    assert said_by(program, tmp_path).startswith("all of CallView EditionDiff Explorer")


def test_a_run_shows_itself(tmp_path):
    program = """
import json
from conformance import run
print(json.dumps(run("mock", faults=["limit-ignored"], profile="smoke", suites=["listing"])._repr_mimebundle_()))
"""
    bundle = json.loads(said_by(program, tmp_path))
    assert set(bundle) == {"text/html", "text/plain"}
    for shown in bundle.values():
        assert "LIST-003" in shown
        assert "failed" in shown


@pytest.mark.parametrize("widget", WIDGETS)
def test_a_widget_says_what_to_install(widget, tmp_path):
    program = f"""
import json
from conformance.notebook import *
with {widget} as panel:
    print(json.dumps(panel._repr_mimebundle_()))
"""
    bundle = json.loads(said_by(program, tmp_path))
    assert set(bundle) == {"text/html", "text/plain"}
    for shown in bundle.values():
        assert "needs widgets, which are not installed here. Run: pip install" in shown
        assert "call-conformance[notebook]" in shown


def test_the_notebooks_are_copied_all_the_same(tmp_path):
    program = "from conformance.cli import main; main(['notebook', 'copied'])"
    assert "Jupyter is not installed here: pip install 'call-conformance[notebook]'" in said_by(program, tmp_path)
    assert (tmp_path / "copied" / "01-first-run.ipynb").is_file()
