"""What a summary for leadership counts of each team, of what the leadership channel may see."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from bot.domain.capacity import Load, load
from bot.domain.costly import NAMED, Risk
from bot.domain.item import Item
from bot.domain.leadership import DEFERRED_OFTEN, Escalated, RiskDebt, TeamLine, over
from bot.domain.lifecycle import OPEN, PARKED
from bot.domain.measures import OwnThresholds, measure
from bot.domain.month import Month
from bot.domain.policy import LEADERSHIP_DAYS, leadership_after
from bot.domain.queries import Viewer
from bot.domain.team import Team
from storage.items import list_numbered, list_where
from storage.policies import list_policies
from storage.reports import count, list_recurrences, scopes_of
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow
from storage.visibility import visible_to
from storage.waiting import CameBack

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
    links = CameBack(session, workspace, named)
    mine = (ItemRow.team_id.in_([team.id for team in teams]), ItemRow.state.in_(_ALIVE))
    came_back = sorted(links.incidents)
    found: dict[int, Item] = {}
    for start in range(0, len(came_back), BATCH):
        of_them = ItemRow.incident_id.in_(came_back[start : start + BATCH])
        found |= {item.number: item for item in list_where(session, workspace, *mine, of_them, viewer=named)}
    oldest = select(ItemRow.number).where(ItemRow.workspace == workspace, *mine, *visible_to(named))
    numbers = session.scalars(oldest.order_by(ItemRow.created_at, ItemRow.number).limit(NAMED))
    found |= list_numbered(session, workspace, [number for number in numbers if number not in found])
    return [_risk(item, links, now) for item in found.values()]


def _risk(item: Item, came_back: CameBack, now: datetime) -> Risk:
    cost, age = came_back.cost(item, now), (now - item.created_at).days
    return Risk(item.number, item.title, item.team_name, item.incident_title, age, cost.times, cost.lasted)


def escalated(
    session: Session, workspace: str, teams: Sequence[Team], now: datetime, viewer: Viewer, named: Viewer
) -> Escalated:
    """What has been overdue for longer than its severity's policy allows, `LEADERSHIP_DAYS` without one: *viewer*'s
    counts, and the longest of what is *named*."""
    policies = list_policies(session, workspace)
    zones = {team.id: team.zone for team in teams}
    after = [leadership_after(each.policy) for each in policies.versions]
    day = now.astimezone(UTC).date() - timedelta(days=min([LEADERSHIP_DAYS, *after]) - 1)
    # Wider than any policy and zone: which of them are late enough, the rule decides.
    wanted = (
        ItemRow.workspace == workspace, ItemRow.team_id.in_(zones), ItemRow.due < day,
        ItemRow.state.in_([state.value for state in OPEN]),
    )  # fmt: skip
    columns = (ItemRow.number, ItemRow.team_id, ItemRow.due, ItemRow.created_at, IncidentRow.severity)
    query = select(*columns).outerjoin(IncidentRow, IncidentRow.id == ItemRow.incident_id).where(*wanted)

    def late(seen_by: Viewer) -> list[tuple[int, int, int]]:
        rows = session.execute(query.where(*visible_to(seen_by)))
        found = ((row, (now.astimezone(zones[row.team_id]).date() - row.due).days) for row in rows)
        return [
            (days, row.number, row.team_id)
            for row, days in found
            if days > leadership_after(policies.of(row.severity or "", row.created_at))
        ]

    counts = Counter(team_id for _days, _number, team_id in late(viewer))
    by_team = sorted(((team.name, counts[team.id]) for team in teams if counts[team.id]), key=_most_first)
    days, number, _team = max(late(named), key=lambda each: (each[0], -each[1]), default=(0, 0, 0))
    longest = list_numbered(session, workspace, [number]).get(number) if number else None
    return Escalated(tuple(by_team), longest, days, by_policy=any(each != LEADERSHIP_DAYS for each in after))


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
