"""When each team's rituals are due next, and which of them have run: the database decides who runs one."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.once import insert_once
from storage.tables import RunRow, ScheduleRow

POSTED, MISSED = "posted", "missed"


@dataclass(frozen=True)
class Schedule:
    """A ritual of a team, and when it is due next (UTC); `nominal_on` is the day before days off moved it."""

    workspace: str
    team_id: int
    ritual: str
    nominal_on: date
    next_due_at: datetime


def list_schedules_due(session: Session, at: datetime, limit: int) -> list[Schedule]:
    """What is due at *at*, the longest due first."""
    query = select(ScheduleRow).where(ScheduleRow.next_due_at <= at)
    return [_schedule(row) for row in session.scalars(query.order_by(ScheduleRow.next_due_at).limit(limit))]


def list_schedules(session: Session) -> list[Schedule]:
    """Every schedule of every workspace."""
    return [_schedule(row) for row in session.scalars(select(ScheduleRow))]


def record_schedule(session: Session, schedule: Schedule) -> None:
    """Sets when the ritual is due next, whatever was set before."""
    session.merge(
        ScheduleRow(
            team_id=schedule.team_id,
            ritual=schedule.ritual,
            workspace=schedule.workspace,
            nominal_on=schedule.nominal_on,
            next_due_at=schedule.next_due_at,
        )
    )


def claim_schedule(session: Session, seen: Schedule, nominal_on: date, next_due_at: datetime) -> bool:
    """Moves the schedule on, unless another replica has done so since it was seen: whether it is ours to run."""
    done = session.execute(
        update(ScheduleRow)
        .where(
            ScheduleRow.team_id == seen.team_id,
            ScheduleRow.ritual == seen.ritual,
            ScheduleRow.next_due_at == seen.next_due_at,
        )
        .values(nominal_on=nominal_on, next_due_at=next_due_at)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def record_run(
    session: Session, schedule: Schedule, period: str, *, due_at: datetime, ran_at: datetime, status: str
) -> bool:
    """Records that the ritual ran, or was missed, in *period*; False when that was recorded before."""
    key = {
        "workspace": schedule.workspace,
        "team_id": schedule.team_id,
        "ritual": schedule.ritual,
        "period": period,
    }
    return insert_once(session, RunRow, key, {"due_at": due_at, "ran_at": ran_at, "status": status})


def _schedule(row: ScheduleRow) -> Schedule:
    return Schedule(row.workspace, row.team_id, row.ritual, row.nominal_on, row.next_due_at)
