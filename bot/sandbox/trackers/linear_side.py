"""The local Linear as the page shows it."""

from bot.sandbox.trackers import linear
from bot.sandbox.trackers.linear import PEOPLE, STATES, LocalLinear
from bot.sandbox.trackers.serving import LocalServer
from bot.sandbox.trackers.sides import CAN, DONE, DROPPED, OPEN, STARTED, Act, Acts, Said, Ticket, shown


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
