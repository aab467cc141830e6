"use strict";
(() => {
  const root = document.documentElement;
  const $ = (id) => document.getElementById(id);
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  root.classList.add("scripted");

  // Light and dark: what the system asks for, until somebody switches.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = $("theme");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const nameTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
  });
  dark.addEventListener("change", nameTheme);
  nameTheme();

  // What can be filtered, with its text read once, when somebody first searches.
  const rows = all(".matrix .row");
  const findings = all(".finding");
  const bodies = all(".matrix tbody");
  const heads = all(".matrix th.op");
  const texts = new Map();
  const textOf = (element) => {
    if (!texts.has(element)) texts.set(element, readText(element).toLowerCase());
    return texts.get(element);
  };
  // Bodies hold every field of a call, so that each would be found under nearly every word.
  const readText = (element) => {
    if (element.matches(".finding")) {
      return all("summary, .facts, .fix, .line, .flaw, .repeat code", element).map((each) => each.textContent).join(" ");
    }
    const told = findings.filter((each) => each.id.startsWith(`${element.id}.`)).map(readText);
    return [element.textContent, ...told].join(" ");
  };
  const areaOf = (element) => element.dataset.area || element.parentElement.dataset.area;
  const toggles = all(".toggle");
  const area = $("area"), operation = $("operation"), search = $("search"), reset = $("reset"), shown = $("shown");

  const state = () => ({
    outcomes: toggles.filter((each) => each.getAttribute("aria-pressed") === "true").map((each) => each.dataset.outcome),
    area: area.value,
    operation: operation.value,
    words: search.value.toLowerCase().split(/\s+/).filter(Boolean),
  });
  const keeps = (wanted) => (element) =>
    (!wanted.outcomes.length || wanted.outcomes.includes(element.dataset.outcome)) &&
    (!wanted.area || areaOf(element) === wanted.area) &&
    (!wanted.operation || element.dataset.operations.split(" ").includes(wanted.operation)) &&
    wanted.words.every((word) => textOf(element).includes(word));

  const expand = (body, open) => {
    body.querySelector("button").setAttribute("aria-expanded", String(open));
  };
  const isOpen = (body) => body.querySelector("button").getAttribute("aria-expanded") === "true";

  // Of a chapter, the row that sums it up and what did not pass are enough at first.
  const GRAVE = ["failed", "warned", "errored"];
  bodies.forEach((body) => expand(body, false));

  const filter = () => {
    const wanted = state();
    const active = Boolean(wanted.outcomes.length || wanted.area || wanted.operation || wanted.words.length);
    const keep = keeps(wanted);
    let keptRows = 0, keptFindings = 0;
    bodies.forEach((body) => {
      let kept = 0;
      all(".row", body).forEach((row) => {
        const fits = keep(row);
        kept += fits;
        row.hidden = !fits || (!active && !isOpen(body) && !GRAVE.includes(row.dataset.outcome));
      });
      body.hidden = !kept;
      body.querySelector("button").disabled = active;
      keptRows += kept;
    });
    findings.forEach((finding) => {
      finding.hidden = !keep(finding);
      keptFindings += !finding.hidden;
    });
    dim(wanted.operation);
    reset.disabled = !active;
    shown.textContent = active
      ? `${keptRows} of ${rows.length} requirements, ${keptFindings} of ${findings.length} findings`
      : "";
    const none = all(".none");
    none[0].hidden = keptRows > 0 || !rows.length;
    none[1].hidden = keptFindings > 0 || !findings.length;
  };

  let dimmed = "";
  const dim = (name) => {
    if (name === dimmed) return;
    dimmed = name;
    const kept = heads.findIndex((head) => head.dataset.operation === name);
    all(".matrix tr").forEach((row) => {
      if (row.cells.length !== heads.length + 2) return;
      for (let index = 0; index < heads.length; index += 1) {
        row.cells[index + 2].classList.toggle("dim", kept >= 0 && index !== kept);
      }
    });
  };

  // The address says what is shown: #outcome=failed,warned&area=listing&operation=get-call&q=words
  const write = () => {
    const wanted = state();
    const parts = new URLSearchParams();
    if (wanted.outcomes.length) parts.set("outcome", wanted.outcomes.join(","));
    if (wanted.area) parts.set("area", wanted.area);
    if (wanted.operation) parts.set("operation", wanted.operation);
    if (search.value.trim()) parts.set("q", search.value.trim());
    const hash = parts.toString().replace(/%2C/g, ",");
    try {
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    } catch { /* a page inside another may not change its address */ }
  };
  const set = (parts) => {
    const outcomes = (parts.get("outcome") || "").split(",");
    toggles.forEach((each) => each.setAttribute("aria-pressed", String(outcomes.includes(each.dataset.outcome))));
    const choose = (select, value) => {
      select.value = all("option", select).some((each) => each.value === value) ? value : "";
    };
    choose(area, parts.get("area") || "");
    choose(operation, parts.get("operation") || "");
    search.value = parts.get("q") || "";
    filter();
  };
  const changed = () => { filter(); write(); };

  const reveal = (element) => {
    const row = element.closest(".row");
    const finding = element.closest(".finding");
    if ((row || finding || element).hidden) {
      if (row && reset.disabled) {
        expand(row.parentElement, true);
        filter();
      } else {
        set(new URLSearchParams());
        if (row && !isOpen(row.parentElement)) {
          expand(row.parentElement, true);
          filter();
        }
      }
    }
    if (finding) finding.open = true;
    element.scrollIntoView({ block: "start" });
    const focus = element.querySelector("summary");
    if (focus) focus.focus({ preventScroll: true });
  };
  const read = () => {
    const hash = location.hash.slice(1);
    if (hash.includes("=")) {
      set(new URLSearchParams(hash));
      return;
    }
    let name = hash;
    try { name = decodeURIComponent(hash); } catch { /* it is taken as it stands */ }
    const element = name && $(name);
    if (element) reveal(element);
    else if (!hash) set(new URLSearchParams());
  };

  toggles.forEach((each) => each.addEventListener("click", () => {
    each.setAttribute("aria-pressed", String(each.getAttribute("aria-pressed") !== "true"));
    changed();
  }));
  area.addEventListener("change", changed);
  operation.addEventListener("change", changed);
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(changed, findings.length > 100 ? 120 : 0);
  });
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  reset.addEventListener("click", () => { set(new URLSearchParams()); write(); search.focus(); });
  bodies.forEach((body) => body.querySelector("button").addEventListener("click", () => {
    expand(body, !isOpen(body));
    filter();
  }));
  // In a long body the marked place is what one wants to see.
  findings.forEach((finding) => {
    const show = () => all("pre", finding).forEach((pre) => {
      const mark = pre.querySelector("mark");
      if (mark) pre.scrollTop = mark.offsetTop - pre.clientHeight / 3;
    });
    finding.addEventListener("toggle", () => { if (finding.open) show(); });
    if (finding.open) show();
  });
  all("[data-open]").forEach((button) => button.addEventListener("click", () => {
    findings.filter((each) => !each.hidden).forEach((each) => { each.open = button.dataset.open === "true"; });
  }));
  // A link to where one is already changes no address, and still has to lead there.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || link.getAttribute("href") !== location.hash) return;
    event.preventDefault();
    read();
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && event.target === search && search.value) {
      event.preventDefault();
      search.value = "";
      changed();
    }
  });

  const copied = (button) => {
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1600);
  };
  const copyByHand = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  all(".copy").forEach((button) => button.addEventListener("click", async () => {
    const text = $(button.dataset.copy).textContent;
    try {
      await navigator.clipboard.writeText(text);
      copied(button);
    } catch {
      if (copyByHand(text)) copied(button);
      button.focus();
    }
  }));

  // Paper cannot be unfolded; what is open on the screen stays as it was.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = findings.filter((each) => !each.open);
    closed.forEach((each) => { each.open = true; });
  });
  addEventListener("afterprint", () => { closed.forEach((each) => { each.open = false; }); });

  addEventListener("hashchange", read);
  filter();
  read();
})();
