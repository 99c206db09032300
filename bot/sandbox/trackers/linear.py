"""A local Linear: the queries and mutations that the bot sends, told by the name of the operation, with real errors."""

import hmac
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from bot.sandbox.trackers.serving import Json, LocalServer

LOCAL_KEY = "lin_api_local"
STATES = {
    "s1": ("Backlog", "backlog"), "s2": ("Todo", "unstarted"), "s3": ("In Progress", "started"),
    "s4": ("Done", "completed"), "s5": ("Canceled", "canceled"),
}  # fmt: skip
PEOPLE = {"u-octocat": "octocat", "u-bot": "Action Items"}


class Refusal(Exception):
    """An error of GraphQL."""

    def __init__(self, message: str, code: str, status: int = 200) -> None:
        super().__init__(message)
        extensions = {"code": code, "userPresentableMessage": message}
        self.answer = JSONResponse({"errors": [{"message": message, "extensions": extensions}], "data": None}, status)


@dataclass
class Issue:
    """An issue of the team."""

    id: str
    identifier: str
    title: str
    description: str
    at: datetime
    due: str | None = None
    assignee: str | None = None
    state: str = "s1"
    labels: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()


class LocalLinear(LocalServer):
    """`key` is the bot's."""

    def __init__(self, team: str = "ENG", clock: Callable[[], datetime] | None = None) -> None:
        super().__init__()
        self.team, self.key = team, LOCAL_KEY
        self.issues: dict[str, Issue] = {}
        self.comments: dict[str, Json] = {}
        self.labels: dict[str, str] = {}
        self.webhook: tuple[str, str] | None = None
        self.operations: list[str] = []
        self._clock = clock or (lambda: datetime.now(UTC))
        self._keys, self._lock = count(1), threading.RLock()

    def routes(self) -> Sequence[BaseRoute]:
        """One address."""
        return [self.route("/graphql", "POST", self._graphql)]

    # people, on the pages

    def opened(self, title: str, text: str = "", by: str = "u-octocat") -> Issue:
        """Somebody opens an issue."""
        with self._lock:
            issue = Issue(str(uuid4()), f"{self.team}-{next(self._keys)}", title, text, self._clock())
            self.issues[issue.id] = issue
        self._hook("Issue", "create", self._issue_json(issue), by)
        return issue

    def changed(self, issue: Issue, by: str = "u-octocat", **changes: Any) -> None:
        """Somebody changes it."""
        with self._lock:
            for name, value in changes.items():
                setattr(issue, name, value)
            issue.at = self._clock()
        self._hook("Issue", "update", self._issue_json(issue), by)

    def commented(self, issue: Issue, text: str, by: str = "u-octocat") -> None:
        """Somebody comments."""
        self._hook("Comment", "create", self._said(str(uuid4()), issue.id, text, by), by)

    def deleted(self, issue: Issue, by: str = "u-octocat") -> None:
        """Somebody deletes it."""
        del self.issues[issue.id]
        self._hook("Issue", "remove", self._issue_json(issue), by)

    def deliver(self, payload: Json, *, secret: str | None = None, sent: datetime | None = None) -> int:
        """Sends a webhook as Linear does; the status that came back."""
        assert self.webhook
        _, real = self.webhook
        body = json.dumps(payload | {"webhookTimestamp": int((sent or self._clock()).timestamp() * 1000)}).encode()
        signature = hmac.new((secret if secret is not None else real).encode(), body, sha256).hexdigest()
        headers = {"Linear-Signature": signature, "Linear-Delivery": str(uuid4()), "Linear-Event": payload["type"]}
        return self._sent(body, headers)

    # the interface

    def _graphql(self, request: Request, body: bytes) -> Response:
        try:
            self._authorised(request)
            asked = json.loads(body)
            name = asked["query"].split("(")[0].split()[1]
            self.operations.append(name)
            with self._lock:
                return JSONResponse({"data": getattr(self, f"_do_{name.lower()}")(asked.get("variables") or {})})
        except Refusal as refusal:
            return refusal.answer

    def _authorised(self, request: Request) -> None:
        if request.headers.get("authorization") != self.key:
            raise Refusal("Authentication required, not authenticated", "AUTHENTICATION_ERROR", 400)

    def writes(self) -> list[tuple[str, str]]:
        """The mutations."""
        return [("POST", name) for name in self.operations if name in ("Create", "Update", "Comment", "Label")]

    def _do_team(self, given: Json) -> Json:
        states = [
            {"id": key, "name": name, "type": kind, "position": n}
            for n, (key, (name, kind)) in enumerate(STATES.items())
        ]
        labels = [{"id": key, "name": name} for key, name in self.labels.items()]
        team = {"id": "t1", "key": self.team, "name": "Team", "states": {"nodes": states}, "labels": {"nodes": labels}}
        found = [team] if given["key"] == self.team else []
        return {
            "teams": {"nodes": found},
            "viewer": {"id": "u-bot", "name": "Action Items", "email": "bot@acme.example"},
        }

    def _do_users(self, given: Json) -> Json:
        found = [key for key, name in PEOPLE.items() if given["email"].startswith(f"{name}@")]
        return {"users": {"nodes": [{"id": key} for key in found]}}

    def _do_label(self, given: Json) -> Json:
        key = str(uuid4())
        self.labels[key] = given["input"]["name"]
        return {"issueLabelCreate": {"success": True, "issueLabel": {"id": key}}}

    def _do_issue(self, given: Json) -> Json:
        return {"issue": self._issue_json(self._issue(given["id"]))}

    def _do_attached(self, given: Json) -> Json:
        urls = self._issue(given["id"]).attached
        return {"issue": {"attachments": {"nodes": [{"url": url} for url in urls]}}}

    def _do_create(self, given: Json) -> Json:
        wanted = given["input"]
        if wanted["id"] in self.issues:
            raise Refusal("Argument Validation Error: id is already in use", "INVALID_INPUT")
        if not wanted.get("title"):
            raise Refusal("Argument Validation Error: title", "INVALID_INPUT")
        number = f"{self.team}-{next(self._keys)}"
        issue = Issue(wanted["id"], number, wanted["title"], wanted.get("description") or "", self._clock())
        issue.labels = tuple(self.labels[key] for key in wanted.get("labelIds") or [])
        self.issues[issue.id] = issue
        self._set(issue, wanted)
        self._hook("Issue", "create", self._issue_json(issue), "u-bot")
        return {"issueCreate": {"success": True, "issue": self._issue_json(issue)}}

    def _do_update(self, given: Json) -> Json:
        issue = self._issue(given["id"])
        self._set(issue, given["input"])
        self._hook("Issue", "update", self._issue_json(issue), "u-bot")
        return {"issueUpdate": {"success": True, "issue": self._issue_json(issue)}}

    def _do_comment(self, given: Json) -> Json:
        if "id" in given:  # the query of that name
            if given["id"] not in self.comments:
                raise Refusal("Entity not found: Comment", "INVALID_INPUT")
            return {"comment": {"id": given["id"]}}
        wanted = given["input"]
        if wanted["id"] in self.comments:
            raise Refusal("Argument Validation Error: id is already in use", "INVALID_INPUT")
        comment = self._said(wanted["id"], wanted["issueId"], wanted["body"], "u-bot")
        self._hook("Comment", "create", comment, "u-bot")
        return {"commentCreate": {"success": True, "comment": {"id": comment["id"]}}}

    def _do_changed(self, given: Json) -> Json:
        since = datetime.fromisoformat(given["since"])
        issues = sorted(
            (each for each in self.issues.values() if each.at >= since), key=lambda each: each.at, reverse=True
        )
        comments = [each for each in self.comments.values() if datetime.fromisoformat(each["createdAt"]) >= since]
        page = {"hasNextPage": False, "endCursor": None}
        return {
            "issues": {"nodes": [self._issue_json(each) for each in issues], "pageInfo": page},
            "comments": {"nodes": comments},
        }

    def _issue(self, ref: str) -> Issue:
        found = next((each for each in self.issues.values() if ref in (each.id, each.identifier)), None)
        if found is None:
            raise Refusal("Entity not found: Issue", "INVALID_INPUT")
        return found

    def _set(self, issue: Issue, wanted: Json) -> None:
        if wanted.get("stateId", "s1") not in STATES:
            raise Refusal("Argument Validation Error: stateId", "INVALID_INPUT")
        names = {
            "title": "title",
            "description": "description",
            "dueDate": "due",
            "assigneeId": "assignee",
            "stateId": "state",
        }
        for theirs, ours in names.items():
            if theirs in wanted:
                setattr(issue, ours, wanted[theirs])
        issue.at = self._clock()

    def _said(self, key: str, ref: str, text: str, by: str) -> Json:
        user = {"id": by, "name": PEOPLE[by], "email": ""}
        comment = {"id": key, "body": text, "createdAt": _iso(self._clock()), "user": user, "issue": {"id": ref}}
        self.comments[key] = comment
        return comment

    def _hook(self, kind: str, action: str, found: Json, by: str) -> None:
        actor = {"id": by, "type": "user", "name": PEOPLE[by]}
        payload = {"action": action, "type": kind, "data": found, "actor": actor}
        self.soon(self.deliver, payload)

    def _issue_json(self, issue: Issue) -> Json:
        name, kind = STATES[issue.state]
        return {
            "id": issue.id, "identifier": issue.identifier, "url": f"{self.url}/acme/issue/{issue.identifier}/x",
            "title": issue.title, "description": issue.description, "dueDate": issue.due, "updatedAt": _iso(issue.at),
            "state": {"id": issue.state, "name": name, "type": kind}, "team": {"key": self.team},
            "assignee": {"id": issue.assignee, "name": PEOPLE[issue.assignee]} if issue.assignee else None,
        }  # fmt: skip


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
