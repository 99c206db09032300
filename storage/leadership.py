"""What a summary for leadership counts of each team, of what the leadership channel may see."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.capacity import Load, load
from bot.domain.costly import NAMED, Risk
from bot.domain.item import Item
from bot.domain.leadership import DEFERRED_OFTEN, Escalated, RiskDebt, TeamLine, over
from bot.domain.lifecycle import OPEN, PARKED, State
from bot.domain.measures import OwnThresholds, measure
from bot.domain.month import Month, period_at
from bot.domain.policy import Policies, leadership_after
from bot.domain.queries import Viewer
from bot.domain.team import Team
from bot.domain.waiting import NO_COST, Cost
from storage.conditions import IS_OPEN
from storage.items import list_numbered, list_where
from storage.policies import list_policies
from storage.reports import count, list_recurrences, scopes_of
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow
from storage.visibility import visible_to
from storage.waiting import costs_of, list_families

BATCH = 500
"""Incidents asked for with one query."""
_OPEN = tuple(state.value for state in OPEN)
_ALIVE = tuple(state.value for state in OPEN | PARKED)


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
        _verified_overdue(session, team, months[-1], now, viewer),
    )  # fmt: skip


def list_risks(session: Session, workspace: str, teams: Sequence[Team], now: datetime, named: Viewer) -> list[Risk]:
    """What is open or deferred and may cost most: all of which the incident came back since, and the oldest."""
    mine = (ItemRow.team_id.in_([team.id for team in teams]), ItemRow.state.in_(_ALIVE))
    came_back = sorted(list_families(session, workspace, named))
    found: dict[int, Item] = {}
    for start in range(0, len(came_back), BATCH):
        of_them = ItemRow.incident_id.in_(came_back[start : start + BATCH])
        found |= {item.number: item for item in list_where(session, workspace, *mine, of_them, viewer=named)}
    oldest = select(ItemRow.number).where(ItemRow.workspace == workspace, *mine, *visible_to(named))
    numbers = session.scalars(oldest.order_by(ItemRow.created_at, ItemRow.number).limit(NAMED))
    found |= list_numbered(session, workspace, [number for number in numbers if number not in found])
    costs = costs_of(session, workspace, found.values(), named, now)
    return [_risk(item, costs.get(item.number, NO_COST), now) for item in found.values()]


def _risk(item: Item, cost: Cost, now: datetime) -> Risk:
    # In whole days, as every list counts them: 23 hours and midnight between make a day.
    age = (item.day(now) - item.day(item.created_at)).days
    return Risk(item.number, item.title, item.team_name, item.incident_title, age, cost.times, cost.lasted)


def escalated(
    session: Session, workspace: str, teams: Sequence[Team], now: datetime, viewer: Viewer, named: Viewer
) -> Escalated:
    """What has been overdue for longer than leadership is to hear of: *viewer*'s counts, and the longest of what is
    *named*."""
    policies = list_policies(session, workspace)
    places = (session, workspace, {team.id: now.astimezone(team.zone).date() for team in teams}, policies)
    counts = Counter(team_id for _days, team_id, _number in _late(*places, viewer))
    named_teams = sorted(((team.name, counts[team.id]) for team in teams if counts[team.id]), key=_most_first)
    days, _team_id, number = max(_late(*places, named), default=(0, 0, 0))
    longest = list_numbered(session, workspace, [number] if number else []).get(number)
    return Escalated(tuple(named_teams), longest, days, by_policy=bool(policies.versions))


def _late(
    session: Session, workspace: str, today: Mapping[int, date], policies: Policies, viewer: Viewer
) -> Iterator[tuple[int, int, int]]:
    """Days overdue, team and number of what is overdue for longer than the policy of its severity allows."""
    soonest = min([leadership_after(None), *(leadership_after(each.policy) for each in policies.versions)])
    of_teams = (ItemRow.workspace == workspace, ItemRow.team_id.in_(today), ItemRow.state.in_(_OPEN))
    before = ItemRow.due < max(today.values()) - timedelta(days=soonest)
    columns = (ItemRow.number, ItemRow.team_id, ItemRow.due, ItemRow.created_at, IncidentRow.severity)
    query = select(*columns).outerjoin(ItemRow.incident).where(*of_teams, before, *visible_to(viewer))
    for number, team_id, due, made_at, severity in session.execute(query):
        days = (today[int(team_id or 0)] - due).days
        if days > leadership_after(policies.of(severity or "", made_at)):
            yield days, int(team_id or 0), number


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    name, number = counted
    return -number, name.casefold()


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


def _verified_overdue(session: Session, team: Team, month: Month, now: datetime, viewer: Viewer) -> int:
    """What was verified and overdue at the end of *month*, or is while it runs, and was not closed then."""
    if (period := period_at(month, team.zone, now)) is None:
        return 0
    of_team = and_(ItemRow.workspace == team.workspace, ItemRow.team_id == team.id, *visible_to(viewer))
    closed_later = and_(ItemRow.state == State.CLOSED.value, ItemRow.ended_at >= period.as_of)
    verified = and_(or_(ItemRow.state == State.VERIFIED.value, closed_later), ItemRow.verified_at < period.as_of)
    query = select(func.count()).where(of_team, verified, ItemRow.due < period.as_of.date())
    return session.scalar(query) or 0


def _load(session: Session, team: Team, viewer: Viewer) -> Load:
    of_team = and_(ItemRow.workspace == team.workspace, ItemRow.team_id == team.id, *visible_to(viewer))
    query = select(ItemRow.effort, func.count()).where(of_team, IS_OPEN).group_by(ItemRow.effort)
    # A set: the lead may stand among the members, and need not.
    people = len({team.lead, *team.members})
    return load({row[0]: row[1] for row in session.execute(query)}, people, team.capacity)
