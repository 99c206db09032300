"""Many items read at once, as columns: the ORM's objects, which nobody changes in a list, took twice as long."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, bindparam, select
from sqlalchemy.orm import Session

from storage.columns import fetch_all
from storage.tables.approval import ApprovalRow
from storage.tables.incident import IncidentRow
from storage.tables.item import CollaboratorRow, ItemRow, ThemeRow
from storage.tables.team import TeamRow

_ITEM = list(ItemRow.__mapper__.columns.keys())
_TEAM, _INCIDENT = ("name", "timezone", "language"), ("title", "severity", "postmortem_url")
READ: Select[*tuple[Any, ...]] = (
    select(
        *(getattr(ItemRow, name) for name in _ITEM),
        *(getattr(TeamRow, name) for name in _TEAM),
        *(getattr(IncidentRow, name) for name in _INCIDENT),
    )
    .select_from(ItemRow)
    .outerjoin(ItemRow.team)
    .outerjoin(ItemRow.incident)  # the relationship holds the condition of what may be named on the item
)
"""All columns of items with what `item_of` wants of their team and incident; written once, and narrowed by `where`."""


def _here(row: type[ThemeRow] | type[CollaboratorRow]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return row.workspace == bindparam("of"), row.item_number.in_(bindparam("numbers", expanding=True))


_REQUEST = ApprovalRow.__mapper__.columns.keys()
_AS = {"themes": ("theme",), "collaborators": ("user",), "requests": _REQUEST}
"""What is read of each, behind the number of its item."""
_OF_ITEMS: Mapping[str, Select[*tuple[Any, ...]]] = {
    "themes": select(ThemeRow.item_number, ThemeRow.theme).where(*_here(ThemeRow)).order_by(ThemeRow.position),
    "collaborators": select(CollaboratorRow.item_number, CollaboratorRow.user).where(*_here(CollaboratorRow)),
    "requests": select(ApprovalRow.number, *(getattr(ApprovalRow, name) for name in _REQUEST))
    .where(ApprovalRow.workspace == bindparam("of"), ApprovalRow.number.in_(bindparam("numbers", expanding=True)))
    .order_by(ApprovalRow.id),
}
"""What belongs to many items, by a statement each that is written once: the ORM's loaders took three times as long."""


def read_rows(
    session: Session, workspace: str, query: Select[*tuple[Any, ...]], parameters: Mapping[str, Any] | None = None
) -> list[ItemRow]:
    """The rows that a query made of `READ` finds in one workspace, with all that `item_of` wants; only to be read."""
    found = list(_found(session, query, parameters))
    numbers = [row.number for row in found]
    for name, belonging in _OF_ITEMS.items() if found else ():
        theirs = defaultdict(list)
        for number, *each in fetch_all(session, belonging, {"of": workspace, "numbers": numbers}):
            theirs[number].append(SimpleNamespace(**dict(zip(_AS[name], each, strict=True))))
        for row in found:
            setattr(row, name, theirs[row.number])
    return found


def _found(
    session: Session, query: Select[*tuple[Any, ...]], parameters: Mapping[str, Any] | None
) -> Iterator[ItemRow]:
    """As rows whose attributes are the same, without what tells the ORM of a change."""
    items, teams = len(_ITEM), len(_ITEM) + len(_TEAM)
    for values in fetch_all(session, query, parameters):
        row = SimpleNamespace(**dict(zip(_ITEM, values[:items], strict=True)))
        row.team = _beside(_TEAM, values[items:teams])
        row.incident = _beside(_INCIDENT, values[teams:])
        yield cast("ItemRow", row)


def _beside(names: tuple[str, ...], values: Row[Any] | tuple[Any, ...]) -> SimpleNamespace | None:
    # A team and an incident have a name always: without one nothing was joined.
    return SimpleNamespace(**dict(zip(names, values, strict=True))) if values[0] is not None else None
