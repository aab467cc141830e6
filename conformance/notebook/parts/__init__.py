"""What the widgets share: their frame, work in the background, a button that copies."""

from conformance.notebook.parts.job import Job
from conformance.notebook.parts.panel import Panel

__all__ = ["Job", "Panel"]
