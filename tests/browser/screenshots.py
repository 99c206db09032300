"""Pictures of the product for the README: `python -m tests.browser.screenshots [--url URL] [--user U…]`.

Opens the demo that runs at `--url`; without it, one of its own. Steps go by role, name and label.
"""

import argparse
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.seat import ARGUMENTS, CHROMIUM, Seat
from tests.running import running_demo

TARGET = Path(__file__).parents[2] / "docs" / "img"
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
VAGUE = "Improve monitoring"


def sit(browser: Browser, url: str, user: str, *, dark: bool, size: dict[str, int] = LAPTOP) -> Seat:
    scheme = "dark" if dark else "light"
    page = browser.new_page(
        viewport=size,  # type: ignore[arg-type]
        color_scheme=scheme,  # type: ignore[arg-type]
        device_scale_factor=2 if size is PHONE else 1,
        locale="en-GB",
        reduced_motion="reduce",
    )
    page.goto(f"{url}/#/{user}/C0PAYMENTS")
    seat = Seat(page)
    expect(seat.composer).to_be_visible()
    steps = page.get_by_role("button", name="Close the first steps")
    if steps.count():
        steps.click()
    return seat


def shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(250)
    page.mouse.move(0, 0)
    page.screenshot(path=TARGET / f"{name}.png")
    print(TARGET / f"{name}.png")


def digest_arrives(seat: Seat) -> None:
    """Goes to Monday, unless a digest stands there already."""
    digest = seat.page.get_by_role("article").filter(has_text=re.compile("week of"))
    if digest.count() == 0:
        seat.page.get_by_role("button", name="Next Monday").click()
        expect(seat.page.get_by_text("This was said meanwhile.")).to_be_visible(timeout=60_000)
        expect(digest.last).to_be_visible()
        seat.page.get_by_role("button", name="Hide what happened").click()


def findings(seat: Seat) -> None:
    """The first modal, with what the coach found; the action is all that it needs for that."""
    dialog = seat.open("/actionitem new", "New action item")
    dialog.get_by_label("Action", exact=True).fill(VAGUE)
    dialog.get_by_role("button", name="Create", exact=True).click()
    expect(dialog.get_by_label("Keep my wording")).to_be_visible()


def pictures(browser: Browser, url: str, user: str) -> None:
    for dark in (False, True):
        tail = "dark" if dark else "light"
        seat = sit(browser, url, user, dark=dark)
        digest_arrives(seat)
        shoot(seat.page, f"channel-{tail}")
        findings(seat)
        shoot(seat.page, f"modal-{tail}")
        seat.page.keyboard.press("Escape")
        seat.place("App Home").click()
        expect(seat.page.get_by_role("region", name="App Home").get_by_role("heading").first).to_be_visible()
        shoot(seat.page, f"home-{tail}")
        seat.page.close()
    seat = sit(browser, url, user, dark=False, size=PHONE)
    shoot(seat.page, "phone-light")
    seat.page.close()
    merged(browser, url)


def merged(browser: Browser, url: str) -> None:
    """The trackers beside the workspace, after a pull request was merged there."""
    page = browser.new_page(viewport={"width": 1440, "height": 800}, locale="en-GB", reduced_motion="reduce")
    page.goto(f"{url}/trackers#/github/2")
    page.get_by_role("button", name="Open a pull request").click()
    page.get_by_role("button", name="Merge the pull request").click()
    workspace = page.frame_locator("iframe[title='The workspace']")
    expect(workspace.get_by_text("Is it in production?").last).to_be_visible()
    page.get_by_role("button", name="Hide this").click()
    shoot(page, "trackers-light")
    page.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="the address of a running demo")
    parser.add_argument("--user", default="U0PRIYA", help="who sits before the screen")
    given = parser.parse_args()
    if CHROMIUM is None:
        print("No chromium here: apt-get install chromium-headless-shell", file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        if given.url:
            pictures(browser, given.url.rstrip("/"), given.user)
        else:
            with running_demo() as url:
                pictures(browser, url, given.user)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
