"""The local GitHub as the page shows it."""

import re

from bot.sandbox.trackers.github import LocalGitHub
from bot.sandbox.trackers.github_code import Pull
from bot.sandbox.trackers.github_repository import Issue
from bot.sandbox.trackers.serving import LocalServer
from bot.sandbox.trackers.sides import CAN, DONE, DROPPED, OPEN, STARTED, VISITOR, Acts, Said, Ticket, shown

LABEL = re.compile(r"\bAI-\d+\b")
MERGED, LIVE = "merged", "in production"


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

    def _ticket(self, issue: Issue) -> Ticket:
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


def _none(_made: object) -> None:
    """An act answers nothing."""
