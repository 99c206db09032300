"""How the policies of a workspace were kept in a month, for one team or all; by the same rules as the measures."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from bot.domain.days import IsOff
from bot.domain.incident import Incident
from bot.domain.month import Month, Period
from bot.domain.policy import Policies
from bot.domain.policy_kept import IncidentLine, PolicyKept, as_it_was, postmortem_kept
from bot.domain.span import instant
from bot.domain.team import Team
from storage.incidents import incident_of
from storage.measures import count_on_time_by_incident
from storage.policies import list_policies
from storage.postmortems import teams_of
from storage.reports import Scope, periods_of, scopes_of
from storage.tables.incident import IncidentChangeRow, IncidentRow
from storage.tables.item import ChangeRow, ItemRow
from storage.teams import list_teams

_Lines = Mapping[int, Sequence[IncidentLine]]
DaysOff = Mapping[int, IsOff]


def list_kept(
    session: Session, workspace: str, team: Team | None, month: Month, now: datetime, off: DaysOff
) -> dict[str, PolicyKept]:
    """By severity, of the severities that had a policy then; everything counts, as for whoever has the command line.

    *off* are the days off of each team.
    """
    policies = list_policies(session, workspace)
    kept: dict[str, PolicyKept] = defaultdict(PolicyKept)
    # A workspace without policies pays one statement.
    if not policies.versions:
        return kept
    rows = session.scalars(select(IncidentRow).where(IncidentRow.workspace == workspace))
    incidents, lines = {row.id: incident_of(row) for row in rows}, _lines(session, workspace)
    teams = {each.id: each for each in list_teams(session, workspace)}
    for scope, period in periods_of(scopes_of(session, workspace, team), month, now):
        _add_items(session, workspace, scope, period, policies, incidents, lines, kept)
        _add_exceptions(session, workspace, scope, period, kept)
    for incident, owner in teams_of(session, workspace, list(incidents.values())).items():
        if team is not None and owner.id != team.id:
            continue
        for _scope, period in periods_of([Scope(owner.zone, (owner.id,))], month, now):
            if found := postmortem_kept(
                incidents[incident], lines.get(incident, ()), policies, period, teams[owner.id].zone, off[owner.id]
            ):
                kept[found[0]] += found[1]
    return kept


def _add_items(
    session: Session,
    workspace: str,
    scope: Scope,
    period: Period,
    policies: Policies,
    incidents: Mapping[int, Incident],
    lines: _Lines,
    kept: dict[str, PolicyKept],
) -> None:
    for incident_id, due, in_time in count_on_time_by_incident(session, workspace, scope.teams, period):
        was = as_it_was(incidents[incident_id], lines.get(incident_id, ()), period.cutoff)
        policy = policies.in_force(was.severity or "", period.as_of)
        if policy:
            kept[policy.severity] += PolicyKept(items=due, items_in_time=in_time)


def _add_exceptions(
    session: Session, workspace: str, scope: Scope, period: Period, kept: dict[str, PolicyKept]
) -> None:
    of_teams = ItemRow.team_id.is_(None) if scope.teams is None else ItemRow.team_id.in_(scope.teams)
    rows = session.execute(
        select(ChangeRow.detail, ChangeRow.at)
        .join(ItemRow, (ItemRow.workspace == ChangeRow.workspace) & (ItemRow.number == ChangeRow.item_number))
        .where(ChangeRow.workspace == workspace, of_teams, cast(ChangeRow.detail, Text).contains('"exception"'))
    )
    for detail, at in rows:
        said = detail.get("policy") or {}
        if "exception" in said and period.begins <= instant(at) < period.cutoff:
            kept[str(said["severity"])] += PolicyKept(exceptions=1)


def _lines(session: Session, workspace: str) -> _Lines:
    found: dict[int, list[IncidentLine]] = defaultdict(list)
    query = select(IncidentChangeRow).where(IncidentChangeRow.workspace == workspace).order_by(IncidentChangeRow.id)
    for row in session.scalars(query):
        found[row.incident_id].append(IncidentLine(row.at, row.detail))
    return found
