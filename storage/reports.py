"""A report of measures for one team or a whole workspace: each item is counted in the month of its team's zone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.days import zone_of
from bot.domain.errors import Refused
from bot.domain.measures import Recurrence, Report, Tally, measure
from bot.domain.month import Month, Period, period_at
from bot.domain.queries import Viewer
from bot.domain.team import Team
from bot.domain.words import Text
from storage.measures import TeamIds, tally
from storage.recurrence_measure import list_recurrences_despite_item
from storage.teams import list_teams
from storage.thresholds import list_thresholds

NO_TEAM = ZoneInfo("UTC")
"""Items without a team count in this zone, in which their dates are days too."""


@dataclass(frozen=True)
class Scope:
    """Whose items count: teams that share a zone, or with `teams` None the items without a team."""

    zone: ZoneInfo
    teams: TeamIds


def report(
    session: Session, workspace: str, team: Team | None, month: Month, now: datetime, viewer: Viewer | None
) -> Report:
    """The measures of *team* (None: of the workspace) in *month*, of what *viewer* may see (None: everything).

    Raises `Refused` when the month has not begun in any of their zones.
    """
    scopes = scopes_of(session, workspace, team)
    periods = [period for scope in scopes if (period := period_at(month, scope.zone, now))]
    if not periods:
        raise Refused(Text("{month} has not begun. Name a month that has.", month=month), field="month")
    own = list_thresholds(session, workspace)
    this = count(session, workspace, scopes, month, now, viewer)
    before = count(session, workspace, scopes, month.previous, now, viewer)
    as_of = max(period.as_of for period in periods)
    return Report(
        workspace, team.name if team else "", month,
        # Over several zones no local time is everybody's.
        as_of=as_of if len(scopes) == 1 else as_of.astimezone(UTC),
        running=any(not period.is_over for period in periods),
        tally=this, measures=measure(this, own), before=measure(before, own),
        team_id=team.id if team else 0,
    )  # fmt: skip


def count(
    session: Session, workspace: str, scopes: Iterable[Scope], month: Month, now: datetime, viewer: Viewer | None
) -> Tally:
    """What counts in the month, over all scopes; an incident that came back counts once."""
    total, incidents = Tally(), set()
    for scope, period in periods_of(scopes, month, now):
        total += tally(session, workspace, scope.teams, period, viewer)
        found = list_recurrences_despite_item(session, workspace, scope.teams, period, viewer)
        # A set: items of teams in two zones may belong to the same incident.
        incidents |= {recurrence.incident for recurrence in found}
    return replace(total, recurrences=len(incidents))


def list_months(
    session: Session,
    workspace: str,
    scopes: Sequence[Scope],
    months: Iterable[Month],
    now: datetime,
    viewer: Viewer | None,
) -> list[tuple[Month, Tally]]:
    """What counts in each of the months."""
    return [(month, count(session, workspace, scopes, month, now, viewer)) for month in months]


def list_recurrences(
    session: Session, workspace: str, scopes: Iterable[Scope], month: Month, now: datetime, viewer: Viewer | None
) -> list[Recurrence]:
    """The incidents that `recurrences_despite_item` counts, the oldest first."""
    found: dict[int, Recurrence] = {}
    for scope, period in periods_of(scopes, month, now):
        for recurrence in list_recurrences_despite_item(session, workspace, scope.teams, period, viewer):
            found.setdefault(recurrence.incident, recurrence)
    return sorted(found.values(), key=lambda recurrence: (recurrence.began_at, recurrence.incident))


def scopes_of(session: Session, workspace: str, team: Team | None) -> list[Scope]:
    """The team alone, or every team of the workspace by zone and the items without a team."""
    if team:
        return scopes_of_teams([team])
    return [*scopes_of_teams(list_teams(session, workspace)), Scope(NO_TEAM, None)]


def scopes_of_teams(teams: Iterable[Team]) -> list[Scope]:
    """These teams, by zone."""
    by_zone: dict[str, list[int]] = defaultdict(list)
    for one in teams:
        by_zone[one.timezone].append(one.id)
    # By zone and not by team: a workspace of hundreds of teams has a few zones, and each is one pass over the index.
    return [Scope(zone_of(zone), tuple(ids)) for zone, ids in by_zone.items()]


def periods_of(scopes: Iterable[Scope], month: Month, now: datetime) -> Iterator[tuple[Scope, Period]]:
    """The month as it is seen in the zone of each of the scopes in which it has begun."""
    for scope in scopes:
        if period := period_at(month, scope.zone, now):
            yield scope, period
