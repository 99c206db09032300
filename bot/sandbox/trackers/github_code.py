"""The code of a local GitHub: pull requests, deployments, files and workflows, with the shapes of the real one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha1
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.trackers.serving import Json

Answer = Callable[[Request, Json], Any]


@dataclass
class Pull:
    """A pull request. `at` in whole seconds, as GitHub counts."""

    number: int
    title: str
    body: str
    branch: str
    by: str
    created_at: datetime
    at: datetime
    state: str = "open"
    merged_at: datetime | None = None
    merged_by: str | None = None

    @property
    def head(self) -> str:
        """The commit of its branch."""
        return _sha(f"head {self.number}")

    @property
    def merge(self) -> str:
        """The commit that it was merged as."""
        return _sha(f"merge {self.number}")


@dataclass
class Deployed:
    """A deployment and its newest status."""

    id: int
    sha: str
    environment: str
    state: str
    at: datetime


class Host(Protocol):
    """What the code asks of the local GitHub that it belongs to."""

    url: str

    def place(self) -> str:
        """OWNER/REPO."""

    def now(self) -> datetime:
        """In whole seconds."""

    def next_number(self) -> int:
        """Issues and pull requests share their numbers."""

    def tell(self, kind: str, payload: Json) -> None:
        """Calls the webhook, if there is one."""


@dataclass
class LocalCode:
    """Pull requests by number, commits of the default branch in order, files and workflows by path."""

    host: Host
    pulls: dict[int, Pull] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)
    deployments: list[Deployed] = field(default_factory=list)
    files: set[str] = field(default_factory=lambda: {"README.md"})
    workflows: dict[str, str] = field(default_factory=dict)
    may_read: bool = True

    # people, on the pages

    def opened(self, title: str, body: str = "", branch: str = "patch-1", by: str = "octocat") -> Pull:
        """Somebody opens a pull request."""
        now = self.host.now()
        pull = Pull(self.host.next_number(), title, body, branch, by, now, now)
        self.pulls[pull.number] = pull
        self._tell("opened", pull, by)
        return pull

    def edited(self, number: int, by: str = "octocat", **changes: str) -> None:
        """Somebody changes its title or body."""
        pull = self.pulls[number]
        for name, value in changes.items():
            setattr(pull, name, value)
        pull.at = self.host.now()
        self._tell("edited", pull, by)

    def merged(self, number: int, by: str = "octocat") -> Pull:
        """Somebody merges it."""
        pull = self.pulls[number]
        pull.at = pull.merged_at = self.host.now()
        pull.state, pull.merged_by = "closed", by
        self.commits.append(pull.merge)
        self._tell("closed", pull, by)
        return pull

    def closed(self, number: int, by: str = "octocat") -> None:
        """Somebody closes it unmerged."""
        pull = self.pulls[number]
        pull.at, pull.state = self.host.now(), "closed"
        self._tell("closed", pull, by)

    def deployed(self, sha: str = "", environment: str = "production", state: str = "success") -> Deployed:
        """A workflow deploys a commit, by default the newest one."""
        made = Deployed(7000 + len(self.deployments), sha or self.commits[-1], environment, state, self.host.now())
        self.deployments.append(made)
        status = self._status_json(made)
        self.host.tell("deployment_status", {
            "action": "created", "deployment": self._deployment_json(made), "deployment_status": status,
        })  # fmt: skip
        return made

    def commit(self, words: str) -> str:
        """Somebody pushes another commit to the default branch."""
        self.commits.append(_sha(words))
        return self.commits[-1]

    # the interface

    def routes(self, route: Callable[[str, str, Answer], Route]) -> list[Route]:
        """Those of the REST interface that the bot may call."""
        place = "/repos/{owner}/{name}"
        return [
            route(f"{place}/pulls/{{number:int}}", "GET", self._get),
            route(f"{place}/deployments", "GET", self._list_deployments),
            route(f"{place}/deployments/{{id:int}}/statuses", "GET", self._statuses),
            route(f"{place}/compare/{{span}}", "GET", self._compare),
            route(f"{place}/contents/{{path:path}}", "GET", self._contents),
            route(f"{place}/actions/workflows/{{file}}", "GET", self._workflow),
        ]

    def as_issue(self, pull: Pull) -> Json:
        """As lists of issues show it."""
        url = f"{self.host.url}/{self.host.place()}/pull/{pull.number}"
        return {
            "number": pull.number, "title": pull.title, "body": pull.body or None, "state": pull.state,
            "html_url": url, "user": {"login": pull.by, "type": "User"}, "labels": [], "assignee": None,
            "pull_request": {"html_url": url, "merged_at": iso(pull.merged_at) if pull.merged_at else None},
            "created_at": iso(pull.created_at), "updated_at": iso(pull.at),
        }  # fmt: skip

    def _pull_json(self, pull: Pull) -> Json:
        whole = {name: value for name, value in self.as_issue(pull).items() if name not in ("pull_request", "labels")}
        merged_by = {"login": pull.merged_by, "type": "User"} if pull.merged_by else None
        return whole | {
            "merged": bool(pull.merged_at), "merged_at": iso(pull.merged_at) if pull.merged_at else None,
            # As there: before it is merged, the commit of a trial.
            "merge_commit_sha": pull.merge if pull.merged_at else _sha(f"trial {pull.number}"),
            "merged_by": merged_by, "head": {"ref": pull.branch, "sha": pull.head}, "base": {"ref": "main"},
        }  # fmt: skip

    def _get(self, request: Request, _body: Json) -> Any:
        pull = self.pulls.get(request.path_params["number"])
        return self._pull_json(pull) if pull and self.may_read else _not_found()

    def _list_deployments(self, _request: Request, _body: Json) -> Any:
        return [self._deployment_json(each) for each in reversed(self.deployments)]

    def _statuses(self, request: Request, _body: Json) -> Any:
        return [self._status_json(each) for each in self.deployments if each.id == request.path_params["id"]]

    def _compare(self, request: Request, _body: Json) -> Any:
        base, _sep, head = request.path_params["span"].partition("...")
        if base not in self.commits or head not in self.commits:
            return _not_found()
        ahead = self.commits.index(head) - self.commits.index(base)
        return {"status": "identical" if not ahead else "ahead" if ahead > 0 else "behind", "ahead_by": max(ahead, 0)}

    def _contents(self, request: Request, _body: Json) -> Any:
        path, ref = request.path_params["path"], request.query_params.get("ref", "main")
        if not self.may_read or ref != "main" or (path and path not in self.files):
            return _not_found()
        return {"type": "file", "path": path} if path else [{"type": "file", "path": each} for each in self.files]

    def _workflow(self, request: Request, _body: Json) -> Any:
        state = self.workflows.get(request.path_params["file"])
        return {"id": 1, "path": request.path_params["file"], "state": state} if state else _not_found()

    def _deployment_json(self, made: Deployed) -> Json:
        return {
            "id": made.id, "sha": made.sha, "ref": "main", "environment": made.environment, "task": "deploy",
            "production_environment": made.environment == "production", "transient_environment": False,
            "created_at": iso(made.at), "updated_at": iso(made.at),
        }  # fmt: skip

    def _status_json(self, made: Deployed) -> Json:
        return {"id": made.id + 1, "state": made.state, "environment": made.environment, "created_at": iso(made.at)}

    def _tell(self, action: str, pull: Pull, by: str) -> None:
        sender = {"login": by, "type": "User"}
        payload = {"action": action, "number": pull.number, "pull_request": self._pull_json(pull), "sender": sender}
        self.host.tell("pull_request", payload)


def iso(at: datetime) -> str:
    """As GitHub writes a time."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _not_found() -> Response:
    return JSONResponse({"message": "Not Found", "status": "404"}, 404)


def _sha(words: str) -> str:
    return sha1(words.encode(), usedforsecurity=False).hexdigest()
