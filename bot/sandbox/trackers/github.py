"""A local GitHub: issues, comments and webhooks of a repository, with the shapes and errors of the real one.

Strict: a wrong token, an unknown repository, a missing title or a state that there is none of is refused as there.
"""

import hmac
import json
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from bot.sandbox.trackers.github_code import LocalCode
from bot.sandbox.trackers.github_code import iso as _iso
from bot.sandbox.trackers.github_repository import (
    Comment,
    Issue,
    Refusal,
    Repository,
    comment_json,
    issue_json,
    user,
)
from bot.sandbox.trackers.serving import Json, LocalServer

LOCAL_TOKEN = "ghp_local"  # noqa: S105 – of no use anywhere else
MOST_ON_A_PAGE = 100
REASONS = ("completed", "not_planned", "duplicate", "reopened")


class LocalGitHub(LocalServer):
    """`token` is the bot's; whoever has it is `bot_login`. People act by `close`, `edit` …, as on the pages."""

    def __init__(
        self, repository: str = "acme/shop", *, token: str = LOCAL_TOKEN, clock: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__()
        self.token, self.bot_login = token, "actionitem-bot"
        self.repository = Repository(repository)
        self.people = {"octocat", "priya-gh", "marco-gh", self.bot_login}
        self.webhook: tuple[str, str] | None = None
        """Address and secret."""
        self.token_ends = ""
        """As GitHub writes it: `2026-12-10 08:00:00 UTC`."""
        self.delivered: list[tuple[str, Json, int]] = []
        self._clock = clock or (lambda: datetime.now(UTC))
        self._ids, self._lock = count(1001), threading.RLock()
        self.code = LocalCode(self)

    def routes(self) -> Sequence[BaseRoute]:
        """Those of the REST interface that the bot may call."""
        issues = "/repos/{owner}/{name}/issues"
        return [
            self.route("/user", "GET", self._answering(self._user)),
            self.route("/search/users", "GET", self._answering(self._search_users)),
            self.route("/repos/{owner}/{name}", "GET", self._answering(self._repository)),
            self.route(issues, "GET", self._answering(self._list_issues)),
            self.route(issues, "POST", self._answering(self._create)),
            self.route(f"{issues}/comments", "GET", self._answering(self._list_comments)),
            self.route(f"{issues}/{{number:int}}", "GET", self._answering(self._get)),
            self.route(f"{issues}/{{number:int}}", "PATCH", self._answering(self._patch)),
            self.route(f"{issues}/{{number:int}}/comments", "GET", self._answering(self._comments_of)),
            self.route(f"{issues}/{{number:int}}/comments", "POST", self._answering(self._comment)),
            self.route(f"{issues}/{{number:int}}/timeline", "GET", self._answering(self._timeline)),
            *self.code.routes(lambda path, method, answer: self.route(path, method, self._answering(answer))),
        ]

    # what its code asks for

    def place(self) -> str:
        """OWNER/REPO."""
        return self.repository.name

    def now(self) -> datetime:
        """In whole seconds."""
        return self._now()

    def next_number(self) -> int:
        """Of an issue or a pull request."""
        return max((*self.repository.issues, *self.code.pulls), default=0) + 1

    def tell(self, kind: str, payload: Json) -> None:
        """Calls the webhook, if there is one."""
        whole = {"sender": user("octocat"), **payload, "repository": {"id": 7, "full_name": self.repository.name}}
        self.soon(self.deliver, kind, whole)

    # people, on the pages

    @property
    def issues(self) -> list[Issue]:
        """Every issue, the oldest first."""
        return list(self.repository.issues.values())

    def opened(self, title: str, by: str = "octocat", body: str = "") -> Issue:
        """Somebody opens an issue."""
        now = self._now()
        issue = Issue(self.next_number(), title, body, by, now, now)
        self.repository.issues[issue.number] = issue
        self._hook("issues", "opened", issue, by)
        return issue

    def edited(self, number: int, by: str = "octocat", **changes: Any) -> None:
        """Somebody changes title, body, labels or assignee."""
        issue = self._changed(number, **changes)
        self._hook("issues", "assigned" if "assignee" in changes else "edited", issue, by)

    def closed(self, number: int, by: str = "octocat", reason: str = "completed", pull: str = "") -> None:
        """Somebody closes it, or merges a pull request that does."""
        issue = self._changed(number, state="closed", state_reason=reason, closed_by=by, closing_pull=pull)
        self._hook("issues", "closed", issue, by)

    def reopened(self, number: int, by: str = "octocat") -> None:
        """Somebody reopens it."""
        issue = self._changed(number, state="open", state_reason="reopened", closed_by=None)
        self._hook("issues", "reopened", issue, by)

    def commented(self, number: int, text: str, by: str = "octocat") -> Comment:
        """Somebody comments."""
        comment = self._said(number, by, text)
        self._hook("issue_comment", "created", self.repository.issues[number], by, comment=self._said_json(comment))
        return comment

    def deleted(self, number: int, by: str = "octocat", action: str = "deleted") -> None:
        """Somebody deletes it, or transfers it to another repository."""
        issue = self._changed(number, is_gone=True)
        self._hook("issues", action, issue, by)

    def deliver(self, kind: str, payload: Json, *, secret: str | None = None, delivery: str = "") -> int:
        """Sends a webhook as GitHub does; the status that came back."""
        assert self.webhook
        _, real = self.webhook
        body = json.dumps(payload).encode()
        signature = hmac.new((secret if secret is not None else real).encode(), body, sha256).hexdigest()
        headers = {
            "Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/local", "X-GitHub-Event": kind,
            "X-GitHub-Delivery": delivery or str(uuid4()), "X-Hub-Signature-256": f"sha256={signature}",
        }  # fmt: skip
        status = self._sent(body, headers)
        self.delivered.append((kind, payload, status))
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
            answer_ = found if isinstance(found, Response) else JSONResponse(found)
            if self.token_ends:
                answer_.headers["GitHub-Authentication-Token-Expiration"] = self.token_ends
            return answer_

        return answered

    def _authorised(self, request: Request) -> None:
        if request.headers.get("authorization") not in (f"Bearer {self.token}", f"token {self.token}"):
            raise Refusal(401, "Bad credentials")
        owner = request.path_params.get("owner")
        if owner and f"{owner}/{request.path_params['name']}".lower() != self.repository.name.lower():
            raise Refusal(404, "Not Found")

    def _user(self, _request: Request, _body: Json) -> Json:
        return {"login": self.bot_login, "id": 1, "type": "User"}

    def _search_users(self, request: Request, _body: Json) -> Json:
        found = [login for login in self.people if request.query_params.get("q", "").startswith(f"{login}@")]
        return {"total_count": len(found), "incomplete_results": False, "items": [{"login": each} for each in found]}

    def _repository(self, _request: Request, _body: Json) -> Json:
        rights = {"pull": True, "triage": self.repository.may_push, "push": self.repository.may_push, "admin": False}
        return {
            "id": 7, "full_name": self.repository.name, "has_issues": True, "archived": self.repository.archived,
            "permissions": rights,
        }  # fmt: skip

    def _list_issues(self, request: Request, _body: Json) -> Response:
        query = request.query_params
        found = [issue for issue in self.issues if not issue.is_gone and _since(query, issue.at)]
        if query.get("state", "open") != "all":
            found = [issue for issue in found if issue.state == query.get("state", "open")]
        by = "created_at" if query.get("sort", "created") == "created" else "updated_at"
        # Pull requests are issues, too.
        pulls = [pull for pull in self.code.pulls.values() if _since(query, pull.at)]
        if query.get("state", "open") != "all":
            pulls = [pull for pull in pulls if pull.state == query.get("state", "open")]
        rows = [*map(self._shown, found), *map(self.code.as_issue, pulls)]
        rows.sort(key=lambda row: str(row[by]), reverse=query.get("direction", "desc") == "desc")
        return self._page(request, rows)

    def _list_comments(self, request: Request, _body: Json) -> Response:
        found = [each for each in self.repository.comments if _since(request.query_params, each.at)]
        return self._page(request, [self._said_json(each) for each in sorted(found, key=lambda each: each.at)])

    def _comments_of(self, request: Request, _body: Json) -> Response:
        number = self._issue(request).number
        found = [
            each for each in self.repository.comments if each.number == number and _since(request.query_params, each.at)
        ]
        return self._page(request, [self._said_json(each) for each in found])

    def _create(self, _request: Request, body: Json) -> Response:
        self._writable()
        if not isinstance(body.get("title"), str) or not body["title"].strip():
            raise Refusal(422, "Validation Failed", [{"resource": "Issue", "code": "missing_field", "field": "title"}])
        assignee = self._assignee(body)
        now = self._now()
        number = self.next_number()
        labels = [str(each) for each in body.get("labels") or []]
        issue = Issue(
            number, body["title"], body.get("body") or "", self.bot_login, now, now, labels=labels, assignee=assignee
        )
        self.repository.issues[number] = issue
        self._hook("issues", "opened", issue, self.bot_login)
        return JSONResponse(self._shown(issue), 201)

    def _get(self, request: Request, _body: Json) -> Json:
        return self._shown(self._issue(request))

    def _patch(self, request: Request, body: Json) -> Json:
        self._writable()
        issue, changes = self._issue(request), dict[str, Any]()
        if body.get("state", "open") not in ("open", "closed") or body.get("state_reason") not in (None, *REASONS):
            raise Refusal(422, "Validation Failed", [{"resource": "Issue", "code": "invalid", "field": "state"}])
        changes |= {name: body[name] for name in ("title", "body") if name in body}
        if "assignees" in body:
            changes["assignee"] = self._assignee(body)
        if "state" in body and body["state"] != issue.state:
            reason = body.get("state_reason") or ("completed" if body["state"] == "closed" else "reopened")
            changes |= {"state": body["state"], "state_reason": reason}
            changes["closed_by"] = self.bot_login if body["state"] == "closed" else None
        self._changed(issue.number, **changes)
        action = {"closed": "closed", "open": "reopened"}.get(changes.get("state", ""), "edited")
        self._hook("issues", action, issue, self.bot_login)
        return self._shown(issue)

    def _comment(self, request: Request, body: Json) -> Response:
        self._writable()
        issue = self._issue(request)
        if not body.get("body"):
            raise Refusal(
                422, "Validation Failed", [{"resource": "IssueComment", "code": "missing_field", "field": "body"}]
            )
        comment = self._said(issue.number, self.bot_login, body["body"])
        self._hook("issue_comment", "created", issue, self.bot_login, comment=self._said_json(comment))
        return JSONResponse(self._said_json(comment), 201)

    def _timeline(self, request: Request, _body: Json) -> list[Json]:
        issue = self._issue(request)
        if issue.state != "closed":
            return []
        closed: Json = {"event": "closed", "actor": user(issue.closed_by), "commit_id": None, "commit_url": None}
        if not issue.closing_pull:
            return [closed]
        source = {"html_url": issue.closing_pull, "pull_request": {"merged_at": _iso(issue.at)}}
        return [{"event": "cross-referenced", "source": {"type": "issue", "issue": source}}, closed]

    def _issue(self, request: Request) -> Issue:
        found = self.repository.issues.get(request.path_params["number"])
        if found is None:
            raise Refusal(404, "Not Found")
        if found.is_gone:
            raise Refusal(410, "This issue was deleted")
        return found

    def _writable(self) -> None:
        if self.repository.archived:
            raise Refusal(403, "Repository was archived so is read-only.")
        if not self.repository.may_push:
            raise Refusal(403, "Resource not accessible by personal access token")

    def _assignee(self, body: Json) -> str | None:
        wanted = body.get("assignees") or []
        if any(each not in self.people for each in wanted):
            raise Refusal(
                422,
                "Validation Failed",
                [{"resource": "Issue", "code": "invalid", "field": "assignees", "value": wanted}],
            )
        return wanted[0] if wanted else None

    def _changed(self, number: int, **changes: Any) -> Issue:
        with self._lock:
            issue = self.repository.issues[number]
            for name, value in changes.items():
                setattr(issue, name, value)
            issue.at = self._now()
            return issue

    def _said(self, number: int, by: str, text: str) -> Comment:
        with self._lock:
            comment = Comment(next(self._ids), number, by, text, self._now())
            self.repository.comments.append(comment)
            self._changed(number)
            return comment

    def _page(self, request: Request, rows: list[Json]) -> Response:
        size = min(int(request.query_params.get("per_page", 30)), MOST_ON_A_PAGE)
        page = int(request.query_params.get("page", 1))
        headers = {}
        if len(rows) > page * size:
            following = request.url.include_query_params(page=page + 1)
            headers["Link"] = f'<{following}>; rel="next"'
        return JSONResponse(rows[(page - 1) * size : page * size], headers=headers)

    def _hook(self, kind: str, action: str, issue: Issue, by: str, **more: Json) -> None:
        self.tell(kind, {"action": action, "issue": self._shown(issue), "sender": user(by), **more})

    def _shown(self, issue: Issue) -> Json:
        return issue_json(issue, self.repository, self.url)

    def _said_json(self, comment: Comment) -> Json:
        return comment_json(comment, self.repository, self.url)

    def _now(self) -> datetime:
        return self._clock().replace(microsecond=0)


def _since(query: Any, at: datetime) -> bool:
    return not query.get("since") or at >= datetime.fromisoformat(query["since"])


def _object(body: bytes) -> Json:
    if not body:
        return {}
    try:
        found = json.loads(body)
    except ValueError:
        raise Refusal(400, "Problems parsing JSON") from None
    if not isinstance(found, dict):
        raise Refusal(422, "Invalid request.")
    return found
