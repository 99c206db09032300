"""Items of a file that have their place: written as columns in few statements, inside the caller's transaction."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.bulk import Column, Laid, insert_columns, reserve_ids
from storage.import_columns import OF, moment_text, one_or_all
from storage.tables.base import table_of
from storage.tables.item import ChangeRow, CollaboratorRow, ItemRow, ThemeRow
from storage.tables.span import SpanRow
from storage.updates import moments_for


class Placed(NamedTuple):
    """What is known of some items only when they are stored, a value for each. People are Slack ids."""

    numbers: list[int]
    owners: list[str]
    collaborators: list[list[str]]
    teams: list[int | None]
    incidents: list[int | None]


def record_placed(session: Session, workspace: str, placed: Placed, laid: Mapping[str, Laid], now: datetime) -> None:
    """The items that were *laid* out, imported at *now*, with people, themes, their history and its spans."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL TIME ZONE 'UTC'"))  # moments come as texts without an offset
    whose: Any = laid["changes"][OF]
    # Known before anything is written: an item names its last line, and a line names its item.
    ids = reserve_ids(session, ChangeRow, len(whose))
    items = _items(session, workspace, placed, laid["items"], now) | {"last_change_id": _last(whose, ids)}
    # Items first, since all the rest refers to them.
    insert_columns(session, ItemRow, items, len(placed.numbers))
    lines = {"id": ids, "by_user": "", "why": ""}
    for table, columns in (
        (ChangeRow, _of_items(workspace, placed, laid["changes"]) | lines),
        (SpanRow, _spans(workspace, placed, laid["spans"])),
        (CollaboratorRow, _collaborators(workspace, placed)),
        (ThemeRow, _of_items(workspace, placed, laid["themes"])),
    ):
        insert_columns(session, table, columns, len(columns["item_number"]))


def _items(session: Session, workspace: str, placed: Placed, laid: Laid, now: datetime) -> dict[str, Column]:
    return {
        **_BLANK, **laid,
        "workspace": workspace, "number": placed.numbers, "owner": placed.owners, "created_by": placed.owners,
        "team_id": one_or_all(placed.teams), "incident_id": placed.incidents, "imported_at": moment_text(now),
        **_moments(session, workspace, laid["private"], now),
    }  # fmt: skip


def _moments(session: Session, workspace: str, private: Column, now: datetime) -> dict[str, Column]:
    """When the items changed last, by the columns that say so."""
    texts: dict[bool, dict[str, Column]] = {
        is_private: {name: moment_text(at) if at else None for name, at in moments.items()}
        for is_private, moments in moments_for(session, workspace, now).items()
    }
    if not isinstance(private, list):
        return texts[bool(private)]
    return {name: [texts[each][name] for each in private] for name in texts[True]}


def _of_items(workspace: str, placed: Placed, columns: Laid) -> dict[str, Any]:
    """The columns, with whose they are."""
    numbers = placed.numbers
    whose: Any = columns[OF]
    theirs = {name: column for name, column in columns.items() if name != OF}
    return {"workspace": workspace, "item_number": [numbers[place] for place in whose], **theirs}


def _spans(workspace: str, placed: Placed, columns: Laid) -> dict[str, Any]:
    teams = placed.teams
    whose: Any = columns[OF]
    return _of_items(workspace, placed, columns) | {"team_id": [teams[place] for place in whose]}


def _collaborators(workspace: str, placed: Placed) -> dict[str, Any]:
    pairs = list(_collaborations(placed))
    return {"workspace": workspace, "item_number": [of for of, _ in pairs], "user_id": [user for _, user in pairs]}


def _collaborations(placed: Placed) -> Iterator[tuple[int, str]]:
    for number, owner, users in zip(placed.numbers, placed.owners, placed.collaborators, strict=True):
        for user in users:
            # The owner is no collaborator of their own item (`write_collaborators`).
            if user != owner:
                yield number, user


def _last(whose: Sequence[int], ids: Sequence[int]) -> list[int]:
    """The id of each item's last line; the lines of an item stand together, the oldest first."""
    return list(dict(zip(whose, ids, strict=True)).values())


_BLANK: dict[str, Column] = {
    column.key: column.default.arg if column.default is not None and column.default.is_scalar else None  # type: ignore[attr-defined]
    for column in table_of(ItemRow).columns
}
"""An item of which nothing is said: the columns' own defaults, so that a new column needs nothing here."""
