"""A workspace's policies, with all that they were: a line is added whenever one is set or removed (P13)."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.errors import NotFound
from bot.domain.policy import Policies, Policy, PolicyVersion, changed, severity_key
from bot.domain.words import Text
from storage.tables.policy import PolicyRow

_DAYS = ("due_days", "postmortem_days", "escalate_days", "leadership_days")


def list_policies(session: Session, workspace: str) -> Policies:
    """What the workspace asks of its severities, and asked before."""
    rows = session.scalars(select(PolicyRow).where(PolicyRow.workspace == workspace).order_by(PolicyRow.id))
    return Policies(tuple(map(_version, rows)))


def record_policy(session: Session, workspace: str, given: Policy, now: datetime, *, whole: bool = False) -> Policy:
    """Sets what is given of a severity's policy from *now* on; `whole`: what is not given is asked for no more.

    Raises `Refused` for what cannot be meant.
    """
    known = list_policies(session, workspace)
    before = _current(known, given.severity)
    policy = changed(before.policy if before and not whole else Policy(given.severity), given)
    # A severity keeps its place when its policy changes: the order is the organisation's.
    position = before.position if before else 1 + max((each.position for each in known.versions), default=0)
    _record(session, workspace, PolicyVersion(policy, now, position))
    return policy


def remove_policy(session: Session, workspace: str, severity: str, now: datetime) -> None:
    """From *now* on that severity has no policy. Raises `NotFound` when it has none."""
    known = list_policies(session, workspace)
    before = _current(known, severity)
    if before is None:
        names = ", ".join(policy.severity for policy in known.current) or Text("none yet")
        raise NotFound(Text("There is no policy for “{severity}”. Policies: {names}.", severity=severity, names=names))
    _record(session, workspace, replace(before, since=now, is_over=True))


def _current(known: Policies, severity: str) -> PolicyVersion | None:
    same = [each for each in known.versions if severity_key(each.policy.severity) == severity_key(severity)]
    return same[-1] if same and not same[-1].is_over else None


def _record(session: Session, workspace: str, version: PolicyVersion) -> None:
    policy = version.policy
    days = {name: getattr(policy, name) for name in _DAYS}
    moments = {"since": version.since, "position": version.position, "is_over": version.is_over}
    session.add(PolicyRow(workspace=workspace, severity=policy.severity, **moments, **days))
    session.flush()


def _version(row: PolicyRow) -> PolicyVersion:
    policy = Policy(row.severity, **{name: getattr(row, name) for name in _DAYS})
    return PolicyVersion(policy, row.since, row.position, row.is_over)
