"""The HTML report in a real browser: it can be filtered, linked to, copied from, printed, and nothing leaves it."""

import pytest
from contrast import FAINT
from playwright.sync_api import expect
from report_samples import ATTACK, attacking_run, changes, earlier, large_run, working_run

from conformance.reports import html

TEXT = html.text(working_run(), earlier=earlier(), changes=changes())
SHOWN_ROWS = ".matrix .row:not([hidden])"
SHOWN_FINDINGS = ".finding:not([hidden])"


def ids(page, selector):
    return page.locator(selector).evaluate_all("found => found.map((each) => each.id)")


def address(page):
    return page.evaluate("location.hash")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_it_fits_and_can_be_read(opened, width, dark, screenshots):
    page = opened(TEXT, width=width, dark=dark)
    page.get_by_role("button", name="Open all").click()
    page.screenshot(path=screenshots / f"report-{width}-{'dark' if dark else 'light'}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(FAINT, "body") == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(15, 19, 24)" if dark else "rgb(246, 247, 249)"
    )


def test_at_first_a_chapter_shows_what_did_not_pass(opened):
    page = opened(TEXT)
    assert ids(page, SHOWN_ROWS) == ["REM-003", "STAT-001", "STAT-002", "HOOK-010"]
    listing = page.get_by_role("button", name="Listing 2")
    expect(listing).to_have_attribute("aria-expanded", "false")
    listing.focus()
    page.keyboard.press("Enter")
    expect(listing).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#LIST-001")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#LIST-001")).to_be_hidden()


def test_outcomes_are_filtered_and_the_address_says_so(opened):
    page = opened(TEXT)
    warned = page.get_by_role("button", name="warned")
    warned.click()
    expect(warned).to_have_attribute("aria-pressed", "true")
    assert (ids(page, SHOWN_ROWS), ids(page, SHOWN_FINDINGS)) == (["STAT-001"], ["STAT-001.1"])
    assert address(page) == "#outcome=warned"
    page.get_by_role("button", name="not exercised").click()
    assert ids(page, SHOWN_ROWS) == ["STAT-001", "LIST-002"]
    assert address(page) == "#outcome=warned,skipped"
    expect(page.locator("#shown")).to_have_text("2 of 6 requirements, 1 of 5 findings")
    page.get_by_role("button", name="Reset").click()
    assert address(page) == ""
    assert len(ids(page, SHOWN_FINDINGS)) == 5
    expect(page.locator("#shown")).to_be_hidden()


def test_areas_operations_and_words_narrow_together(opened):
    page = opened(TEXT)
    page.get_by_label("Operation", exact=True).select_option("get-call")
    assert ids(page, SHOWN_FINDINGS) == ["REM-003.2"]
    assert page.locator("th.op:not(.dim)").all_inner_texts() == ["get-call"]
    page.get_by_label("Area").select_option("listing")
    assert ids(page, SHOWN_FINDINGS) == []
    expect(page.get_by_text("No finding is left by these filters.")).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    page.get_by_label("Search").fill("NUMBER wrong purpose")
    expect(page.locator("#shown")).to_have_text("1 of 6 requirements, 1 of 5 findings")
    assert (ids(page, SHOWN_ROWS), ids(page, SHOWN_FINDINGS)) == (["STAT-002"], ["STAT-002.1"])
    assert address(page) == "#q=NUMBER+wrong+purpose"


def test_an_address_opens_what_it_says(opened):
    page = opened(TEXT, hash="#outcome=failed,warned&area=status&operation=create-web-call&q=201")
    assert (ids(page, SHOWN_ROWS), ids(page, SHOWN_FINDINGS)) == (["STAT-001"], ["STAT-001.1"])
    expect(page.get_by_label("Area")).to_have_value("status")
    page.evaluate("location.hash = 'outcome=skipped'")
    expect(page.locator("#shown")).to_have_text("1 of 6 requirements, 0 of 5 findings")
    page.evaluate("location.hash = 'area=nobody&operation=knows&outcome=this'")
    expect(page.locator("#shown")).to_be_hidden()


def test_the_counts_lead_to_what_they_count(opened):
    page = opened(TEXT)
    page.get_by_role("list", name="Requirements by outcome").get_by_role("link", name="warned").click()
    expect(page.locator("#shown")).to_have_text("1 of 6 requirements, 1 of 5 findings")


def test_a_cell_of_the_matrix_leads_to_its_finding_twice(opened):
    page = opened(TEXT)
    cell = page.get_by_role("link", name="REM-003, get-call: failed, 8 exchanges. Go to the finding.")
    found = page.locator("[id='REM-003.2']")
    for _ in range(2):
        cell.click()
        expect(found).to_have_attribute("open", "")
        expect(found.locator("> summary")).to_be_focused()
        found.locator("> summary").click()
        expect(found).not_to_have_attribute("open", "")


def test_a_link_to_what_the_filters_hide_shows_it(opened):
    page = opened(TEXT, hash="#outcome=warned")
    page.get_by_role("link", name="LIST-002").click()
    expect(page.locator("#LIST-002")).to_be_in_viewport()
    expect(page.locator("#shown")).to_be_hidden()


def test_keys_lead_to_the_search_and_out_of_it(opened):
    page = opened(TEXT)
    page.keyboard.press("/")
    search = page.get_by_label("Search")
    expect(search).to_be_focused()
    page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")
    page.keyboard.press("Escape")
    expect(search).to_have_value("")
    expect(page.locator("#shown")).to_be_hidden()


def test_the_command_is_copied_as_it_stands(opened):
    page = opened(TEXT, hash="#REM-003.1")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the command that repeats REM-003.1").click()
    expect(page.locator("[data-copy='repeat-REM-003.1']")).to_have_text("Copied")
    command = 'curl -sS https://api.example.invalid/v2/list-calls -H "Authorization: $RETELL_API_KEY"'
    assert page.evaluate("navigator.clipboard.readText()") == command


def test_the_wrong_place_is_marked_and_in_sight(opened):
    page = opened(TEXT, hash="#REM-003.1")
    mark = page.locator("[id='REM-003.1'] mark")
    expect(mark).to_have_text('"sample_rate": null')
    expect(mark).to_be_in_viewport()
    absent = page.locator("[id='REM-003.2'] mark")
    assert absent.text_content().strip() == '"x" is not here'
    assert page.locator("[id='STAT-002.1'] mark").text_content().strip() == '"to_number": 5'


def test_light_and_dark_can_be_switched(opened):
    page = opened(TEXT)
    switch = page.get_by_role("button", name="Switch between light and dark")
    expect(switch).to_have_text("Dark")
    switch.click()
    expect(page.locator("body")).to_have_css("background-color", "rgb(15, 19, 24)")
    expect(switch).to_have_text("Light")
    switch.click()
    expect(page.locator("body")).to_have_css("background-color", "rgb(246, 247, 249)")


def test_an_answer_that_attacks_is_only_text(opened):
    page = opened(html.text(attacking_run()))
    page.get_by_role("button", name="Open all").click()
    assert page.evaluate("window.harmed") is None
    assert page.locator("img, iframe, object, form:not(#filters), a[href*='attack']").count() == 0
    assert page.locator("script").count() == 1
    assert ATTACK[:40] in page.locator(".finding").first.inner_text()
    page.get_by_label("Operation", exact=True).select_option(index=1)
    page.get_by_label("Search").fill(ATTACK[:20])
    expect(page.locator("#shown")).to_be_visible()
    assert page.evaluate("window.harmed") is None


def test_a_script_that_is_smuggled_in_is_stopped_by_the_policy(opened):
    page = opened(TEXT.replace("<main>", "<main><script>window.harmed = 1</script><b style='color: red'>x</b>"))
    assert page.evaluate("window.harmed") is None
    assert len(opened.errors) == 2
    assert all("Content Security Policy" in each for each in opened.errors)
    opened.errors.clear()


def test_without_scripts_everything_can_be_read(opened):
    page = opened(TEXT, script=False)
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("#LIST-001")).to_be_visible()
    expect(page.locator(".copy").first).to_be_hidden()
    found = page.locator("[id='REM-003.1']")
    found.locator("> summary").click()
    expect(found.locator(".repeat code")).to_be_visible()


def test_on_paper_the_findings_are_open_and_the_filters_gone(opened):
    page = opened(TEXT, dark=True)
    page.emulate_media(media="print")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("[id='REM-003.1'] .repeat code")).to_be_visible()
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    assert page.pdf()[:5] == b"%PDF-"


def test_a_large_run_can_be_worked_with(opened):
    page = opened(html.text(large_run()), width=400)
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    page.get_by_label("Search").fill("promise 78")
    says(page, "1 of 152 requirements, 4 of 300 findings")
    page.get_by_label("Search").fill("")
    says(page, "")
    page.get_by_label("Operation", exact=True).select_option("get-call")
    says(page, "152 of 152 requirements, 75 of 300 findings")


def says(page, text):
    """Waits for what is shown; `expect` would describe the whole of a large page at each look that is too early."""
    page.wait_for_function("text => document.getElementById('shown').textContent === text", arg=text)
