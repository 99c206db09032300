"""Rows written as CSV, JSON Lines or a Markdown table; `lines.py` and `reading.py` read the first two back."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import Any

from bot.domain.form_fields import Holds
from bot.domain.literal import around_literals
from bot.domain.porting.cells import defused, written_day, written_moment
from bot.domain.porting.columns import COLUMNS, HOLDS, NO_TEAM, SEPARATOR, are_alike
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
            return _csv(_for_spreadsheets(rows))
        case Format.JSONL:
            # Nothing is defused here: no spreadsheet runs JSON, and readers of it want the text itself.
            return "".join(json.dumps(_json(row), ensure_ascii=False) + "\n" for row in rows)
    return "".join(_table_line(_in_table(row)) for row in rows)


def _for_spreadsheets(rows: Iterable[Row]) -> Iterable[tuple[str, ...]]:
    """The cells of the rows, defused. Column by column: each is written in one way."""
    columns = zip(*map(_VALUES, rows), strict=True)
    return zip(*(_cells(write, values) for write, values in zip(_DEFUSED, columns, strict=False)), strict=True)


def _cells(write: Callable[[Any], str], values: Sequence[Any]) -> list[str]:
    if are_alike(values):
        return [write(values[0])] * len(values)
    return list(map(write, values))


def as_cells(row: Row) -> dict[str, str]:
    """The row's text cells by column, in the contract's order."""
    return {column: write(value) for (column, write), value in zip(_WRITERS, _VALUES(row), strict=True)}


def _json(row: Row) -> dict[str, Any]:
    """As the cells, with numbers as numbers, `blocked` as true or false, and null for what is empty."""
    values = zip(COLUMNS, _VALUES(row), strict=True)
    typed = {column: value for column, value in values if HOLDS[column] in _TYPED}
    return {column: typed.get(column, cell or None) for column, cell in as_cells(row).items()}


def _as_it_is(text: str) -> str:
    return text


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _team(name: str) -> str:
    return name or NO_TEAM


def _choice(value: StrEnum | None) -> str:
    return value.value if value else ""


_TYPED = frozenset({Holds.NUMBER, Holds.SCALE, Holds.FLAG})
_BY_WHAT_IT_HOLDS: Mapping[Holds, Callable[[Any], str]] = {
    Holds.DAY: written_day,
    Holds.MOMENT: written_moment,
    Holds.FLAG: _flag,
    Holds.SCALE: _number,
    Holds.NUMBER: _number,
    Holds.PEOPLE: SEPARATOR.join,
    Holds.THEMES: SEPARATOR.join,
    Holds.SERVICES: SEPARATOR.join,
    Holds.TEAM: _team,
    Holds.STATE: _choice,
    Holds.REMEDY: _choice,
}
_WRITERS = [(column, _BY_WHAT_IT_HOLDS.get(HOLDS[column], _as_it_is)) for column in COLUMNS]
_VALUES = attrgetter(*COLUMNS)
_OURS = _TYPED | {Holds.DAY, Holds.MOMENT, Holds.STATE, Holds.REMEDY}
"""What is never a text of somebody's, and so no formula."""


def _defusing(column: str, write: Callable[[Any], str]) -> Callable[[Any], str]:
    if HOLDS[column] in _OURS:
        return write
    return defused if write is _as_it_is else lambda value: defused(write(value))


_DEFUSED = [_defusing(column, write) for column, write in _WRITERS]


def _csv(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    # RFC 4180; a line break within a cell stays as people wrote it.
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _in_table(row: Row) -> list[str]:
    # `(none)` is for the import; a reader is better served with an empty cell.
    cells = as_cells(row) | {"number": f"AI-{row.number}", "team": row.team}
    return [
        around_literals(" ".join(cells[name].split()), lambda text: text.translate(_ESCAPED), _in_a_cell)
        for name in IN_TABLE
    ]


def _in_a_cell(code: str) -> str:
    return code.replace("|", "\\|")


def _table_line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
