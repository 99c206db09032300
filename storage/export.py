"""Items as an export has them: a batch at a time, in the order of their numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
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

_Earlier = aliased(IncidentRow)
_PLAIN = (
    *STORED, "number", "blocked", "created_at", "original_due", "started_at", "implemented_at", "verified_at",
    "ended_at", "revisit_on", "trigger_condition", "last_progress_at", "ticket_url",
)  # fmt: skip
_Grouped = dict[int, list[str]]
_Found = Mapping[str, Any]


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
    names = query.selected_columns.keys()
    # As dicts: to look into a row of SQLAlchemy's by name takes three times as long, and each has fifty values.
    found = [dict(zip(names, row, strict=True)) for row in fetch_all(session, query)]
    numbers = [row["number"] for row in found]
    people = _by_number(session, workspace, CollaboratorRow, "user", "user", numbers)
    themes = _by_number(session, workspace, ThemeRow, "theme", "position", numbers)
    deferred = _deferred_before(session, workspace, found)
    return [
        _row(row, people.get(number, []), themes.get(number, []), deferred.get(number))
        for number, row in zip(numbers, found, strict=True)
    ]


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
    if not numbers:
        return {}
    value: InstrumentedAttribute[str] = getattr(table, wanted)
    # The whole range, also of items between that *viewer* may not see: what is found of those is asked for by nobody.
    query = select(table.item_number, value).where(
        table.workspace == workspace, table.item_number.between(numbers[0], numbers[-1])
    )
    grouped: _Grouped = {}
    for number, found in fetch_all(session, query.order_by(table.item_number, getattr(table, order))):
        grouped.setdefault(number, []).append(found)
    return grouped


def _deferred_before(session: Session, workspace: str, found: Sequence[_Found]) -> Mapping[int, datetime]:
    """Since when those of *found* had been deferred that ended so or were resumed: both clear the item's own column.

    Of a deferral the columns tell the beginning alone. So it is given where its end is the item's own, or its latest
    progress: elsewhere an import would have to make the end up, and figures of past months with it.
    """
    over = {row["number"]: row["ended_at"] for row in found if row["state"] in ENDED}
    over |= {row["number"]: row["last_progress_at"] for row in found if row["state"] in RESUMABLE}
    if not over:
        return {}
    states = {row["number"]: row["state"] for row in found}
    query = select(ChangeRow.item_number, ChangeRow.before, ChangeRow.after, ChangeRow.at).where(
        ChangeRow.workspace == workspace, ChangeRow.item_number.in_(over),
        or_(ChangeRow.before == State.DEFERRED.value, ChangeRow.after == State.DEFERRED.value),
    )  # fmt: skip
    since: dict[int, datetime] = {}
    known: dict[int, datetime] = {}
    for number, before, after, at in session.execute(query.order_by(ChangeRow.item_number, ChangeRow.id)):
        if before != State.DEFERRED:
            since[number] = at
        elif after == states[number] and at == over[number] and at > since[number]:
            known[number] = since[number]
    return known


def _row(found: _Found, people: Sequence[str], themes: Sequence[str], deferred_at: datetime | None) -> Row:
    return Row._make(_OF_ROW({
        **found,
        "line": 0,
        "team": found["team"] or "",
        "state": State(found["state"]),
        "deferred_at": found["deferred_at"] or deferred_at,
        "remedy": Remedy(found["remedy"]) if found["remedy"] else None,
        "collaborators": tuple(sorted(people)),
        "themes": tuple(themes),
        "incident": found["incident"] or "",
        "recurrence_of": found["recurrence_of"] or "",
        **{field.column: _fact(field, found[field.column]) for field in OF_INCIDENTS},
        "private_channel": (found["channel"] or "") if found["private"] else "",
    }))  # fmt: skip


_OF_ROW = itemgetter(*Row._fields)


def _fact(field: Field, stored: Any) -> Any:
    if field.holds is Holds.MOMENT:
        return stored
    return services_of(stored or "") if field.holds is Holds.SERVICES else stored or ""
