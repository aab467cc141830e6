"""The Explorer in a real browser: form and JSON in step, answers with mistakes marked, a target that goes away."""

import re

from contrast import FAINT
from playwright.sync_api import expect

_CELL = """
import ipywidgets
from conformance import MockVendor
from conformance.notebook import Explorer
vendor = MockVendor(faults=["web-call-carries-direction", "list-items-carry-sample-rate"]).start()
port = int(vendor.url.rsplit(":", 1)[1])
stop = ipywidgets.Button(description="Stop the mock")
stop.add_class("x-stop")
stop.on_click(lambda _: vendor.stop())
start = ipywidgets.Button(description="Start the mock")
start.add_class("x-start")
start.on_click(lambda _: vendor.start(port))
explorer = Explorer(target=vendor)
ipywidgets.HBox([stop, start])
"""
_SHOW = "explorer"


def _row(page, name):
    return page.locator(f".cx-field-{name}").first


def _answered(page, number):
    """The answer carries the number of the request, so that it is that of the last press."""
    expect(page.locator(".cx-said")).to_have_attribute("data-number", str(number))
    expect(page.locator("button.cx-send")).to_be_enabled()


def _look(page, screenshots, name):
    """Keep a picture, and ask for text that can hardly be read, or that reaches out of the panel."""
    page.locator(".cx-panel").screenshot(path=screenshots / f"explorer-{name}.png")
    assert page.evaluate(FAINT, ".cx-panel") == []
    assert (
        page.evaluate("() => { const p = document.querySelector('.cx-panel'); return p.scrollWidth - p.clientWidth; }")
        <= 1
    )


def test_form_json_answer_and_a_target_that_goes_away(notebooks, screenshots):
    page = notebooks.lab(_CELL, _SHOW, height=2300)
    _form_and_json(page)
    _broken_json(page, screenshots)
    _answer(page, screenshots)
    _target_away(page)


def _form_and_json(page):
    """Each follows the other, and nothing is lost."""
    editor, form = page.locator(".cx-json textarea"), page.locator(".cx-form")
    expect(editor).to_have_value(re.compile('"agent_id": "agent_'))
    page.locator("button.cx-generate").click()
    expect(editor).to_have_value(re.compile('"metadata"'))
    _row(page, "agent_version").get_by_role("checkbox").check()
    expect(editor).to_have_value(re.compile('"agent_version": 0'))
    version = _row(page, "agent_version").locator(".cx-value-input input")
    version.fill("3")
    version.press("Enter")
    expect(editor).to_have_value(re.compile('"agent_version": 3'))
    editor.fill('{"agent_id": "", "extra": 1}')
    expect(form).to_contain_text("agent_id is empty")
    expect(_row(page, "agent_version").get_by_role("checkbox").first).not_to_be_checked()
    _row(page, "metadata").get_by_role("checkbox").check()
    expect(editor).to_have_value(re.compile('"extra": 1'))


def _broken_json(page, screenshots):
    """It is said with its place, and can be sent by the keyboard."""
    editor = page.locator(".cx-json textarea")
    editor.fill('{\n  "agent_id": 5,')
    expect(page.locator(".cx-state")).to_contain_text("line 2, column 17")
    expect(page.locator("button.cx-send")).to_have_text("Send anyway")
    _look(page, screenshots, "broken-light-1280")
    editor.press("Control+Enter")
    _answered(page, 1)
    expect(page.locator(".cx-answer")).to_contain_text("should be refused with 400 or 422, and was (400)")


def _answer(page, screenshots):
    """A mismatch is marked at its place; the command can be copied."""
    page.locator("button.cx-generate").click()
    expect(page.locator("button.cx-send")).to_have_text("Send")
    page.locator("button.cx-send").click()
    _answered(page, 2)
    expect(page.locator(".cx-body .cx-mark")).to_contain_text("SPLIT-006")
    expect(page.locator(".cx-body")).to_contain_text('access_token: "[hidden]"')
    page.get_by_role("button", name="Copy curl").click()
    expect(page.get_by_role("button", name="✓ copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl ")
    assert "$RETELL_API_KEY" in copied
    page.locator(".cx-curl summary").click()
    _look(page, screenshots, "answer-light-1280")
    page.set_viewport_size({"width": 800, "height": 2300})
    _look(page, screenshots, "answer-light-800")
    page.set_viewport_size({"width": 1280, "height": 2300})
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    _look(page, screenshots, "answer-dark-1280")


def _target_away(page):
    """It is said that nothing listens there; when it is back, all works again."""
    page.locator("button.x-stop").click()
    page.locator("button.cx-send").click()
    _answered(page, 3)
    expect(page.locator(".cx-answer")).to_contain_text("Nothing listens at 127.0.0.1:")
    page.locator("button.x-start").click()
    page.locator("button.cx-send").click()
    _answered(page, 4)
    expect(page.locator(".cx-history option")).to_have_count(4)
    page.locator(".cx-history select").select_option(index=3)
    _answered(page, 1)


def test_a_long_list_in_voila_in_the_dark_and_narrow(notebooks, screenshots):
    page = notebooks.voila(_CELL, _SHOW, dark=True, width=800, height=1800)
    page.locator(".cx-operation select").select_option("list-calls")
    expect(page.locator(".cx-about")).to_contain_text("reads")
    _row(page, "filter_criteria").get_by_role("button").click()
    _row(page, "call_type").get_by_role("checkbox").check()
    expect(page.locator(".cx-json textarea")).to_have_value(re.compile("call_type"))
    page.locator(".cx-json textarea").fill('{"limit": 150}')
    expect(_row(page, "limit").locator(".cx-value-input input")).to_have_value("150")
    page.locator("button.cx-send").click()
    _answered(page, 1)
    expect(page.locator(".cx-item")).to_have_count(20)
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".cx-range")).to_have_text("21 to 40 of 150")
    _look(page, screenshots, "list-dark-800")
    expect(page.locator(".cx-item[open] .cx-mark").first).to_contain_text("REM-003")
