"""What GitHub and Jira really said, cut down to what is read of it: each is understood, or left alone for a reason.

Recorded by octokit/fixtures (MIT) and mattermost-plugin-jira (Apache-2.0).
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.domain.tickets import Stage
from bot.trackers.github import GitHub
from bot.trackers.github_code import ReadUntil
from bot.trackers.jira_events import event_of
from bot.trackers.shape import NewTicket, Reception, TrackerTrouble

HERE = Path(__file__).parent
JIRA: dict[str, Any] = json.loads((HERE / "jira_events.json").read_text(encoding="utf-8"))
GITHUB: dict[str, list[dict[str, Any]]] = json.loads((HERE / "github_http.json").read_text(encoding="utf-8"))
SITE = "https://acme.atlassian.net"
LEFT_ALONE = {
    "cloud-comment-deleted": "what was progress stays progress",
    "cloud-comment-updated": "a comment is progress once",
    "issue-assigned-empty-changelog": "it does not say when it was so; polling does",
    "server-comment-created": "it names no issue; the issue's own event has the comment, too",
    "server-comment-deleted": "as in Cloud",
    "server-comment-updated": "as in Cloud",
}
STAGES = {
    "issue-updated-resolved": Stage.DONE,
    "server-issue-updated-resolved": Stage.DONE,
    "issue-updated-started-working": Stage.IN_PROGRESS,
    "server-issue-updated-in-progress": Stage.IN_PROGRESS,
}
COMMENTED = {
    "cloud-comment-created", "issue-comment-created-indentation", "server-issue-updated-commented-1",
    "server-issue-updated-commented-2", "server-issue-updated-commented-3",
    "server-issue-updated-commented-mention-user",
}  # fmt: skip


@pytest.mark.parametrize(("name", "payload"), JIRA.items())
def test_real_event_of_jira_is_understood_or_left_alone(name: str, payload: Any) -> None:
    key = (payload.get("issue") or {}).get("key", "OPS-1")
    event = event_of(payload, key.rpartition("-")[0], SITE, {})
    if name in LEFT_ALONE:
        assert event is None
        return
    assert event
    assert (event.ref, event.gone, event.is_person) == (payload["issue"]["id"], "", True)
    assert bool(event.comment) is (name in COMMENTED)
    assert event.who == "Test User"
    if event.ticket:
        assert event.ticket.stage is STAGES.get(name, Stage.TO_DO)
        assert event.ticket.at.year in (2019, 2020)
        assert event.ticket.url == f"{SITE}/browse/{key}"
    else:
        assert event.comment


def recorded(name: str) -> tuple[GitHub, list[str]]:
    """A client of the repository that was recorded, and what it asked: every answer is one that GitHub gave."""
    left, asked = list(GITHUB[name]), list[str]()
    place = next(each["response"]["full_name"] for each in left if isinstance(each["response"], dict))

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        method, path = request.method.lower(), request.url.path
        # Our parameters are others than those of the recording: the path tells, and for further pages the number.
        page = request.url.params.get("page", "")
        found = next(
            (
                each for each in left
                if each["method"] == method and each["path"].partition("?")[0] == path and _page(each["path"]) == page
            ),
            None,
        )  # fmt: skip
        if found is None:
            return httpx.Response(404, json={"message": "Not Found"})
        left.remove(found)
        return httpx.Response(found["status"], json=found["response"], headers=found["headers"])

    return GitHub("https://api.github.com/", place, "token", {}, httpx.MockTransport(answer)), asked


def _page(path: str) -> str:
    return str(httpx.URL(f"https://api.github.com{path}").params.get("page", ""))


def test_recorded_issues_are_made_and_read_page_by_page() -> None:
    tracker, asked = recorded("paginate-issues")
    made = [tracker.create(NewTicket(f"Test issue {number}", "", "2026-12-01")) for number in range(1, 14)]
    assert [ticket.ref for ticket in made] == [str(number) for number in range(1, 14)]
    assert {ticket.stage for ticket in made} == {Stage.TO_DO}
    assert tracker.find("nobody's mark", datetime(2022, 7, 19, tzinfo=UTC)) is None
    assert len([line for line in asked if line.startswith("GET")]) == 5


def test_recorded_rename_is_followed() -> None:
    tracker, asked = recorded("rename-repository")
    assert tracker.check()[0].startswith("reached: ok (https://api.github.com/repos")
    assert [line.partition("/repos")[0] for line in asked] == ["GET ", "GET ", "GET /user"]


def test_recorded_refusal_names_the_field() -> None:
    refused = next(each for each in GITHUB["errors"] if each["status"] == 422)
    transport = httpx.MockTransport(lambda _request: httpx.Response(422, json=refused["response"]))
    tracker = GitHub("https://api.github.com/", "acme/shop", "token", {}, transport)
    with pytest.raises(TrackerTrouble) as trouble:
        tracker.read("1")
    assert trouble.value.meaning is Reception.REFUSED
    assert "color" in trouble.value.said


def test_what_was_read_is_kept_as_text() -> None:
    for text in (
        "2026-11-30T12:00:00Z",
        "2026-11-30T12:00:00Z|12.0a,3.1f|",
        "2026-11-30T12:00:00Z||2026-11-29T00:00:00Z",
    ):
        assert ReadUntil.read(text).text == text
