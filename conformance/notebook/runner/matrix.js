// The grid of requirements by operation: rows and columns are drawn once, cells are painted as outcomes come.
const COLUMNS_BEFORE = 2; // the requirement, and its outcome
const PAGE = 10;

function make(name, attributes = {}, text = "") {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}

function counted(number) {
  return number === 1 ? "1 exchange" : `${number} exchanges`;
}

class Grid {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.folded = new Set();
    this.current = null;
    root.classList.add("cx-matrix-host");
    root.setAttribute("data-lm-suppress-shortcuts", "true"); // keys here are no commands of a notebook
    this.scroll = make("div", { class: "cx-scroll" });
    this.none = make("p", { class: "cx-quiet cx-none", hidden: "" }, "No requirement is left by these filters.");
    root.append(this.scroll, this.none);
    this.draw();
  }

  draw() {
    performance.mark("cx-matrix-begin");
    const kept = this.current?.dataset.key;
    const at = this.scroll.scrollTop;
    this.marks = new Map(this.model.get("marks").map((each, rank) => [each.key, { ...each, rank }]));
    this.columns = this.model.get("columns");
    this.areas = new Map();
    this.rows = new Map();
    this.cells = new Map();
    this.table = make("table", { role: "grid", "aria-label": "Requirements by operation" });
    this.table.append(this.head());
    for (const row of this.model.get("rows")) this.area(row.area).append(this.row(row));
    this.table.addEventListener("click", (event) => this.click(event));
    this.table.addEventListener("keydown", (event) => this.key(event));
    this.scroll.replaceChildren(this.table);
    this.scroll.style.scrollPadding = `${this.table.tHead.offsetHeight + 4}px 4px 4px ${this.table.rows[1].cells[0].offsetWidth + 4}px`;
    this.paint();
    this.filter();
    this.current = null;
    this.rove(this.cells.get(kept) ?? this.lines()[0]?.cells[0]);
    this.scroll.scrollTop = at;
    this.select();
    void this.table.offsetHeight;
    performance.measure("cx-matrix", "cx-matrix-begin");
  }

  head() {
    const head = make("thead", { role: "rowgroup" });
    const groups = make("tr", { role: "row", class: "cx-groups" });
    groups.append(make("td", { colspan: COLUMNS_BEFORE }));
    for (let index = 0; index < this.columns.length; ) {
      const group = this.columns[index][1];
      let end = index;
      while (end < this.columns.length && this.columns[end][1] === group) end += 1;
      const cell = make("th", { scope: "colgroup", colspan: end - index });
      cell.append(make("span", {}, group));
      groups.append(cell);
      index = end;
    }
    const names = make("tr", { role: "row", class: "cx-names" });
    names.append(make("th", { role: "columnheader", scope: "col", class: "cx-what" }, "Requirement"));
    names.append(make("th", { role: "columnheader", scope: "col", class: "cx-came" }, "Outcome"));
    this.columns.forEach(([name, group], index) => {
      const first = index === 0 || this.columns[index - 1][1] !== group;
      const cell = make("th", { role: "columnheader", scope: "col", class: first ? "cx-op cx-first" : "cx-op" });
      cell.append(make("span", {}, name));
      names.append(cell);
    });
    head.append(groups, names);
    return head;
  }

  area(name) {
    if (this.areas.has(name)) return this.areas.get(name);
    const body = make("tbody", { role: "rowgroup", "data-area": name });
    const line = make("tr", { role: "row", class: "cx-area" });
    const head = make("th", { role: "rowheader", scope: "rowgroup", tabindex: "-1", "aria-expanded": "true" });
    const words = name.replaceAll(/[-_]/g, " ");
    head.append(make("span", { class: "cx-arrow", "aria-hidden": "true" }, "▾"));
    head.append(make("span", {}, words.charAt(0).toUpperCase() + words.slice(1)));
    const tally = make("td", { role: "gridcell", tabindex: "-1", class: "cx-came" });
    line.append(head, tally);
    for (let index = 0; index < this.columns.length; index += 1) {
      line.append(make("td", { role: "gridcell", tabindex: "-1", class: "cx-cell" }));
    }
    body.append(line);
    this.areas.set(name, body);
    this.table.append(body);
    this.remember(head, `${name}\n`);
    return body;
  }

  row(row) {
    const line = make("tr", { role: "row", class: "cx-requirement", "data-id": row.id });
    const head = make("th", { role: "rowheader", scope: "row", tabindex: "-1", title: `${row.id} ${row.title}` });
    head.append(make("b", {}, row.id), make("span", {}, row.title));
    const came = make("td", { role: "gridcell", tabindex: "-1", class: "cx-came" });
    line.append(head, came);
    this.remember(head, row.id);
    for (const [name] of this.columns) {
      const cell = make("td", { role: "gridcell", tabindex: "-1", class: "cx-cell", "data-operation": name });
      line.append(cell);
      this.remember(cell, `${row.id}\n${name}`);
    }
    this.rows.set(row.id, line);
    return line;
  }

  remember(cell, key) {
    cell.dataset.key = key;
    this.cells.set(key, cell);
  }

  paint() {
    const states = this.model.get("states");
    const nothing = { outcome: "", cells: {} };
    for (const [id, line] of this.rows) {
      const state = states[id] ?? nothing;
      this.chip(line.cells[1], state.outcome);
      this.columns.forEach(([name], index) => this.cell(line.cells[index + COLUMNS_BEFORE], id, name, state.cells[name]));
    }
    for (const body of this.areas.values()) this.sums(body, states);
  }

  chip(cell, outcome) {
    if (cell.dataset.outcome === outcome) return;
    const { sign, word } = this.marks.get(outcome);
    cell.dataset.outcome = outcome;
    cell.title = word;
    const chip = make("span", { class: `cx-chip cx-${outcome || "waiting"}` });
    chip.append(make("span", { "aria-hidden": "true" }, sign), make("span", { class: "cx-word" }, ` ${word}`));
    cell.replaceChildren(chip);
  }

  cell(cell, id, name, state) {
    const [outcome, cases, together] = state ?? [null, null, false];
    const told = JSON.stringify(state ?? null);
    if (cell.dataset.told === told) return;
    cell.dataset.told = told;
    if (outcome === null) return void this.mark(cell, "", "", `${id}, ${name}: not its concern`);
    const { sign, word } = this.marks.get(outcome);
    if (together) return void this.mark(cell, "together", "○", `${id}, ${name}: judged with others, nothing found here`);
    this.mark(cell, outcome || "waiting", sign, `${id}, ${name}: ${word}${cases ? `, ${counted(cases)}` : ""}`);
  }

  mark(cell, kind, sign, label) {
    cell.dataset.kind = kind;
    cell.setAttribute("aria-label", label);
    cell.title = kind ? label : "";
    if (kind) cell.replaceChildren(make("span", { class: `cx-sign cx-${kind}` }, sign));
    else cell.replaceChildren();
  }

  sums(body, states) {
    const ids = [...body.querySelectorAll(".cx-requirement")].map((line) => line.dataset.id);
    const known = ids.map((id) => states[id] ?? { outcome: "", cells: {} });
    const line = body.querySelector(".cx-area");
    const numbers = new Map();
    for (const { outcome } of known) numbers.set(outcome, (numbers.get(outcome) ?? 0) + 1);
    const tally = line.cells[1];
    const told = [...this.marks.values()].filter(({ key }) => numbers.has(key));
    tally.replaceChildren(
      ...told.map(({ key, sign }) => make("span", { class: `cx-tally cx-${key || "waiting"}` }, `${sign}\u00a0${numbers.get(key)}`)),
    );
    tally.setAttribute("aria-label", told.map(({ key, word }) => `${numbers.get(key)} ${word}`).join(", "));
    this.columns.forEach(([name], index) => {
      const here = known.map(({ cells }) => cells[name]).filter(Boolean);
      const cell = line.cells[index + COLUMNS_BEFORE];
      const area = body.dataset.area;
      if (!here.length) return void this.mark(cell, "", "", `${area}, ${name}: not its concern`);
      const worst = here.map(([outcome]) => this.marks.get(outcome)).sort((a, b) => a.rank - b.rank)[0];
      const number = here.filter(([outcome]) => outcome === worst.key).length;
      this.mark(cell, worst.key || "waiting", worst.sign, `${area}, ${name}: ${worst.word}, ${number} of ${here.length}`);
    });
  }

  filter() {
    const shown = this.model.get("shown");
    const left = shown === null ? null : new Set(shown);
    let any = false;
    for (const body of this.areas.values()) {
      let here = false;
      const folded = this.folded.has(body.dataset.area);
      for (const line of body.querySelectorAll(".cx-requirement")) {
        const kept = left === null || left.has(line.dataset.id);
        line.hidden = !kept || folded;
        here ||= kept;
      }
      body.hidden = !here;
      any ||= here;
    }
    this.none.hidden = any || !this.rows.size;
    this.table.classList.toggle("cx-empty", !any);
    if (this.current && !this.current.getClientRects().length) this.rove(this.lines()[0]?.cells[0]);
  }

  lines() {
    return [...this.table.querySelectorAll("tbody:not([hidden]) > tr:not([hidden])")];
  }

  rove(cell, focus = false) {
    if (!cell) return;
    if (this.current) this.current.tabIndex = -1;
    this.current = cell;
    cell.tabIndex = 0;
    if (focus) cell.focus();
  }

  fold(body, folded) {
    const name = body.dataset.area;
    if (folded) this.folded.add(name);
    else this.folded.delete(name);
    const head = body.querySelector(".cx-area").cells[0];
    head.setAttribute("aria-expanded", String(!folded));
    head.querySelector(".cx-arrow").textContent = folded ? "▸" : "▾";
    this.filter();
  }

  act(cell) {
    const line = cell.parentElement;
    if (line.classList.contains("cx-area")) {
      const body = line.parentElement;
      this.fold(body, !this.folded.has(body.dataset.area));
      return;
    }
    this.model.set("selected", [line.dataset.id, cell.dataset.operation ?? ""]);
    this.model.save_changes();
  }

  select() {
    const [id, name] = this.model.get("selected");
    for (const cell of this.table.querySelectorAll("[aria-selected=true]")) cell.removeAttribute("aria-selected");
    const cell = id ? this.cells.get(name ? `${id}\n${name}` : id) : null;
    if (!cell) return;
    cell.setAttribute("aria-selected", "true");
    this.rove(cell);
    this.reveal(cell);
  }

  reveal(cell) {
    const here = cell.getBoundingClientRect();
    const box = this.scroll.getBoundingClientRect();
    const top = box.top + this.table.tHead.offsetHeight;
    if (!here.height || (here.top >= top && here.bottom <= box.bottom)) return;
    this.scroll.scrollTop += here.top - top - (box.bottom - top) / 3; // only this box: the page stays where it is
  }

  click(event) {
    const cell = event.target.closest("td, th");
    if (!cell?.closest("tbody")) return;
    this.rove(cell, true);
    this.act(cell);
  }

  key(event) {
    const cell = event.target.closest("td, th");
    if (!cell?.closest("tbody") || event.altKey || event.metaKey) return;
    const line = cell.parentElement;
    const area = line.classList.contains("cx-area") && cell.cellIndex === 0 ? line.parentElement : null;
    const open = area && !this.folded.has(area.dataset.area);
    if (event.key === "Enter" || event.key === " ") this.act(cell);
    else if (area && event.key === "ArrowLeft") this.fold(area, true);
    else if (area && event.key === "ArrowRight" && !open) this.fold(area, false);
    else {
      const to = this.target(event, line, cell.cellIndex);
      if (!to) return;
      this.rove(to, true);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  target(event, line, column) {
    const lines = this.lines();
    const at = lines.indexOf(line);
    const last = line.cells.length - 1;
    const row = (index) => lines[Math.max(0, Math.min(lines.length - 1, index))];
    switch (event.key) {
      case "ArrowRight": return line.cells[Math.min(column + 1, last)];
      case "ArrowLeft": return line.cells[Math.max(column - 1, 0)];
      case "ArrowDown": return row(at + 1).cells[column];
      case "ArrowUp": return row(at - 1).cells[column];
      case "PageDown": return row(at + PAGE).cells[column];
      case "PageUp": return row(at - PAGE).cells[column];
      case "Home": return (event.ctrlKey ? lines[0] : line).cells[0];
      case "End": return (event.ctrlKey ? lines.at(-1) : line).cells[last];
      default: return null;
    }
  }
}

function render({ model, el }) {
  const grid = new Grid(model, el);
  let queued = false;
  const draw = () => {
    if (queued) return;
    queued = true; // rows and columns come together: one drawing for both
    queueMicrotask(() => {
      queued = false;
      grid.draw();
    });
  };
  const on = {
    "change:rows": draw,
    "change:columns": draw,
    "change:states": () => grid.paint(),
    "change:shown": () => grid.filter(),
    "change:selected": () => grid.select(),
    "change:busy": () => grid.table.setAttribute("aria-busy", String(model.get("busy"))),
  };
  for (const [name, run] of Object.entries(on)) model.on(name, run);
  return () => {
    for (const [name, run] of Object.entries(on)) model.off(name, run);
  };
}
export default { render };
