"""A body as people read it: JSON, a member on each line, with the place that is wrong marked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from conformance.model import JSON
from conformance.reports.html.escape import esc, word_count

_LONGEST_TEXT = 4_000
_LONGEST_VALUE = 400
_FITS_A_LINE = 72
_SHOWN_ITEMS = 3
_DEEPEST = 40
_MOST_LINES = 160
_AROUND = 60
_INDENT = "  "
_NAMING = ("call_id",)


def body_html(body: bytes | None, pointer: str) -> str:
    """A body as HTML for a `pre`.

    Args:
        pointer: JSON pointer to the place to mark; "" marks nothing. What is not there is marked where it would be.
    """
    if not body:
        return '<span class="quiet">no body</span>'
    try:
        value = json.loads(body, parse_constant=str)
    except (ValueError, RecursionError):
        return _as_text(body)
    steps = _steps(pointer)
    writer = _Writer(folding=bool(steps))
    writer.write(value, steps=steps)
    return "\n".join(_windowed(writer.lines))


def _as_text(body: bytes) -> str:
    text = body.decode(errors="replace")
    more = f'\n<span class="quiet">… {len(text) - _LONGEST_TEXT} more characters</span>'
    return esc(text[:_LONGEST_TEXT]) + (more if len(text) > _LONGEST_TEXT else "")


def _steps(pointer: str) -> tuple[str, ...] | None:
    if not pointer.startswith("/"):
        return None
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    text: str
    marked: bool


@dataclass(slots=True)
class _Writer:
    """Lines of one value. `steps` is what is left of the pointer, `()` at its end, None beside it.

    Attributes:
        folding: What lies beside the way to the mark is folded up where it is long.
    """

    folding: bool
    lines: list[_Line] = field(default_factory=list)

    def write(
        self,
        value: JSON,
        *,
        steps: tuple[str, ...] | None,
        depth: int = 0,
        name: str = "",
        comma: str = "",
        marked: bool = False,
    ) -> None:
        marked = marked or steps == ()
        brackets = "{}" if isinstance(value, dict) else "[]" if isinstance(value, list) else ""
        whole = _leaf(value) if not brackets else _on_one_line(value, on_the_way=bool(steps))
        if whole is None and self.folding and not steps and not marked and depth:
            whole = _folded(value)
        if whole is not None:
            self._line(depth, f"{name}{whole}{comma}", marked=marked)
        elif depth >= _DEEPEST:
            self._line(depth, f"{name}{brackets[0]}…{brackets[1]}{comma}", marked=marked)
        else:
            self._line(depth, name + brackets[0], marked=marked)
            if isinstance(value, dict):
                self._members(value, steps=steps, depth=depth + 1, marked=marked)
            else:
                self._items(value, steps=steps, depth=depth + 1, marked=marked)
            self._line(depth, f"{brackets[1]}{comma}", marked=marked)

    def _members(self, value: dict[str, JSON], *, steps: tuple[str, ...] | None, depth: int, marked: bool) -> None:
        for index, (key, member) in enumerate(value.items(), start=1):
            inside = steps[1:] if steps and steps[0] == key else None
            name = f"<b>{esc(json.dumps(key, ensure_ascii=False))}</b>: "
            comma = "," if index < len(value) else ""
            self.write(member, steps=inside, depth=depth, name=name, comma=comma, marked=marked)
        if steps and steps[0] not in value:
            self._absent(depth, f'"{steps[0]}" is not here')

    def _items(self, value: list[JSON], *, steps: tuple[str, ...] | None, depth: int, marked: bool) -> None:
        wanted = int(steps[0]) if steps and steps[0].isdecimal() and len(steps[0]) < _DEEPEST else -1
        shown = {*range(min(_SHOWN_ITEMS, len(value))), wanted - 1, wanted, wanted + 1} if wanted >= 0 else None
        last = -1
        for index, item in enumerate(value):
            if index not in (shown or range(_SHOWN_ITEMS)):
                continue
            self._gap(depth, index - last - 1)
            inside = steps[1:] if steps and index == wanted else None
            comma = "," if index < len(value) - 1 else ""
            self.write(item, steps=inside, depth=depth, comma=comma, marked=marked)
            last = index
        self._gap(depth, len(value) - last - 1)
        if wanted >= len(value):
            self._absent(depth, f"item {wanted} is not here")

    def _gap(self, depth: int, left_out: int) -> None:
        if left_out:
            told = f'<span class="quiet">… {word_count(left_out, "more item")}</span>'
            self._line(depth, told, marked=False)

    def _absent(self, depth: int, text: str) -> None:
        self._line(depth, f'<span class="absent">{esc(text)}</span>', marked=True)

    def _line(self, depth: int, text: str, *, marked: bool) -> None:
        self.lines.append(_Line(text=_INDENT * depth + text, marked=marked))


def _on_one_line(value: JSON, *, on_the_way: bool) -> str | None:
    """A short list or object, if the pointer does not lead into it."""
    if on_the_way:
        return None
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    members = value.values() if isinstance(value, dict) else value
    if any(isinstance(each, dict | list) for each in members):
        return None
    text = json.dumps(value, ensure_ascii=False)
    return esc(text) if len(text) <= _FITS_A_LINE else None


def _folded(value: dict[str, JSON] | list[JSON]) -> str | None:
    """A list or object as its size alone, with what names it; None if it is short."""
    if len(json.dumps(value, ensure_ascii=False)) <= 2 * _FITS_A_LINE:
        return None
    if isinstance(value, list):
        return f'[<span class="quiet">… {word_count(len(value), "item")}</span>]'
    named = "".join(f"<b>{esc(json.dumps(name))}</b>: {_leaf(value[name])}, " for name in _NAMING if name in value)
    return f'{{{named}<span class="quiet">… {word_count(len(value), "member")}</span>}}'


def _leaf(value: JSON) -> str:
    if isinstance(value, str):
        cut = value if len(value) <= _LONGEST_VALUE else f"{value[:_LONGEST_VALUE]}…"
        return f"<s>{esc(json.dumps(cut, ensure_ascii=False))}</s>"
    return f"<i>{esc(json.dumps(value))}</i>"


def _windowed(lines: list[_Line]) -> list[str]:
    """The lines as HTML; of very many those around the mark."""
    first = next((index for index, line in enumerate(lines) if line.marked), 0)
    start = max(0, first - _AROUND) if len(lines) > _MOST_LINES else 0
    kept = lines[start : start + _MOST_LINES]
    shown = [f"<mark>{line.text}</mark>" if line.marked else line.text for line in kept]
    before, after = start, len(lines) - start - len(kept)
    if before:
        shown.insert(0, f'<span class="quiet">… {word_count(before, "line")} above</span>')
    if after:
        shown.append(f'<span class="quiet">… {word_count(after, "more line")}</span>')
    return shown
