"""Suites run against a target, with the findings as they come: a widget, and the plain logic behind it."""

from conformance.notebook.runner.panel import SuiteRunner

__all__ = ["SuiteRunner"]
