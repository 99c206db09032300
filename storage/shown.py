"""What a ritual has said to a team, kept until the next one follows: then its buttons are taken away."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import and_, bindparam, null, select, update
from sqlalchemy.orm import Session

from bot.domain.team import Team
from storage.columns import fetch_all
from storage.conditions import THESE_TEAMS, several
from storage.tables.base import table_of
from storage.tables.ritual import RunRow
from storage.tables.team import TeamRow


def record_shown(session: Session, ritual: str, shown: Iterable[tuple[Team, str, dict[str, Any]]]) -> None:
    """Keeps what was said to each team in that period, so that its buttons can be taken away when the next follows."""
    if said := [_run_of(team, ritual) | {"during": period, "as_said": its} for team, period, its in shown]:
        session.execute(_SHOW, said)


def find_last_shown(session: Session, ritual: str, before: Mapping[int, str]) -> dict[int, tuple[str, str]]:
    """(period, channel) of what was said last for a period earlier than that, by team; what was said before that is
    forgotten.

    A digest that a `tick` at an earlier time posts afterwards is no newer one.
    """
    found: dict[int, tuple[str, str]] = {}
    old = []
    for run, team_id, period, channel in fetch_all(session, _SHOWN, {"teams": list(before), "called": ritual}):
        if period < before[team_id] and found.setdefault(team_id, (period, channel)) != (period, channel):
            old.append(run)
    # Whole messages are kept here, so only the newest one: an older one has lost its buttons already.
    if old:
        session.execute(_FORGET_SHOWN, {"runs": old})
    return found


def find_shown(session: Session, workspace: str, team_id: int, ritual: str, period: str) -> dict[str, Any] | None:
    """What was said in that period, while it is kept."""
    run = (RunRow.workspace == workspace, RunRow.team_id == team_id, RunRow.ritual == ritual, RunRow.period == period)
    return session.scalar(select(RunRow.shown).where(*run))


_RUNS = table_of(RunRow)
_OF_RITUAL = and_(
    _RUNS.c.workspace == bindparam("in_workspace"),
    _RUNS.c.team_id == bindparam("of_team"),
    _RUNS.c.ritual == bindparam("called"),
)
_SHOW = update(_RUNS).where(_OF_RITUAL, _RUNS.c.period == bindparam("during"))
_SHOW = _SHOW.values(shown=bindparam("as_said", type_=_RUNS.c.shown.type))
_SHOWN = (
    select(RunRow.id, RunRow.team_id, RunRow.period, RunRow.shown["to"].as_string())
    .join(TeamRow, and_(TeamRow.workspace == RunRow.workspace, TeamRow.id == RunRow.team_id))
    .where(THESE_TEAMS, RunRow.ritual == bindparam("called"), RunRow.shown.is_not(None))
    .order_by(RunRow.period.desc())
)
_FORGET_SHOWN = update(_RUNS).where(_RUNS.c.id.in_(several("runs"))).values(shown=null())


def _run_of(team: Team, ritual: str) -> dict[str, Any]:
    return {"in_workspace": team.workspace, "of_team": team.id, "called": ritual}
