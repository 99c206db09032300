"""A local GitLab: issues, notes and webhooks of a project, with the shapes and errors of the real one.

Strict: a wrong token, a path whose slashes are not encoded, a missing title or a day that is none is refused as there,
and a line that begins with a slash is carried out.
"""

import hmac
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from bot.sandbox.trackers.gitlab_project import PROJECT_ID, STATES, Issue, Note, Project, Refusal, iso
from bot.sandbox.trackers.serving import Json, LocalServer

LOCAL_TOKEN = "glpat-local"  # noqa: S105 – of no use anywhere else
MOST_ON_A_PAGE = 100
TITLE_LIMIT = 255
EDITED = ("title", "description", "due_date", "assignee_ids", "labels", "add_labels", "remove_labels", "state_event")
SIGNS = "whsec_"


class LocalGitLab(LocalServer):
    """`token` is the bot's; whoever has it is `bot_name`. People act by `closed`, `changed` …, as on the pages."""

    def __init__(self, project: str = "acme/web/shop", clock: Callable[[], datetime] | None = None) -> None:
        super().__init__()
        self.token, self.bot_name = LOCAL_TOKEN, f"project_{PROJECT_ID}_bot_4ffca2"
        self._clock = clock or (lambda: datetime.now(UTC))
        self.project = Project(project, {"octocat", self.bot_name}, self._clock, lambda: self.url)
        self.archived = False
        self.token_ends: str | None = None
        """A day: `2026-12-10`."""
        self.delivered: list[tuple[Json, int]] = []
        self._lock = threading.RLock()

    def routes(self) -> Sequence[BaseRoute]:
        """Those of the REST interface that the bot may call."""
        project = "/api/v4/projects/{project:path}"
        issue = f"{project}/issues/{{iid:int}}"
        known: list[tuple[str, str, Callable[[Request, Json], Any]]] = [
            ("/api/v4/user", "GET", lambda _request, _body: self.project.user(self.bot_name)),
            ("/api/v4/users", "GET", self._users),
            ("/api/v4/personal_access_tokens/self", "GET", self._token),
            (f"{issue}/notes", "GET", self._notes_of),
            (f"{issue}/notes", "POST", self._note),
            (f"{issue}/closed_by", "GET", self._closed_by),
            (issue, "GET", lambda request, _body: self.project.issue(self._issue(request))),
            (issue, "PUT", self._edit),
            (f"{project}/issues", "GET", self._list),
            (f"{project}/issues", "POST", self._create),
            (f"{project}/events", "GET", self._events),
            (project, "GET", self._project),
        ]
        return [self.route(path, method, self._answering(answer)) for path, method, answer in known]

    # people, on the pages

    def opened(self, title: str, text: str = "", by: str = "octocat", **more: Any) -> Issue:
        """Somebody opens an issue."""
        with self._lock:
            issue = self.project.opened(title, by, description=text, **more)
        self._hook(issue, by, "open")
        return issue

    def changed(self, issue: Issue, by: str = "octocat", **changes: Any) -> None:
        """Somebody changes it."""
        self._change(issue, by, "update", **changes)

    def closed(self, issue: Issue, by: str = "octocat", change: str = "") -> None:
        """Somebody closes it, or merges a merge request that does."""
        self._change(issue, by, "close", state="closed", closed_by=by, closing_change=change)

    def reopened(self, issue: Issue, by: str = "octocat") -> None:
        """Somebody reopens it."""
        self._change(issue, by, "reopen", state="opened", closed_by=None)

    def commented(self, issue: Issue, text: str, by: str = "octocat") -> None:
        """Somebody comments."""
        self._said(issue, by, text)

    def moved(self, issue: Issue, by: str = "octocat") -> None:
        """Somebody moves it to another project; here it stays, closed."""
        self._change(issue, by, "update", state="closed", moved_to=9999)

    def deleted(self, issue: Issue) -> None:
        """Somebody deletes it, of which no webhook tells."""
        del self.project.issues[issue.iid]

    def deliver(
        self, payload: Json, *, secret: str | None = None, sent: datetime | None = None, again: str = ""
    ) -> int:
        """Sends a webhook as GitLab does, *again* under the key of an attempt; the status that came back."""
        assert self.webhook
        _, real = self.webhook
        body, key, kind = json.dumps(payload).encode(), again or str(uuid4()), payload.get("object_kind", "push")
        hidden = "Confidential " if str(payload.get("event_type", "")).startswith("confidential") else ""
        headers = {
            "Content-Type": "application/json", "User-Agent": "GitLab/local", "Idempotency-Key": key,
            "X-Gitlab-Event": f"{hidden}{kind.title()} Hook", "X-Gitlab-Event-UUID": str(uuid4()),
            "X-Gitlab-Instance": self.url,
        }  # fmt: skip
        headers |= _signed(real if secret is None else secret, key, body, sent or self._clock())
        status = self._sent(body, headers)
        self.delivered.append((payload, status))
        return status

    # the interface

    def _answering(self, answer: Callable[[Request, Json], Any]) -> Callable[[Request, bytes], Response]:
        def answered(request: Request, body: bytes) -> Response:
            try:
                self._authorised(request)
                with self._lock:
                    found = answer(request, _object(body))
            except Refusal as refusal:
                return refusal.answer
            return found if isinstance(found, Response) else JSONResponse(found)

        return answered

    def _authorised(self, request: Request) -> None:
        if request.headers.get("private-token") != self.token:
            raise Refusal(401, message="401 Unauthorized")
        wanted = request.path_params.get("project")
        if wanted in (None, str(PROJECT_ID)):
            return
        if f"/projects/{quote(wanted, safe='')}".encode() not in request.scope["raw_path"]:
            raise Refusal(404, error="404 Not Found")
        if wanted.lower() != self.project.name.lower():
            raise Refusal(404, message="404 Project Not Found")

    def _users(self, request: Request, _body: Json) -> list[Json]:
        name, email = request.query_params.get("username"), request.query_params.get("search", "")
        found = [each for each in sorted(self.project.people) if each == name or email.startswith(f"{each}@")]
        return [self.project.user(each) for each in found]

    def _token(self, _request: Request, _body: Json) -> Json:
        return {
            "id": 4,
            "name": "bot",
            "revoked": False,
            "scopes": ["api"],
            "active": True,
            "expires_at": self.token_ends,
        }

    def _project(self, _request: Request, _body: Json) -> Json:
        rights = {"project_access": {"access_level": 20, "notification_level": 3}, "group_access": None}
        return {
            "id": PROJECT_ID, "path_with_namespace": self.project.name, "archived": self.archived,
            "issues_enabled": True, "permissions": rights,
        }  # fmt: skip

    def _list(self, request: Request, _body: Json) -> Response:
        query = request.query_params
        found = [each for each in self.project.issues.values() if _since(query.get("updated_after"), each.at)]
        found = [each for each in found if _since(query.get("created_after"), each.created_at)]
        if wanted := query.getlist("iids[]"):
            found = [each for each in found if str(each.iid) in wanted]
        by = "at" if query.get("order_by") == "updated_at" else "created_at"
        found.sort(key=lambda each: getattr(each, by), reverse=query.get("sort", "desc") == "desc")
        return self._page(request, [self.project.issue(each) for each in found])

    def _create(self, _request: Request, body: Json) -> Response:
        if not body.get("title"):
            raise Refusal(400, error="title is missing")
        self._check(body)
        issue = self.project.opened(body["title"], self.bot_name)
        self.project.edited(issue, body, self.bot_name)
        self._hook(issue, self.bot_name, "open")
        return JSONResponse(self.project.issue(issue), 201)

    def _edit(self, request: Request, body: Json) -> Json:
        issue = self._issue(request)
        if not any(each in body for each in EDITED):
            raise Refusal(400, error=f"{', '.join(EDITED)} are missing, at least one parameter must be provided")
        self._check(body)
        was = issue.state
        self.project.edited(issue, body, self.bot_name)
        action = {"closed": "close", "opened": "reopen"}[issue.state] if issue.state != was else "update"
        self._hook(issue, self.bot_name, action)
        return self.project.issue(issue)

    def _notes_of(self, request: Request, _body: Json) -> Response:
        found = [each for each in self.project.notes if each.iid == self._issue(request).iid]
        found.sort(key=lambda each: each.at, reverse=request.query_params.get("sort", "desc") == "desc")
        return self._page(request, [self.project.note(each) for each in found])

    def _note(self, request: Request, body: Json) -> Response:
        if not body.get("body"):
            raise Refusal(400, error="body is missing")
        self._check({})
        note = self._said(self._issue(request), self.bot_name, body["body"])
        return JSONResponse(self.project.note(note), 201)

    def _events(self, request: Request, _body: Json) -> Response:
        after = date.fromisoformat(request.query_params.get("after", "1970-01-01"))
        notes = [each for each in reversed(self.project.notes) if not each.system and each.at.date() > after]
        rows = [self.project.event(each) for each in notes]
        return self._page(request, rows)

    def _closed_by(self, request: Request, _body: Json) -> list[Json]:
        issue = self._issue(request)
        change = {"iid": 1, "state": "merged", "merged_at": iso(issue.at), "web_url": issue.closing_change}
        return [change] if issue.closing_change else []

    def _issue(self, request: Request) -> Issue:
        found = self.project.issues.get(request.path_params["iid"])
        if found is None:
            raise Refusal(404, message="404 Issue Not Found")
        return found

    def _check(self, body: Json) -> None:
        if self.archived:
            raise Refusal(403, message="403 Forbidden")
        if len(str(body.get("title", ""))) > TITLE_LIMIT:
            raise Refusal(400, message={"title": [f"is too long (maximum is {TITLE_LIMIT} characters)"]})
        if body.get("state_event", "close") not in STATES:
            raise Refusal(400, error="state_event does not have a valid value")
        try:
            date.fromisoformat(body.get("due_date") or "2026-01-01")
        except ValueError:
            raise Refusal(400, message={"due_date": ["is invalid"]}) from None

    def _change(self, issue: Issue, by: str, action: str, **changes: Any) -> None:
        with self._lock:
            for name, value in changes.items():
                setattr(issue, name, value)
            issue.at = self._clock()
        self._hook(issue, by, action)

    def _said(self, issue: Issue, by: str, text: str) -> Note:
        with self._lock:
            note = self.project.said(issue, by, text)
        self.soon(self.deliver, self.project.note_hook(issue, note))
        return note

    def _hook(self, issue: Issue, by: str, action: str) -> None:
        self.soon(self.deliver, self.project.issue_hook(issue, by, action))

    def _page(self, request: Request, rows: list[Json]) -> Response:
        size = min(int(request.query_params.get("per_page", 20)), MOST_ON_A_PAGE)
        page = int(request.query_params.get("page", 1))
        more = str(page + 1) if len(rows) > page * size else ""
        return JSONResponse(rows[(page - 1) * size : page * size], headers={"x-page": str(page), "x-next-page": more})


def _signed(secret: str, key: str, body: bytes, sent: datetime) -> dict[str, str]:
    """The headers by which a webhook is known to be GitLab's: with a signing token, else with the secret itself."""
    if not secret.startswith(SIGNS):
        return {"X-Gitlab-Token": secret}
    at = str(int(sent.timestamp()))
    digest = hmac.new(b64decode(secret.removeprefix(SIGNS)), f"{key}.{at}.".encode() + body, sha256).digest()
    return {"webhook-id": key, "webhook-timestamp": at, "webhook-signature": f"v1,{b64encode(digest).decode()}"}


def _since(begin: str | None, at: datetime) -> bool:
    return not begin or at >= datetime.fromisoformat(begin)


def _object(body: bytes) -> Json:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        raise Refusal(400, error="Problems parsing JSON") from None
    if not isinstance(found, dict):
        raise Refusal(400, error="The request body must be a valid JSON object.")
    return found
