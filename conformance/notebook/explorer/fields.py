"""The form as widgets: a row for each field, which shows what the body has there and tells what is changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import ipywidgets

from conformance.checks.words import describe
from conformance.model import JSON
from conformance.notebook.explorer.form import ABSENT, LARGEST, Field, Kind, Path, every, read, value_at
from conformance.notebook.look import esc, json_text
from conformance.notebook.parts.panel import close_tree
from conformance.reports.html.escape import prose, word_count

__all__ = ["FormView", "Offers", "same"]

Offers = Callable[[str], Sequence[str]]
"""Values that the target is known to have for a field of a name."""
_OFFERED = frozenset({"agent_id", "override_agent_id", "from_number", "to_number", "phone_number", "pagination_key"})
_HIDDEN, _SHOWN = "none", None
_NOTHING = '<p class="cx-quiet">There is nothing to fill in: the operation takes no body.</p>'


class FormView:
    """The form of one request.

    Args:
        changed: Told of each change: the place, and the value or ABSENT.

    Attributes:
        root: The box that holds the rows.
    """

    def __init__(self, changed: Callable[[Path, JSON], None], offers: Offers) -> None:
        self._changed, self._offers = changed, offers
        self.root = ipywidgets.VBox()
        self.root.add_class("cx-form")
        self._document: JSON = {}
        self._problems: Mapping[Path, str] = {}
        self._rows: dict[Path, _Row] = {}
        self._fields: tuple[Field, ...] = ()
        self._locked = False

    def show(self, fields: tuple[Field, ...]) -> None:
        """Show the fields of another request."""
        self.close()
        self._fields = fields
        self.root.children = self.rows_of(fields) if fields else (ipywidgets.HTML(_NOTHING),)

    def close(self) -> None:
        """Take the rows away."""
        rows, self._rows = self._rows, {}
        for row in rows.values():
            row.close()
        for each in self.root.children:
            close_tree(each)

    def rows_of(self, fields: Sequence[Field]) -> tuple[ipywidgets.Widget, ...]:
        """New rows for fields, those of a group for instance."""
        for field in fields:
            row = _Row(field, self)
            self._rows[field.path] = row
            row.show(value_at(self._document, field.path), self._problem(field))
            row.lock(locked=self._locked)
        return tuple(self._rows[field.path].root for field in fields)

    def update(self, document: JSON, problems: Mapping[Path, str]) -> None:
        """Show what a body has.

        Args:
            problems: What is wrong with it, by place.
        """
        self._document, self._problems = document, problems
        for row in list(self._rows.values()):
            row.show(value_at(document, row.field.path), self._problem(row.field))

    def _problem(self, field: Field) -> str:
        """What is wrong at a place; for a group that is closed also what is wrong inside it."""
        return self._problems.get(field.path, "")

    def lock(self, *, locked: bool) -> None:
        """Let nothing be changed, while the body is no object that a form could show."""
        self._locked = locked
        for row in self._rows.values():
            row.lock(locked=locked)

    def offer_anew(self) -> None:
        """Offer what is known now."""
        for row in self._rows.values():
            row.offer()

    def row(self, name: str) -> _Row | None:
        """The row of a field, by its name or its place: `filter_criteria.agent_id`. Its group is opened for it."""
        wanted = next((each for each in every(self._fields) if name in {each.dotted, each.name}), None)
        if wanted is None:
            return None
        for length in range(1, len(wanted.path)):
            self._rows[wanted.path[:length]].open()
        return self._rows[wanted.path]

    def names(self) -> Iterator[str]:
        """The places of all fields."""
        return (each.dotted for each in every(self._fields))

    # for the rows

    def offered(self, name: str) -> Sequence[str]:
        """What is known for a field of that name."""
        return self._offers(name)

    def enter(self, path: Path, value: JSON) -> None:
        """Something was changed in a row; told on unless the body has it already."""
        if not same(value_at(self._document, path), value):
            self._changed(path, value)

    def held(self, path: Path) -> JSON:
        """What the body has at a place."""
        return value_at(self._document, path)


def same(one: JSON, other: JSON) -> bool:
    """Whether two values are written alike; ABSENT is like itself alone."""
    if one is ABSENT or other is ABSENT:
        return one is other
    return json.dumps(one) == json.dumps(other)


class _Row:
    """A field: whether it is sent, null or a value, what it is, and what is wrong with it."""

    def __init__(self, field: Field, form: FormView) -> None:
        self.field, self._form = field, form
        name = f"{field.name} (required)" if field.required else field.name
        self.is_set = ipywidgets.Checkbox(description=name, indent=False, tooltip=f"Whether {field.name} is sent")
        self.is_set.add_class("cx-set")
        self.is_null = ipywidgets.Checkbox(description="null", indent=False, tooltip=f"Send {field.name} as null")
        self.input = self._input()
        self.other = ipywidgets.Textarea(description=f"{field.name} as JSON", rows=1)
        self.note = ipywidgets.HTML()
        self.note.add_class("cx-field-note")
        self.inside = ipywidgets.VBox(layout={"display": _HIDDEN})
        self.inside.add_class("cx-inside")
        left = [self.is_set, *([self.is_null] if field.nullable else [])]
        right = [self.input, self.other, self.note]
        head = ipywidgets.HBox([_column(left, "cx-field-name"), _column(right, "cx-field-value")])
        head.add_class("cx-field")
        self.root = ipywidgets.VBox([head, self.inside] if field.fields else [head])
        self.root.add_class(f"cx-field-{field.name}")
        self._observe()

    def _input(self) -> Any:
        field = self.field
        words: dict[str, Any] = {"description": field.name}
        if field.kind is Kind.GROUP:
            made = ipywidgets.Button(tooltip=f"Show or hide the fields of {field.name}")
            made.add_class("cx-open")
        elif field.kind is Kind.CHOICE:
            options = [(str(each), each) for each in field.choices]
            made = ipywidgets.Dropdown(options=options, value=field.choices[0], **words)
        elif field.kind is Kind.TRUTH:
            made = ipywidgets.Checkbox(description="true", indent=False, tooltip=f"The value of {field.name}")
        elif field.kind is Kind.WHOLE:
            low, high = (int(each) if each is not None else None for each in (field.least, field.most))
            limits = {"min": -LARGEST if low is None else low, "max": LARGEST if high is None else high}
            made = ipywidgets.BoundedIntText(value=field.begin, **limits, **words)
        elif field.kind is Kind.NUMBER:
            made = ipywidgets.FloatText(value=field.begin, **words)
        elif field.kind is Kind.JSON:
            made = ipywidgets.Textarea(value=json_text(field.begin), rows=2, **words)
        elif field.private:
            made = ipywidgets.Password(**words)
        elif field.name in _OFFERED:
            made = ipywidgets.Combobox(options=self._form.offered(field.name), ensure_option=False, **words)
        else:
            made = ipywidgets.Text(**words)
        made.add_class("cx-value-input")
        return made

    def _observe(self) -> None:
        self.is_set.observe(self._set_changed, "value")
        self.is_null.observe(self._null_changed, "value")
        self.other.observe(lambda _change: self._json_changed(self.other), "value")
        if self.field.kind is Kind.GROUP:
            self.input.on_click(lambda _button: self.toggle())
        elif self.field.kind is Kind.JSON:
            self.input.observe(lambda _change: self._json_changed(self.input), "value")
        else:
            self.input.observe(lambda _change: self._form.enter(self.field.path, self.input.value), "value")

    def _set_changed(self, change: Mapping[str, Any]) -> None:
        held = self._form.held(self.field.path)
        if change["new"] and held is ABSENT:
            self._form.enter(self.field.path, self._first())
        elif not change["new"] and held is not ABSENT:
            self._form.enter(self.field.path, ABSENT)

    def _null_changed(self, change: Mapping[str, Any]) -> None:
        held = self._form.held(self.field.path)
        if change["new"] and held is not None:
            self._form.enter(self.field.path, None)
        elif not change["new"] and held is None:
            self._form.enter(self.field.path, self._first())

    def _first(self) -> JSON:
        """What it had before it was taken away; else what is known, else what the schema begins with."""
        if self.field.kind is Kind.GROUP:
            return {}
        if self.field.kind is Kind.JSON:
            value, broken = read(self.input.value)
            return self.field.begin if broken else value
        value = self.input.value
        if self.field.kind is Kind.TEXT and not value:
            return next(iter(self._form.offered(self.field.name)), "")
        return value

    def _json_changed(self, source: ipywidgets.Textarea) -> None:
        value, broken = read(source.value)
        if broken is None:
            self._form.enter(self.field.path, value)
        elif self._form.held(self.field.path) is not ABSENT:
            self._tell(f"{broken} It is not taken over yet.")

    def show(self, value: JSON, problem: str) -> None:
        """Show what the body has, and what is wrong with it."""
        field = self.field
        is_value = value is not ABSENT and (value is not None or not field.nullable)
        fits = is_value and field.fits(value)
        self.is_set.value = value is not ABSENT
        self.is_null.value = value is None
        self.is_null.layout.display = _SHOWN if value is not ABSENT else _HIDDEN
        self.input.layout.display = _SHOWN if fits or field.kind is Kind.GROUP else _HIDDEN
        self.other.layout.display = _SHOWN if is_value and not fits else _HIDDEN
        if fits:
            self._put(value)
        elif is_value and not _holds(self.other.value, value):
            self.other.value = json_text(value)
        self._caption()
        self._tell(problem or ("" if fits or not is_value else f"This is {describe(value)}, not {field.words}."))

    def _put(self, value: JSON) -> None:
        if self.field.kind is Kind.JSON:
            if not _holds(self.input.value, value):
                self.input.value = json_text(value)
                self.input.rows = min(max(2, self.input.value.count("\n") + 1), 8)
        elif self.field.kind is not Kind.GROUP:
            self.input.value = value

    def _tell(self, problem: str) -> None:
        field = self.field
        parts = [f'<span class="cx-kind">{esc(field.words)}</span>', prose(field.about)]
        if field.needs:
            parts.append(f"Needs {prose(field.needs.removesuffix('.'))}.")
        wrong = f'<div class="cx-field-wrong cx-failed"><b>✗</b> {prose(problem)}</div>' if problem else ""
        self.note.value = wrong + " ".join(each for each in parts if each)

    def _caption(self) -> None:
        if self.field.kind is Kind.GROUP:
            sign = "▾ hide" if self.inside.layout.display is None else "▸ show"
            self.input.description = f"{sign} {word_count(len(self.field.fields), 'field')}"

    def toggle(self) -> None:
        """Open the group, or close it."""
        if self.inside.layout.display == _HIDDEN:
            self.open()
        else:
            self.inside.layout.display = _HIDDEN
            self._caption()

    def open(self) -> None:
        """Open the group. Its rows are made when it is first opened."""
        if not self.inside.children:
            self.inside.children = self._form.rows_of(self.field.fields)
        self.inside.layout.display = _SHOWN
        self._caption()

    def offer(self) -> None:
        """Offer what is known now."""
        if isinstance(self.input, ipywidgets.Combobox):
            self.input.options = tuple(self._form.offered(self.field.name))

    def lock(self, *, locked: bool) -> None:
        """Let nothing be changed."""
        for each in (self.is_set, self.is_null, self.other, self.input):
            each.disabled = locked and not (each is self.input and self.field.kind is Kind.GROUP)

    def close(self) -> None:
        """Take the widgets away."""
        for each in (self.root, self.is_null, self.inside):  # the last two stand in the row of some fields only
            close_tree(each)


def _column(children: Sequence[ipywidgets.Widget], name: str) -> ipywidgets.VBox:
    box = ipywidgets.VBox(children)
    box.add_class(name)
    return box


def _holds(text: str, value: JSON) -> bool:
    found, broken = read(text)
    return broken is None and same(found, value)
