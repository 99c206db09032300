"""How a team's backlog went over the last months, for the symptoms of sprawl (R86): all of what one person may see."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.lifecycle import OPEN
from bot.domain.measures import DAY, Tally
from bot.domain.month import month_of, period_at
from bot.domain.queries import Viewer, Wanted
from bot.domain.sprawl import MONTHS, Sprawl, projects
from bot.domain.team import Team
from storage.items import list_items
from storage.measures import tally
from storage.tables.item import ItemRow
from storage.visibility import visible_to

OLD = 90 * DAY
_OPEN = sorted(state.value for state in OPEN)


def read_sprawl(session: Session, team: Team, now: datetime, viewer: Viewer) -> Sprawl:
    """The backlog at the ends of the last months and their completion, as the measures count both; the rest as of now.

    Nothing that *viewer* may not see is in any figure. Which titles are alike is not looked for.
    """
    # By the measures and not by today's items: a backlog of past months cannot be read off what is left of it.
    *past, running = _tallies(session, team, now, viewer)
    wanted = Wanted(states=OPEN, team_id=team.id, has_theme=True)
    return Sprawl(
        backlog=[month.open for month in past],
        over_90_days=sum(age > OLD for age in running.ages),
        by_owner=_count_by_owner(session, team, viewer),
        projects=projects(list_items(session, team.workspace, wanted, viewer)),
        completion=[_percent(month) for month in past[-MONTHS:]],
    )


def _tallies(session: Session, team: Team, now: datetime, viewer: Viewer) -> list[Tally]:
    """Of the last months that are over, one more than `MONTHS`, and of the one that runs."""
    months = month_of(now, team.zone).last(MONTHS + 2)
    periods = [period for month in months if (period := period_at(month, team.zone, now))]
    return [tally(session, team.workspace, (team.id,), period, viewer) for period in periods]


def _count_by_owner(session: Session, team: Team, viewer: Viewer) -> dict[str, int]:
    of_team = ItemRow.workspace == team.workspace, ItemRow.team_id == team.id, ItemRow.state.in_(_OPEN)
    query = (
        select(ItemRow.owner, func.count().label("open")).where(*of_team, *visible_to(viewer)).group_by(ItemRow.owner)
    )
    return {row.owner: row.open for row in session.execute(query)}


def _percent(month: Tally) -> int | None:
    return round(100 * month.completed / month.due) if month.due else None
