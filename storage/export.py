"""Items as an export has them: a batch at a time, in the order of their numbers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from bot.domain.form_fields import STORED, Field, Holds
from bot.domain.item import Remedy
from bot.domain.lifecycle import ENDED, RESUMABLE, State
from bot.domain.porting.columns import OF_INCIDENTS
from bot.domain.porting.row import Row
from bot.domain.queries import Viewer
from storage.columns import fetch_all
from storage.incidents import incidents_visible_to, services_of
from storage.tables.incident import IncidentRow
from storage.tables.item import ChangeRow, CollaboratorRow, ItemRow, ThemeRow
from storage.tables.team import TeamRow
from storage.visibility import visible_to

DENSE = 4
"""Numbers for each item, up to which all items between the first and the last are read."""
_Earlier = aliased(IncidentRow)
_PLAIN = (
    *STORED, "number", "blocked", "created_at", "original_due", "started_at", "implemented_at", "verified_at",
    "ended_at", "revisit_on", "trigger_condition", "last_progress_at", "ticket_url",
)  # fmt: skip
_Grouped = dict[int, list[str]]
_Found = Mapping[str, Sequence[Any]]
"""Columns by their names, with a value for each item."""


def list_rows(
    session: Session,
    workspace: str,
    viewer: Viewer | None,
    *,
    team_id: int | None = None,
    states: frozenset[State] | None = None,
    after: int,
    limit: int,
) -> list[Row]:
    """The next *limit* items after number *after* that *viewer* may see, the lowest number first; None sees all.

    Of one team or all, in some states or all.
    """
    # On from a number, not by offset: each batch costs the same, and items that are made meanwhile move nothing.
    conditions = [ItemRow.workspace == workspace, ItemRow.number > after, *visible_to(viewer)]
    if team_id is not None:
        conditions.append(ItemRow.team_id == team_id)
    if states is not None:
        conditions.append(ItemRow.state.in_(state.value for state in states))
    query = _query(viewer).where(*conditions).order_by(ItemRow.number).limit(limit)
    rows = fetch_all(session, query)
    if not rows:
        return []
    # Column by column: what a column needs is asked once and not for each of its values, and a row has fifty.
    found = dict(zip(query.selected_columns.keys(), zip(*rows, strict=True), strict=True))
    numbers = found["number"]
    people = _by_number(session, workspace, CollaboratorRow, "user", "user", numbers)
    themes = _by_number(session, workspace, ThemeRow, "theme", "position", numbers)
    return _rows(found, people, themes, _deferred_before(session, workspace, found))


def _query(viewer: Viewer | None) -> Select[Any]:
    plain = [getattr(ItemRow, name).label(name) for name in _PLAIN]
    elsewhere = [
        ItemRow.state.label("state"), ItemRow.remedy.label("remedy"), ItemRow.channel.label("channel"),
        ItemRow.private.label("private"), ItemRow.deferred_at.label("deferred_at"),
        TeamRow.name.label("team"), IncidentRow.title.label("incident"),
        IncidentRow.began_at.label("incident_started_at"),
        *(getattr(IncidentRow, field.name).label(field.column) for field in OF_INCIDENTS),
        _Earlier.title.label("recurrence_of"),
    ]  # fmt: skip
    return (
        select(*plain, *elsewhere)
        .outerjoin(TeamRow, TeamRow.id == ItemRow.team_id)
        # The relationship leaves out an incident that became private in another channel; the operator gets all of them.
        .outerjoin(IncidentRow, ItemRow.incident if viewer else IncidentRow.id == ItemRow.incident_id)
        .outerjoin(_Earlier, (_Earlier.id == IncidentRow.recurrence_of) & _may_be_named(viewer))
    )


def _may_be_named(viewer: Viewer | None) -> ColumnElement[bool]:
    """An earlier incident may have been handled in a private channel where this one was not."""
    return incidents_visible_to(viewer, _Earlier) if viewer else true()


def _by_number(
    session: Session,
    workspace: str,
    table: type[CollaboratorRow] | type[ThemeRow],
    wanted: str,
    order: str,
    numbers: Sequence[int],
) -> _Grouped:
    value: InstrumentedAttribute[str] = getattr(table, wanted)
    query = select(table.item_number, value).where(table.workspace == workspace, _among(table, numbers))
    grouped: _Grouped = {}
    for number, found in fetch_all(session, query.order_by(table.item_number, getattr(table, order))):
        grouped.setdefault(number, []).append(found)
    return grouped


def _among(table: type[CollaboratorRow | ThemeRow | ChangeRow], numbers: Sequence[int]) -> ColumnElement[bool]:
    """What belongs to these items, and perhaps to some between them that were not asked for: those are nobody's."""
    # A range costs the database least; but for a team's few among a million it would give everybody's.
    is_dense = numbers[-1] - numbers[0] < DENSE * len(numbers)
    return table.item_number.between(numbers[0], numbers[-1]) if is_dense else table.item_number.in_(numbers)


def _deferred_before(session: Session, workspace: str, found: _Found) -> Mapping[int, datetime]:
    """Since when those of *found* had been deferred that ended so or were resumed: both clear the item's own column.

    Of a deferral the columns tell the beginning alone. So it is given where its end is the item's own, or its latest
    progress: elsewhere an import would have to make the end up, and figures of past months with it.
    """
    numbers = found["number"]
    query = select(ChangeRow.item_number, ChangeRow.before, ChangeRow.after, ChangeRow.at).where(
        ChangeRow.workspace == workspace, _among(ChangeRow, numbers),
        or_(ChangeRow.before == State.DEFERRED.value, ChangeRow.after == State.DEFERRED.value),
    )  # fmt: skip
    lines = fetch_all(session, query.order_by(ChangeRow.item_number, ChangeRow.id))
    over = _over(found) if lines else {}
    since: dict[int, datetime] = {}
    known: dict[int, datetime] = {}
    for number, before, after, at in lines:
        if before != State.DEFERRED:
            since[number] = at
        elif over.get(number) == (after, at) and at > since[number]:
            known[number] = since[number]
    return known


def _over(found: _Found) -> Mapping[int, tuple[str, datetime | None]]:
    """The state of each that ended or can have been resumed, and since when it is in it."""
    columns = zip(*(found[name] for name in ("number", "state", "ended_at", "last_progress_at")), strict=True)
    return {
        number: (state, ended_at if state in ENDED else last_progress_at)
        for number, state, ended_at, last_progress_at in columns
        if state in ENDED or state in RESUMABLE
    }


def _rows(found: _Found, people: _Grouped, themes: _Grouped, deferred: Mapping[int, datetime]) -> list[Row]:
    numbers = found["number"]
    columns: dict[str, Iterable[Any]] = {
        **found,
        "line": repeat(0, len(numbers)),
        "team": _texts(found["team"]),
        "state": map(_STATES.__getitem__, found["state"]),
        "deferred_at": [at or deferred.get(number) for number, at in zip(numbers, found["deferred_at"], strict=True)],
        "remedy": map(_REMEDIES.get, found["remedy"]),
        "collaborators": [tuple(sorted(people.get(number, ()))) for number in numbers],
        "themes": [tuple(themes.get(number, ())) for number in numbers],
        "incident": _texts(found["incident"]),
        "recurrence_of": _texts(found["recurrence_of"]),
        **{field.column: _facts(field, found[field.column]) for field in OF_INCIDENTS},
        "private_channel": [
            (channel or "") if private else ""
            for channel, private in zip(found["channel"], found["private"], strict=True)
        ],
    }
    return list(map(Row._make, zip(*_OF_ROW(columns), strict=True)))


_OF_ROW = itemgetter(*Row._fields)
_STATES = {state.value: state for state in State}
_REMEDIES = {remedy.value: remedy for remedy in Remedy}


def _texts(stored: Iterable[str | None]) -> Iterable[str]:
    return [text or "" for text in stored]


def _facts(field: Field, stored: Sequence[Any]) -> Iterable[Any]:
    if field.holds is Holds.MOMENT:
        return stored
    return map(services_of, _texts(stored)) if field.holds is Holds.SERVICES else _texts(stored)
