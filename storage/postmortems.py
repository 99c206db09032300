"""Incidents that have ended, and whether their post-mortem is there: found, and kept when their channel was asked."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.incident import Incident
from bot.domain.postmortem import LEFT_OUT
from bot.domain.postmortem_check import Followed
from bot.domain.team import Team
from storage.columns import fetch
from storage.conditions import THESE_TEAMS
from storage.incidents import incident_of
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow
from storage.tables.team import TeamRow
from storage.tables.workspace import PersonRow
from storage.teams import list_teams

_LEFT_OUT = sorted(state.value for state in LEFT_OUT)


def list_to_follow(session: Session, team: Team) -> list[Followed]:
    """The team's incidents that have ended, and lack a post-mortem, or items, and an answer."""
    query = select(IncidentRow, _has_items()).where(IncidentRow.workspace == team.workspace, _is_to_follow())
    found = [(incident_of(row), bool(has)) for row, has in session.execute(query.order_by(IncidentRow.id))]
    of = teams_of(session, team.workspace, [incident for incident, _has in found])
    here = _without_leads_who_left(session, [incident for incident, _has in found])
    rows = [(incident, has) for incident, (_before, has) in zip(here, found, strict=True)]
    return [Followed(each, team, has) for each, has in rows if (own := of.get(each.id)) and own.id == team.id]


def list_teams_to_follow(session: Session, teams: Collection[int]) -> set[int]:
    """Those of the teams in whose workspace there is such an incident, whose team it may be."""
    return set(fetch(session, _followed(), {"teams": list(teams)}).scalars())


@cache
def _followed() -> Select[int]:
    there = exists().where(IncidentRow.workspace == TeamRow.workspace, _is_to_follow())
    return select(TeamRow.id).where(THESE_TEAMS, there)


def _is_to_follow() -> ColumnElement[bool]:
    # A private one that has no channel is known to nobody but the bot itself.
    can_ask = or_(IncidentRow.channel.is_not(None), IncidentRow.private.is_(False))
    lacks = or_(IncidentRow.postmortem_url == "", ~_has_items())
    return and_(IncidentRow.ended_at.is_not(None), can_ask, IncidentRow.none_needed == "", lacks)


def find_followed(session: Session, incident: Incident) -> Followed | None:
    """The incident with its team and what it has; None where the workspace has no team."""
    team = teams_of(session, incident.workspace, [incident]).get(incident.id)
    if team is None:
        return None
    has = session.scalar(select(_has_items()).where(IncidentRow.id == incident.id))
    [here] = _without_leads_who_left(session, [incident])
    return Followed(here, team, bool(has))


def record_asked(session: Session, incident_id: int, team_id: int, day: date) -> None:
    """Keeps that the incident's channel was asked on that day."""
    asked = update(IncidentRow).where(
        IncidentRow.id == incident_id, or_(IncidentRow.asked_on.is_(None), IncidentRow.asked_on < day)
    )
    facts = {"asked_on": day, "asked_team": team_id, "times_asked": IncidentRow.times_asked + 1}
    session.execute(asked.values(facts).execution_options(synchronize_session=False))


def _without_leads_who_left(session: Session, incidents: Sequence[Incident]) -> Sequence[Incident]:
    """As if they had none: who has left can be asked nothing, and the team's lead is asked in their place."""
    leads = {each.lead for each in incidents if each.lead}
    if not leads:
        return incidents
    workspace = incidents[0].workspace
    gone = select(PersonRow.user).where(
        PersonRow.workspace == workspace, PersonRow.user.in_(leads), PersonRow.deactivated
    )
    left = set(session.scalars(gone))
    return [replace(each, lead="") if each.lead in left else each for each in incidents]


def _has_items() -> ColumnElement[bool]:
    of_incident = and_(ItemRow.workspace == IncidentRow.workspace, ItemRow.incident_id == IncidentRow.id)
    return exists().where(of_incident, ItemRow.state.not_in(_LEFT_OUT)).correlate(IncidentRow)


def teams_of(session: Session, workspace: str, incidents: Sequence[Incident]) -> Mapping[int, Team]:
    """Whose each incident is: of the team with most of its items, else of its channel's, its lead's, or the first."""
    if not incidents:
        return {}
    known = list_teams(session, workspace)
    counted: dict[int, Counter[int]] = defaultdict(Counter)
    query = select(ItemRow.incident_id, ItemRow.team_id, func.count()).where(
        ItemRow.workspace == workspace,
        ItemRow.incident_id.in_([each.id for each in incidents]),
        ItemRow.team_id.is_not(None),
    )
    for incident_id, team_id, items in session.execute(query.group_by(ItemRow.incident_id, ItemRow.team_id)):
        counted[int(incident_id or 0)][int(team_id or 0)] += items
    found = {each.id: _team_of(each, counted[each.id], known) for each in incidents}
    return {incident_id: team for incident_id, team in found.items() if team}


def _team_of(incident: Incident, items: Counter[int], known: Sequence[Team]) -> Team | None:
    most = min(known, key=lambda team: (-items[team.id], team.id)) if items and known else None
    if most and items[most.id]:
        return most
    here = next((team for team in known if team.channel == incident.channel), None)
    led = next((team for team in known if incident.lead and team.includes(incident.lead)), None)
    return here or led or min(known, key=lambda team: team.id, default=None)
