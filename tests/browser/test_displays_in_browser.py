"""Values that show themselves, as people see them: in JupyterLab, light and dark, and where styles are taken away."""

import re
import sys
from pathlib import Path

from contrast import FAINT
from playwright.sync_api import expect

from conformance.notebook import CallView
from conformance.notebook.display import bundle

SAMPLES = Path(__file__).resolve().parents[1] / "notebook"
sys.path.insert(0, str(SAMPLES))
import shown_values as v  # noqa: E402 - it lies beside the tests that need no browser

SETUP = f"""
import sys
sys.path.insert(0, {str(SAMPLES)!r})
import shown_values as v
from conformance.notebook import CallView, side_by_side
"""
CELLS = (
    "v.contract()",
    'v.contract().operation("create-phone-call")',
    'v.contract().requirement("REM-001")',
    'v.contract().schema("phone-call")',
    "CallView(v.BAD)",
    "side_by_side(v.WEB, v.PHONE)",
    "v.finding()",
    "v.received()",
    "v.run()",
    "v.comparison(v.ATTACK, [v.drifted(v.ATTACK)])",
    "v.delivery()",
    "v.exchange({v.ATTACK: v.ATTACK}, sent={v.ATTACK: v.ATTACK})",
)
WORDS = (
    "Contract v2",
    "Fields of the request",
    "The migration guide says so",
    "Opaque",
    "4 places wrong",
    "only here",
    "expected integer",
    "Our answer",
    "not exercised",
    "Something fails that did not",
    "500 Internal Server Error",
    "onerror",
)


def test_values_in_a_notebook_are_told_apart_and_can_be_read(notebooks, screenshots):
    page = notebooks.lab(SETUP, *CELLS, height=5000)
    shown = page.locator(".jp-OutputArea-output .cx-alone")
    expect(shown).to_have_count(len(CELLS))
    for place, words in enumerate(WORDS):
        expect(shown.nth(place)).to_contain_text(words)
    expect(page.locator(".cx-alone img")).to_have_count(0)
    summary, inside = shown.nth(4).locator("summary", has_text="notes_of_ours"), shown.nth(4).get_by_text("colour:")
    summary.focus()
    page.keyboard.press("Enter")
    expect(inside).to_be_hidden()
    page.keyboard.press("Enter")
    expect(inside).to_be_visible()
    look(page, screenshots, "1280")
    page.set_viewport_size({"width": 800, "height": 5000})
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    look(page, screenshots, "800-dark")


def look(page, screenshots, name):
    """A picture; nothing is cut off, nothing is faint."""
    page.screenshot(path=screenshots / f"displays-{name}.png")
    assert page.evaluate(
        """() => [...document.querySelectorAll('.cx-alone')].every(e => e.scrollWidth <= e.clientWidth + 1)"""
    )
    faint = page.evaluate(FAINT, "#jp-main-dock-panel")
    assert [each for each in faint if " cx-" in each] == []


def test_without_any_style_a_page_still_reads_well(opened, screenshots):
    values = (v.contract().operation("create-web-call"), CallView(v.BAD), v.finding(), v.run(), v.comparison())
    page = opened(f"<!doctype html><meta charset=utf-8><title>bare</title>{'<hr>'.join(map(bare, values))}")
    expect(page.get_by_role("heading", name="4 places wrong")).to_be_visible()
    expect(page.get_by_role("row", name="agent_id string required")).to_be_visible()
    expect(page.get_by_text("✗ missing")).to_be_visible()
    expect(page.get_by_role("table", name="Requirements by area and outcome")).to_be_visible()
    page.screenshot(path=screenshots / "display-bare.png", full_page=True)


def bare(value):
    """What sites leave that show notebooks and take styles and classes away."""
    html = re.sub(r"<style>.*?</style>", "", bundle(value)["text/html"], flags=re.DOTALL)
    return re.sub(r' (class|style)="[^"]*"', "", html)
