"""What of an item wants its owner's attention on a day: due, stale, a deferral that comes back, did it hold.

Pure: the day, the moment and the days off are parameters. Who is told when is the scheduler's.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.days import IsOff, add_working_days, is_weekend, next_working_day, zone_of
from bot.domain.digest import STALE_AFTER
from bot.domain.item import Item
from bot.domain.lifecycle import State

MORNING = time(9)
EVENING = time(18)
"""Working hours of a person, in their own zone: what was missed in the morning is made up until the evening."""
SOON = 3
"""Working days before the due date on which it is said."""
AGAIN_AFTER = timedelta(days=7)
"""So long after it was asked, what was not answered is asked again."""
HELD_AFTER = timedelta(days=30)
HOLD_WINDOW = timedelta(days=7)
"""So long after its day the question whether it held is made up; what was closed long ago is not asked about."""
HORIZON = timedelta(days=21)
"""Further ahead than three working days ever reach, holidays included."""


class NoticeReason(StrEnum):
    """Why an item is mentioned, the most urgent first."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    STALE = "stale"
    REVISIT = "revisit"
    HOLD = "hold"


LEADS_HEAR = frozenset({NoticeReason.STALE, NoticeReason.REVISIT})
"""Of these the lead of the item's team is told as well."""
_ORDER = list(NoticeReason)


@dataclass(frozen=True)
class Notice:
    """An item that wants attention, and why: at least one reason, the most urgent first."""

    item: Item
    whys: tuple[NoticeReason, ...]


def notices(
    items: Iterable[Item],
    day: date,
    now: datetime,
    is_off: Mapping[int | None, IsOff],
    only: Collection[NoticeReason] = frozenset(NoticeReason),
) -> list[Notice]:
    """What is to be said of *items* on the owner's *day*, the most urgent first; `only` for these reasons.

    `is_off` has the days off of each team; nothing is said of an item on a day off of its team.
    """
    found = []
    for item in items:
        off = is_off.get(item.team_id, is_weekend)
        # By item, since a person may work in two teams with different holidays.
        whys = () if off(day) else _whys(item, day, now, off)
        kept = tuple(why for why in whys if why in only)
        if kept:
            found.append(Notice(item, kept))
    return sorted(found, key=_urgency)


def for_leads(found: Iterable[Notice]) -> list[Notice]:
    """Those of which leads are told, for the reasons for which they are."""
    kept = ((notice.item, tuple(why for why in notice.whys if why in LEADS_HEAR)) for notice in found)
    return [Notice(item, whys) for item, whys in kept if whys]


def progress_of(item: Item) -> datetime:
    """When it last moved (R51), or was made."""
    # A new item that nobody touches must become stale too.
    return item.last_progress_at or item.created_at


def is_stale(item: Item, now: datetime) -> bool:
    """Open, without progress for thirty days (R47)."""
    return item.is_open and progress_of(item) <= now - STALE_AFTER


def idle_days(item: Item, now: datetime) -> int:
    """Whole days without progress."""
    return (now - progress_of(item)).days


def morning_of(timezone: str, day: date) -> datetime:
    """Nine o'clock of that day in the zone, in UTC. DST: 09:00 is 09:00."""
    # Combined in the zone first: adding hours in UTC would make it eight or ten o'clock after a change of the clock.
    return datetime.combine(day, MORNING, zone_of(timezone)).astimezone(UTC)


def evening_of(timezone: str, day: date) -> datetime:
    """When that day's working hours end in the zone, in UTC."""
    return datetime.combine(day, EVENING, zone_of(timezone)).astimezone(UTC)


def morning_after(timezone: str, moment: datetime) -> tuple[date, datetime]:
    """The first morning of a weekday later than *moment*, and when it comes (UTC)."""
    # Only weekends: holidays belong to teams and are asked item by item (`notices`).
    day = next_working_day(moment.astimezone(zone_of(timezone)).date(), is_weekend)
    if morning_of(timezone, day) <= moment:
        day = next_working_day(day + timedelta(days=1), is_weekend)
    return day, morning_of(timezone, day)


def _whys(item: Item, day: date, now: datetime, off: IsOff) -> tuple[NoticeReason, ...]:
    if item.state is State.DEFERRED:
        back_on = item.deferral.revisit_on if item.deferral else None
        return (NoticeReason.REVISIT,) if back_on and _asks_since(item, back_on, day) else ()
    if item.state is State.CLOSED:
        return (NoticeReason.HOLD,) if _asks_whether_it_held(item, day, off) else ()
    if not item.is_open:
        return ()
    due = _due(item, day, off)
    # A nudge of an earlier standstill must not silence this one, so questions count from the day it began.
    stale_on = (progress_of(item) + STALE_AFTER).astimezone(item.zone).date()
    stale = is_stale(item, now) and _asks_since(item, stale_on, day)
    return (*due, *((NoticeReason.STALE,) if stale else ()))


def _due(item: Item, day: date, off: IsOff) -> tuple[NoticeReason, ...]:
    if item.due < day:
        return (NoticeReason.OVERDUE,)
    if item.due == day:
        return (NoticeReason.TODAY,)
    last = add_working_days(day, SOON, off)
    following = add_working_days(last, 1, off)
    # A range: what falls due on a day off is announced with the working day before it, else it never would be.
    return (NoticeReason.SOON,) if last <= item.due < following else ()


def _asks_since(item: Item, since: date, day: date) -> bool:
    """From *since* on, and again each week until it was answered; also for the rest of the day it was asked."""
    if since > day:
        return False
    asked = item.nudged_on
    # Still, on the day it was asked: a run that is repeated finds the owner told and must tell the lead all the same
    # (R48).
    return asked is None or asked < since or asked == day or day - asked >= AGAIN_AFTER


def _asks_whether_it_held(item: Item, day: date, off: IsOff) -> bool:
    if item.ending is None:
        return False
    first = next_working_day(item.ending.at.astimezone(item.zone).date() + HELD_AFTER, off)
    if not first <= day < first + HOLD_WINDOW:
        return False
    # A review from before it was closed is no answer to whether it held.
    answered = item.reviewed_on is not None and item.reviewed_on >= first
    asked = item.nudged_on is not None and first <= item.nudged_on < day
    return not (answered or asked)


def _urgency(notice: Notice) -> tuple[int, date, tuple[int, float, date, int]]:
    return _ORDER.index(notice.whys[0]), notice.item.due, notice.item.rank
