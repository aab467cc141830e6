"""The notebooks that ship, opened in JupyterLab and run, and the app in Voila.

The pictures in docs/images whose names begin with `notebook-` are panels as they are kept here.
"""

import re
from pathlib import Path

import pytest
from contrast import FAINT
from playwright.sync_api import expect

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
WRONG = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
LONGEST_MS = 60_000
_MOST, _HIGH = 14_000, 840
WHOLE = f"""() => {{
  const boxes = [...document.querySelectorAll(".jp-WindowedPanel-outer, .jp-Notebook")];
  return Math.min({_MOST}, 80 + Math.max(...boxes.map((each) => each.scrollHeight)));
}}"""
TOP = "() => document.querySelectorAll('.jp-WindowedPanel-outer').forEach((each) => { each.scrollTop = 0; })"
CLIPPED = """() => [...document.querySelectorAll(".cx-panel, .cx-alone")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.className)"""


def pictures(page, folder, name, width):
    """The whole notebook in one picture, and the upper part of each of its panels."""
    page.set_viewport_size({"width": width, "height": page.evaluate(WHOLE)})
    page.evaluate(TOP)
    page.screenshot(path=folder / f"notebook-{name}.png")
    for number, panel in enumerate(page.locator(".cx.cx-panel").all(), 1):
        box = panel.bounding_box()
        box["height"] = min(box["height"], _HIGH)
        page.screenshot(path=folder / f"notebook-{name}-panel-{number}.png", clip=box)


@pytest.mark.parametrize(
    ("name", "width", "dark", "panels", "shown"),
    [
        ("02-from-v1-to-v2", 800, True, 1, ("sample_rate", "v2  fails: there is no 'data' in the webhook")),
        ("03-explore-a-server", 1280, False, 2, ("1 failed, 92 passed", "Something fails that did not")),
        ("04-webhooks", 1280, False, 1, ("FAILED RCV-031", "call_analyzed 204")),
    ],
)
def test_it_runs_in_lab_and_its_panels_stay(notebooks, screenshots, name, width, dark, panels, shown):  # noqa: PLR0917 - its parameters
    page = notebooks.lab(FOLDER / f"{name}.ipynb", width=width, dark=dark)
    expect(page.locator(".cx.cx-panel")).to_have_count(panels)
    expect(page.locator(WRONG)).to_have_count(0)
    for words in shown:
        expect(page.locator(".jp-Notebook")).to_contain_text(words)
    pictures(page, screenshots, name, width)
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
