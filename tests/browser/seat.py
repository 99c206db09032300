"""What somebody does on the page, by role, name and label only: so the same steps drive the product."""

import re
import shutil

from playwright.sync_api import Locator, Page, expect

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""Where it is, if anywhere. The first is the same without windows, tabs and bookmarks, and does with a quarter less."""
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Seat:
    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name=re.compile("^Message "))

    def write(self, text: str) -> None:
        """Types into the composer and sends."""
        self.composer.fill(text)
        self.composer.press("Enter")

    def dialog(self, title: str) -> Locator:
        return self.page.get_by_role("dialog", name=title)

    def open(self, command: str, title: str) -> Locator:
        """Sends a command and waits for its modal."""
        self.write(command)
        expect(self.dialog(title)).to_be_visible()
        return self.dialog(title)

    def message(self, text: str) -> Locator:
        return self.page.get_by_role("article").filter(has_text=text).last

    def place(self, name: str) -> Locator:
        return self.page.get_by_role("navigation", name="Places").get_by_role("link", name=name)

    def become(self, name: str) -> None:
        self.page.get_by_label("You are").select_option(label=name)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def focused(self) -> str:
        """The accessible name of what has the focus, roughly."""
        return str(
            self.page.evaluate(
                "() => { const e = document.activeElement;"
                " return e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent; }"
            )
        )
