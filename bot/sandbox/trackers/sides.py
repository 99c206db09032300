"""A local tracker as the page shows it, whichever it is: tickets in one shape, and what somebody can do with them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.sandbox.trackers.serving import LocalServer

VISITOR = "octocat"
"""Who presses on the page. Linear knows them by an id of its own."""
HIDDEN = re.compile(r"<!--.*?-->\s*", re.DOTALL)
Act = Callable[[str, str], None]
"""Done to a ticket, by its ref, with a text."""
Acts = Mapping[str, Act]
OPEN, STARTED, DONE, DROPPED = "open", "in progress", "done", "not planned"
CAN = {OPEN: ("start", "close", "drop"), STARTED: ("close", "drop"), DONE: ("reopen",), DROPPED: ("reopen",)}


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


def shown(markdown: str) -> str:
    """Markdown as people see it: without hidden comments, and without the marks of what folds."""
    return HIDDEN.sub("", markdown).replace("+++ ", "**").strip()
