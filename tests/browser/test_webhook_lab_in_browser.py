"""The WebhookLab in a real browser: composed, broken, sent, replayed, watched; in JupyterLab and in Voila."""

import json

from contrast import FAINT
from playwright.sync_api import expect

from conformance.notebook.weblab.ways import WAYS

LAB = "from conformance.notebook import WebhookLab\nlab = WebhookLab()\nlab"
MARKUP = "<img src=x onerror=alert(1)>"


def choose(panel, name, label):
    panel.locator(f".{name} select").select_option(label=label)


def send(panel, how, number):
    """Send in a way; returns when its verdict, the one of that number, is shown."""
    choose(panel, "cx-forge", how)
    expect(panel.locator(".cx-about")).to_contain_text(next(way.text for way in WAYS.values() if way.label == how))
    panel.locator("button.cx-send").click()
    expect(panel.locator(".cx-verdict h4")).to_contain_text(f"{number}. ")
    return panel.locator(".cx-verdict")


def watch_a_call(page, panel):
    """Make a web call whose webhooks are refused once, and see each arrive twice."""
    page.get_by_role("tab", name="Watch").click()
    choose(panel, "cx-answer", "500 the first time, then 204")
    expect(panel.locator(".cx-watch")).to_contain_text("accepted when it comes again")
    panel.locator("button.cx-make-call").click()
    rows = panel.locator(".cx-arrived tbody tr")
    expect(rows).to_have_count(6)
    for event in ("call_started", "call_ended", "call_analyzed"):
        expect(rows.filter(has_text=event).filter(has_text="✗ 500")).to_have_count(1)
        expect(rows.filter(has_text=event).filter(has_text="✓ 204")).to_have_count(1)
    rows.first.click()
    expect(panel.locator(".cx-detail h4")).to_have_text("call_started")
    expect(panel.locator(".cx-detail")).to_contain_text("payload as the contract says")


def test_compose_break_send_replay_and_watch_in_lab(notebooks, screenshots):
    page = notebooks.lab(LAB, height=2000)
    panel = page.locator(".cx-panel")
    editor = panel.locator(".cx-payload textarea")
    choose(panel, "cx-event", "call_analyzed")
    choose(panel, "cx-type", "web call")
    expect(panel.locator(".cx-checked")).to_contain_text("✓ as the contract says")
    page.screenshot(path=screenshots / "weblab-first-1280.png", clip={"x": 0, "y": 0, "width": 1280, "height": 900})

    expect(send(panel, "As it is", 1)).to_contain_text("RCV-001")
    expect(send(panel, "Broken: it is signed with another key", 2)).to_contain_text("refused a forged webhook with 401")
    choose(panel, "cx-receiver", "Faulty: It verifies nothing.")
    verdict = send(panel, "Broken: it is signed with another key", 3)
    expect(verdict).to_contain_text("It accepted a forged webhook with 204")
    expect(verdict).to_contain_text("anybody could send it")
    panel.locator("button.cx-replay").click()
    expect(verdict).to_contain_text("a replay of 3")
    panel.locator(".cx-sent tbody tr").last.press("Home")
    expect(verdict).to_contain_text("It accepted the webhook with 204, as it must.")

    value = json.loads(editor.input_value())
    value["call"]["call_status"] = MARKUP
    editor.fill(json.dumps(value, indent=2))
    expect(panel.locator(".cx-checked")).to_contain_text("1 place not as the contract says")
    expect(panel.locator(".cx-scroll .cx-mark")).to_be_visible()
    expect(panel.locator("img")).to_have_count(0)
    panel.get_by_role("button", name="Copy header").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    expect(panel.locator(".cx-sign")).to_contain_text(f"x-retell-signature: {copied}")
    panel.screenshot(path=screenshots / "weblab-compose-1280.png")
    assert page.evaluate(FAINT, ".cx-panel") == []
    editor.fill("{")
    expect(panel.locator(".cx-checked")).to_contain_text("Line 1, column 2")

    watch_a_call(page, panel)
    panel.screenshot(path=screenshots / "weblab-watch-1280.png")
    assert page.evaluate(FAINT, ".cx-panel") == []


def test_narrow_and_dark_in_voila(notebooks, screenshots):
    page = notebooks.voila(LAB, width=800, height=2200, dark=True)
    panel = page.locator(".cx-panel")
    expect(send(panel, "Broken: the signature is missing", 1)).to_contain_text("as it must")
    panel.screenshot(path=screenshots / "weblab-compose-800.png")
    assert page.evaluate(FAINT, ".cx-panel") == []
    watch_a_call(page, panel)
    panel.screenshot(path=screenshots / "weblab-watch-800.png")
    assert page.evaluate(FAINT, ".cx-panel") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
