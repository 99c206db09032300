"""A browser, a sandbox with the kitchen as its app, and a page in which somebody sits."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bot.sandbox.server import Sandbox
from tests.browser.kitchen import MANIFEST, Kitchen, Served
from tests.browser.seat import ARGUMENTS, Seat

expect.set_options(timeout=30_000)  # a busy machine is no fault; what is there is seen at once


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium here: `apt-get install chromium`")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


@pytest.fixture
def sandbox(kitchen: Kitchen) -> Iterator[Sandbox]:
    with Served(kitchen) as url, _sandbox(url, kitchen) as sandbox:
        kitchen.connect(sandbox)
        yield sandbox


def _sandbox(url: str, kitchen: Kitchen) -> Sandbox:
    return Sandbox(app_url=url, manifest=MANIFEST, on_clock_moved=kitchen.on_clock_moved, rates=False)


@pytest.fixture
def context(browser: Browser, sandbox: Sandbox) -> Iterator[BrowserContext]:  # leaves before the sandbox stops
    made = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Fails when the page logs an error or asks another server for anything."""
    made = context.new_page()
    complaints: list[str] = []
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("request", lambda request: complaints.append(request.url) if _elsewhere(request.url) else None)
    yield made
    assert not complaints


def _elsewhere(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))


@pytest.fixture
def seat(page: Page, sandbox: Sandbox) -> Any:
    """`seat("U0PRIYA", "C0PAYMENTS")`: somebody sits down somewhere."""

    def take(user: str = "U0PRIYA", place: str = "C0PAYMENTS") -> Seat:
        page.goto(f"{sandbox.url}/#/{user}/{place}")
        return Seat(page)

    return take
