"""What the local GitLab holds, and how the real one shows it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from starlette.responses import JSONResponse

from bot.sandbox.trackers.serving import Json

COMMAND = re.compile(r"^/([a-z_]+)\b.*\n?", re.MULTILINE)
"""A line that GitLab carries out, and takes away."""
PROJECT_ID = 7
STATES = {"close": "closed", "reopen": "opened"}
HOOKED = (
    "id", "iid", "title", "description", "state", "created_at", "updated_at", "confidential", "due_date", "moved_to_id",
)  # fmt: skip


class Refusal(Exception):
    """What GitLab says no to."""

    def __init__(self, status: int, **answer: object) -> None:
        super().__init__(answer)
        self.answer = JSONResponse(answer, status)


@dataclass
class Issue:
    """An issue. `moved_to` is the id of what it became in another project."""

    iid: int
    title: str
    by: str
    created_at: datetime
    at: datetime
    description: str = ""
    state: str = "opened"
    labels: list[str] = field(default_factory=list)
    assignee: str | None = None
    due: str | None = None
    closed_by: str | None = None
    confidential: bool = False
    moved_to: int | None = None
    closing_change: str = ""


@dataclass
class Note:
    """A comment, or a line of GitLab's own (`system`)."""

    id: int
    iid: int
    by: str
    body: str
    at: datetime
    system: bool = False


class Project:
    """A project, its issues, their notes, and the people of its GitLab. *site*: the address of that."""

    def __init__(self, name: str, people: set[str], clock: Callable[[], datetime], site: Callable[[], str]) -> None:
        self.name, self.people, self.now, self._site = name, people, clock, site
        self.issues: dict[int, Issue] = {}
        self.notes: list[Note] = []
        self._iids, self._ids, self._numbers = count(1), count(1001), dict[str, int]()

    def opened(self, title: str, by: str, **more: Any) -> Issue:
        """A new issue."""
        now = self.now()
        issue = Issue(next(self._iids), title, by, now, now, **more)
        self.issues[issue.iid] = issue
        return issue

    def said(self, issue: Issue, by: str, text: str) -> Note:
        """A new note."""
        note = Note(next(self._ids), issue.iid, by, carried_out(issue, text), self.now())
        self.notes.append(note)
        issue.at = note.at
        return note

    def edited(self, issue: Issue, body: Json, by: str) -> None:
        """What a body of the interface says, done."""
        issue.title, issue.due = body.get("title", issue.title), body.get("due_date", issue.due)
        if "description" in body:
            issue.description = carried_out(issue, body["description"])
        if "assignee_ids" in body:
            issue.assignee = next((each for each in self.people if self.user(each)["id"] in body["assignee_ids"]), None)
        kept = [] if "labels" in body else [each for each in issue.labels if each not in _names(body, "remove_labels")]
        issue.labels = list(dict.fromkeys([*kept, *_names(body, "labels"), *_names(body, "add_labels")]))
        issue.state = STATES.get(body.get("state_event", ""), issue.state)
        issue.closed_by = (issue.closed_by or by) if issue.state == "closed" else None
        issue.at = self.now()

    def web(self, issue: Issue) -> str:
        """The address of the issue's page."""
        return f"{self._site()}/{self.name}/-/issues/{issue.iid}"

    def user(self, name: str) -> Json:
        """A person."""
        number = self._numbers.setdefault(name, 51 + len(self._numbers))
        return {"id": number, "username": name, "name": name, "state": "active", "web_url": f"{self._site()}/{name}"}

    def issue(self, issue: Issue) -> Json:
        """An issue as the interface shows it."""
        closed = issue.state == "closed"
        return {
            "id": 9000 + issue.iid, "iid": issue.iid, "project_id": PROJECT_ID, "title": issue.title,
            "description": issue.description, "state": issue.state, "created_at": iso(issue.created_at),
            "updated_at": iso(issue.at), "closed_at": iso(issue.at) if closed else None, "labels": issue.labels,
            "closed_by": self.user(issue.closed_by) if issue.closed_by else None, "author": self.user(issue.by),
            "assignees": [self.user(issue.assignee)] if issue.assignee else [], "due_date": issue.due,
            "confidential": issue.confidential, "moved_to_id": issue.moved_to, "web_url": self.web(issue),
            "references": {"short": f"#{issue.iid}", "full": f"{self.name}#{issue.iid}"}, "issue_type": "issue",
        }  # fmt: skip

    def note(self, note: Note) -> Json:
        """A note as the interface shows it."""
        return {
            "id": note.id, "body": note.body, "attachment": None, "author": self.user(note.by),
            "created_at": iso(note.at), "updated_at": iso(note.at), "system": note.system, "resolvable": False,
            "noteable_id": 9000 + note.iid, "noteable_type": "Issue", "noteable_iid": note.iid,
            "confidential": False, "internal": False,
        }  # fmt: skip

    def event(self, note: Note) -> Json:
        """That somebody commented, as the project's events show it."""
        return {
            "id": note.id, "project_id": PROJECT_ID, "action_name": "commented on", "target_type": "Note",
            "created_at": iso(note.at), "author_username": note.by, "author": self.user(note.by),
            "note": self.note(note),
        }  # fmt: skip

    def issue_hook(self, issue: Issue, by: str, action: str) -> Json:
        """What a webhook tells of an issue."""
        shown = self.issue(issue)
        about = {name: shown[name] for name in HOOKED} | {"url": shown["web_url"], "action": action, "type": "Issue"}
        labels = [{"id": len(each), "title": each, "type": "ProjectLabel"} for each in issue.labels]
        people = {"assignees": shown["assignees"]} if shown["assignees"] else {}
        return self._hook("issue", issue, by) | {"object_attributes": about, "labels": labels, **people}

    def note_hook(self, issue: Issue, note: Note) -> Json:
        """What a webhook tells of a note."""
        shown = self.note(note)
        shown.pop("author")
        about = shown | {"note": note.body, "action": "create", "url": f"{self.web(issue)}#note_{note.id}"}
        part = {
            "id": 9000 + issue.iid,
            "iid": issue.iid,
            "title": issue.title,
            "state": issue.state,
            "assignee_ids": [],
        }
        return self._hook("note", issue, note.by) | {"object_attributes": about, "issue": part}

    def _hook(self, kind: str, issue: Issue, by: str) -> Json:
        project = {"id": PROJECT_ID, "path_with_namespace": self.name, "web_url": f"{self._site()}/{self.name}"}
        event = f"confidential_{kind}" if issue.confidential else kind
        return {"object_kind": kind, "event_type": event, "user": self.user(by), "project": project, "changes": {}}


def carried_out(issue: Issue, text: str) -> str:
    """The text without the lines that GitLab carries out."""
    if any(found[1] == "close" for found in COMMAND.finditer(text)):
        issue.state = "closed"
    return COMMAND.sub("", text)


def iso(at: datetime) -> str:
    """As the interface writes a time."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _names(body: Json, field_: str) -> list[str]:
    return [each.strip() for each in str(body.get(field_) or "").split(",") if each.strip()]
