"""A notebook that ships, opened in JupyterLab and run, and the app in Voila."""

import re
from pathlib import Path

from contrast import FAINT
from playwright.sync_api import expect

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
WRONG = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
LONGEST_MS = 60_000
_MOST = 14_000
WHOLE = f"""() => {{
  const boxes = [...document.querySelectorAll(".jp-WindowedPanel-outer, .jp-Notebook")];
  return Math.min({_MOST}, 80 + Math.max(...boxes.map((each) => each.scrollHeight)));
}}"""
TOP = "() => document.querySelectorAll('.jp-WindowedPanel-outer').forEach((each) => { each.scrollTop = 0; })"
CLIPPED = """() => [...document.querySelectorAll(".cx-panel, .cx-alone")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.className)"""


def picture(page, path):
    """The whole notebook in one picture."""
    page.set_viewport_size({"width": 800, "height": page.evaluate(WHOLE)})
    page.evaluate(TOP)
    page.screenshot(path=path)


def test_a_notebook_runs_in_lab_narrow_and_dark_and_its_panel_stays(notebooks, screenshots):
    page = notebooks.lab(FOLDER / "04-webhooks.ipynb", width=800, dark=True)
    expect(page.locator(".cx.cx-panel")).to_have_count(1)
    expect(page.locator(WRONG)).to_have_count(0)
    for words in ("FAILED RCV-031", "call_analyzed 204"):
        expect(page.locator(".jp-Notebook")).to_contain_text(words)
    picture(page, screenshots / "notebook-04-webhooks.png")
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate(FAINT, ".jp-Notebook .cx-panel") == []


def test_the_app_in_voila_generates_and_sends(notebooks, screenshots):
    page = notebooks.voila(FOLDER / "explorer-app.ipynb", height=1500)
    app = page.locator(".cx.cx-panel")
    expect(app).to_be_visible(timeout=LONGEST_MS)
    expect(page.get_by_role("heading", name="Call API explorer")).to_be_visible()
    app.locator(".cx-operation select").select_option("create-phone-call")
    app.locator("button.cx-generate").click()
    expect(app.locator(".cx-json textarea")).to_have_value(re.compile("from_number"))
    app.locator("button.cx-send").click()
    expect(app.locator(".cx-answer")).to_contain_text("201 Created")
    expect(app.locator("button.cx-send")).to_be_enabled()
    assert page.evaluate(FAINT, ".cx-panel") == []
    page.screenshot(path=screenshots / "notebook-app.png", full_page=True)
