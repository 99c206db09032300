"""Finding, making and leaving channels; writing to people; files; a second workspace."""

import re
import zlib
from collections.abc import Callable

import httpx
from playwright.sync_api import expect

from bot.sandbox.server import Sandbox
from tests.browser.kitchen import Kitchen
from tests.browser.seat import Seat

Sit = Callable[..., Seat]


def test_a_person_makes_a_channel_and_invites_the_app(seat: Sit, kitchen: Kitchen) -> None:
    priya = seat()
    priya.page.get_by_role("button", name="Browse channels").click()
    priya.page.get_by_label("New channel").fill("inc-2043-search")
    priya.press("Enter")
    expect(priya.page.get_by_role("textbox", name="Message #inc-2043-search")).to_be_visible()
    priya.write("/invite @Action Items")
    expect(priya.page.get_by_role("button", name="2 members")).to_be_visible()
    priya.write("/actionitem card")
    expect(priya.message("AI-12")).to_be_visible()


def test_a_channel_that_cannot_be_made_is_refused_beside_its_name(seat: Sit) -> None:
    priya = seat()
    priya.page.get_by_role("button", name="Browse channels").click()
    dialog = priya.dialog("Channels")
    dialog.get_by_label("New channel").fill("payments")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_role("alert")).to_contain_text("payments")


def test_who_leaves_sees_the_channel_from_outside_and_can_come_back(seat: Sit) -> None:
    priya = seat(place="C0RANDOM")
    priya.write("/leave")
    expect(priya.page.get_by_text("from outside")).to_be_visible()
    priya.page.get_by_role("button", name="Join").click()
    expect(priya.composer).to_be_visible()


def test_a_member_of_the_channel_is_written_to(seat: Sit) -> None:
    priya = seat()
    priya.page.get_by_role("button", name="5 members").click()
    priya.page.get_by_role("menuitem", name="Marco Rossi").click()
    expect(priya.page.get_by_role("textbox", name="Message Marco Rossi")).to_be_visible()
    priya.write("Only for you")
    priya.become("Marco Rossi")
    expect(priya.place("Priya Raman")).to_be_visible()


def png() -> bytes:
    """One black pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = b"\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def test_a_picture_that_the_app_uploads_is_shown(seat: Sit, kitchen: Kitchen) -> None:
    kitchen.client.files_upload_v2(
        channel="C0PAYMENTS", content=png(), filename="backlog.png", alt_txt="Backlog by week"
    )
    priya = seat()
    picture = priya.page.get_by_role("img", name="Backlog by week")
    expect(picture).to_be_visible()
    assert picture.evaluate("async node => { await node.decode(); return node.naturalWidth; }") == 1


def test_an_image_block_shows_a_file_of_the_workspace(seat: Sit, kitchen: Kitchen) -> None:
    sent = kitchen.client.files_upload_v2(channel="C0PAYMENTS", content=png(), filename="chart.png")
    block = {"type": "image", "slack_file": {"id": sent["file"]["id"]}, "alt_text": "The chart"}
    kitchen.client.chat_postMessage(channel="C0PAYMENTS", text="Chart", blocks=[block])
    picture = seat().page.get_by_role("img", name="The chart")
    assert picture.evaluate("async node => { await node.decode(); return node.naturalWidth; }") == 1


def test_people_of_a_second_workspace_see_their_own(seat: Sit, sandbox: Sandbox) -> None:
    made = httpx.post(f"{sandbox.url}/sandbox/workspaces", json={"name": "Globex"}).json()
    person = {"real_name": "Hana Mori", "id": "U0HANA", "workspace": made["id"]}
    httpx.post(f"{sandbox.url}/sandbox/people", json=person).raise_for_status()
    priya = seat()
    priya.become("Hana Mori")
    expect(priya.page.get_by_role("heading", name="Globex")).to_be_visible()
    expect(priya.place("#payments")).to_have_count(0)
    expect(priya.place(re.compile("App Home"))).to_be_visible()


def test_an_opened_thread_is_ready_to_be_answered(seat: Sit) -> None:
    priya = seat()
    priya.write("A question")
    priya.message("A question").get_by_role("button", name="Reply in thread").click()
    expect(priya.page.get_by_role("textbox", name="Reply in the thread")).to_be_focused()
    priya.page.get_by_role("button", name="Hide the thread").click()
    expect(priya.composer).to_be_focused()
