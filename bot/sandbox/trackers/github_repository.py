"""What a repository of the local GitHub holds, and how the real one shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from starlette.responses import JSONResponse

from bot.sandbox.trackers.github_code import iso
from bot.sandbox.trackers.serving import Json

DOCS = "https://docs.github.com/rest"


class Refusal(Exception):
    """What GitHub says no to."""

    def __init__(self, status: int, message: str, errors: Sequence[Json] = ()) -> None:
        super().__init__(message)
        self.answer = JSONResponse(
            {"message": message, "documentation_url": DOCS, "status": str(status)}
            | ({"errors": list(errors)} if errors else {}),
            status,
        )


@dataclass
class Issue:
    """An issue. `at` in whole seconds, as GitHub counts."""

    number: int
    title: str
    body: str
    by: str
    created_at: datetime
    at: datetime
    state: str = "open"
    state_reason: str | None = None
    labels: list[str] = field(default_factory=list)
    assignee: str | None = None
    closed_by: str | None = None
    closing_pull: str = ""
    is_gone: bool = False


@dataclass
class Comment:
    """A comment of an issue."""

    id: int
    number: int
    by: str
    body: str
    at: datetime


@dataclass
class Repository:
    """A repository, its issues and their comments."""

    name: str
    issues: dict[int, Issue] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    archived: bool = False
    may_push: bool = True


def issue_json(issue: Issue, repository: Repository, site: str) -> Json:
    """As the interface shows it; *site* is GitHub's address."""
    web = f"{site}/{repository.name}/issues/{issue.number}"
    api = f"{site}/repos/{repository.name}/issues/{issue.number}"
    return {
        "url": api, "html_url": web, "comments_url": f"{api}/comments", "id": 5000 + issue.number,
        "node_id": f"I_{issue.number}", "number": issue.number, "title": issue.title, "body": issue.body or None,
        "user": user(issue.by), "state": issue.state, "state_reason": issue.state_reason, "locked": False,
        "labels": [{"id": hash(each) % 10_000, "name": each, "color": "ededed"} for each in issue.labels],
        "assignee": user(issue.assignee), "assignees": [user(issue.assignee)] if issue.assignee else [],
        "comments": sum(each.number == issue.number for each in repository.comments),
        "created_at": iso(issue.created_at), "updated_at": iso(issue.at),
        "closed_at": iso(issue.at) if issue.state == "closed" else None, "closed_by": user(issue.closed_by),
    }  # fmt: skip


def comment_json(comment: Comment, repository: Repository, site: str) -> Json:
    """As the interface shows it."""
    api = f"{site}/repos/{repository.name}/issues/{comment.number}"
    return {
        "id": comment.id, "issue_url": api, "html_url": f"{site}#{comment.id}", "user": user(comment.by),
        "body": comment.body, "created_at": iso(comment.at), "updated_at": iso(comment.at),
    }  # fmt: skip


def user(login: str | None) -> Json | None:
    """A person; None for nobody."""
    return {"login": login, "id": len(login), "type": "User", "site_admin": False} if login else None
