"""How the policies of a workspace were kept in a month, for one team or all; by the same rules as the measures."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from bot.domain.days import IsOff
from bot.domain.incident import Incident
from bot.domain.month import Month, Period, month_of, period_at
from bot.domain.policy import Policies
from bot.domain.policy_kept import IncidentLine, PolicyKept, as_it_was, postmortem_kept
from bot.domain.queries import Viewer
from bot.domain.span import instant
from bot.domain.team import Team
from storage.incidents import incident_of, incidents_visible_to
from storage.measures import FirstDue, list_first_due
from storage.policies import list_policies
from storage.postmortems import teams_of
from storage.reports import Scope, periods_of, scopes_of, scopes_of_teams
from storage.tables.incident import IncidentChangeRow, IncidentRow
from storage.tables.item import ChangeRow, ItemRow
from storage.visibility import visible_to

_Lines = Mapping[int, Sequence[IncidentLine]]
DaysOff = Mapping[int, IsOff]


def list_kept(
    session: Session,
    workspace: str,
    teams: Sequence[Team] | None,
    months: Sequence[Month],
    now: datetime,
    viewer: Viewer | None,
    off: DaysOff,
) -> dict[str, PolicyKept]:
    """By severity, of the severities that had a policy then, over the months: of the teams, or with None of all and of
    what has no team; of what *viewer* may see, None: everything. *off* are the days off of each team.
    """
    policies = list_policies(session, workspace)
    kept: dict[str, PolicyKept] = defaultdict(PolicyKept)
    # A workspace without policies pays one statement.
    if not policies.versions:
        return kept
    seen = [incidents_visible_to(viewer)] if viewer else []
    rows = session.scalars(select(IncidentRow).where(IncidentRow.workspace == workspace, *seen))
    incidents, lines = {row.id: incident_of(row) for row in rows}, list_lines(session, workspace)
    scopes = scopes_of(session, workspace, None) if teams is None else scopes_of_teams(teams)
    owners = teams_of(session, workspace, list(incidents.values()))
    ours = None if teams is None else {team.id for team in teams}
    for month in months:
        for scope, period in periods_of(scopes, month, now):
            due = list_first_due(session, workspace, scope.teams, period, viewer)
            _add_items(due, period, policies, incidents, lines, kept)
            _add_exceptions(session, workspace, scope, period, viewer, kept)
        for incident, owner in owners.items():
            begun = period_at(month, owner.zone, now)
            if begun is None or (ours is not None and owner.id not in ours):
                continue
            known = (incidents[incident], lines.get(incident, ()))
            if found := postmortem_kept(*known, policies, begun, owner.zone, off[owner.id]):
                kept[found[0]] += found[1]
    return kept


def list_none_needed(
    session: Session, workspace: str, teams: Sequence[Team], months: Sequence[Month], now: datetime, named: Viewer
) -> list[tuple[str, str]]:
    """The incidents of the teams of which somebody said in these months that they need no post-mortem, and why, as far
    as *named* may know of them; the latest first."""
    query = select(IncidentRow).where(
        IncidentRow.workspace == workspace, IncidentRow.none_needed != "", incidents_visible_to(named)
    )
    found = {row.id: incident_of(row) for row in session.scalars(query)}
    lines = list_lines(session, workspace) if found else {}
    ours, said = {team.id for team in teams}, []
    for incident, owner in teams_of(session, workspace, list(found.values())).items():
        answered = [line.at for line in lines.get(incident, ()) if "none_needed" in line.detail]
        if owner.id in ours and answered and month_of(answered[-1], owner.zone) in months and answered[-1] <= now:
            said.append((answered[-1], found[incident]))
    said.sort(key=lambda each: (each[0], each[1].id), reverse=True)
    return [(each.title, each.none_needed) for _at, each in said]


def _add_items(
    due: Sequence[FirstDue],
    period: Period,
    policies: Policies,
    incidents: Mapping[int, Incident],
    lines: _Lines,
    kept: dict[str, PolicyKept],
) -> None:
    # An incident that its readers may not see names no severity to them.
    severities = {
        each: as_it_was(incidents[each], lines.get(each, ()), period.cutoff).severity or ""
        for each in {item.incident_id for item in due} & incidents.keys()
    }
    for item in due:
        # By the policy that the item lives by: what is older than the first one was promised without any.
        if policy := policies.in_force(severities.get(item.incident_id, ""), item.counted_at):
            kept[policy.severity] += PolicyKept(items=1, items_in_time=int(item.in_time))


def _add_exceptions(
    session: Session,
    workspace: str,
    scope: Scope,
    period: Period,
    viewer: Viewer | None,
    kept: dict[str, PolicyKept],
) -> None:
    of_teams = ItemRow.team_id.is_(None) if scope.teams is None else ItemRow.team_id.in_(scope.teams)
    rows = session.execute(
        select(ChangeRow.detail, ChangeRow.at)
        .join(ItemRow, (ItemRow.workspace == ChangeRow.workspace) & (ItemRow.number == ChangeRow.item_number))
        .where(ChangeRow.workspace == workspace, of_teams, *(visible_to(viewer) if viewer else ()))
        .where(cast(ChangeRow.detail, Text).contains('"exception"'))
    )
    for detail, at in rows:
        said = detail.get("policy") or {}
        if "exception" in said and period.begins <= instant(at) < period.cutoff:
            kept[str(said["severity"])] += PolicyKept(exceptions=1)


def list_lines(session: Session, workspace: str) -> _Lines:
    """The history of every incident, in its order."""
    found: dict[int, list[IncidentLine]] = defaultdict(list)
    query = select(IncidentChangeRow).where(IncidentChangeRow.workspace == workspace).order_by(IncidentChangeRow.id)
    for row in session.scalars(query):
        found[row.incident_id].append(IncidentLine(row.at, row.detail))
    return found
