"""The page of the local trackers: what people do there is what the trackers then hold, of each kind."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.sandbox.beside import Beside
from bot.sandbox.server import Sandbox
from bot.sandbox.trackers.desk import CALLS_SHOWN, TrackerDesk
from bot.sandbox.trackers.github import LocalGitHub
from bot.sandbox.trackers.github_side import GitHubSide
from bot.sandbox.trackers.gitlab import LocalGitLab
from bot.sandbox.trackers.gitlab_side import GitLabSide
from bot.sandbox.trackers.jira import LocalJira
from bot.sandbox.trackers.jira_side import JiraSide
from bot.sandbox.trackers.linear import LocalLinear
from bot.sandbox.trackers.linear_side import LinearSide

KINDS = ["github", "gitlab", "jira", "linear"]
LINK = {"type": "link", "attrs": {"href": "https://ci.example.com/7"}}
SEE = [{"type": "text", "text": "See "}, {"type": "text", "text": "the run", "marks": [LINK]}]
DUE = [{"type": "paragraph", "content": [{"type": "text", "text": "Due", "marks": [{"type": "strong"}]}]}]
ADF = {
    "type": "doc",
    "version": 1,
    "content": [
        {"type": "paragraph", "content": SEE},
        {"type": "bulletList", "content": [{"type": "listItem", "content": DUE}]},
    ],
}


class Desk:
    """A sandbox with the trackers beside it, each with one ticket."""

    def __init__(self, sandbox: Sandbox, github: LocalGitHub) -> None:
        self.http, self.github = httpx.Client(base_url=sandbox.url, trust_env=False), github

    def seen(self, kind: str) -> dict[str, Any]:
        found = self.http.get("/sandbox/trackers").json()["trackers"]
        return next(each for each in found if each["kind"] == kind)

    def ticket(self, kind: str) -> dict[str, Any]:
        return dict(self.seen(kind)["tickets"][0])

    def act(self, kind: str, act: str, text: str = "") -> dict[str, Any]:
        ref = self.ticket(kind)["ref"]
        answer = self.http.post(f"/sandbox/trackers/{kind}/{ref}/{act}", json={"text": text})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with LocalGitHub() as github, LocalGitLab() as gitlab, LocalJira() as jira, LocalLinear() as linear:
        sides = TrackerDesk([GitHubSide(github), GitLabSide(gitlab), JiraSide(jira), LinearSide(linear)])
        with Sandbox(beside=Beside(routes=sides.routes())) as sandbox:
            sides.lead_here(sandbox.url)
            github.opened("Cap the queue", body="Hidden: <!-- actionitem:1 -->\nshown")
            fields = {"project": {"key": "OPS"}, "summary": "Cap the queue", "description": ADF}
            signed_in: dict[str, Any] = {"auth": (jira.email, jira.token), "trust_env": False}
            httpx.post(f"{jira.url}/rest/api/3/issue", json={"fields": fields}, **signed_in)
            linear.opened("Cap the queue")
            gitlab.opened("Cap the queue")
            yield Desk(sandbox, github)


@pytest.mark.parametrize("kind", KINDS)
def test_ticket_is_started_closed_dropped_and_reopened(desk: Desk, kind: str) -> None:
    assert desk.act(kind, "start")["stage"] == "in progress"
    assert desk.act(kind, "close")["stage"] == "done"
    assert desk.act(kind, "reopen")["stage"] in ("open", "in progress")  # a label stays
    assert desk.act(kind, "drop")["stage"] == "not planned"
    assert desk.ticket(kind)["stage"] == "not planned"
    desk.act(kind, "reopen")


@pytest.mark.parametrize("kind", KINDS)
def test_comment_is_shown_with_who_wrote_it(desk: Desk, kind: str) -> None:
    said = desk.act(kind, "comment", f"Waits for {kind}")["comments"]
    assert {"by": "octocat", "text": f"Waits for {kind}"} in said


def test_pull_request_is_opened_merged_which_closes_the_ticket_and_deployed(desk: Desk) -> None:
    opened = desk.act("github", "pull")
    assert (opened["pull_is"], "pull" in opened["can"], "merge" in opened["can"]) == ("open", False, True)
    merged = desk.act("github", "merge")
    assert (merged["stage"], merged["pull_is"]) == ("done", "merged")
    assert desk.github.issues[0].closing_pull.endswith(f"/acme/shop/pull/{opened['pull']}")
    assert desk.act("github", "deploy")["pull_is"] == "in production"
    desk.act("github", "reopen")


def test_texts_are_shown_as_people_read_them_there(desk: Desk) -> None:
    assert desk.ticket("github")["text"] == "Hidden: shown"
    assert desk.ticket("jira")["text"] == "See [the run](https://ci.example.com/7)\n\n- **Due**"


def test_what_cannot_be_done_is_refused_in_a_sentence(desk: Desk) -> None:
    ref = desk.ticket("jira")["ref"]
    for path, status in (
        (f"jira/{ref}/merge", 400),
        (f"jira/{ref}/fly", 400),
        ("jira/OPS-99/close", 404),
        (f"jira/{ref}/comment", 400),
    ):
        answer = desk.http.post(f"/sandbox/trackers/{path}", json={})
        assert answer.status_code == status
        assert answer.json()["error"].endswith(".")


def test_tickets_own_address_leads_a_browser_to_the_page_and_nobody_else(desk: Desk) -> None:
    url = desk.ticket("github")["url"]
    browser = desk.http.get(url, headers={"Accept": "text/html,*/*"})
    assert browser.headers["location"].endswith("/trackers#/github/1")
    assert desk.http.get(url).status_code == 404


def test_all_that_the_bot_wrote_is_counted_and_the_newest_shown(desk: Desk) -> None:
    """“What the bot wrote here (12)” was said of any number above."""
    with_writes = [("POST", f"/repos/acme/shop/issues/{number}") for number in range(CALLS_SHOWN + 3)]
    desk.github.calls += with_writes
    found = next(each for each in desk.http.get("/sandbox/trackers").json()["trackers"] if each["kind"] == "github")
    assert found["wrote"] == len(desk.github.writes()) > CALLS_SHOWN
    assert found["calls"][0] == f"POST /repos/acme/shop/issues/{CALLS_SHOWN + 2}"
    assert len(found["calls"]) == CALLS_SHOWN
