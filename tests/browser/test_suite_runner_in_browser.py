"""The suite runner in JupyterLab and Voila: a run, its matrix, a finding, a run that is cancelled, a comparison."""

import re

from contrast import FAINT
from playwright.sync_api import expect

RUNNER = """
from conformance.notebook import SuiteRunner
runner = SuiteRunner(faults=["v1-get-call-still-answers", "unknown-call-id-answers-404", "get-call-says-text"])
runner.profile.value = "smoke"
runner
"""
SLOW = """
from conformance.mockvendor import MockVendor
slow = SuiteRunner(MockVendor(latency_ms=80))
slow.root.add_class("slow")
slow.profile.value = "deep"
slow
"""
LARGE = """
from conformance.notebook.runner.matrix import Matrix
large = Matrix()
large.lay_out(
    [[f"operation-{number}", "Operations"] for number in range(20)],
    [
        {"id": f"LARGE-{number:03}", "title": "<b>A requirement</b>", "area": f"area-{number // 15}", "level": "must"}
        for number in range(150)
    ],
    {
        f"LARGE-{row:03}": {
            "outcome": "passed", "cells": {f"operation-{column}": ["passed", 3, False] for column in range(20)}
        }
        for row in range(150)
    },
)
large
"""
CLIPPED = """(root) =>
  [...document.querySelectorAll(`${root} button, ${root} .widget-label, ${root} .lm-TabBar-tabLabel`)]
  .filter((each) => each.getClientRects().length && each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.textContent)"""


def ran(panel):
    """Press Run, and wait until that run is over."""
    panel.locator("button.cx-run").click()
    expect(panel.locator(".cx-totals")).to_contain_text("requests", timeout=30_000)
    expect(panel.locator("button.cx-run")).to_be_enabled()


def look(page, panel, path, root=".cx-suite-runner"):
    """Every tab, so that nothing in it is faint or cut, and a picture of it."""
    for tab in ("Matrix", "Not exercised", "Compare", "Plots"):
        panel.get_by_role("tab", name=tab).click()
        expect(panel.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        assert page.evaluate(FAINT, root) == []
        assert page.evaluate(CLIPPED, root) == []
        panel.screenshot(path=path.with_name(f"{path.name}-{tab.split()[0].lower()}.png"))
    panel.get_by_role("tab", name="Matrix").click()
    other = 800 if page.viewport_size["width"] > 1000 else 1280
    page.set_viewport_size({"width": other, "height": 1900})
    assert page.evaluate(CLIPPED, root) == []
    panel.screenshot(path=path.with_name(f"{path.name}-{other}.png"))


def read_with_the_keyboard(page, grid, detail):
    """From a cell that has the focus: to its neighbours, to the ends, and an area folded and unfolded."""
    for key in ("ArrowUp", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(detail).to_contain_text("STAT-004")
    expect(grid.locator("[tabindex='0']")).to_have_count(1)
    expect(grid.get_by_role("gridcell", name="STAT-004, list-calls")).to_be_focused()
    page.keyboard.press("Home")
    expect(grid.get_by_role("rowheader", name="STAT-004")).to_be_focused()
    page.keyboard.press("Control+Home")
    area = grid.get_by_role("rowheader", name="Operations")
    expect(area).to_be_focused()
    page.keyboard.press("Space")
    expect(area).to_have_attribute("aria-expanded", "false")
    expect(grid.get_by_role("row", name="OPS-001")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(area).to_have_attribute("aria-expanded", "true")


def cancelled_in_the_middle(panel, picture):
    """A long run ends where Cancel is pressed, and what is known stays."""
    panel.locator("button.cx-run").click()
    expect(panel.locator(".cx-progress")).to_have_text(re.compile(r"[1-9]\d* requests? · \d+%"))
    expect(panel.locator("button.cx-run")).to_be_disabled()
    panel.screenshot(path=picture)
    panel.locator("button.cx-cancel").click()
    told = "Cancelled. What was known until then stands here."
    expect(panel.locator(".cx-totals")).to_contain_text(told, timeout=40_000)
    expect(panel.locator("button.cx-run")).to_be_enabled()


def test_a_run_is_followed_read_with_the_keyboard_and_compared(notebooks, screenshots):
    page = notebooks.lab(RUNNER, SLOW, height=1900)
    panel = page.locator(".cx-suite-runner:not(.slow)")
    grid = panel.get_by_role("grid", name="Requirements by operation")
    expect(grid.get_by_role("row", name="STAT-005")).to_contain_text("not judged yet")
    panel.screenshot(path=screenshots / "suite-runner-before.png")
    ran(panel)
    expect(panel.locator(".cx-totals")).to_contain_text("✗ 2 failed")

    wrong = grid.get_by_role("gridcell", name="STAT-005, get-call: failed")
    wrong.click()
    detail = panel.locator(".cx-detail")
    expect(detail).to_contain_text("the content type does not say JSON")
    expect(wrong).to_have_attribute("aria-selected", "true")
    detail.locator(".cx-copy").click()
    expect(detail.locator(".cx-copy")).to_have_text("✓ copied")
    assert page.evaluate("() => navigator.clipboard.readText()").startswith("curl -sS -i http://127.0.0.1:")

    wrong.focus()
    read_with_the_keyboard(page, grid, detail)

    panel.locator(".cx-by-outcome select").select_option("failed")
    expect(grid.get_by_role("row", name="LIST-001")).to_be_hidden()
    panel.locator(".cx-by-words input").fill("no such words")
    expect(panel.locator(".cx-none")).to_be_visible()
    panel.locator(".cx-by-words input").fill("")
    panel.locator(".cx-by-outcome select").select_option("all")
    expect(grid.get_by_role("row", name="LIST-001")).to_be_visible()

    wrong.click()
    ran(panel)
    expect(wrong).to_be_in_viewport()
    expect(wrong).to_have_attribute("aria-selected", "true")
    panel.get_by_role("tab", name="Compare").click()
    expect(panel.locator(".cx-compare")).to_contain_text("3 still failing")
    look(page, panel, screenshots / "suite-runner-light", ".cx-suite-runner:not(.slow)")
    cancelled_in_the_middle(page.locator(".slow"), screenshots / "suite-runner-running.png")


def test_a_large_matrix_is_drawn_and_a_narrow_dark_page_is_readable(notebooks, screenshots):
    page = notebooks.lab(RUNNER, LARGE, width=800, height=1900, dark=True)
    large = page.get_by_role("grid").nth(1)
    expect(large.get_by_role("row", name="LARGE-149")).to_be_attached()
    expect(large.get_by_role("gridcell", name="operation-7: passed, 3 exchanges")).to_have_count(150)
    expect(large.locator("b", has_text="A requirement")).to_have_count(0)
    panel = page.locator(".cx-suite-runner")
    ran(panel)
    panel.get_by_role("gridcell", name="STAT-005, get-call: failed").click()
    expect(panel.locator(".cx-detail .cx-copy")).to_be_visible()
    look(page, panel, screenshots / "suite-runner-dark")


def test_it_runs_as_an_app(notebooks, screenshots):
    page = notebooks.voila(RUNNER, height=1500)
    panel = page.locator(".cx-suite-runner")
    expect(panel.get_by_role("grid")).to_be_visible()
    panel.get_by_label("auth (3)").check()
    expect(panel.locator(".cx-suites")).to_contain_text("3 requirements")
    panel.get_by_label("auth (3)").uncheck()
    ran(panel)
    panel.get_by_role("gridcell", name="GONE-003, v1-get-call: failed").click()
    expect(panel.locator(".cx-detail")).to_contain_text("still answers")
    assert page.evaluate(FAINT, ".cx-suite-runner") == []
    panel.screenshot(path=screenshots / "suite-runner-voila.png")
