"""What a cell shows when the harness refuses, or finds something: a line or a list, and no traceback."""

import nbformat
import pytest
from nbclient import NotebookClient
from notebook_files import kernels_alone

from conformance.notebook import WebhookLab

BEGIN = "from conformance import assert_conforms, diff\nfrom conformance.notebook import WebhookLab\nlab = WebhookLab()"
CELLS = {
    "diff('v1', 'v9')": ["UnknownName: There is no edition 'v9'. Known: v1, v2, v2-2025, v2-launch."],
    "lab.send('stael')": ["UnknownName: There is no way to send 'stael'. Did you mean 'stale'?"],
    "lab.compose(event='call_inbound')": [
        "UsageError: The lab's own receiver answers no question, and call_inbound is one. Give a receiver of yours."
    ],
    "lab.close()\nlab.send()": ["UsageError: The lab is closed. Make another one."],
    "call = {'agent_id': 1}\nassert_conforms(call, 'create-web-call-request')": [
        "ConformanceAssertionError, line 2: assert_conforms(call, 'create-web-call-request')",
        "Not a create-web-call-request of v2:\n  /agent_id: expected string, got integer 1",
    ],
}


@pytest.fixture(scope="module")
def errors(tmp_path_factory):
    """The error of each cell, by its source."""
    folder = tmp_path_factory.mktemp("errors")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in (BEGIN, *CELLS)])
    with kernels_alone(folder):
        resources = {"metadata": {"path": str(folder)}}
        NotebookClient(book, timeout=60, kernel_name="python3", allow_errors=True, resources=resources).execute()
    return {cell.source: output for cell in book.cells for output in cell.outputs if output.output_type == "error"}


@pytest.mark.parametrize("source", CELLS)
def test_it_is_told_without_a_traceback(errors, source):
    assert errors[source].traceback == CELLS[source]


def test_what_does_not_come_in_time_is_no_traceback_either():
    with WebhookLab() as lab, pytest.raises(TimeoutError) as told:
        lab.wait_for("call_ended", timeout_s=0.05)
    (line,) = told.value._render_traceback_()
    assert line.startswith("NotInTime: 0 of 1 call_ended came to http://127.0.0.1:")
