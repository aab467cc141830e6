"""What changed between two editions, to look through and to search."""

from conformance.notebook.differences.panel import EditionDiff

__all__ = ["EditionDiff"]
