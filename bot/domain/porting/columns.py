"""The columns of import and export: their order, what each holds, and how a header names them."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from bot.domain.errors import Refused
from bot.domain.form_fields import INCIDENT, ITEM, Field, Holds
from bot.domain.item import TITLE_LIMIT
from bot.domain.porting.cells import shown
from bot.domain.porting.foreign import column_like
from bot.domain.porting.trackers.kinds import could_be

_ORDER = (
    "number", "title", "details", "owner", "collaborators", "team", "incident", "incident_started_at",
    "recurrence_of", "root_cause", "remedy", "themes", "state", "blocked", "impact", "urgency", "effort",
    "verification", "created_at", "due", "original_due", "started_at", "implemented_at", "verified_at", "ended_at",
    "deferred_at", "revisit_on", "last_progress_at", "postmortem_url", "ticket_url", "private_channel",
    "starts_on", "staffing", "systemic_item", "trigger_condition", "severity",
)  # fmt: skip
"""The contract's; a field of a form that is not here gets its column behind these."""
_FIELDS = {field.column: field for field in (*ITEM, *INCIDENT)}
_BESIDE_THE_FORMS = {
    "number": Holds.NUMBER, "recurrence_of": Holds.LINE, "state": Holds.STATE, "blocked": Holds.FLAG,
    "created_at": Holds.MOMENT, "original_due": Holds.DAY, "started_at": Holds.MOMENT,
    "implemented_at": Holds.MOMENT, "verified_at": Holds.MOMENT, "ended_at": Holds.MOMENT,
    "deferred_at": Holds.MOMENT, "revisit_on": Holds.DAY, "trigger_condition": Holds.TEXT,
    "last_progress_at": Holds.MOMENT, "ticket_url": Holds.LINK, "private_channel": Holds.CHANNEL,
}  # fmt: skip
"""What happens to an item, and what other forms ask of it."""
HOLDS: Mapping[str, Holds] = {column: field.holds for column, field in _FIELDS.items()} | _BESIDE_THE_FORMS
LIMITS: Mapping[str, int] = {column: field.limit for column, field in _FIELDS.items() if field.limit} | {
    "recurrence_of": TITLE_LIMIT
}
"""Characters of a text's column, where it is not `TEXT_LIMIT`."""
COLUMNS = (*_ORDER, *(column for column in _FIELDS if column not in _ORDER))
REQUIRED = ("title", "owner", "team", "state", "created_at", "due")
# Title and beginning are how a row names its incident, so they cannot contradict each other.
OF_INCIDENTS: Sequence[Field] = tuple(field for field in INCIDENT if field.name not in ("title", "began_at"))
"""What the rows say of their incidents, beside which one they mean."""
SEPARATOR = ";"
"""Between the people or themes of one cell."""
NO_TEAM = "(none)"
"""In the column `team`: an item of no team. An empty cell would more likely be a mistake."""
WIDEST = 200
"""Columns that a header may name, five times as many as there are. Behind them a spreadsheet leaves empty ones."""
NAMED = 10
"""Columns of which a refusal speaks one by one."""


class BadFile(Refused):
    """A file that cannot be read as a whole."""


class EmptyFile(BadFile):
    """A file in which nothing names its columns."""


class BadRow(Exception):
    """A row that cannot become an item. `reasons` name the column and say what to write instead.

    `known` are the values of the columns that could be read: what they name is looked up all the same.
    """

    def __init__(self, line: int, reasons: Sequence[str], known: Mapping[str, Any] | None = None) -> None:
        super().__init__(line, tuple(reasons))
        self.line = line
        self.reasons = tuple(reasons)
        self.known = known or {}


def are_alike(values: Sequence[Any]) -> bool:
    """Whether all of a column's values, one at least, are the same, as in most columns of most files."""
    return bool(values[0] == values[-1] and values.count(values[0]) == len(values))


def column_named(text: str) -> str:
    """The column that a header cell means: `Created at` is `created_at`."""
    return "_".join(text.strip().lower().split())


def check_header(names: Sequence[str]) -> None:
    """Raises `BadFile` for columns that are too many, unnamed, unknown, there twice, or missing."""
    if len(names) > WIDEST:
        raise BadFile(f"The first line names {len(names):,} columns, and there are {len(COLUMNS)}. Is it the header?")
    if unnamed := [str(position) for position, name in enumerate(names, start=1) if not name]:
        which = f"Columns {', '.join(unnamed)} have" if len(unnamed) > 1 else f"Column {unnamed[0]} has"
        raise BadFile(f"{which} no name in the first line. Name every column, or remove it.")
    # Before what is missing: an unknown column is most often a missing one under another tool's name.
    if unknown := strangers(names):
        refuse_export(names)
        raise BadFile(f"{' '.join(unknown)} The columns are: {', '.join(COLUMNS)}.")
    if twice := sorted({name for name in names if list(names).count(name) > 1}):
        raise BadFile(f"A column can be there once only: {', '.join(twice)}.")
    if missing := [name for name in REQUIRED if name not in names]:
        raise BadFile(f"The first line must name the columns; these are missing: {', '.join(missing)}.")


def refuse_export(names: Sequence[str]) -> None:
    """Raises `BadFile` where these are the columns of a tracker's export, with the way to import it."""
    named = [column_named(name) for name in names]
    # A file of ours with one column of theirs is still one of ours.
    if not set(REQUIRED) <= set(named) and (found := could_be(named)):
        kind, name = found[0].kind.value, found[0].name
        raise BadFile(
            f"This looks like an export of {name}. Import it with --from {kind} --team NAME: docs/import.md. "
            f"Or name its columns as they are called here: {' '.join(strangers(names))}"
        )


def strangers(names: Sequence[str]) -> list[str]:
    """A sentence for each of *names* that is no column, and how many more there are behind the first ten."""
    unknown = [name for name in dict.fromkeys(names) if name not in HOLDS]
    more = [f"{len(unknown) - NAMED:,} more are no columns either."] if len(unknown) > NAMED else []
    return [stranger(name) for name in unknown[:NAMED]] + more


def stranger(name: str) -> str:
    """Says that there is no column *name*, and which one may be meant."""
    said = f"There is no column “{shown(name)}”."
    if (column := column_like(column_named(name))) in HOLDS:
        return f"{said} It could be “{column}”."
    return f"{said}{did_you_mean(name, COLUMNS)}"


def did_you_mean(text: str, known: Sequence[str]) -> str:
    """` Did you mean “…”?`, or nothing when nothing is near."""
    by_key = {name.lower(): name for name in known}
    # Shortened: comparing grows with the square of the length, and a cell may be a megabyte.
    near = get_close_matches(shown(text).lower(), by_key, n=1, cutoff=0.6)
    return f" Did you mean “{by_key[near[0]]}”?" if near else ""
