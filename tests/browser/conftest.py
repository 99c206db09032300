"""A browser, a sandbox with the kitchen as its app, and a page in which somebody sits."""

import socket
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request, ViewportSize, expect, sync_playwright
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from bot.sandbox import http
from bot.sandbox.server import Sandbox
from tests.browser.kitchen import MANIFEST, Kitchen, Served
from tests.browser.seat import ARGUMENTS, CHROMIUM, Seat

SIZE: ViewportSize = {"width": 1280, "height": 800}
expect.set_options(timeout=30_000)  # a busy machine is no fault; what is there is seen at once


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium here: `apt-get install chromium-headless-shell`")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


class Kept(StaticFiles):
    """The page's files, which the browser need not ask for again: they are the same in all tests."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        response = super().file_response(*args, **more)
        response.headers["cache-control"] = "max-age=3600"
        return response


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    """One for all sandboxes, one after the other: what the browser has kept it knows by its address."""
    with socket.socket() as held:  # and never listens, so nobody else is given the port meanwhile
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def sandbox(kitchen: Kitchen, port: int) -> Iterator[Sandbox]:
    with patch.object(http, "StaticFiles", Kept), Served(kitchen) as url, _sandbox(url, kitchen, port) as sandbox:
        kitchen.connect(sandbox)
        yield sandbox


def _sandbox(url: str, kitchen: Kitchen, port: int) -> Sandbox:
    return Sandbox(port, url, manifest=MANIFEST, on_clock_moved=kitchen.on_clock_moved, rates=False)


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Where all pages are. Of one test nothing is there in the next but the page's files."""
    made = browser.new_context(viewport=SIZE, locale="en-GB", timezone_id="UTC")
    yield made
    made.close()


@pytest.fixture(scope="session")
def tab(context: BrowserContext) -> Page:
    """The page of all tests: to go elsewhere is as good as another page, and half as dear."""
    return context.new_page()


@pytest.fixture
def page(tab: Page, sandbox: Sandbox) -> Iterator[Page]:
    """Fails when the page logs an error or asks another server for anything."""
    complaints: list[str] = []
    tab.set_viewport_size(SIZE)
    tab.emulate_media(color_scheme="null", reduced_motion="reduce")

    def noted_error(error: Error) -> None:
        complaints.append(str(error))

    def noted_request(request: Request) -> None:
        if _elsewhere(request.url):
            complaints.append(request.url)

    tab.on("pageerror", noted_error)
    tab.on("request", noted_request)
    yield tab
    tab.remove_listener("pageerror", noted_error)
    tab.remove_listener("request", noted_request)
    tab.unroute_all()
    for other in tab.context.pages:
        if other is not tab:
            other.close()
    if tab.url.startswith(sandbox.url):
        tab.evaluate("localStorage.clear()")
    tab.goto("about:blank")  # before the sandbox stops
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
