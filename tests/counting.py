"""What each request of Slack's costs the database: its transactions and statements, counted in the thread that does it.

Delivery and rituals work beside it, in threads of their own, and are not counted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import local
from typing import Any
from unittest.mock import patch

from slack_bolt import BoltRequest, BoltResponse
from sqlalchemy import Engine, event

from bot.slack.requests import SlackApp

_BEGINS = ("BEGIN", "SET TRANSACTION", "PRAGMA")
"""What opens a transaction is counted as one, and not as a statement too."""


@dataclass
class Request:
    """One request: `kind` as Slack names it (`command`, `block_actions`, `view_submission`)."""

    kind: str
    transactions: int = 0
    statements: list[str] = field(default_factory=list)

    @property
    def cost(self) -> tuple[int, int]:
        """Transactions and statements."""
        return self.transactions, len(self.statements)

    def __str__(self) -> str:
        lines = "\n".join(f"  {number}. {said}" for number, said in enumerate(self.statements, 1))
        return f"{self.kind}: {self.transactions} transactions, {len(self.statements)} statements\n{lines}"


@contextmanager
def counted() -> Iterator[list[Request]]:
    """The requests that the bot of this process answers within the block, in order."""
    seen: list[Request] = []
    now = local()
    dispatch = SlackApp.dispatch

    def answer(app: SlackApp, request: BoltRequest) -> BoltResponse:
        now.request = Request(str(request.body.get("type") or "command"))
        try:
            return dispatch(app, request)
        finally:
            seen.append(now.request)
            now.request = None

    def executed(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked = getattr(now, "request", None)
        if asked and not statement.startswith(_BEGINS):
            asked.statements.append(" ".join(statement.split()))

    def begun(_connection: Any) -> None:
        if asked := getattr(now, "request", None):
            asked.transactions += 1

    event.listen(Engine, "before_cursor_execute", executed)
    event.listen(Engine, "begin", begun)
    try:
        with patch.object(SlackApp, "dispatch", answer):
            yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", executed)
        event.remove(Engine, "begin", begun)
