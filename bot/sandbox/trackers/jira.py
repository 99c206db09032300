"""A local Jira, as Cloud or as Data Center: issues of a project, their transitions and comments, with real errors."""

import hmac
import json
import re
import threading
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from bot.sandbox.trackers.serving import Json, LocalServer

LOCAL_TOKEN = "jira_local"  # noqa: S105 – of no use anywhere else
LOCAL_EMAIL = "bot@acme.example"
STATUSES = {
    "To Do": ("1", "new"), "In Arbeit": ("3", "indeterminate"), "Done": ("5", "done"), "Won't Do": ("6", "done"),
}  # fmt: skip
"""One of them translated: names tell nothing, categories do."""
KNOWN_FIELDS = {"project", "issuetype", "summary", "description", "labels", "duedate", "assignee"}
MINUTES = re.compile(r'(created|updated) >= "-(\d+)m"')


class Refusal(Exception):
    """What Jira says no to."""

    def __init__(self, status: int, *messages: str, **errors: str) -> None:
        super().__init__(messages)
        self.answer = JSONResponse({"errorMessages": list(messages), "errors": errors}, status)


@dataclass
class Issue:
    """An issue of the project."""

    id: int
    key: str
    summary: str
    description: Any
    at: datetime
    created_at: datetime
    labels: list[str] = field(default_factory=list)
    duedate: str | None = None
    assignee: str | None = None
    status: str = "To Do"
    comments: list[Json] = field(default_factory=list)


class LocalJira(LocalServer):
    """`without`: fields that the project's screens lack; `asks`: what the transition to Done requires."""

    def __init__(
        self, project: str = "OPS", *, cloud: bool = True, clock: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__()
        self.project, self.is_cloud = project, cloud
        self.token, self.email = LOCAL_TOKEN, LOCAL_EMAIL
        self.issues: dict[int, Issue] = {}
        self.people = {"octocat", "bot"}
        self.without: set[str] = set()
        self.asks: Json = {}
        self.webhook: tuple[str, str] | None = None
        self._clock = clock or (lambda: datetime.now(UTC))
        self._ids, self._keys, self._lock = count(10_001), count(1), threading.RLock()

    def routes(self) -> Sequence[BaseRoute]:
        """Those of the REST interface that the bot may call; Cloud has no old search."""
        api = f"/rest/api/{3 if self.is_cloud else 2}"
        search = f"{api}/search/jql" if self.is_cloud else f"{api}/search"
        return [
            self.route(f"{api}/myself", "GET", self._answering(lambda _r, _b: {"displayName": "Action Items"})),
            self.route(f"{api}/mypermissions", "GET", self._answering(self._rights)),
            self.route(f"{api}/user/search", "GET", self._answering(self._users)),
            self.route(f"{api}/project/{{key}}/statuses", "GET", self._answering(self._statuses)),
            self.route(search, "GET", self._answering(self._search)),
            self.route(f"{api}/issue", "POST", self._answering(self._create)),
            self.route(f"{api}/issue/{{ref}}", "GET", self._answering(self._read)),
            self.route(f"{api}/issue/{{ref}}", "PUT", self._answering(self._edit)),
            self.route(f"{api}/issue/{{ref}}/transitions", "GET", self._answering(self._transitions)),
            self.route(f"{api}/issue/{{ref}}/transitions", "POST", self._answering(self._transit)),
            self.route(f"{api}/issue/{{ref}}/comment", "GET", self._answering(self._comments)),
            self.route(f"{api}/issue/{{ref}}/comment", "POST", self._answering(self._comment)),
        ]

    # people, on the pages

    def changed(self, issue: Issue, by: str = "octocat", **changes: Any) -> None:
        """Somebody changes a field or moves it to another status."""
        with self._lock:
            for name, value in changes.items():
                setattr(issue, name, value)
            issue.at = self._clock()
        self._hook("jira:issue_updated", issue, by)

    def commented(self, issue: Issue, text: str, by: str = "octocat") -> None:
        """Somebody comments."""
        comment = self._said(issue, by, text, [])
        self._hook("comment_created", issue, by, comment=comment)

    def deleted(self, issue: Issue, by: str = "octocat") -> None:
        """Somebody deletes it."""
        del self.issues[issue.id]
        self._hook("jira:issue_deleted", issue, by)

    def deliver(self, payload: Json, *, secret: str | None = None) -> int:
        """Sends a webhook as Jira does; the status that came back."""
        assert self.webhook
        _, real = self.webhook
        body = json.dumps(payload).encode()
        signature = hmac.new((secret if secret is not None else real).encode(), body, sha256).hexdigest()
        headers = {"X-Hub-Signature": f"sha256={signature}", "X-Atlassian-Webhook-Identifier": str(uuid4())}
        return self._sent(body, headers)

    # the interface

    def _answering(self, answer: Callable[[Request, Json], Any]) -> Callable[[Request, bytes], Response]:
        def answered(request: Request, body: bytes) -> Response:
            try:
                self._authorised(request)
                with self._lock:
                    found = answer(request, json.loads(body) if body else {})
            except Refusal as refusal:
                return refusal.answer
            return found if isinstance(found, Response) else JSONResponse(found)

        return answered

    def _authorised(self, request: Request) -> None:
        pair = b64encode(f"{self.email}:{self.token}".encode()).decode()
        wanted = f"Basic {pair}" if self.is_cloud else f"Bearer {self.token}"
        if request.headers.get("authorization") != wanted:
            raise Refusal(401, "Client must be authenticated to access this resource.")

    def _rights(self, request: Request, _body: Json) -> Json:
        names = request.query_params.get("permissions", "").split(",")
        return {"permissions": {name: {"key": name, "havePermission": True} for name in names}}

    def _users(self, request: Request, _body: Json) -> list[Json]:
        wanted = request.query_params.get("query" if self.is_cloud else "username", "").partition("@")[0]
        return [self._user(wanted)] if wanted in self.people else []

    def _statuses(self, _request: Request, _body: Json) -> list[Json]:
        return [{"id": "1", "name": "Task", "statuses": [_status(name) for name in STATUSES]}]

    def _search(self, request: Request, _body: Json) -> Json:
        jql = request.query_params.get("jql", "")
        found = MINUTES.search(jql)
        if f'project = "{self.project}"' not in jql or not found:
            raise Refusal(
                400, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
            )
        since = self._clock() - timedelta(minutes=int(found[2]))
        by = "created_at" if found[1] == "created" else "at"
        issues = sorted((each for each in self.issues.values() if getattr(each, by) >= since), key=lambda each: each.at)
        rows = [self._issue_json(each, with_comments=True) for each in issues]
        return {"issues": rows, "isLast": True} if self.is_cloud else {"issues": rows, "total": len(rows), "startAt": 0}

    def _create(self, _request: Request, body: Json) -> Response:
        fields = body.get("fields") or {}
        self._check(fields)
        if not fields.get("summary"):
            raise Refusal(400, summary="You must specify a summary of the issue.")
        if (fields.get("project") or {}).get("key") != self.project:
            raise Refusal(400, project="valid project is required")
        number, now = next(self._ids), self._clock()
        issue = Issue(
            number, f"{self.project}-{next(self._keys)}", fields["summary"], fields.get("description"), now, now
        )
        self.issues[number] = issue
        self._set(issue, fields)
        self._hook("jira:issue_created", issue, "bot")
        return JSONResponse({"id": str(number), "key": issue.key, "self": f"{self.url}/rest/api/2/issue/{number}"}, 201)

    def _read(self, request: Request, _body: Json) -> Json:
        return self._issue_json(self._issue(request))

    def _edit(self, request: Request, body: Json) -> Response:
        issue, fields = self._issue(request), body.get("fields") or {}
        self._check(fields)
        self._set(issue, fields)
        self._hook("jira:issue_updated", issue, "bot")
        return Response(status_code=204)

    def _transitions(self, request: Request, _body: Json) -> Json:
        issue = self._issue(request)
        found = [
            {"id": f"{number}1", "name": name, "to": _status(name), "fields": self.asks if name == "Done" else {}}
            for name, (number, _category) in STATUSES.items()
            if name != issue.status
        ]
        return {"transitions": found}

    def _transit(self, request: Request, body: Json) -> Response:
        issue = self._issue(request)
        wanted = str((body.get("transition") or {}).get("id"))
        name = next((name for name, (number, _) in STATUSES.items() if f"{number}1" == wanted), None)
        if name is None or name == issue.status:
            raise Refusal(400, "It seems that you have tried to perform an illegal workflow operation.")
        lacking = [each for each in self.asks if name == "Done" and each not in (body.get("fields") or {})]
        if lacking:
            raise Refusal(400, **{each: f"{each} is required." for each in lacking})
        issue.status, issue.at = name, self._clock()
        self._hook("jira:issue_updated", issue, "bot")
        return Response(status_code=204)

    def _comments(self, request: Request, _body: Json) -> Json:
        found = self._issue(request).comments
        return {"comments": found, "total": len(found), "startAt": 0, "maxResults": 100}

    def _comment(self, request: Request, body: Json) -> Response:
        issue = self._issue(request)
        if isinstance(body.get("body"), str) is self.is_cloud:
            raise Refusal(400, comment="Comment body is not valid!")
        comment = self._said(issue, "bot", body["body"], body.get("properties") or [])
        self._hook("comment_created", issue, "bot", comment=comment)
        return JSONResponse(comment, 201)

    def _issue(self, request: Request) -> Issue:
        ref = request.path_params["ref"]
        found = next((each for each in self.issues.values() if ref in (str(each.id), each.key)), None)
        if found is None:
            raise Refusal(404, "Issue does not exist or you do not have permission to see it.")
        return found

    def _check(self, fields: Json) -> None:
        bad = [name for name in fields if name in self.without or name not in KNOWN_FIELDS]
        if bad:
            words = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
            raise Refusal(400, **{name: words.format(name) for name in bad})
        text = fields.get("description")
        if text is not None and isinstance(text, str) is self.is_cloud:
            raise Refusal(
                400, description="Operation value must be an Atlassian Document (see the Atlassian Document Format)"
            )

    def _set(self, issue: Issue, fields: Json) -> None:
        for name in ("summary", "description", "labels", "duedate"):
            if name in fields:
                setattr(issue, name, fields[name])
        if "assignee" in fields:
            person = fields["assignee"] or {}
            issue.assignee = person.get("accountId" if self.is_cloud else "name")
        issue.at = self._clock()

    def _said(self, issue: Issue, by: str, body: Any, properties: list[Json]) -> Json:
        with self._lock:
            now = _iso(self._clock())
            comment = {
                "id": str(next(self._ids)), "author": self._user(by), "body": body, "created": now, "updated": now,
                "properties": properties,
            }  # fmt: skip
            issue.comments.append(comment)
            issue.at = self._clock()
            return comment

    def _hook(self, kind: str, issue: Issue, by: str, **more: Json) -> None:
        payload = {
            "timestamp": int(self._clock().timestamp() * 1000), "webhookEvent": kind, "user": self._user(by),
            "issue": self._issue_json(issue), **more,
        }  # fmt: skip
        self.soon(self.deliver, payload)

    def _issue_json(self, issue: Issue, *, with_comments: bool = False) -> Json:
        fields: Json = {
            "summary": issue.summary, "description": issue.description, "labels": issue.labels,
            "status": _status(issue.status), "resolution": None, "updated": _iso(issue.at),
            "assignee": self._user(issue.assignee) if issue.assignee else None, "duedate": issue.duedate,
            "project": {"key": self.project},
        }  # fmt: skip
        fields |= {"comment": {"comments": issue.comments}} if with_comments else {}
        return {
            "id": str(issue.id),
            "key": issue.key,
            "self": f"{self.url}/rest/api/2/issue/{issue.id}",
            "fields": fields,
        }

    def _user(self, name: str) -> Json:
        who = {"accountId": name, "accountType": "atlassian"} if self.is_cloud else {"name": name, "key": name}
        return who | {"displayName": name, "active": True}


def _status(name: str) -> Json:
    number, category = STATUSES[name]
    return {"id": number, "name": name, "statusCategory": {"id": int(number), "key": category, "name": category}}


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"
