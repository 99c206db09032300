"""What a summary for leadership counts of each team, of what the leadership channel may see."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.capacity import Load, load
from bot.domain.costly import NAMED, Risk
from bot.domain.item import Item
from bot.domain.leadership import DEFERRED_OFTEN, TOLD_AFTER, Escalated, RiskDebt, TeamLine, over
from bot.domain.lifecycle import OPEN, PARKED
from bot.domain.measures import OwnThresholds, measure
from bot.domain.month import Month
from bot.domain.queries import Viewer
from bot.domain.team import Team
from storage.incidents import incidents_visible_to
from storage.items import list_numbered, list_where
from storage.reports import count, list_recurrences, scopes_of
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow
from storage.visibility import visible_to

BATCH = 500
"""Incidents asked for with one query."""
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
    )  # fmt: skip


def list_risks(session: Session, workspace: str, teams: Sequence[Team], now: datetime, named: Viewer) -> list[Risk]:
    """What is open or deferred and may cost most: all of which the incident came back since, and the oldest."""
    links = _links(session, workspace, now, named)
    mine = (ItemRow.team_id.in_([team.id for team in teams]), ItemRow.state.in_(_ALIVE))
    came_back = sorted(links)
    found: dict[int, Item] = {}
    for start in range(0, len(came_back), BATCH):
        of_them = ItemRow.incident_id.in_(came_back[start : start + BATCH])
        found |= {item.number: item for item in list_where(session, workspace, *mine, of_them, viewer=named)}
    oldest = select(ItemRow.number).where(ItemRow.workspace == workspace, *mine, *visible_to(named))
    numbers = session.scalars(oldest.order_by(ItemRow.created_at, ItemRow.number).limit(NAMED))
    found |= list_numbered(session, workspace, [number for number in numbers if number not in found])
    return [_risk(item, links, now) for item in found.values()]


def _risk(item: Item, links: Mapping[int, Sequence[tuple[int, datetime]]], now: datetime) -> Risk:
    since = [began for began in _later(links, item.incident_id or 0) if began > item.created_at]
    age = (now - item.created_at).days
    return Risk(item.number, item.title, item.team_name, item.incident_title, age, len(since))


def _later(links: Mapping[int, Sequence[tuple[int, datetime]]], incident: int) -> Iterator[datetime]:
    """When each incident began that is linked to this one, or to one that is."""
    ahead, seen = [incident], {incident}
    while ahead:
        for later, began in links.get(ahead.pop(), ()):
            if later not in seen:  # a ring would have no end
                seen.add(later)
                ahead.append(later)
                yield began


def _links(session: Session, workspace: str, now: datetime, named: Viewer) -> dict[int, list[tuple[int, datetime]]]:
    """Of each incident that came back: which ones are it again, and when these began."""
    found: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    linked = (IncidentRow.workspace == workspace, IncidentRow.recurrence_of.is_not(None), IncidentRow.began_at <= now)
    query = select(IncidentRow.recurrence_of, IncidentRow.id, IncidentRow.began_at)
    for earlier, later, began in session.execute(query.where(*linked, incidents_visible_to(named))):
        found[int(earlier or 0)].append((later, began))
    return found


def escalated(
    session: Session, workspace: str, teams: Sequence[Team], now: datetime, viewer: Viewer, named: Viewer
) -> Escalated:
    """What has been overdue for more than `TOLD_AFTER` days: *viewer*'s counts, and the longest of what is *named*."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for team in teams:
        by_day[now.astimezone(team.zone).date() - timedelta(days=TOLD_AFTER)].append(team.id)
    late = or_(*(and_(ItemRow.team_id.in_(ids), ItemRow.due < day) for day, ids in by_day.items()))
    wanted = (ItemRow.state.in_([state.value for state in OPEN]), late)
    counted = select(ItemRow.team_id, func.count()).where(ItemRow.workspace == workspace, *wanted, *visible_to(viewer))
    counts: dict[int, int] = {}
    for team_id, number in session.execute(counted.group_by(ItemRow.team_id)):
        counts[int(team_id or 0)] = number
    named_teams = sorted(((team.name, counts[team.id]) for team in teams if team.id in counts), key=_most_first)
    longest = next(iter(list_where(session, workspace, *wanted, viewer=named, limit=1)), None)
    days = (longest.day(now) - longest.due).days if longest else 0
    return Escalated(tuple(named_teams), longest, days)


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


def _load(session: Session, team: Team, viewer: Viewer) -> Load:
    is_open = ItemRow.state.in_([state.value for state in OPEN])
    of_team = and_(ItemRow.workspace == team.workspace, ItemRow.team_id == team.id, *visible_to(viewer))
    query = select(ItemRow.effort, func.count()).where(of_team, is_open).group_by(ItemRow.effort)
    # A set: the lead may stand among the members, and need not.
    people = len({team.lead, *team.members})
    return load({row[0]: row[1] for row in session.execute(query)}, people, team.capacity)
