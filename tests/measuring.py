"""Histories of items for tests of the measures: written through the storage, and measured by a second, naive program.

The naive one replays every item's events one by one with local dates and fractions, and shares no code with the
product's counting. Slow, and easy to hold against contract.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.domain.item import Created, Item, Moved
from bot.domain.item_values import Blocked, Ending
from bot.domain.lifecycle import Change, State
from bot.domain.span import Facts, replay
from bot.domain.team import Team
from storage.items import record_item, record_moved
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow
from storage.tables.span import SpanRow
from tests.builders import WORKSPACE, draft

UNFINISHED = (State.NOT_STARTED, State.DEFERRED)
ENDINGS = (State.CLOSED, State.RISK_ACCEPTED, State.WONT_DO, State.MERGED)


@dataclass(frozen=True)
class Event:
    """What happened to an item; what is given holds from then on, None is as before."""

    at: datetime
    state: State | None = None
    due: date | None = None
    team: int | None = None
    blocked: bool | None = None


@dataclass(frozen=True)
class History:
    """An item: created at `at` in `state` with a due date in team `team`, and what happened then, in order."""

    at: datetime
    due: date
    team: int = 0
    state: State = State.NOT_STARTED
    events: tuple[Event, ...] = ()
    incident: int | None = None


@dataclass(frozen=True)
class Began:
    """An incident, and the index of the one that it repeats."""

    at: datetime
    again: int | None = None


def write(session: Session, teams: Sequence[Team], histories: Iterable[History], began: Sequence[Began] = ()) -> None:
    """Records it all as the product does: each change with its line of history, in the order of time."""
    incidents: list[int] = []
    for one in began:
        row = IncidentRow(workspace=WORKSPACE, title=f"Incident {len(incidents)}", began_at=one.at, private=False)
        row.recurrence_of = incidents[one.again] if one.again is not None else None
        session.add(row)
        session.flush()
        incidents.append(row.id)
    for history in histories:
        facts = {"due": history.due, "team_id": teams[history.team].id}
        incident = incidents[history.incident] if history.incident is not None else None
        created = Created(draft(**facts, incident_id=incident), "U0MARCO", history.at, state=history.state)
        item = record_item(session, WORKSPACE, created)
        for event in history.events:
            item = record_moved(session, moved(item, event, teams))


def moved(item: Item, event: Event, teams: Sequence[Team]) -> Moved:
    """The item after the event. Rules of who may do what are left out; the lines are those that the product writes."""
    state = event.state or item.state
    action, detail, fields = "edit", {}, dict[str, Any]()
    if event.state is not None:
        promoted = item.state is State.FUTURE_CONSIDERATION and event.state is State.NOT_STARTED
        action = "promote" if promoted else "reopen"
        fields |= {"state": state, "ending": Ending(event.at) if state in ENDINGS else None, "blocked": None}
        fields |= {"original_due": event.due} if promoted else {}
    if event.due is not None:
        detail |= {"due": {"from": item.due.isoformat(), "to": event.due.isoformat()}}
        fields |= {"due": event.due}
    if event.team is not None:
        detail |= {"team_id": {"from": item.team_id, "to": teams[event.team].id}}
        fields |= {"team_id": teams[event.team].id}
    if event.blocked is not None:
        action = "block" if event.blocked else "unblock"
        fields |= {"blocked": Blocked() if event.blocked else None}
    change = Change(action, item.state, state, "U0MARCO", event.at, "", detail)
    return Moved(replace(item, **fields), change)


def history_follows(session: Session, row: ItemRow) -> None:
    """Of an item whose row a test has written itself: it is measured as if that were its history.

    Lines of history cannot be altered, but what is measured of them can be written anew.
    """
    state = State(row.state)
    lines = [Change("create", None, state, "", row.created_at)]
    if state in ENDINGS and row.ended_at:
        lines = [replace(lines[0], after=State.NOT_STARTED), Change("close", None, state, "", row.ended_at)]
    session.execute(delete(SpanRow).where(SpanRow.workspace == row.workspace, SpanRow.item_number == row.number))
    facts = Facts(row.team_id, state, row.due, row.original_due, row.blocked)
    for span in replay(lines, facts):
        session.add(SpanRow(workspace=row.workspace, item_number=row.number, **span._asdict()))


@dataclass
class _Seen:
    """An item as it is seen at some moment."""

    state: State
    due: date
    first_due: date
    team: int
    created: datetime
    ended: datetime | None = None
    blocked: bool = False


@dataclass
class Naive:
    """The measures of one team in one month, by replaying every history."""

    values: dict[str, Fraction | int | None] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def seen_at(history: History, before: datetime) -> _Seen | None:
    """The item after everything that happened before that moment; None when it was not there."""
    if history.at >= before:
        return None
    seen = _Seen(history.state, history.due, history.due, history.team, history.at)
    for event in history.events:
        if event.at >= before:
            break
        _happened(seen, event)
    return seen


def _happened(seen: _Seen, event: Event) -> None:
    if event.due is not None:
        seen.due = event.due
    if event.team is not None:
        seen.team = event.team
    if event.blocked is not None:
        seen.blocked = event.blocked
    if event.state is None:
        return
    if seen.state is State.FUTURE_CONSIDERATION and event.state is State.NOT_STARTED:
        seen.created, seen.first_due = event.at, seen.due
    seen.state, seen.blocked = event.state, False
    seen.ended = event.at if event.state in ENDINGS else None


def naive(
    histories: Sequence[History], began: Sequence[Began], team: int, zone: ZoneInfo, month: date, now: datetime
) -> Naive:
    """Every measure of *team* in the month that begins on *month*, as contract.md says it."""
    begins = datetime.combine(month, time(), zone).astimezone(UTC)
    following = (month + timedelta(days=31)).replace(day=1)
    ends = datetime.combine(following, time(), zone).astimezone(UTC)
    as_of = min(ends, now)
    before = ends if now >= ends else now + timedelta(microseconds=1)
    found = [seen for history in histories if (seen := seen_at(history, before)) and seen.team == team]
    ideas = [seen for seen in found if seen.state is State.FUTURE_CONSIDERATION]
    items = [seen for seen in found if seen.state not in (State.FUTURE_CONSIDERATION, State.DECLINED)]
    ended = [seen for seen in items if seen.ended and begins <= seen.ended < before]
    counted = [seen for seen in ended if seen.state is not State.MERGED]
    closed = [seen for seen in ended if seen.state is State.CLOSED]
    opened = [seen for seen in items if seen.state is State.NOT_STARTED]
    created = [seen for seen in items if begins <= seen.created < before]
    current = [(seen, seen.due) for seen in items if seen.state is not State.DEFERRED]
    first = [(seen, seen.first_due) for seen in items]
    came_back = sum(_came_back(histories, began, one, team) for one in began if begins <= one.at < before)
    took = [Fraction((seen.ended - seen.created) // timedelta(microseconds=1)) for seen in closed if seen.ended]
    return Naive(
        {
            "completion_rate": _rate(current, month, zone),
            "on_time_completion": _rate(first, month, zone),
            "average_days_to_close": sum(took) / len(took) / 86_400_000_000 if took else None,
            "backlog_size": len(opened),
            "backlog_age_p90_days": _p90([as_of - seen.created for seen in opened]),
            "created_to_ended": Fraction(len(created), len(counted)) if counted else None,
            "recurrences_despite_item": came_back,
        },
        {
            "created": len(created), "ended": len(counted), "closed": len(closed),
            **{str(state): sum(seen.state is state for seen in ended) for state in ENDINGS[1:]},
            "deferred_open": sum(seen.state is State.DEFERRED for seen in items), "open": len(opened),
            "overdue": sum(seen.due < as_of.astimezone(zone).date() for seen in opened),
            "blocked": sum(seen.blocked for seen in opened), "future_considerations": len(ideas),
        },
    )  # fmt: skip


def _rate(items: Sequence[tuple[_Seen, date]], month: date, zone: ZoneInfo) -> Fraction | None:
    whole = part = 0
    for seen, due in items:
        if (due.year, due.month) != (month.year, month.month):
            continue
        in_time = seen.ended is not None and seen.ended.astimezone(zone).date() <= due
        if in_time and seen.state is not State.CLOSED:
            continue
        whole += 1
        part += in_time
    return Fraction(part, whole) if whole else None


def _p90(ages: Sequence[timedelta]) -> Fraction | None:
    if not ages:
        return None
    days = sorted(Fraction(age // timedelta(microseconds=1), 86_400_000_000) for age in ages)
    place = Fraction(9, 10) * (len(days) - 1)
    low = int(place)
    high = min(low + 1, len(days) - 1)
    return days[low] + (days[high] - days[low]) * (place - low)


def _came_back(histories: Sequence[History], began: Sequence[Began], one: Began, team: int) -> bool:
    if one.again is None:
        return False
    just_then = one.at + timedelta(microseconds=1)
    of_earlier = (history for history in histories if history.incident == one.again)
    return any(seen.state in UNFINISHED and seen.team == team for h in of_earlier if (seen := seen_at(h, just_then)))
