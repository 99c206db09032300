"""A tracker that loses answers, breaks down, limits, and tells of everything twice and backwards, while people work.

At the end both sides agree; nothing is there twice, nothing was written more than once, and nothing came back as news.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.trackers.serving import Fault
from tests.acceptance.conftest import eventually
from tests.acceptance.test_trackers import Office, running_office

LIMITED = {"Retry-After": "1"}
DEFERRED = {
    "Why can it not be done now?": "The vendor replaces it",
    "What risk do we accept meanwhile?": "It can stall again",
    "I understand that the incident can happen again": True,
    "Trigger condition": "The new cluster is there",
}


@pytest.fixture(scope="module")
def office(database: str, folder: Path) -> Iterator[Office]:
    yield from running_office(database, folder)


def written(office: Office, issue: int, method: str = "PATCH") -> int:
    """How many writes to that issue were taken, also those whose answer was lost."""
    end = f"/issues/{issue}" if method == "PATCH" else f"/issues/{issue}/comments"
    return sum(done == method and path.endswith(end) for done, path in office.github.done)


def troubled(office: Office) -> None:
    """Reads and writes that fail before and after they were taken."""
    office.github.faults[:] = [
        Fault("PATCH", "/issues/", "lost", times=2),
        Fault("PATCH", "/issues/", "status", 502, times=2),
        Fault("PATCH", "/issues/", "status", 429, LIMITED, times=1),
        Fault("POST", "/comments", "lost", times=1),
        Fault("GET", "/issues/", "status", 500, times=2),
    ]


def told_again(office: Office) -> None:
    """Every event once more, the newest first: GitHub promises no order, and sends again what it believes lost."""
    for kind, payload, _status in list(reversed(office.github.delivered)):
        assert office.github.deliver(kind, payload) == 200


@pytest.mark.walk
def test_both_sides_agree_at_the_end_and_each_change_was_written_once(office: Office) -> None:
    edited, dropped, deferred, theirs = (office.with_ticket() for _ in range(4))
    every = (edited, dropped, deferred, theirs)
    before = {issue: written(office, issue) for _channel, _number, issue in every}
    issues = office.github.repository.issues
    troubled(office)

    channel, number, _issue = edited
    office.priya.command(f"/actionitem edit {number}", channel=channel)
    office.priya.modal.fill({"Action": "Page the on-call when the ledger is 4 % slower"}).submit()
    if office.priya.has_modal:
        office.priya.modal.fill({"Keep my wording": True}).submit()
    channel, number, _issue = dropped
    office.marco.command(f"/actionitem drop {number}", channel=channel)
    office.marco.modal.fill({"Why?": "The new client covers it"}).submit()
    channel, number, _issue = deferred
    office.marco.command(f"/actionitem defer {number}", channel=channel)
    office.marco.modal.fill(DEFERRED).submit()
    office.github.edited(theirs[2], title="Wake the on-call when errors exceed 5 %")

    eventually(lambda: "4 %" in issues[edited[2]].title)
    eventually(lambda: issues[dropped[2]].state_reason == "not_planned")
    eventually(lambda: written(office, deferred[2], "POST"))
    office.card_says(theirs[0], theirs[1], "errors exceed 5 %")
    office.github.faults.clear()
    told_again(office)
    office.command("tracker", "sync", "main")
    told_again(office)

    for channel, number, issue in every:
        assert issues[issue].title in office.world.card(channel, f"AI-{number}").text
    counted = [written(office, issue) - before[issue] for _channel, _number, issue in (edited, dropped, theirs)]
    assert counted == [1, 1, 0]
    assert [each.number for each in office.github.repository.comments] == [deferred[2]]
    assert "Every ticket is in step" in office.priya.command("/actionitem tickets", channel=edited[0]).text
    for channel, number, _issue in (edited, dropped, deferred):
        assert "(GitHub)" not in office.priya.command(f"/actionitem show {number}", channel=channel).text
