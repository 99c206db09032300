"""A file of items, CSV or JSON Lines, as rows of text cells; one at a time, whatever the file's size.

Says of each row in which line it begins. Does not know what a cell means: `reading.py` does.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, compress
from typing import Any

from bot.domain.porting.cells import restored
from bot.domain.porting.columns import (
    COLUMNS,
    REQUIRED,
    SEPARATOR,
    BadFile,
    BadRow,
    EmptyFile,
    check_header,
    column_named,
    refuse_export,
    strangers,
)
from bot.domain.porting.file_lines import Lines

Cells = dict[str, str]
FoundLine = tuple[int, Cells] | BadRow
DELIMITERS = ",;\t"
_SEP = re.compile(r'"?sep=([^\w\s"]|\t)"?\s*', re.IGNORECASE)
"""What a spreadsheet writes first to say what stands between the cells."""
_NOTHING = f'{DELIMITERS}" \r\n'


class CsvTable:
    """A CSV file, given in pieces: `head` are the names in its first line, iterating gives the rows behind it.

    Comma, semicolon or tab, as the header has it: what makes most columns of which *is_column* is true. Each row comes
    with the line in which it begins. Rows without any value are passed over. Raises `BadFile` where it stops being CSV.
    """

    def __init__(self, pieces: Iterable[bytes], is_column: Callable[[str], bool]) -> None:
        self._lines = Lines(pieces)
        text = iter(self._lines)
        header, self._delimiter = _header(text, is_column)
        # Else a stray quote is taken as text and silently swallows the rows behind it.
        self._reader = csv.reader(chain([header], text), delimiter=self._delimiter, strict=True)
        head = [cell.strip() for cell in _next(self._reader, self._lines) or []]
        self._width = len(head)
        self.head = head[: _used(head)]

    def __iter__(self) -> Iterator[tuple[int, list[str]] | BadRow]:
        used = len(self.head)
        while True:
            line, self._lines.of_row = self._lines.number + 1, 0
            cells = _next(self._reader, self._lines)
            if cells is None:
                return
            if any(cells[used:]):
                yield BadRow(line, [_misfit(cells, self._width, self._delimiter)])
            elif any(map(str.strip, cells)):
                # Looked at before it is called, and all at once first: a hundred thousand rows have millions of cells.
                if "'" in "".join(cells):
                    cells = [restored(cell) if cell[:1] == "'" else cell for cell in cells]
                yield line, cells


def csv_rows(pieces: Iterable[bytes]) -> Iterator[FoundLine]:
    """The rows of a CSV file, given in pieces, without empty cells; missing cells at a row's end are empty.

    Raises `BadFile` when the header is not usable, and where the file stops being CSV.
    """
    table = CsvTable(pieces, COLUMNS.__contains__)
    names = [column_named(cell) for cell in table.head]
    check_header(names)
    for each in table:
        # Most columns of most files are empty: nobody looks at those cells again.
        yield each if isinstance(each, BadRow) else (each[0], _filled(names, each[1]))


def jsonl_rows(pieces: Iterable[bytes]) -> Iterator[FoundLine]:
    """The rows of a file with one JSON object a line; those without any value are passed over. Raises `BadFile`."""
    lines = Lines(pieces)
    for text in lines:
        lines.of_row = 0
        if text.strip():
            try:
                cells = _cells(lines.number, text)
                if any(cells.values()):
                    yield lines.number, cells
            except BadRow as bad:
                yield bad


def _header(text: Iterator[str], is_column: Callable[[str], bool]) -> tuple[str, str]:
    """The first line that names anything, and what stands between its cells."""
    said = None
    for line in text:
        if said is None and (found := _SEP.fullmatch(line)):
            said = found.group(1)
        elif line.strip(_NOTHING):
            # By the columns that come out: counting marks alone would let commas within a quoted name decide.
            return line, said or max(DELIMITERS, key=lambda each: _known(line, each, is_column))
    raise EmptyFile(f"The file is empty. Its first line names the columns: {', '.join(REQUIRED)} and others.")


def _known(header: str, delimiter: str, is_column: Callable[[str], bool]) -> int:
    return sum(is_column(column_named(cell.strip('"\r\n'))) for cell in header.split(delimiter))


def _next(reader: Any, lines: Lines) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise BadFile(f"Line {lines.number} is not CSV ({error}). Check its quotes.") from None


def _used(cells: Sequence[str]) -> int:
    """How many cells there are without the empty ones behind them, which a spreadsheet may leave."""
    return next((position for position in range(len(cells), 0, -1) if cells[position - 1]), 0)


def _misfit(cells: Sequence[str], width: int, delimiter: str) -> str:
    if len(cells) <= width:
        return f"column {_used(cells)} holds something and has no name in the first line; name it, or empty it"
    return f"it has {len(cells)} cells and the header {width}; quote cells that hold a “{delimiter}”"


def _filled(names: Sequence[str], cells: Sequence[str]) -> Cells:
    return dict(compress(zip(names, cells, strict=False), cells))


def _cells(line: int, text: str) -> Cells:
    """The cells of a line. Raises `BadRow`."""
    try:
        given = json.loads(text)
    # RecursionError: thousands of brackets within each other.
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise BadRow(line, ["it is not a JSON object"])
    if reasons := strangers(list(given)):
        refuse_export(list(given))
    cells: Cells = {}
    for name, value in given.items() if not reasons else ():
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
        # Before int, as True is one.
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        # A name with the separator in it would come back as two.
        case list() if all(isinstance(each, str) and SEPARATOR not in each for each in value):
            return SEPARATOR.join(value)
    return None
