"""How long people wait for the widgets in JupyterLab, in real Chromium, from the click to what they see.

    python benchmarks/browser.py [--rounds N]

Wall time, measured by the page itself. The kernel is warm: it has shown an Explorer before. Each row has the same in
plain Python beside it, without a browser, from the same round, so that the share of the browser can be seen.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))

import explorer as plain
from conftest import CHROMIUM, FLAGS
from jupyter import Jupyter
from playwright.sync_api import Page, sync_playwright

_CALLS = 1000
_WARM = 'from conformance.notebook import Explorer\nExplorer(target="mock").close()'
_SETUP = f"from conformance import MockVendor\nvendor = MockVendor(calls={_CALLS})\nvendor.start()"
_CELL = "explorer = Explorer(target=vendor)\nexplorer"
_MATRIX = """
from conformance.notebook.runner.matrix import Matrix
matrix = Matrix()
matrix.lay_out(
    [[f"operation-{number}", "Operations"] for number in range(20)],
    [{"id": f"ID-{row}", "title": "A requirement", "area": f"area-{row // 15}", "level": "must"} for row in range(150)],
    {
        f"ID-{row}": {"outcome": "passed", "cells": {f"operation-{place}": ["passed", 3, False] for place in range(20)}}
        for row in range(150)
    },
)
matrix
"""
_DRAWN = "() => Math.max(...performance.getEntriesByName('cx-matrix').map((each) => each.duration)) / 1000"
_WATCH = """([act, selector]) => new Promise((resolve, reject) => {
  const seen = () => { const found = document.querySelector(selector); return found && found.getClientRects().length; };
  const began = performance.now();
  const look = () => {
    if (seen()) resolve((performance.now() - began) / 1000);
    else if (performance.now() - began > 60000) reject(new Error("nothing came of " + act));
    else requestAnimationFrame(look);
  };
  if (act.startsWith("command:")) window.jupyterapp.commands.execute(act.slice(8));
  else document.querySelector(act).click();
  look();
})"""


def seconds(page: Page, act: str, selector: str) -> float:
    """From an act, a click or a command of Lab, until something can be seen."""
    found: float = page.evaluate(_WATCH, [act, selector])
    return found


def one_round(jupyter: Jupyter, page: Page, number: int) -> tuple[float, float, float]:
    """Seconds to the first view, to an answer of many calls, and to its next page."""
    name = jupyter.write(f"round-{number}", _WARM, _SETUP, _CELL)
    jupyter.lab(page, name, run=False)
    for _ in range(2):
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    first = seconds(page, "command:notebook:run-cell", "button.cx-send")
    page.locator(".cx-operation select").select_option("list-calls")
    page.locator(".cx-json textarea").fill(f'{{"limit": {_CALLS}}}')
    page.locator("button.cx-send:has-text('Send')").wait_for()
    answer = seconds(page, "button.cx-send", ".cx-item:nth-child(20), .cx-body .cx-item")
    turned = page.evaluate(
        """() => new Promise(resolve => {
          const range = document.querySelector('.cx-range'), before = range.textContent, began = performance.now();
          [...document.querySelectorAll('.cx-pager button')].find(b => b.textContent.trim() === 'Next').click();
          const look = () => document.querySelector('.cx-range').textContent !== before
            ? resolve((performance.now() - began) / 1000) : requestAnimationFrame(look);
          look();
        })"""
    )
    return first, answer, turned


def matrix(jupyter: Jupyter, page: Page) -> float:
    """Seconds to draw 150 requirements by 20 operations."""
    jupyter.lab(page, jupyter.write("matrix", _MATRIX))
    page.locator("[role=row]:has-text('ID-149')").wait_for()
    found: float = page.evaluate(_DRAWN)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    shown: list[tuple[Any, ...]] = []
    bare: list[tuple[Any, ...]] = []
    plain.first_view()
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        jupyter = Jupyter(Path(home))
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
        try:
            for number in range(rounds):
                with chromium.new_context(viewport={"width": 1280, "height": 1400}) as context:
                    shown.append(one_round(jupyter, context.new_page(), number))
                    drawn = matrix(jupyter, context.new_page())
                bare.append((plain.seconds_of(plain.first_view), *plain.long_answer()))
        finally:
            chromium.close()
            jupyter.close()
    print(f"{'':<44}{'JupyterLab':>12}{'plain Python':>14}")
    rows = ("first view of the Explorer", f"an answer of {_CALLS} calls, judged and shown", "the next page of it")
    for place, name in enumerate(rows):
        lab, own = (statistics.median(each[place] for each in some) for some in (shown, bare))
        print(f"{name:<44}{lab:>10.2f} s{own:>12.2f} s")
    print(f"{'a matrix of 150 requirements, 20 operations':<44}{drawn:>10.2f} s")


if __name__ == "__main__":
    main()
