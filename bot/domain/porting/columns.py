"""The columns of import and export, in their order, and how a header names them."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from bot.domain.errors import Refused

COLUMNS = (
    "number", "title", "details", "owner", "collaborators", "team", "incident", "incident_started_at",
    "recurrence_of", "root_cause", "remedy", "themes", "state", "blocked", "impact", "urgency", "effort",
    "verification", "created_at", "due", "original_due", "started_at", "implemented_at", "verified_at", "ended_at",
    "deferred_at", "revisit_on", "last_progress_at", "postmortem_url", "ticket_url", "private_channel",
)  # fmt: skip
REQUIRED = ("title", "owner", "team", "state", "created_at", "due")
SEPARATOR = ";"
"""Between the people or themes of one cell."""
NO_TEAM = "(none)"
"""In the column `team`: an item of no team. An empty cell would more likely be a mistake."""


class BadFile(Refused):
    """A file that cannot be read as a whole."""


class BadRow(Exception):
    """A row that cannot become an item. `reasons` name the column and say what to write instead.

    `known` are the values of the columns that could be read: what they name is looked up all the same.
    """

    def __init__(self, line: int, reasons: Sequence[str], known: Mapping[str, Any] | None = None) -> None:
        super().__init__(line, tuple(reasons))
        self.line = line
        self.reasons = tuple(reasons)
        self.known = known or {}


def column_named(text: str) -> str:
    """The column that a header cell means: `Created at` is `created_at`."""
    return "_".join(text.strip().lower().split())


def check_header(names: Sequence[str]) -> None:
    """Raises `BadFile` for columns that are unnamed, unknown, there twice, or missing."""
    if unnamed := [str(position) for position, name in enumerate(names, start=1) if not name]:
        which = f"Columns {', '.join(unnamed)} have" if len(unnamed) > 1 else f"Column {unnamed[0]} has"
        raise BadFile(f"{which} no name in the first line. Name every column, or remove it.")
    if unknown := [stranger(name) for name in names if name not in COLUMNS]:
        raise BadFile(f"{' '.join(unknown)} The columns are: {', '.join(COLUMNS)}.")
    if twice := sorted({name for name in names if list(names).count(name) > 1}):
        raise BadFile(f"A column can be there once only: {', '.join(twice)}.")
    if missing := [name for name in REQUIRED if name not in names]:
        raise BadFile(f"The first line must name the columns; these are missing: {', '.join(missing)}.")


def stranger(name: str) -> str:
    """Says that there is no column *name*, and which one may be meant."""
    return f"There is no column “{name}”.{did_you_mean(name, COLUMNS)}"


def did_you_mean(text: str, known: Sequence[str]) -> str:
    """` Did you mean “…”?`, or nothing when nothing is near."""
    by_key = {name.lower(): name for name in known}
    near = get_close_matches(text.lower(), by_key, n=1, cutoff=0.6)
    return f" Did you mean “{by_key[near[0]]}”?" if near else ""
