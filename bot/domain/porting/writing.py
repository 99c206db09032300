"""Rows written as CSV, JSON Lines or a Markdown table; `lines.py` and `reading.py` read the first two back."""

import csv
import io
import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from bot.domain.literal import around_literals
from bot.domain.porting.cells import defused, written_day, written_moment
from bot.domain.porting.columns import COLUMNS, NO_TEAM, SEPARATOR
from bot.domain.porting.row import Row

IN_TABLE = (
    "number", "title", "owner", "team", "incident", "state", "blocked", "due", "original_due", "revisit_on",
)  # fmt: skip
"""The columns of a Markdown table: what people read. It is not imported again."""
_ESCAPED = str.maketrans({"\\": "\\\\", "|": "\\|", "<": "&lt;", ">": "&gt;", "&": "&amp;", "`": "\\`", "*": "\\*"})


class Format(StrEnum):
    """What an export can be. The values are those of `--format` and of a file's name."""

    CSV = "csv"
    JSONL = "jsonl"
    MARKDOWN = "markdown"


def head(form: Format) -> str:
    """What stands before the first row."""
    match form:
        case Format.CSV:
            return _csv([COLUMNS])
        case Format.MARKDOWN:
            return f"{_table_line(IN_TABLE)}{_table_line(['---'] * len(IN_TABLE))}"
    return ""


def written(form: Format, rows: Iterable[Row]) -> str:
    """The rows, a line each; a CSV cell may hold line breaks of its own."""
    match form:
        case Format.CSV:
            return _csv([defused(cell) for cell in as_cells(row).values()] for row in rows)
        case Format.JSONL:
            return "".join(json.dumps(_json(row), ensure_ascii=False) + "\n" for row in rows)
    return "".join(_table_line(_in_table(row)) for row in rows)


def as_cells(row: Row) -> dict[str, str]:
    """The row's text cells by column, in the contract's order."""
    return {
        "number": str(row.number or ""),
        "title": row.title,
        "details": row.details,
        "owner": row.owner,
        "collaborators": SEPARATOR.join(row.collaborators),
        "team": row.team or NO_TEAM,
        "incident": row.incident,
        "incident_started_at": written_moment(row.incident_started_at),
        "recurrence_of": row.recurrence_of,
        "root_cause": row.root_cause,
        "remedy": row.remedy.value if row.remedy else "",
        "themes": SEPARATOR.join(row.themes),
        "state": row.state.value,
        "blocked": "true" if row.blocked else "false",
        "impact": str(row.impact),
        "urgency": str(row.urgency),
        "effort": str(row.effort),
        "verification": row.verification,
        "created_at": written_moment(row.created_at),
        "due": written_day(row.due),
        "original_due": written_day(row.original_due),
        "started_at": written_moment(row.started_at),
        "implemented_at": written_moment(row.implemented_at),
        "verified_at": written_moment(row.verified_at),
        "ended_at": written_moment(row.ended_at),
        "deferred_at": written_moment(row.deferred_at),
        "revisit_on": written_day(row.revisit_on),
        "last_progress_at": written_moment(row.last_progress_at),
        "postmortem_url": row.postmortem_url,
        "ticket_url": row.ticket_url,
        "private_channel": row.private_channel,
    }


def _json(row: Row) -> dict[str, Any]:
    """As the cells, with numbers as numbers, `blocked` as true or false, and null for what is empty."""
    typed = {"number": row.number, "blocked": row.blocked, "impact": row.impact}
    typed |= {"urgency": row.urgency, "effort": row.effort}
    return {name: typed.get(name, cell or None) for name, cell in as_cells(row).items()}


def _csv(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _in_table(row: Row) -> list[str]:
    cells = as_cells(row) | {"number": f"AI-{row.number}", "team": row.team}
    return [
        around_literals(" ".join(cells[name].split()), lambda text: text.translate(_ESCAPED), _in_a_cell)
        for name in IN_TABLE
    ]


def _in_a_cell(code: str) -> str:
    return code.replace("|", "\\|")


def _table_line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
