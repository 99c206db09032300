"""The local Jira as the page shows it."""

from typing import Any

from bot.sandbox.trackers import jira
from bot.sandbox.trackers.jira import LocalJira
from bot.sandbox.trackers.serving import Json, LocalServer
from bot.sandbox.trackers.sides import CAN, DONE, DROPPED, OPEN, STARTED, VISITOR, Act, Acts, Said, Ticket


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
