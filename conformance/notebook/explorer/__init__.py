"""The Explorer: make a request from a form, send it, and see what is wrong with the answer."""

from conformance.notebook.explorer.panel import Explorer

__all__ = ["Explorer"]
