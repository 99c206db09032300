"""Many items read at once, as columns: the ORM's objects, which nobody changes in a list, took twice as long."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

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


_REQUEST = list(ApprovalRow.__mapper__.columns.keys())
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


# Other names: who may see an item asks the same tables.
_helps, _asked = aliased(CollaboratorRow), aliased(ApprovalRow)
ALONE = (
    READ.add_columns(_helps.user, *(getattr(_asked, name) for name in _REQUEST))
    .outerjoin(ItemRow.collaborators.of_type(_helps))
    .outerjoin(ItemRow.requests.of_type(_asked))
)
"""As `READ`, for one item, whose few collaborators and requests cost less as rows than as statements."""


def read_alone(
    session: Session, workspace: str, query: Select[*tuple[Any, ...]], parameters: Mapping[str, Any]
) -> ItemRow | None:
    """The row of the one item that a query made of `ALONE` finds, with all that `item_of` wants; only to be read."""
    rows = fetch_all(session, query, parameters)
    if not rows:
        return None
    row, width = _row_of(rows[0]), len(READ.selected_columns)
    users = sorted({values[width] for values in rows} - {None})
    requests = {values[width + 1 + _REQUEST.index("id")]: values[width + 1 :] for values in rows}
    row.collaborators = [SimpleNamespace(user=user) for user in users]
    row.requests = [_named(_REQUEST, requests[each]) for each in sorted(requests.keys() - {None})]
    themes = fetch_all(session, _OF_ITEMS["themes"], {"of": workspace, "numbers": [row.number]})
    row.themes = [SimpleNamespace(theme=theme) for _number, theme in themes]
    return cast("ItemRow", row)


def read_rows(
    session: Session, workspace: str, query: Select[*tuple[Any, ...]], parameters: Mapping[str, Any] | None = None
) -> list[ItemRow]:
    """The rows that a query made of `READ` finds in one workspace, with all that `item_of` wants; only to be read."""
    found = list(_found(session, query, parameters))
    numbers = [row.number for row in found]
    for name, belonging in _OF_ITEMS.items() if found else ():
        theirs = defaultdict(list)
        for number, *each in fetch_all(session, belonging, {"of": workspace, "numbers": numbers}):
            theirs[number].append(_named(_AS[name], tuple(each)))
        for row in found:
            setattr(row, name, theirs[row.number])
    return found


def _found(
    session: Session, query: Select[*tuple[Any, ...]], parameters: Mapping[str, Any] | None
) -> Iterator[ItemRow]:
    for values in fetch_all(session, query, parameters):
        yield cast("ItemRow", _row_of(values))


def _row_of(values: Row[Any]) -> SimpleNamespace:
    """A row whose attributes are those of the ORM's, without what tells that of a change."""
    items, teams = len(_ITEM), len(_ITEM) + len(_TEAM)
    row = _named(_ITEM, values[:items])
    row.team = _beside(_TEAM, values[items:teams])
    row.incident = _beside(_INCIDENT, values[teams : teams + len(_INCIDENT)])
    return row


def _beside(names: tuple[str, ...], values: Row[Any] | tuple[Any, ...]) -> SimpleNamespace | None:
    # A team and an incident have a name always: without one nothing was joined.
    return _named(names, values) if values[0] is not None else None


def _named(names: Sequence[str], values: Row[Any] | tuple[Any, ...]) -> SimpleNamespace:
    return SimpleNamespace(**dict(zip(names, values, strict=True)))
