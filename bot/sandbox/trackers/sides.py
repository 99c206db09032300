"""The local trackers as one page shows them: tickets in one shape, and what somebody can do with them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.sandbox.trackers import github, gitlab_project, jira, linear
from bot.sandbox.trackers.github import LocalGitHub
from bot.sandbox.trackers.github_code import Pull
from bot.sandbox.trackers.gitlab import LocalGitLab
from bot.sandbox.trackers.jira import LocalJira
from bot.sandbox.trackers.linear import PEOPLE, STATES, LocalLinear
from bot.sandbox.trackers.serving import Json, LocalServer

VISITOR = "octocat"
"""Who presses on the page. Linear knows them by an id of its own."""
HIDDEN = re.compile(r"<!--.*?-->\s*", re.DOTALL)
Act = Callable[[str, str], None]
"""Done to a ticket, by its ref, with a text."""
Acts = Mapping[str, Act]
OPEN, STARTED, DONE, DROPPED = "open", "in progress", "done", "not planned"
CAN = {OPEN: ("start", "close", "drop"), STARTED: ("close", "drop"), DONE: ("reopen",), DROPPED: ("reopen",)}
LABEL = re.compile(r"\bAI-\d+\b")
MERGED, LIVE = "merged", "in production"


@dataclass(frozen=True)
class Said:
    """A comment."""

    by: str
    text: str


@dataclass(frozen=True)
class Ticket:
    """A ticket as it is seen. `stage` is one of four, whatever `status` is called there; `text` is Markdown.

    `can`: what can be done with it now. `pull`: the number of its pull request, which `pull_is` open, merged or in
    production.
    """

    ref: str
    name: str
    title: str
    stage: str
    status: str
    text: str
    url: str
    assignee: str = ""
    due: str = ""
    labels: tuple[str, ...] = ()
    comments: tuple[Said, ...] = ()
    can: tuple[str, ...] = ()
    pull: str = ""
    pull_is: str = ""


class Side(Protocol):
    """One tracker. `acts`: what can be done with a ticket, by its name; each takes the ticket's ref and a text."""

    kind: str
    title: str
    server: LocalServer
    acts: Acts

    def tickets(self) -> list[Ticket]:
        """Every ticket, the newest first."""
        ...


class GitHubSide:
    """A pull request can be opened, merged and deployed there."""

    kind = "github"

    def __init__(self, server: LocalGitHub) -> None:
        self.server: LocalServer = server
        self._github = server
        self.title = f"GitHub · {server.repository.name}"
        self.acts: Acts = {
            "start": lambda ref, _text: server.edited(int(ref), VISITOR, labels=self._labels(ref, "in progress")),
            "pull": lambda ref, _text: self._open_pull(int(ref)),
            "merge": lambda ref, _text: self._merge(int(ref)),
            "deploy": lambda ref, _text: self._deploy(int(ref)),
            "close": lambda ref, _text: server.closed(int(ref), VISITOR),
            "drop": lambda ref, _text: server.closed(int(ref), VISITOR, reason="not_planned"),
            "reopen": lambda ref, _text: server.reopened(int(ref), VISITOR),
            "comment": lambda ref, text: _none(server.commented(int(ref), text, VISITOR)),
        }

    def tickets(self) -> list[Ticket]:
        """Every ticket, the newest first."""
        return [self._ticket(each) for each in reversed(self._github.issues) if not each.is_gone]

    def _ticket(self, issue: github.Issue) -> Ticket:
        stage = OPEN if "in progress" not in issue.labels else STARTED
        if issue.state == "closed":
            stage = DROPPED if issue.state_reason == "not_planned" else DONE
        pull, pull_is = self._pull(issue.number)
        code = {"": ("pull",), OPEN: ("merge",), MERGED: ("deploy",), LIVE: ()}[pull_is]
        web = f"{self._github.url}/{self._github.repository.name}/issues/{issue.number}"
        comments = tuple(
            Said(each.by, shown(each.body)) for each in self._github.repository.comments if each.number == issue.number
        )
        return Ticket(
            str(issue.number), f"#{issue.number}", issue.title, stage, stage, shown(issue.body), web,
            issue.assignee or "", "", tuple(issue.labels), comments, (*code, *CAN[stage]),
            str(pull.number) if pull else "", pull_is,
        )  # fmt: skip

    def _labels(self, ref: str, more: str) -> list[str]:
        before = self._github.repository.issues[int(ref)].labels
        return [*before, *([more] if more not in before else [])]

    def _pull(self, number: int) -> tuple[Pull | None, str]:
        """The newest pull request that closes the issue, and how far it is."""
        code = self._github.code
        found = next((each for each in reversed(code.pulls.values()) if each.body == f"Closes #{number}"), None)
        if found is None or found.merged_at is None:
            return found, OPEN if found else ""
        return found, LIVE if any(each.sha == found.merge for each in code.deployments) else MERGED

    def _open_pull(self, number: int) -> None:
        issue = self._github.repository.issues[number]
        names = LABEL.search(issue.body)
        branch = f"fix/{names[0].lower() if names else number}"
        self._github.code.opened(issue.title, f"Closes #{number}", branch, VISITOR)

    def _merge(self, number: int) -> None:
        """Closes the issue, too, as its text says."""
        pull, _is = self._pull(number)
        if pull is not None:
            self._github.code.merged(pull.number, VISITOR)
            where = f"{self._github.url}/{self._github.repository.name}/pull/{pull.number}"
            self._github.closed(number, VISITOR, pull=where)

    def _deploy(self, number: int) -> None:
        pull, _is = self._pull(number)
        if pull is not None and pull.merged_at:
            self._github.code.deployed(pull.merge)


class GitLabSide:
    """What is in progress and what was dropped say labels there."""

    kind = "gitlab"

    def __init__(self, server: LocalGitLab) -> None:
        self.server: LocalServer = server
        self._gitlab = server
        self.title = f"GitLab · {server.project.name}"
        self.acts: Acts = {
            "start": lambda ref, _text: self._label(self._of(ref), STARTED),
            "close": lambda ref, _text: server.closed(self._of(ref), VISITOR),
            "drop": lambda ref, _text: self._drop(self._of(ref)),
            "reopen": lambda ref, _text: server.reopened(self._of(ref), VISITOR),
            "comment": lambda ref, text: server.commented(self._of(ref), text, VISITOR),
        }

    def tickets(self) -> list[Ticket]:
        """Every ticket, the newest first."""
        return [self._ticket(each) for each in reversed(list(self._gitlab.project.issues.values()))]

    def _ticket(self, issue: gitlab_project.Issue) -> Ticket:
        stage = STARTED if STARTED in issue.labels else OPEN
        if issue.state == "closed":
            stage = DROPPED if DROPPED in issue.labels else DONE
        project = self._gitlab.project
        comments = tuple(Said(each.by, shown(each.body)) for each in project.notes if each.iid == issue.iid)
        return Ticket(
            str(issue.iid), f"#{issue.iid}", issue.title, stage, issue.state, shown(issue.description),
            project.web(issue), issue.assignee or "", issue.due or "", tuple(issue.labels), comments, CAN[stage],
        )  # fmt: skip

    def _of(self, ref: str) -> gitlab_project.Issue:
        return self._gitlab.project.issues[int(ref)]

    def _label(self, issue: gitlab_project.Issue, label: str) -> None:
        self._gitlab.changed(issue, VISITOR, labels=list(dict.fromkeys([*issue.labels, label])))

    def _drop(self, issue: gitlab_project.Issue) -> None:
        self._label(issue, DROPPED)
        self._gitlab.closed(issue, VISITOR)


class JiraSide:
    """Its statuses have names of their own."""

    kind = "jira"

    def __init__(self, server: LocalJira) -> None:
        self.server: LocalServer = server
        self._jira = server
        self.title = f"Jira · {server.project}"
        moves = {"start": "In Arbeit", "close": "Done", "drop": "Won't Do", "reopen": "To Do"}
        moved = {act: self._moving(status) for act, status in moves.items()}
        self.acts: Acts = {**moved, "comment": self._comment}

    def tickets(self) -> list[Ticket]:
        """Every ticket, the newest first."""
        return [self._ticket(each) for each in reversed(list(self._jira.issues.values()))]

    def _ticket(self, issue: jira.Issue) -> Ticket:
        category = {"1": OPEN, "3": STARTED, "5": DONE, "6": DROPPED}[jira.STATUSES[issue.status][0]]
        comments = tuple(Said(each["author"]["displayName"], _plain(each["body"])) for each in issue.comments)
        return Ticket(
            issue.key, issue.key, issue.summary, category, issue.status, _plain(issue.description),
            f"{self._jira.url}/browse/{issue.key}", issue.assignee or "", issue.duedate or "",
            tuple(issue.labels), comments, CAN[category],
        )  # fmt: skip

    def _of(self, ref: str) -> jira.Issue:
        return next(each for each in self._jira.issues.values() if each.key == ref)

    def _moving(self, status: str) -> Act:
        return lambda ref, _text: self._jira.changed(self._of(ref), VISITOR, status=status)

    def _comment(self, ref: str, text: str) -> None:
        self._jira.commented(self._of(ref), self._document(text), VISITOR)

    def _document(self, text: str) -> Any:
        paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
        return {"type": "doc", "version": 1, "content": [paragraph]} if self._jira.is_cloud else text


class LinearSide:
    """Its issues have the due date as a field."""

    kind = "linear"

    def __init__(self, server: LocalLinear) -> None:
        self.server: LocalServer = server
        self._linear = server
        self.title = f"Linear · {server.team}"
        moves = {"start": "s3", "close": "s4", "drop": "s5", "reopen": "s2"}
        moved = {act: self._moving(state) for act, state in moves.items()}
        self.acts: Acts = {**moved, "comment": lambda ref, text: server.commented(self._of(ref), text)}

    def tickets(self) -> list[Ticket]:
        """Every ticket, the newest first."""
        return [self._ticket(each) for each in reversed(list(self._linear.issues.values()))]

    def _ticket(self, issue: linear.Issue) -> Ticket:
        name, kind = STATES[issue.state]
        stage = {"started": STARTED, "completed": DONE, "canceled": DROPPED}.get(kind, OPEN)
        comments = tuple(
            Said(each["user"]["name"], shown(each["body"]))
            for each in self._linear.comments.values()
            if each["issue"]["id"] == issue.id
        )
        return Ticket(
            issue.identifier, issue.identifier, issue.title, stage, name, shown(issue.description),
            f"{self._linear.url}/acme/issue/{issue.identifier}/x", PEOPLE.get(issue.assignee or "", ""),
            issue.due or "", issue.labels, comments, CAN[stage],
        )  # fmt: skip

    def _moving(self, state: str) -> Act:
        return lambda ref, _text: self._linear.changed(self._of(ref), state=state)

    def _of(self, ref: str) -> linear.Issue:
        return next(each for each in self._linear.issues.values() if each.identifier == ref)


def _none(_made: object) -> None:
    """An act answers nothing."""


def shown(markdown: str) -> str:
    """Markdown as people see it: without hidden comments, and without the marks of what folds."""
    return HIDDEN.sub("", markdown).replace("+++ ", "**").strip()


def _plain(found: Any) -> str:
    """Jira's document as Markdown, as far as a page needs it; a text stays so."""
    if found is None or isinstance(found, str):
        return found or ""
    return "\n".join(line for node in found.get("content", []) for line in _lines(node)).strip()


def _lines(node: Json) -> list[str]:
    if node["type"] in ("paragraph", "heading"):
        return [_inline(node), ""]
    if node["type"] == "listItem":
        return [f"- {' '.join(filter(None, (line for each in node.get('content', []) for line in _lines(each))))}"]
    return [line for each in node.get("content", []) for line in _lines(each)]


def _inline(node: Json) -> str:
    return "".join(_word(each) for each in node.get("content", []))


def _word(node: Json) -> str:
    if node["type"] == "hardBreak":
        return "\n"
    text = str(node.get("text") or node.get("attrs", {}).get("url") or node.get("attrs", {}).get("text") or "")
    marks = {mark["type"]: mark.get("attrs", {}) for mark in node.get("marks", [])}
    if "link" in marks:
        return f"[{text}]({marks['link'].get('href', '')})"
    return f"**{text}**" if "strong" in marks and text.strip() else text
