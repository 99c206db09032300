"""The local GitLab as the page shows it."""

from bot.sandbox.trackers import gitlab_project
from bot.sandbox.trackers.gitlab import LocalGitLab
from bot.sandbox.trackers.serving import LocalServer
from bot.sandbox.trackers.sides import CAN, DONE, DROPPED, OPEN, STARTED, VISITOR, Acts, Said, Ticket, shown


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
            "reopen": lambda ref, _text: self._reopen(self._of(ref)),
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

    def _reopen(self, issue: gitlab_project.Issue) -> None:
        issue.labels = [each for each in issue.labels if each != DROPPED]
        self._gitlab.reopened(issue, VISITOR)
