"""The widget that shows what changed between two editions, in JupyterLab and in Voila."""

from contrast import FAINT
from playwright.sync_api import expect

PATIENCE_MS = 20_000
"""For what compares two editions anew, on a machine that may be busy."""
CELL = 'from conformance.notebook import EditionDiff\nshown = EditionDiff("v1", "v2")\nshown'
CLIPPED = """(root) => [...document.querySelectorAll(root + " button, " + root + " select, " + root + " .widget-label")]
    .filter((each) => each.getClientRects().length && each.scrollWidth > each.clientWidth + 1)
    .map((each) => each.textContent)"""
WIDER = "(root) => { const box = document.querySelector(root); return box.scrollWidth - box.clientWidth; }"


def settled(page):
    """The panel, when its list is drawn."""
    panel = page.locator(".cx-panel")
    expect(panel.locator("details.cx-group").first).to_be_visible(timeout=PATIENCE_MS)
    return panel


def looks_well(page):
    """Nothing faint, nothing clipped, nothing wider than the panel."""
    assert page.evaluate(FAINT, ".cx-panel") == []
    assert page.evaluate(CLIPPED, ".cx-panel") == []
    assert page.evaluate(WIDER, ".cx-panel") <= 1


def test_filter_open_switch_and_copy(notebooks, screenshots):
    page = notebooks.lab(CELL, height=1600)
    panel = settled(page)
    wrong = []
    page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    page.screenshot(path=screenshots / "edition-diff.png", full_page=True)
    looks_well(page)

    panel.locator(".cx-filter-operation select").select_option("list-calls")
    panel.locator(".cx-filter-party select").select_option("breaks senders")
    expect(panel.locator(".cx-told")).to_contain_text(" of ")
    row = panel.locator("details.cx-change", has_text="method").first
    expect(row).to_be_visible()
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(row.locator("table.cx-pair").first).to_contain_text("POST")
    page.keyboard.press("ArrowDown")
    expect(panel.locator("details.cx-change").nth(1).locator("summary")).to_be_focused()
    page.screenshot(path=screenshots / "edition-diff-filtered.png", full_page=True)
    looks_well(page)

    panel.locator("button.cx-copy").click()
    expect(panel.locator("button.cx-copy")).to_have_text("✓ copied")
    assert "list-calls" in page.evaluate("navigator.clipboard.readText()")
    panel.locator("button.cx-clear").click()

    panel.locator(".cx-words input").fill("audio_encoding")
    expect(panel.locator("details.cx-group", has_text="get-call")).to_be_visible()
    removed = panel.locator('details.cx-group[data-operation="get-call"] details.cx-change').first
    removed.locator("summary").click()
    expect(removed.locator(".cx-examples del")).to_contain_text("audio_encoding")
    expect(removed).to_contain_text("conformance explain REM-002")
    page.screenshot(path=screenshots / "edition-diff-open.png", full_page=True)
    panel.locator(".cx-words input").fill("nothing has such words")
    expect(panel.locator(".cx-changes")).to_contain_text("No change fits")
    panel.locator("button.cx-clear").click()

    panel.locator("button.cx-swap").click()
    expect(panel.locator(".cx-before select")).to_have_value("v2", timeout=PATIENCE_MS)
    expect(panel.locator("details.cx-change", has_text="call_type").first).to_be_attached(timeout=PATIENCE_MS)
    panel.locator(".cx-after select").select_option("v2")
    expect(panel.locator(".cx-changes")).to_contain_text("Nothing changed between v2 and v2.", timeout=PATIENCE_MS)
    panel.locator(".cx-before select").select_option("v2-2025")
    expect(panel.locator("details.cx-group").first).to_be_visible(timeout=PATIENCE_MS)
    assert wrong == []


def test_it_reads_well_in_a_narrow_dark_app(notebooks, screenshots):
    page = notebooks.voila(CELL, width=800, height=1400, dark=True)
    panel = settled(page)
    page.screenshot(path=screenshots / "edition-diff-dark-800-top.png")
    group = panel.locator('details.cx-group[data-operation="get-call"]')
    group.locator("> summary").click()
    group.locator("details.cx-change > summary").nth(1).click()
    expect(group.locator("details.cx-change table.cx-pair").first).to_be_visible()
    examples = panel.locator('details.cx-group[data-operation="call_started"] > summary')
    examples.click()
    panel.locator('details.cx-group[data-operation="call_started"] > details.cx-examples > summary').click()
    expect(panel.locator('details.cx-group[data-operation="call_started"] ins').first).to_be_visible()
    looks_well(page)
    page.screenshot(path=screenshots / "edition-diff-dark-800.png")
    page.set_viewport_size({"width": 1280, "height": 1400})
    looks_well(page)
    page.screenshot(path=screenshots / "edition-diff-dark-1280.png")
