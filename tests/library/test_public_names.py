"""What `conformance` offers by name, and what it costs to import."""

import subprocess
import sys
from importlib.metadata import version

import pytest

import conformance
import conformance.testing

COSTLY = ("httpx", "hypothesis", "jsonschema", "jsonschema_rs", "yaml", "starlette", "uvicorn", "rich", "asyncio")


def said_by(program):
    done = subprocess.run(  # noqa: S603 - programs of ours
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_names():
    assert conformance.__all__ == [
        "MockReceiver",
        "MockVendor",
        "WebhookReceiver",
        "WebhookSender",
        "__version__",
        "assert_conforms",
        "assert_receiver_conforms",
        "check",
        "diff",
        "load_contract",
        "run",
        "strategies",
    ]
    assert conformance.testing.__all__ == [
        "CallApi",
        "ConformanceAssertionError",
        "assert_conforms",
        "assert_receiver_conforms",
        "assert_server_conforms",
        "check",
        "run",
    ]


@pytest.mark.parametrize("module", [conformance, conformance.testing])
def test_every_name_is_there_and_listed(module):
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert name in dir(module)


@pytest.mark.parametrize("module", [conformance, conformance.testing])
def test_another_name_is_told_of_as_python_does(module):
    with pytest.raises(AttributeError) as told:
        _ = module.assert_conform
    assert str(told.value) == f"module '{module.__name__}' has no attribute 'assert_conform'"


def test_importing_it_imports_nothing_costly():
    program = "import sys, conformance, conformance.testing; print([m for m in {costly} if m in sys.modules])"
    assert said_by(program.replace("{costly}", repr(COSTLY))) == "[]"


def test_run_is_the_function_whatever_was_imported_before():
    program = "import conformance.runs; from conformance import run; print(type(run).__name__, run.__module__)"
    assert said_by(program) == "function conformance.testing.running"


def test_check_is_the_function_whatever_was_imported_before():
    program = "import conformance.checks; from conformance import check; print(type(check).__name__, check.__module__)"
    assert said_by(program) == "function conformance.testing.values"


def test_the_version_is_that_of_the_distribution():
    assert conformance.__version__ == version("call-conformance")
