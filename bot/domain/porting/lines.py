"""A file of items, CSV or JSON Lines, as rows of text cells; one at a time, whatever the file's size.

Says of each row in which line it begins. Does not know what a cell means: `rows.py` does.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from bot.domain.porting.cells import restored
from bot.domain.porting.columns import (
    COLUMNS,
    REQUIRED,
    SEPARATOR,
    BadFile,
    BadRow,
    check_header,
    column_named,
    stranger,
)

Cells = dict[str, str]
Found = tuple[int, Cells] | BadRow
BOM = "\ufeff"
DELIMITERS = ",;\t"


def csv_rows(lines: Iterable[bytes]) -> Iterator[Found]:
    """The rows of a CSV file, given as its lines, without empty cells. Comma, semicolon or tab, as the header has it.

    Raises `BadFile` when the header is not usable, and where the file stops being CSV.
    """
    text = _decoded(lines)
    header = next(text, "")
    if not header.strip():
        raise BadFile(f"The file is empty. Its first line names the columns: {', '.join(REQUIRED)} and others.")
    delimiter = max(DELIMITERS, key=lambda each: _known(header, each))
    reader = csv.reader(chain([header], text), delimiter=delimiter, strict=True)
    head = [column_named(cell) for cell in _next(reader) or []]
    names = head[: _used(head)]
    check_header(names)
    while True:
        line = reader.line_num + 1
        cells = _next(reader)
        if cells is None:
            return
        if len(cells) == len(head) and not any(cells[len(names) :]):
            yield line, _filled(names, cells[: len(names)])
        elif cells:
            yield BadRow(line, [_misfit(cells, len(head), delimiter)])


def jsonl_rows(lines: Iterable[bytes]) -> Iterator[Found]:
    """The rows of a file with one JSON object a line; empty lines are passed over. Raises `BadFile`."""
    for line, text in enumerate(_decoded(lines), start=1):
        if text.strip():
            try:
                yield line, _cells(line, text)
            except BadRow as bad:
                yield bad


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            raise BadFile(f"Line {number} is not UTF-8. Save the file as “CSV UTF-8” and import it again.") from None
        yield text.removeprefix(BOM) if number == 1 else text


def _known(header: str, delimiter: str) -> int:
    return sum(column_named(cell.strip('"\r\n')) in COLUMNS for cell in header.split(delimiter))


def _next(reader: Any) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise BadFile(f"Line {reader.line_num} is not CSV ({error}). Check its quotes.") from None


def _used(cells: Sequence[str]) -> int:
    """How many cells there are without the empty ones behind them, which a spreadsheet may leave."""
    return next((position for position in range(len(cells), 0, -1) if cells[position - 1]), 0)


def _misfit(cells: Sequence[str], width: int, delimiter: str) -> str:
    if len(cells) == width:
        return f"column {_used(cells)} holds something and has no name in the first line; name it, or empty it"
    return f"it has {len(cells)} cells and the header {width}; quote cells that hold a “{delimiter}”"


def _filled(names: Sequence[str], cells: Sequence[str]) -> Cells:
    """Most columns of most files are empty: nobody looks at those cells again."""
    found = zip(names, cells, strict=True)
    return {name: restored(cell) if cell[0] == "'" else cell for name, cell in found if cell}


def _cells(line: int, text: str) -> Cells:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise BadRow(line, ["it is not a JSON object"])
    reasons = [stranger(name) for name in given if name not in COLUMNS]
    cells: Cells = {}
    for name, value in given.items():
        cell = _as_cell(value)
        if cell is None:
            reasons.append(f"{name}: a text or a number is expected")
        else:
            cells[name] = cell
    if reasons:
        raise BadRow(line, reasons)
    return cells


def _as_cell(value: Any) -> str | None:
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case list() if all(isinstance(each, str) and SEPARATOR not in each for each in value):
            return SEPARATOR.join(value)
    return None
