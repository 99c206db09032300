"""When each team's rituals are due next, and which of them have run: the database decides who runs one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session

from storage.columns import run
from storage.leases import LEASE, moving_on, set_lease, take_free
from storage.once import insert_new, insert_once, write_latest
from storage.tables.ritual import RunRow, ScheduleRow
from storage.tables.team import TeamRow

POSTED, MISSED = "posted", "missed"


@dataclass(frozen=True)
class Schedule:
    """A ritual of a team, and when it is due next (UTC); `nominal_on` is the day before days off moved it."""

    workspace: str
    team_id: int
    ritual: str
    nominal_on: date
    next_due_at: datetime


def list_schedules_due(
    session: Session, at: datetime, limit: int, workspace: str | None = None, rituals: Collection[str] | None = None
) -> list[Schedule]:
    """What is due at *at*, the longest due first; of one workspace, or of all.

    `rituals` by name; None: all. What a newer version has scheduled stays for a replica that knows it.
    """
    return _in_order(session.scalars(_due(at, workspace, rituals).limit(limit)))


def lease_schedules(
    session: Session, at: datetime, now: datetime, limit: int, workspace: str | None, rituals: Collection[str]
) -> list[Schedule]:
    """As `list_schedules_due`, without what another replica has in hand at *now*; it is the caller's for `LEASE`."""
    found = _in_order(take_free(session, ScheduleRow, _due(at, workspace, rituals), now, limit))
    _lease(session, found, now + LEASE)
    return found


def release_schedules(session: Session, seen: Collection[Schedule]) -> None:
    """Ends the lease of those that were not moved on: they are due for anybody again."""
    _lease(session, seen, None)


def _lease(session: Session, seen: Collection[Schedule], until: datetime | None) -> None:
    key = (ScheduleRow.team_id, ScheduleRow.ritual, ScheduleRow.next_due_at)
    set_lease(session, key, [(one.team_id, one.ritual, one.next_due_at) for one in seen], until)


def _due(at: datetime, workspace: str | None, rituals: Collection[str] | None) -> Select[ScheduleRow]:
    query = select(ScheduleRow).where(ScheduleRow.next_due_at <= at)
    if rituals is not None:
        query = query.where(ScheduleRow.ritual.in_(rituals))
    if workspace is not None:
        query = query.where(ScheduleRow.workspace == workspace)
    # By this alone, as its index has them: on a Monday all teams' are due at once, and each look would sort them all.
    return query.order_by(ScheduleRow.next_due_at)


def _in_order(rows: Iterable[ScheduleRow]) -> list[Schedule]:
    found = map(_schedule, rows)
    return sorted(found, key=lambda schedule: (schedule.next_due_at, schedule.team_id, schedule.ritual))


def list_schedules(session: Session, workspace: str | None = None) -> list[Schedule]:
    """Every schedule of one workspace, or of all."""
    query = select(ScheduleRow).order_by(ScheduleRow.team_id, ScheduleRow.ritual)
    if workspace is not None:
        query = query.where(ScheduleRow.workspace == workspace)
    return [_schedule(row) for row in session.scalars(query)]


def find_schedule(session: Session, team_id: int, ritual: str) -> Schedule | None:
    """When the ritual of the team is due next, if that was ever set."""
    row = session.get(ScheduleRow, (team_id, ritual))
    return _schedule(row) if row else None


def list_teams_without(session: Session, ritual: str) -> list[int]:
    """The ids of teams for which it is not set when *ritual* is due."""
    has = select(ScheduleRow.team_id).where(ScheduleRow.ritual == ritual)
    return list(session.scalars(select(TeamRow.id).where(TeamRow.id.not_in(has))))


def record_schedule(session: Session, schedule: Schedule) -> None:
    """Sets when the ritual is due next, whatever was set before."""
    key = {"team_id": schedule.team_id, "ritual": schedule.ritual}
    moments = {"nominal_on": schedule.nominal_on, "next_due_at": schedule.next_due_at}
    write_latest(session, ScheduleRow, key, {"workspace": schedule.workspace} | moments)


def claim_schedule(session: Session, seen: Schedule, nominal_on: date, next_due_at: datetime) -> bool:
    """Moves the schedule on, unless another replica has done so since it was seen: whether it is ours to run."""
    return claim_schedules(session, [(seen, nominal_on, next_due_at)])


def claim_schedules(session: Session, seen: Iterable[tuple[Schedule, date, datetime]]) -> bool:
    """As `claim_schedule`, for several, each with its `nominal_on` and `next_due_at`. False when not all were moved on:
    then the caller rolls back."""
    moved = [_as_seen(one) | {"then_on": nominal_on, "then_due_at": due_at} for one, nominal_on, due_at in seen]
    return run(session, _CLAIM, moved).rowcount == len(moved)


def _as_seen(schedule: Schedule) -> dict[str, Any]:
    return {"seen_team_id": schedule.team_id, "seen_ritual": schedule.ritual, "seen_next_due_at": schedule.next_due_at}


_CLAIM = moving_on(ScheduleRow, "team_id", "ritual", day="nominal_on")


def record_run(
    session: Session, schedule: Schedule, period: str, *, due_at: datetime, ran_at: datetime, status: str
) -> bool:
    """Records that the ritual ran, or was missed, in *period*; False when that was recorded before.

    What was missed can still be posted, when somebody asks for it.
    """
    key = {
        "workspace": schedule.workspace,
        "team_id": schedule.team_id,
        "ritual": schedule.ritual,
        "period": period,
    }
    # The unique key decides between replicas; on PostgreSQL the second one waits here until the first commits.
    if insert_once(session, RunRow, key, {"due_at": due_at, "ran_at": ran_at, "status": status}):
        return True
    if status == MISSED:
        return False
    done = session.execute(
        update(RunRow)
        # Missed → posted is the only way on, so of two who make it up one is told that it is already there.
        .where(*(getattr(RunRow, name) == value for name, value in key.items()), RunRow.status == MISSED)
        .values(due_at=due_at, ran_at=ran_at, status=status)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def record_runs(session: Session, runs: Iterable[tuple[Schedule, str, datetime]], *, ran_at: datetime) -> bool:
    """As `record_run`, for several that are posted, each with its period and when it was due. False when any was on
    record before: then the caller rolls back."""
    rows = [
        {
            "workspace": schedule.workspace, "team_id": schedule.team_id, "ritual": schedule.ritual, "period": period,
            "due_at": due_at, "ran_at": ran_at, "status": POSTED,
        }
        for schedule, period, due_at in runs
    ]  # fmt: skip
    return insert_new(session, RunRow, ("workspace", "team_id", "ritual", "period"), rows)


def find_run(session: Session, schedule: Schedule, period: str) -> str | None:
    """What became of the ritual in *period*: `posted`, `missed`, or None when it has not run."""
    of_ritual = (RunRow.workspace == schedule.workspace, RunRow.team_id == schedule.team_id)
    return session.scalar(
        select(RunRow.status).where(*of_ritual, RunRow.ritual == schedule.ritual, RunRow.period == period)
    )


def ran_before(session: Session, schedule: Schedule, due_at: datetime) -> bool:
    """Whether a run of the ritual that was due earlier is on record."""
    earlier = (RunRow.team_id == schedule.team_id, RunRow.ritual == schedule.ritual, RunRow.due_at < due_at)
    return bool(session.scalar(select(exists().where(RunRow.workspace == schedule.workspace, *earlier))))


def _schedule(row: ScheduleRow) -> Schedule:
    return Schedule(row.workspace, row.team_id, row.ritual, row.nominal_on, row.next_due_at)
