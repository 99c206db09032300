"""axe-core finds nothing serious: in a channel, a modal, the Home, the inspector; light and dark."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.seat import Seat

Sit = Callable[..., Seat]
AXE = "axe-core@4.14.1"
GRAVE = {"serious", "critical"}
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, from the npm registry; nothing of it is kept in the project."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm here, so no axe-core")
    folder = tmp_path_factory.mktemp("axe")
    command = [
        npm,
        "install",
        "--no-save",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--prefix",
        str(folder),
        AXE,
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=dict(os.environ))
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not answer, so no axe-core")
    if done.returncode:
        pytest.skip(f"npm could not install {AXE}: {done.stderr.strip()[-200:]}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


def channel(sit: Sit) -> Seat:
    priya = sit()
    for word in ("card", "menu", "whisper"):
        priya.write(f"/actionitem {word}")
    expect(priya.message("You said whisper")).to_be_visible()
    return priya


def thread(sit: Sit) -> Seat:
    priya = sit()
    priya.write("A question")
    priya.message("A question").get_by_role("button", name="Reply in thread").click()
    expect(priya.page.get_by_role("complementary", name="Thread").get_by_text("A question")).to_be_visible()
    return priya


def completion(sit: Sit) -> Seat:
    priya = sit()
    priya.composer.press_sequentially("/actionitem ")
    priya.press("ArrowDown")
    return priya


def modal(sit: Sit) -> Seat:
    priya = sit()
    dialog = priya.open("/actionitem everything", "Everything")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Please complete").first).to_be_visible()
    return priya


def combobox(sit: Sit) -> Seat:
    priya = sit()
    dialog = priya.open("/actionitem new", "New action item")
    dialog.get_by_label("Collaborators").fill("a")
    expect(priya.page.get_by_role("listbox").get_by_role("option", name="Lena Vogel")).to_be_visible()
    priya.press("Enter")
    return priya


def question(sit: Sit) -> Seat:
    priya = sit()
    priya.write("/actionitem card")
    priya.message("AI-12").get_by_role("button", name="Implemented").click()
    return priya


def menu(sit: Sit) -> Seat:
    priya = sit()
    priya.write("/actionitem card")
    priya.message("AI-12").get_by_role("button", name="More options").click()
    return priya


def home(sit: Sit) -> Seat:
    priya = sit(place="home")
    expect(priya.page.get_by_role("heading", name="Your action items")).to_be_visible()
    return priya


def inspector(sit: Sit) -> Seat:
    priya = sit()
    priya.write("/actionitem card")
    priya.message("AI-12").get_by_role("button", name="More about this message").click()
    priya.page.get_by_role("menuitem", name="Inspect").click()
    expect(
        priya.page.get_by_role("complementary", name="Inspector").get_by_text("chat.postMessage").first
    ).to_be_visible()
    return priya


def first_steps(sit: Sit) -> Seat:
    priya = sit()
    step = {"title": "Make an item", "text": "It coaches.", "button": "Open", "user": "U0PRIYA", "place": "C0PAYMENTS"}
    priya.page.route("**/sandbox/beside", lambda route: route.fulfill(json={"steps": [step], "links": []}))
    priya.page.reload()
    expect(priya.page.get_by_role("region", name="First steps")).to_be_visible()
    return priya


def time_moved(sit: Sit) -> Seat:
    priya = sit()
    priya.page.get_by_role("button", name="Next Monday").click()
    expect(priya.page.get_by_text("This was said meanwhile.")).to_be_visible()
    return priya


VIEWS = [channel, thread, completion, modal, combobox, question, menu, home, inspector, first_steps, time_moved]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_axe_finds_nothing_serious(seat: Sit, axe: str, view: Callable[[Sit], Seat], scheme: str) -> None:
    def sit(*where: str, **more: str) -> Seat:
        sat = seat(*where, **more)
        sat.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        return sat

    page = view(sit).page
    page.evaluate(axe)
    found = [each for each in page.evaluate(RUN) if each["impact"] in GRAVE]
    assert [(each["id"], [node["html"][:150] for node in each["nodes"]]) for each in found] == []


def test_nothing_of_axe_is_kept_in_the_project() -> None:
    assert not list(Path(__file__).parent.rglob("node_modules"))
