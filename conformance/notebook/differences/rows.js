function render({ model, el }) {
  const made = new Map();
  const folded = new Map();

  const filled = (details, html) => {
    if (!details.open || details.dataset.filled) return;
    details.dataset.filled = "yes";
    details.insertAdjacentHTML("beforeend", html());
  };
  const row = (at) => {
    if (made.has(at)) return made.get(at);
    const [head, body] = model.get("rows")[at];
    const details = document.createElement("details");
    details.className = "cx-change";
    details.dataset.at = at;
    details.innerHTML = head;
    details.addEventListener("toggle", () => {
      filled(details, () => body);
      const opened = model.get("opened");
      if (opened.includes(at) === details.open) return;
      const others = opened.filter((each) => each !== at);
      model.set("opened", details.open ? [...others, at] : others);
      model.save_changes();
    });
    made.set(at, details);
    return details;
  };
  const open = () => {
    const wanted = new Set(model.get("opened"));
    for (const [at, details] of made) {
      details.open = wanted.has(at);
      filled(details, () => model.get("rows")[at][1]);
    }
  };
  const group = ({ title, told, example, rows, open: wide }) => {
    const details = document.createElement("details");
    details.className = "cx-group";
    details.dataset.operation = title;
    const own = folded.get(title);
    const wanted = rows.some((at) => model.get("opened").includes(at));
    details.open = wanted || (own === undefined ? wide : own);
    const summary = document.createElement("summary");
    summary.innerHTML = told;
    summary.addEventListener("click", () => folded.set(title, !details.open));
    details.append(summary);
    if (example) {
      const shown = document.createElement("details");
      shown.className = "cx-examples";
      shown.innerHTML = "<summary>examples, before and after</summary>";
      shown.addEventListener("toggle", () => filled(shown, () => model.get("examples")[example] ?? ""));
      details.append(shown);
    }
    details.append(...rows.map(row));
    return details;
  };
  const draw = () => {
    const held = document.activeElement?.closest?.("details.cx-change");
    const groups = model.get("groups").map(group);
    el.replaceChildren(...groups);
    if (!groups.length) el.innerHTML = model.get("empty");
    open();
    if (held?.isConnected && el.contains(held)) held.querySelector("summary").focus();
  };
  const anew = () => { made.clear(); folded.clear(); draw(); };
  const fold = () => {
    folded.clear();
    for (const details of el.querySelectorAll("details.cx-group")) {
      details.open = model.get("wide");
    }
  };
  const keys = (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.target.tagName !== "SUMMARY") return;
    const all = [...el.querySelectorAll("summary")].filter((each) => each.getClientRects().length);
    const next = all[all.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) next.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  const reveal = () => {
    open();
    const last = model.get("opened").at(-1);
    if (last !== undefined && made.get(last)) made.get(last).closest("details.cx-group").open = true;
  };

  el.classList.add("cx-changes");
  el.setAttribute("role", "region");
  el.setAttribute("aria-label", "changes");
  el.addEventListener("keydown", keys);
  model.on("change:rows", anew);
  model.on("change:groups", draw);
  model.on("change:empty", draw);
  model.on("change:opened", reveal);
  model.on("change:wide", fold);
  draw();
  return () => {
    el.removeEventListener("keydown", keys);
    model.off("change:rows", anew);
    model.off("change:groups", draw);
    model.off("change:empty", draw);
    model.off("change:opened", reveal);
    model.off("change:wide", fold);
  };
}
export default { render };
