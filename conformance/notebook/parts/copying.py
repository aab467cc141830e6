"""A button that copies a text to the clipboard, which plain widgets cannot."""

from __future__ import annotations

import anywidget
import traitlets

__all__ = ["Copy"]

_ESM = """
async function put(text) {
  try { await navigator.clipboard.writeText(text); return true; } catch (refused) { /* no permission, or no https */ }
  const area = document.createElement("textarea");
  area.value = text; area.style.position = "fixed"; area.style.opacity = "0";
  document.body.append(area); area.select();
  let done = false;
  try { done = document.execCommand("copy"); } finally { area.remove(); }
  return done;
}
function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button"; button.className = "jupyter-button cx-copy";
  const draw = () => { button.textContent = model.get("label"); button.disabled = !model.get("text"); };
  let timer = 0;
  const click = async () => {
    const done = await put(model.get("text"));
    button.textContent = done ? "✓ copied" : "select it and copy by hand";
    if (done) { model.set("copies", model.get("copies") + 1); model.save_changes(); }
    clearTimeout(timer); timer = setTimeout(draw, 1600); button.focus();
  };
  button.addEventListener("click", click);
  model.on("change:label", draw); model.on("change:text", draw);
  draw(); el.append(button);
  return () => {
    clearTimeout(timer); button.removeEventListener("click", click);
    model.off("change:label", draw); model.off("change:text", draw);
  };
}
export default { render };
"""


class Copy(anywidget.AnyWidget):
    """A button; `text` is what it copies, `copies` how often that was done."""

    _esm = _ESM
    label = traitlets.Unicode("copy").tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    copies = traitlets.Int(0).tag(sync=True)
