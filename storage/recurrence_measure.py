"""Incidents that came back: of a period, linked to an earlier one, while an item of that one was unfinished (R102)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session, aliased

from bot.domain.lifecycle import State
from bot.domain.measures import Recurrence
from bot.domain.month import Period
from bot.domain.queries import Viewer
from bot.domain.span import OPEN_STANDING, instant, moment
from storage.incidents import incidents_visible_to
from storage.measures import TeamIds, of_teams
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow
from storage.tables.span import SpanRow
from storage.visibility import visible_to

BATCH = 500
"""Earlier incidents asked for with one query."""
_UNFINISHED = (OPEN_STANDING, State.DEFERRED.value)
_Earlier = aliased(IncidentRow)


@dataclass(frozen=True)
class _Unfinished:
    """A time in which an item was unfinished, in microseconds; `until` is not part of it."""

    number: int
    since: int
    until: int


def list_recurrences_despite_item(
    session: Session, workspace: str, teams: TeamIds, period: Period, viewer: Viewer | None
) -> list[Recurrence]:
    """Each incident that began in the period although an item of the teams, for the one before it, was unfinished.

    Items and incidents that *viewer* may not see do not count; None sees everything. The oldest first.
    """
    unfinished = session.scalars(_of_unfinished(workspace, teams, period).limit(BATCH + 1)).all()
    # Of a team they are few, and found by what came after them; of a workspace many, and the month has fewer. Not both
    # conditions in one query: SQLite would take the month in any case.
    began = (IncidentRow.began_at >= moment(period.begins), IncidentRow.began_at < moment(period.cutoff))
    which = (IncidentRow.recurrence_of.in_(unfinished),) if len(unfinished) <= BATCH else began
    came_back = _came_back(session, workspace, viewer, *which) if unfinished else []
    items = _unfinished(session, workspace, [each.earlier_id for each in came_back], teams, viewer)
    found = []
    for each in came_back:
        at = instant(each.began_at)
        if not period.begins <= at < period.cutoff:
            continue
        # How the item stood when the incident began: closing it later does not undo the recurrence.
        numbers = tuple(span.number for span in items[each.earlier_id] if span.since <= at < span.until)
        if numbers:
            found.append(Recurrence(each.id, each.title, each.began_at, each.earlier_title, numbers))
    return found


@dataclass(frozen=True)
class _CameBack:
    id: int
    title: str
    began_at: datetime
    earlier_id: int
    earlier_title: str


def _came_back(session: Session, workspace: str, viewer: Viewer | None, *which: ColumnElement[bool]) -> list[_CameBack]:
    columns = (IncidentRow.id, IncidentRow.title, IncidentRow.began_at)
    query = (
        select(*columns, _Earlier.id.label("earlier_id"), _Earlier.title.label("earlier_title"))
        .join(_Earlier, and_(_Earlier.id == IncidentRow.recurrence_of, _Earlier.workspace == IncidentRow.workspace))
        .where(IncidentRow.workspace == workspace, *which, *_visible(viewer))
    )
    # Sorted here: SQLite would walk all incidents of the workspace in that order, to find these few.
    found = [_CameBack(**row._asdict()) for row in session.execute(query)]
    return sorted(found, key=lambda each: (each.began_at, each.id))


def _of_unfinished(workspace: str, teams: TeamIds, period: Period) -> Select[int | None]:
    """The incidents of what the teams had unfinished in the period: a team's own, however many the workspace has."""
    lasted = (SpanRow.counts_until >= period.begins, SpanRow.until > period.begins, SpanRow.since < period.cutoff)
    item = and_(SpanRow.workspace == ItemRow.workspace, SpanRow.item_number == ItemRow.number)
    spans = select(ItemRow.incident_id).join(SpanRow, item).where(ItemRow.incident_id.is_not(None)).distinct()
    return spans.where(SpanRow.workspace == workspace, of_teams(teams), SpanRow.standing.in_(_UNFINISHED), *lasted)


def _unfinished(
    session: Session, workspace: str, incidents: Collection[int], teams: TeamIds, viewer: Viewer | None
) -> dict[int, list[_Unfinished]]:
    found: dict[int, list[_Unfinished]] = defaultdict(list)
    wanted = sorted(set(incidents))
    for start in range(0, len(wanted), BATCH):
        query = (
            select(ItemRow.incident_id, SpanRow.item_number, SpanRow.since, SpanRow.until)
            .join(SpanRow, and_(SpanRow.workspace == ItemRow.workspace, SpanRow.item_number == ItemRow.number))
            .where(
                ItemRow.workspace == workspace,
                ItemRow.incident_id.in_(wanted[start : start + BATCH]),
                SpanRow.standing.in_(_UNFINISHED),
                of_teams(teams),
                *visible_to(viewer),
            )
        )
        for incident, number, since, until in session.execute(query.order_by(SpanRow.item_number)):
            found[int(incident or 0)].append(_Unfinished(number, since, until))
    return found


def _visible(viewer: Viewer | None) -> list[ColumnElement[bool]]:
    """Both incidents may be named to *viewer*."""
    if viewer is None:
        return []
    return [incidents_visible_to(viewer, row) for row in (IncidentRow, _Earlier)]
