"""A list of rows of which one is chosen, by mouse or arrow keys; grows while it is looked at."""

from __future__ import annotations

import anywidget
import traitlets

__all__ = ["Rows", "cell"]

_ESM = """
function render({ model, el }) {
  const frame = document.createElement("div");
  const table = document.createElement("table");
  const head = document.createElement("thead"), body = document.createElement("tbody");
  const empty = document.createElement("p");
  frame.className = "cx-rows"; empty.className = "cx-quiet cx-none";
  table.setAttribute("role", "grid"); table.append(head, body);
  frame.append(table); el.append(frame, empty);
  const choose = (index) => {
    if (index < 0 || index >= model.get("rows").length) return;
    model.set("selected", index); model.save_changes(); mark(true);
  };
  const line = (cells, tag, index) => {
    const row = document.createElement("tr");
    row.setAttribute("role", "row");
    for (const each of cells) {
      const place = document.createElement(tag);
      place.setAttribute("role", tag === "th" ? "columnheader" : "gridcell");
      const told = typeof each === "string" ? { text: each } : each;
      if (told.kind) {
        const chip = document.createElement("span");
        chip.className = `cx-chip cx-${told.kind}`; chip.textContent = told.text; place.append(chip);
      } else { place.textContent = told.text; }
      if (told.number) place.className = "cx-number";
      row.append(place);
    }
    if (tag === "td") row.addEventListener("click", () => choose(index));
    return row;
  };
  const mark = (focus) => {
    const chosen = model.get("selected"), last = body.rows.length - 1;
    [...body.rows].forEach((row, index) => {
      row.setAttribute("aria-selected", String(index === chosen));
      row.tabIndex = index === chosen || (chosen < 0 && index === last) ? 0 : -1;
      if (index === chosen && focus) row.focus({ preventScroll: true });
    });
    const row = body.rows[chosen];
    if (!row) return;
    if (row.offsetTop < frame.scrollTop + head.offsetHeight) frame.scrollTop = row.offsetTop - head.offsetHeight;
    const below = row.offsetTop + row.offsetHeight - frame.clientHeight;
    if (below > frame.scrollTop) frame.scrollTop = below;
  };
  const draw = () => {
    const held = frame.contains(document.activeElement);
    const rows = model.get("rows");
    table.setAttribute("aria-label", model.get("label"));
    head.replaceChildren(line(model.get("columns"), "th", -1));
    body.replaceChildren(...rows.map((cells, index) => line(cells, "td", index)));
    frame.style.display = rows.length ? "" : "none";
    empty.style.display = rows.length ? "none" : "";
    empty.textContent = model.get("empty");
    mark(held);
  };
  const keys = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  const press = (event) => {
    event.stopPropagation();
    const step = keys[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const last = model.get("rows").length - 1;
    choose(Math.max(0, Math.min(last, model.get("selected") + step)));
  };
  const move = () => mark(false);
  frame.addEventListener("keydown", press);
  model.on("change:rows", draw); model.on("change:selected", move);
  draw();
  return () => {
    frame.removeEventListener("keydown", press);
    model.off("change:rows", draw); model.off("change:selected", move);
  };
}
export default { render };
"""


class Rows(anywidget.AnyWidget):
    """Rows of cells; `selected` is the index of the one that is chosen, -1 for none.

    A cell is a text, or what `cell` makes. Texts are shown as they are: no markup in them is run.
    """

    _esm = _ESM
    label = traitlets.Unicode("").tag(sync=True)
    columns = traitlets.List(traitlets.Any()).tag(sync=True)
    rows = traitlets.List(traitlets.List()).tag(sync=True)
    selected = traitlets.Int(-1).tag(sync=True)
    empty = traitlets.Unicode("").tag(sync=True)


def cell(text: str, kind: str = "", *, number: bool = False) -> dict[str, object]:
    """A cell that is a chip of a kind, or a number to be set flush right."""
    return {"text": text, "kind": kind, "number": number}
