"""Mornings: when each zone's is due, which were said, who was told what, and who snoozes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from bot.domain.morning import morning_after
from storage.columns import fetch, run
from storage.forgetting import forget_some
from storage.leases import LEASE, moving_on, set_lease, take_free
from storage.once import insert_once, write_latest
from storage.schedules import MISSED, POSTED
from storage.tables.ritual import MorningRow, MorningRunRow, SnoozeRow, ToldRow


@dataclass(frozen=True)
class Morning:
    """The next morning of one zone in one workspace; `due_at` is in UTC."""

    workspace: str
    timezone: str
    day: date
    due_at: datetime


def record_zone(session: Session, workspace: str, timezone: str, now: datetime) -> None:
    """Begins the mornings of that zone after *now*; does nothing when it has them."""
    day, due_at = morning_after(timezone, now)
    key = {"workspace": workspace, "timezone": timezone}
    insert_once(session, MorningRow, key, {"next_on": day, "next_due_at": due_at})


def list_mornings_due(session: Session, at: datetime, workspace: str | None, limit: int) -> list[Morning]:
    """What is due at *at*, the longest due first; of one workspace, or of all."""
    return [_morning(row) for row in session.scalars(_due(at, workspace).limit(limit))]


def _due(at: datetime, workspace: str | None) -> Select[MorningRow]:
    query = select(MorningRow).where(MorningRow.next_due_at <= at)
    if workspace is not None:
        query = query.where(MorningRow.workspace == workspace)
    # By this alone, as its index has them: at nine all workspaces' are due at once, and each look would sort them all.
    return query.order_by(MorningRow.next_due_at)


def lease_mornings(session: Session, at: datetime, now: datetime, limit: int, workspace: str | None) -> list[Morning]:
    """As `list_mornings_due`, without what another replica has in hand at *now*; the caller's for `LEASE`."""
    found = [_morning(row) for row in take_free(session, MorningRow, _due(at, workspace), now, limit)]
    _lease(session, found, now + LEASE)
    return found


def release_mornings(session: Session, seen: Collection[Morning]) -> None:
    """Ends the lease of those that were not moved on: they are due for anybody again."""
    _lease(session, seen, None)


def _lease(session: Session, seen: Collection[Morning], until: datetime | None) -> None:
    key = (MorningRow.workspace, MorningRow.timezone, MorningRow.next_due_at)
    set_lease(session, key, [(one.workspace, one.timezone, one.due_at) for one in seen], until)


def list_mornings(session: Session, workspace: str) -> list[Morning]:
    """Every zone of the workspace."""
    query = select(MorningRow).where(MorningRow.workspace == workspace).order_by(MorningRow.timezone)
    return [_morning(row) for row in session.scalars(query)]


def claim_morning(session: Session, seen: Morning, following: Morning) -> bool:
    """Moves the zone on to its following morning, unless somebody has since it was seen."""
    as_seen = {"seen_workspace": seen.workspace, "seen_timezone": seen.timezone, "seen_next_due_at": seen.due_at}
    then = {"then_on": following.day, "then_due_at": following.due_at}
    return run(session, _CLAIM, as_seen | then).rowcount > 0


def find_morning_run(session: Session, morning: Morning) -> str | None:
    """What became of that morning: `posted`, `missed`, or None when it has not come."""
    return fetch(session, _CAME_OF, _of(morning) | {"on": morning.day}).scalar()


def find_last_said(session: Session, morning: Morning) -> date | None:
    """The day of the zone's last morning before that one that was said."""
    return fetch(session, _LAST_SAID, _of(morning) | {"on": morning.day}).scalar()


_CLAIM = moving_on(MorningRow, "workspace", "timezone", day="next_on")
_OF_ZONE = and_(MorningRunRow.workspace == bindparam("of"), MorningRunRow.timezone == bindparam("zone"))
_CAME_OF = select(MorningRunRow.status).where(_OF_ZONE, MorningRunRow.day == bindparam("on"))
_LAST_SAID = select(func.max(MorningRunRow.day)).where(
    _OF_ZONE, MorningRunRow.status == POSTED, MorningRunRow.day < bindparam("on")
)


def _of(morning: Morning) -> dict[str, Any]:
    return {"of": morning.workspace, "zone": morning.timezone}


def record_morning_run(session: Session, morning: Morning, *, ran_at: datetime, missed: bool = False) -> bool:
    """Records what became of the morning; False when that was recorded before. What was missed can be made up."""
    status = MISSED if missed else POSTED
    key = {"workspace": morning.workspace, "timezone": morning.timezone, "day": morning.day}
    if insert_once(session, MorningRunRow, key, {"ran_at": ran_at, "status": status}):
        return True
    if missed:
        return False
    done = session.execute(
        update(MorningRunRow)
        .where(*(getattr(MorningRunRow, name) == value for name, value in key.items()), MorningRunRow.status == MISSED)
        .values(ran_at=ran_at, status=POSTED)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def was_told(session: Session, workspace: str, user: str, day: date, what: str | None = None) -> bool:
    """Whether they were told *what* on that day of theirs; None: anything that is theirs as an owner."""
    told = and_(ToldRow.workspace == workspace, ToldRow.user_id == user, ToldRow.day == day)
    # What a lead hears of others is a message of its own, beside the one about their items.
    which = ToldRow.what == what if what is not None else ToldRow.what.not_like("lead:%")
    return bool(session.scalar(select(exists().where(told, which))))


def claim_telling(session: Session, workspace: str, user: str, day: date, what: str) -> bool:
    """Whether it is this caller who tells them: of several replicas one does."""
    # In the transaction of the message: rolled back, they were not told, and the next look tells them.
    return insert_once(session, ToldRow, {"workspace": workspace, "user_id": user, "day": day, "what": what})


def forget_told(session: Session, before: date) -> int:
    """Forgets what was told before that day, some at a time; returns how many. Nobody asks any more."""
    return forget_some(session, ToldRow, ToldRow.day < before)


def record_snooze(session: Session, workspace: str, user: str, not_before: date) -> None:
    """Keeps that they do not want to be reminded before that day, in place of what they said before."""
    write_latest(session, SnoozeRow, {"workspace": workspace, "user_id": user}, {"not_before": not_before})


def find_snooze(session: Session, workspace: str, user: str) -> date | None:
    """The day before which they do not want to be reminded, if they said one."""
    return fetch(session, _SNOOZED, {"of": workspace, "user": user}).scalar()


_SNOOZED = select(SnoozeRow.not_before).where(
    SnoozeRow.workspace == bindparam("of"), SnoozeRow.user_id == bindparam("user")
)


def _morning(row: MorningRow) -> Morning:
    return Morning(row.workspace, row.timezone, row.next_on, row.next_due_at)
