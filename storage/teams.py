"""Teams, by name or id. Names are compared without regard to case."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.orm import Session

from bot.domain.errors import NotFound
from bot.domain.team import Team, no_such_team, parse_weekly_time, shared_language
from storage.columns import fetch_all
from storage.tables.item import ItemRow
from storage.tables.team import TeamMemberRow, TeamRow

_KEPT = "teams"
_STORED = [field.name for field in fields(Team) if field.name not in ("id", "members", "digest")]

# Columns and no objects, members joined: nearly everything asks for a team, and objects took four times as long.
_READ = select(TeamRow.id, TeamMemberRow.user, TeamRow.digest, *(getattr(TeamRow, name) for name in _STORED)).outerjoin(
    TeamMemberRow, TeamMemberRow.team_id == TeamRow.id
)
_BY_ID = _READ.where(TeamRow.id.in_(bindparam("ids", expanding=True))).order_by(TeamRow.id, TeamMemberRow.user)
_OF_WORKSPACE = _READ.where(TeamRow.workspace == bindparam("teams_of")).order_by(
    TeamRow.name_key, TeamRow.id, TeamMemberRow.user
)


def find_team(session: Session, workspace: str, name: str) -> Team | None:
    """The team of that name, if there is one."""
    row = _row(session, workspace, name)
    return _team(row) if row else None


def get_team(session: Session, workspace: str, name: str) -> Team:
    """Raises `NotFound`, naming the teams that exist."""
    team = find_team(session, workspace, name)
    if team is None:
        raise NotFound(no_such_team(name, [team.name for team in list_teams(session, workspace)]))
    return team


def get_team_by_id(session: Session, team_id: int) -> Team:
    """The team with that key, read once a transaction; it is the program's mistake when there is none."""
    kept: dict[int, Team] = session.info.setdefault(_KEPT, {})
    if team_id not in kept:
        kept |= list_teams_by_id(session, [team_id])
    return kept[team_id]


def forget_teams(session: Session) -> None:
    """What was read of teams in this transaction does not hold any more."""
    session.info.pop(_KEPT, None)


def list_teams_by_id(session: Session, ids: Collection[int]) -> dict[int, Team]:
    """Those teams by their keys, of whatever workspace."""
    return {team.id: team for team in _teams(fetch_all(session, _BY_ID, {"ids": list(ids)}))}


def list_teams(session: Session, workspace: str) -> list[Team]:
    """Every team of the workspace, by name."""
    return _teams(fetch_all(session, _OF_WORKSPACE, {"teams_of": workspace}))


def record_team(session: Session, team: Team) -> Team:
    """Creates the team, or changes the one of that name; `team.id` is ignored. Returns it with its id."""
    row = _row(session, team.workspace, team.name)
    if row is None:
        row = TeamRow(name_key=team.name.casefold())
        session.add(row)
    for name in _STORED:
        setattr(row, name, getattr(team, name))
    row.digest = str(team.digest)
    row.members = [TeamMemberRow(user=user) for user in sorted(set(team.members))]
    session.flush()
    forget_teams(session)
    return _team(row)


def list_team_ids(session: Session, workspace: str) -> dict[int, Team]:
    """Every team of the workspace by its key."""
    return {team.id: team for team in list_teams(session, workspace)}


def list_open_teams(session: Session, workspace: str, channel: str) -> frozenset[int]:
    """The teams whose own channel it is and whose items may be named there to outsiders."""
    here = (TeamRow.workspace == workspace, TeamRow.channel == channel, TeamRow.outsiders_read)
    return frozenset(session.scalars(select(TeamRow.id).where(*here)))


def find_language(session: Session, workspace: str, channel: str) -> str:
    """What is spoken in that channel: of the teams that read there together, else of those whose items stand there."""
    reads = or_(TeamRow.channel == channel, TeamRow.leadership_channel == channel)
    found = set(session.scalars(select(TeamRow.language).where(TeamRow.workspace == workspace, reads).distinct()))
    if not found:
        there = (ItemRow.workspace == workspace, ItemRow.channel == channel, TeamRow.id == ItemRow.team_id)
        found = set(session.scalars(select(TeamRow.language).where(*there).distinct()))
    return shared_language(found)


def _row(session: Session, workspace: str, name: str) -> TeamRow | None:
    query = select(TeamRow).where(TeamRow.workspace == workspace, TeamRow.name_key == name.casefold())
    return session.scalars(query).one_or_none()


def _teams(rows: Iterable[Row[Any]]) -> list[Team]:
    """Of rows with a member each, in their order."""
    found = []
    for team_id, its in groupby(rows, key=itemgetter(0)):
        rows_of_it = [tuple(row) for row in its]
        members = tuple(row[1] for row in rows_of_it if row[1])
        _id, _member, digest, *stored = rows_of_it[0]
        values = dict(zip(_STORED, stored, strict=True))
        found.append(Team(**values, id=team_id, digest=_weekly(digest), members=members))
    return found


_weekly = lru_cache(parse_weekly_time)


def _team(row: TeamRow) -> Team:
    stored = {name: getattr(row, name) for name in _STORED}
    members = tuple(member.user for member in row.members)
    return Team(**stored, id=row.id, digest=parse_weekly_time(row.digest), members=members)
