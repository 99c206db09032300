"""What a summary for leadership counts of each team, of what the leadership channel may see."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from bot.domain.capacity import Load, load
from bot.domain.leadership import DEFERRED_OFTEN, RiskDebt, TeamLine, over
from bot.domain.lifecycle import OPEN, PARKED
from bot.domain.measures import OwnThresholds, measure
from bot.domain.month import Month
from bot.domain.queries import Viewer
from bot.domain.team import Team
from storage.reports import count, list_recurrences, scopes_of
from storage.tables.item import ItemRow
from storage.visibility import visible_to


def team_line(
    session: Session,
    team: Team,
    months: Sequence[Month],
    now: datetime,
    own: OwnThresholds,
    viewer: Viewer,
    named: Viewer,
) -> TeamLine:
    """The team over *months*, beside as many before them: what *viewer* may see counts, what *named* may is named."""
    scopes = scopes_of(session, team.workspace, team)
    earlier = [month.plus(-len(months)) for month in months]
    this, before = (
        over([count(session, team.workspace, scopes, month, now, viewer) for month in some])
        for some in (months, earlier)
    )
    recurrences = [
        found for month in months for found in list_recurrences(session, team.workspace, scopes, month, now, named)
    ]
    return TeamLine(
        team.name, measure(this, own), measure(before, own), this, tuple(recurrences),
        _debt(session, team, viewer, named), _load(session, team, viewer),
    )  # fmt: skip


def _debt(session: Session, team: Team, viewer: Viewer, named: Viewer) -> RiskDebt:
    of_team = and_(ItemRow.workspace == team.workspace, ItemRow.team_id == team.id)
    deferred = and_(ItemRow.state.in_([state.value for state in PARKED]), *visible_to(viewer))
    number, oldest = session.execute(select(func.count(), func.min(ItemRow.deferred_at)).where(of_team, deferred)).one()
    alive = ItemRow.state.in_([state.value for state in OPEN | PARKED])
    often = session.execute(
        select(ItemRow.number, ItemRow.title, ItemRow.deferrals)
        .where(of_team, alive, ItemRow.deferrals >= DEFERRED_OFTEN, *visible_to(named))
        .order_by(ItemRow.deferrals.desc(), ItemRow.number)
    )
    since = oldest.astimezone(team.zone).date() if oldest else None
    return RiskDebt(number, since, tuple((row.number, row.title, row.deferrals) for row in often))


def _load(session: Session, team: Team, viewer: Viewer) -> Load:
    is_open = ItemRow.state.in_([state.value for state in OPEN])
    of_team = and_(ItemRow.workspace == team.workspace, ItemRow.team_id == team.id, *visible_to(viewer))
    query = select(ItemRow.effort, func.count()).where(of_team, is_open).group_by(ItemRow.effort)
    # A set: the lead may stand among the members, and need not.
    people = len({team.lead, *team.members})
    return load({row[0]: row[1] for row in session.execute(query)}, people, team.capacity)
