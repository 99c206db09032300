"""What of an item needs its owner's attention on a day: due, stale, a deferral that comes back, did it hold.

Pure: the day, the moment and the days off are parameters. Who is told when is the scheduler's.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.days import IsOff, add_working_days, is_weekend, next_working_day, zone_of
from bot.domain.digest import STALE_AFTER
from bot.domain.errors import Refused
from bot.domain.item import Item
from bot.domain.lifecycle import State
from bot.domain.policy import ESCALATE_DAYS, NO_POLICIES, Policies, escalated_after
from bot.domain.priority import Quadrant

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


OVERDUE_SAID = (1, 3, 7)
"""The days of being overdue on which it is said; after the last of them once a week."""
SNOOZED_AT_MOST = timedelta(days=14)


class NoticeReason(StrEnum):
    """Why an item is mentioned, the most urgent first."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    STALE = "stale"
    REVISIT = "revisit"
    HOLD = "hold"
    ESCALATED = "escalated"
    UNRANKED = "unranked"


LEADS_HEAR = frozenset({NoticeReason.STALE, NoticeReason.REVISIT})
"""Of these the lead of the item's team is told as well; of what is escalated or not prioritised, the lead alone."""
QUESTIONS = frozenset({NoticeReason.STALE, NoticeReason.REVISIT, NoticeReason.HOLD})
"""These wait for an answer, and come back after a week without one."""
_ORDER = list(NoticeReason)


@dataclass(frozen=True)
class Notice:
    """An item that needs attention, and why: at least one reason, the most urgent first.

    `is_news`: it is worth a message of its own; what is not is said when there is one anyway. `is_fresh`: it came with
    an import of which this is the first morning. `by_policy`: it is escalated sooner or later than is usual, because
    its severity asks for that. `escalates`: on the day it is escalated, and once a week after that.
    """

    item: Item
    whys: tuple[NoticeReason, ...]
    is_news: bool = True
    is_fresh: bool = False
    by_policy: bool = False
    escalates: bool = False


def notices(
    items: Iterable[Item],
    day: date,
    now: datetime,
    is_off: Mapping[int | None, IsOff],
    only: Collection[NoticeReason] = frozenset(NoticeReason),
    timezone: str = "",
) -> list[Notice]:
    """What is to be said of *items* on the owner's *day*, the most urgent first; `only` for these reasons.

    `is_off` has the days off of each team; nothing is said of an item on a day off of its team. `timezone` is where the
    owner lives, for what was imported since their last morning.
    """
    found = []
    for item in items:
        off = is_off.get(item.team_id, is_weekend)
        # By item, since a person may work in two teams with different holidays.
        whys = () if off(day) else _whys(item, day, now, off)
        kept = tuple(why for why in whys if why in only)
        if kept:
            is_news = kept != (NoticeReason.OVERDUE,) or _overdue_is_said(item, day)
            found.append(Notice(item, kept, is_news, is_fresh=_is_fresh(item, day, timezone)))
    return sorted(found, key=_urgency)


def shown_first(found: Sequence[Notice], most: int) -> list[Notice]:
    """The *most* urgent ones, in order; the last place is for whether something held, which is asked but once."""
    first = list(found[:most])
    asks_once = next((one for one in found[most:] if NoticeReason.HOLD in one.whys), None)
    more_urgent = first[:-1]
    if not more_urgent or asks_once is None or any(NoticeReason.HOLD in one.whys for one in first):
        return first
    return [*more_urgent, asks_once]


def awake(found: Iterable[Notice], day: date) -> list[Notice]:
    """Those of which the owner does not want to hear later only."""
    return [notice for notice in found if notice.item.snoozed_until is None or notice.item.snoozed_until <= day]


def for_leads(
    items: Iterable[Item],
    day: date,
    now: datetime,
    is_off: Mapping[int | None, IsOff],
    only: Collection[NoticeReason] = frozenset(NoticeReason),
    policies: Policies = NO_POLICIES,
    but_ranking: Collection[str] = (),
) -> list[Notice]:
    """What a lead hears of *items* on that day, whether or not their owners snooze.

    Of what the people *but_ranking* own only that it is not prioritised: the rest they are told of otherwise.
    """
    found = []
    for item in items:
        off = is_off.get(item.team_id, is_weekend)
        if off(day):
            continue
        whys = [why for why in _whys(item, day, now, off) if why in LEADS_HEAR]
        after = escalated_after(policies.of(item.incident_severity, item.created_at))
        whys += [NoticeReason.ESCALATED] if _is_escalated(item, day, after) else []
        whys = [] if item.owner in but_ranking else whys
        whys += [NoticeReason.UNRANKED] if _is_to_rank(item, day, off) else []
        if kept := tuple(why for why in whys if why in only):
            escalates = NoticeReason.ESCALATED in kept and _escalation_is_said(item, day, off, after)
            is_news = kept != (NoticeReason.ESCALATED,) or escalates
            found.append(Notice(item, kept, is_news, by_policy=after != ESCALATE_DAYS, escalates=escalates))
    return sorted(found, key=_urgency)


def snoozed_until(day: date, wanted: date) -> date:
    """The day up to which an item's reminders wait, asked for on *day*. Raises `Refused` for one that is too far."""
    if not day < wanted <= day + SNOOZED_AT_MOST:
        raise Refused("Choose a day within the next 14 days.", "until")
    return wanted


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


def _overdue_is_said(item: Item, day: date) -> bool:
    """On the first, third and seventh day, later once a week; what fell on a day off, on the first day after it."""
    last = item.reminded_on
    # What was said before the date moved, or of another date, is not of this one.
    if last is None or last <= item.due or last == day:
        return True
    told, overdue = (last - item.due).days, (day - item.due).days
    if told >= OVERDUE_SAID[-1]:
        return day - last >= AGAIN_AFTER
    return any(told < each <= overdue for each in OVERDUE_SAID)


def _is_escalated(item: Item, day: date, after: int) -> bool:
    return item.is_open and (day - item.due).days > after


def _escalation_is_said(item: Item, day: date, off: IsOff, after: int) -> bool:
    """On the day it has been overdue for too long, and in one message a week after that."""
    first = next_working_day(item.due + timedelta(days=after + 1), off)
    return day in (first, _begin_of_week(day, off))


def _is_to_rank(item: Item, day: date, off: IsOff) -> bool:
    """In one message a week, as long as nobody has said its impact or its effort."""
    return item.is_open and item.quadrant is Quadrant.NOT_PRIORITISED and day == _begin_of_week(day, off)


def _begin_of_week(day: date, off: IsOff) -> date:
    return next_working_day(day - timedelta(days=day.weekday()), off)


def _is_fresh(item: Item, day: date, timezone: str) -> bool:
    return bool(timezone) and item.imported_at is not None and morning_after(timezone, item.imported_at)[0] == day


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
