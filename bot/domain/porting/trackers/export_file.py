"""The file that a tracker exported, as records: values by column, of which one may have several. Does not know what
they mean."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.porting.columns import BadFile, BadRow, EmptyFile, column_named
from bot.domain.porting.lines import CsvTable
from bot.domain.porting.trackers.kinds import TRACKERS, Tracker, could_be, lacking

LARGEST = 200_000_000
"""Bytes of a JSON export, which is read whole: it is one value. `gh` gives some thousand issues in ten million."""
_MARKS = frozenset().union(*(names for tracker in TRACKERS.values() for names in tracker.marks))


@dataclass(frozen=True)
class Record:
    """A ticket. `line`: where it begins in a CSV file; in JSON the how manieth it is."""

    line: int
    values: Mapping[str, tuple[str, ...]]

    def all(self, columns: Sequence[str]) -> list[str]:
        """Every value of these columns, in their order."""
        return [value for column in columns for value in self.values.get(column, ())]

    def first(self, columns: Sequence[str]) -> str:
        """The first value, "" for none."""
        return next(iter(self.all(columns)), "")


@dataclass(frozen=True)
class Export:
    """`columns`: as the file writes them, by their names. `broken`: rows that cannot be read."""

    tracker: Tracker
    columns: Mapping[str, str]
    records: Sequence[Record]
    broken: Sequence[BadRow] = ()


def read_export(tracker: Tracker, pieces: Iterable[bytes]) -> Export:
    """The whole export. Raises `BadFile` for a file that is not one of that tracker, with what it could be."""
    export = _from_json(tracker, pieces) if tracker.is_json else _from_csv(tracker, pieces)
    _check(tracker, list(export.columns))
    return export


def _from_csv(tracker: Tracker, pieces: Iterable[bytes]) -> Export:
    try:
        table = CsvTable(_not_json(tracker, pieces), lambda name: name in _MARKS)
    except EmptyFile:
        raise BadFile(_not_of(tracker, "it is empty")) from None
    names = [column_named(cell) for cell in table.head]
    records, broken = list[Record](), list[BadRow]()
    for each in table:
        if isinstance(each, BadRow):
            broken.append(each)
        else:
            records.append(Record(each[0], _by_column(zip(names, each[1], strict=False))))
    return Export(tracker, dict(zip(names, table.head, strict=True)), records, broken)


def _not_json(tracker: Tracker, pieces: Iterable[bytes]) -> Iterator[bytes]:
    for number, piece in enumerate(pieces):
        if not number and piece.lstrip(b"\xef\xbb\xbf \r\n")[:1] in (b"[", b"{", b"<"):
            raise BadFile(_not_of(tracker, "it is no CSV file"))
        yield piece


def _from_json(tracker: Tracker, pieces: Iterable[bytes]) -> Export:
    columns, records = dict[str, str](), list[Record]()
    for at, issue in enumerate(_objects(tracker, pieces), start=1):
        cells = [(column_named(name), name, cell) for name, cell in _flat(issue)]
        records.append(Record(at, _by_column((column, cell) for column, _, cell in cells)))
        columns |= {column: name for column, name, _ in cells}
    return Export(tracker, columns, records)


def _objects(tracker: Tracker, pieces: Iterable[bytes]) -> list[Mapping[str, Any]]:
    """The objects of an array, or one a line as `--jq '.[]'` gives them."""
    content = b""
    for piece in pieces:
        content += piece
        if len(content) > LARGEST:
            raise BadFile(f"The file has more than {LARGEST:,} bytes. Export fewer at once.")
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise BadFile("The file is not UTF-8. Export it again, and write it as the command gives it.") from None
    try:
        found = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines() if line]
    # RecursionError: thousands of brackets within each other.
    except (ValueError, RecursionError):
        raise BadFile(_not_of(tracker, "it is no JSON")) from None
    if not all(isinstance(each, dict) for each in found):
        raise BadFile(_not_of(tracker, "it is no list of issues"))
    return list(found)


def _flat(issue: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in issue.items():
        # Also what is empty in every issue: whether a file is an export is known by its columns.
        yield name, ""
        yield from _flat_value(name, value)


def _flat_value(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Texts by column: a label by its name, a person as `Name (login)`, a milestone by its title and its days."""
    match value:
        case None:
            return
        case list():
            for each in value:
                yield from _flat_value(name, each)
        case dict():
            if said := _called(value):
                yield name, said
            for inner, deeper in value.items():
                if inner not in _NAMES and isinstance(deeper, str | dict):
                    yield from _flat_value(f"{name}.{inner}", deeper)
        # Before int, as True is one.
        case bool():
            yield name, "true" if value else "false"
        case _:
            yield name, str(value)


_NAMES = ("name", "title", "login", "id", "node_id", "description", "color", "url")
"""Of what is named in an issue: its names, and what nobody looks for."""


def _called(value: Mapping[str, Any]) -> str:
    name, login = value.get("name") or value.get("title"), value.get("login")
    return f"{name} ({login})" if name and login else str(name or login or "")


def _by_column(cells: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for name, cell in cells:
        if cell.strip():
            values[name] = (*values.get(name, ()), cell)
    return values


def _check(tracker: Tracker, columns: Sequence[str]) -> None:
    if not columns:
        raise BadFile(_not_of(tracker, "it is empty"))
    missing = lacking(tracker, columns)
    if not missing:
        return
    if others := could_be(columns):
        raise BadFile(_not_of(tracker, f"it looks like one of {others[0].name}: --from {others[0].kind.value}"))
    raise BadFile(_not_of(tracker, f"it has no column {', '.join(f'“{name}”' for name in missing)}"))


def _not_of(tracker: Tracker, why: str) -> str:
    return f"This is no export of {tracker.name}: {why}. How to make one: {tracker.made_by}."
