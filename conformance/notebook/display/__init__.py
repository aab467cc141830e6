"""How values are shown without widgets: as HTML, and as plain text, with secrets hidden."""

from conformance.notebook.display.registry import bundle, shows

__all__ = ["bundle", "shows"]
