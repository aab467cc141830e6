"""How everything in a notebook looks: one set of colours and shapes, by theme of the frontend."""

from conformance.notebook.look.markup import chip, esc, frame, json_text, style

__all__ = ["chip", "esc", "frame", "json_text", "style"]
