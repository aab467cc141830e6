"""A real browser, without a way out: whatever asks for more than the file that is opened is stopped, and told."""

import itertools
import os
from pathlib import Path

import pytest
from jupyter import Jupyter
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SCREENSHOTS = Path(__file__).resolve().parents[2] / ".cache" / "screenshots"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)


@pytest.fixture(scope="module")
def browser():
    """One for each file of tests: while it is open, no event loop can be run beside it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
        yield chromium
        chromium.close()


class Opened:
    """Pages of one browser, and what they did that they should not."""

    def __init__(self, browser, folder):
        self.browser, self.folder = browser, folder
        self.outside, self.errors, self.contexts = [], [], []

    def __call__(self, text, *, hash="", width=1280, dark=False, script=True):  # noqa: A002 - what an address calls it
        """A page with this text, opened from a file."""
        path = self.folder / "report.html"
        path.write_text(text, encoding="utf-8")
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            service_workers="block",
            java_script_enabled=script,
        )
        self.contexts.append(context)
        context.set_default_timeout(10_000)
        context.route("**/*", self._gate)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda told: self.errors.append(told.text) if told.type in {"error", "warning"} else None)
        page.on("dialog", lambda dialog: (self.errors.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri() + hash)
        return page

    def _gate(self, route):
        address = route.request.url
        if address.split("#")[0] == (self.folder / "report.html").as_uri():
            route.continue_()
        else:
            self.outside.append(address)
            route.abort()


@pytest.fixture
def opened(browser, tmp_path):
    """Opens pages; at the end of each test nothing was asked for elsewhere, and nothing went wrong in a script."""
    opener = Opened(browser, tmp_path)
    yield opener
    for context in opener.contexts:
        context.close()
    assert opener.outside == []
    assert opener.errors == []


@pytest.fixture(scope="session")
def screenshots():
    """Where pictures of pages are kept for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory):
    """A server with Lab and Voila."""
    server = Jupyter(tmp_path_factory.mktemp("jupyter"))
    yield server
    server.close()


class Notebooks:
    """Notebooks in a browser, and what their pages did that they should not."""

    def __init__(self, browser, jupyter):
        self.browser, self.jupyter = browser, jupyter
        self.outside, self.errors, self.contexts = [], [], []

    def lab(self, *cells, width=1280, height=1000, dark=False):
        """A page of JupyterLab in which these cells, or the notebook at this path, have run."""
        page = self._page(width, height, dark=dark)
        self.jupyter.lab(page, self._written(cells))
        return page

    def voila(self, *cells, width=1280, height=1000, dark=False):
        """A page of Voila that shows what these cells show."""
        page = self._page(width, height, dark=dark)
        self.jupyter.voila(page, self._written(cells), dark=dark)
        return page

    def _written(self, cells):
        return self.jupyter.write(f"notebook-{next(_NUMBERS)}", *cells)

    def _page(self, width, height, *, dark):
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            service_workers="block",
            permissions=["clipboard-read", "clipboard-write"],
        )
        self.contexts.append(context)
        context.set_default_timeout(20_000)
        context.route("**/*", self._gate)
        page = context.new_page()
        page.add_init_script(_PATIENT)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda told: self.errors.append(told.text) if _SWALLOWED in told.text else None)
        page.on("websocket", lambda socket: self._note(socket.url.replace("ws:", "http:")))
        page.on("dialog", lambda dialog: (self.errors.append(dialog.message), dialog.dismiss()))
        return page

    def _note(self, address):
        """Whether it is on this machine; what is not is told at the end."""
        if address.startswith(("http://127.0.0.1:", "data:", "blob:")):
            return True
        self.outside.append(address)
        return False

    def _gate(self, route):
        if "/lab/api/build" in route.request.url:  # whether Lab is to be built anew, which takes Node two seconds
            route.fulfill(json={"status": "stable", "message": ""})
        elif self._note(route.request.url):
            route.continue_()
        else:
            route.abort()


_PATIENT = """(() => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (milliseconds) => timeout(30 * milliseconds);
})()"""
"""anywidget gives a model two seconds to begin, which a busy machine exceeds where a notebook draws all at once."""
_SWALLOWED = "Error setting state"
"""How a script of a widget that goes wrong is told: it is no error of the page."""
_NUMBERS = itertools.count(1)


@pytest.fixture
def notebooks(browser, jupyter):
    """Opens notebooks; at the end of each test nothing was asked for elsewhere, and no script went wrong."""
    opener = Notebooks(browser, jupyter)
    yield opener
    for context in opener.contexts:
        for page in context.pages:
            if "/voila/" in page.url:
                page.goto("about:blank")  # Voila ends the kernel of a page that is left
        context.close()
    jupyter.end_kernels()
    assert opener.outside == []
    assert opener.errors == []
