"""The HTML report: one self-contained file for somebody who decides and for somebody who repairs."""

from conformance.reports.html.changes import Change, Changes
from conformance.reports.html.page import text
from conformance.reports.html.trend import Earlier

__all__ = ["Change", "Changes", "Earlier", "text"]
