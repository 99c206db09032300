"""When a ritual is due: in the team's zone, moved off weekends and holidays. DST: 09:00 is 09:00."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.days import next_working_day
from bot.domain.team import Team
from bot.services.days_off import days_off

LOOK_BACK = timedelta(days=21)
"""Further than days off ever move a post."""


@dataclass(frozen=True)
class Occurrence:
    """One due time of a ritual. `nominal_on` is its day before days off moved it to `due_at` (UTC).

    `period` is in which it is posted once: `2026-W49`, `2026-12` or `2026-12-07`.
    """

    nominal_on: date
    due_at: datetime
    period: str


@dataclass(frozen=True)
class Rhythm:
    """How a ritual comes round. `days(team, from_day)` are its nominal days from that day on, in order.

    `same_day`: a post that was missed is made up on its own day only, not within the whole period.
    """

    days: Callable[[Team, date], Iterator[date]]
    time: Callable[[Team], time]
    period_of: Callable[[date], str]
    period_began: Callable[[date], date]
    same_day: bool = False

    def occurrence(self, team: Team, nominal_on: date) -> Occurrence:
        """The occurrence of that nominal day."""
        day = next_working_day(nominal_on, days_off(team))
        # In the zone, on the day of the post: 09:00 stays 09:00 though the clocks may change before that day.
        due_at = datetime.combine(day, self.time(team), team.zone).astimezone(UTC)
        return Occurrence(nominal_on, due_at, self.period_of(nominal_on))

    def next_after(self, team: Team, moment: datetime) -> Occurrence:
        """The first occurrence that is due later than *moment*."""
        return next(found for found in self._around(team, moment) if found.due_at > moment)

    def latest(self, team: Team, moment: datetime) -> Occurrence | None:
        """The last occurrence due at *moment* or before; None when none was for weeks."""
        found = None
        for each in self._around(team, moment):
            if each.due_at > moment:
                return found
            found = each
        return found

    def following(self, team: Team, nominal_on: date) -> Occurrence:
        """The occurrence after that of *nominal_on*."""
        return self.occurrence(team, next(self.days(team, nominal_on + timedelta(days=1))))

    def again(self, team: Team, nominal_on: date) -> Occurrence:
        """The occurrence of the period of *nominal_on*, for a team whose times have changed since."""
        return self.occurrence(team, next(self.days(team, self.period_began(nominal_on))))

    def expires_at(self, team: Team, occurrence: Occurrence) -> datetime:
        """From when on it is missed: its period is over, or its day is, or the next one is due.

        A post that days off moved out of its period has until the next one is due.
        """
        # Made up on a day of the next period, a post would tell of that one, which then has its own: two for one.
        following = self.following(team, occurrence.nominal_on)
        day = occurrence.due_at.astimezone(team.zone).date()
        last = day + timedelta(days=1) if self.same_day else self.period_began(following.nominal_on)
        ends = datetime.combine(last, time(), team.zone).astimezone(UTC)
        # Days off can move a post beyond the end of its own period; it would be missed before it was due.
        return min(following.due_at, ends) if ends > occurrence.due_at else following.due_at

    def _around(self, team: Team, moment: datetime) -> Iterator[Occurrence]:
        began = self.period_began(moment.astimezone(team.zone).date() - LOOK_BACK)
        return (self.occurrence(team, day) for day in self.days(team, began))


def week_of(day: date) -> str:
    """The ISO week of *day*, for example `2026-W49`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def month_of(day: date) -> str:
    """The month of *day*, for example `2026-12`."""
    return f"{day:%Y-%m}"


def first_of_month(day: date) -> date:
    """The first day of *day*'s month."""
    return day.replace(day=1)


def _weekly_days(team: Team, from_day: date) -> Iterator[date]:
    day = from_day + timedelta(days=(team.digest.weekday - from_day.weekday()) % 7)
    while True:
        yield day
        day += timedelta(days=7)


def _months(_team: Team, from_day: date) -> Iterator[date]:
    day = first_of_month(from_day)
    while True:
        if day >= from_day:
            yield day
        # 31 days after the first of a month are always in the next month, and never beyond it.
        day = first_of_month(day + timedelta(days=31))


def _working_days(team: Team, from_day: date) -> Iterator[date]:
    is_off = days_off(team)
    day = from_day
    while True:
        day = next_working_day(day, is_off)
        yield day
        day += timedelta(days=1)


WEEKLY = Rhythm(
    days=_weekly_days,
    time=lambda team: team.digest.at,
    period_of=week_of,
    period_began=lambda day: day - timedelta(days=day.weekday()),
)
"""Once a week, at the team's digest time."""


def monthly(hour: int) -> Rhythm:
    """The first working day of each month."""
    return Rhythm(days=_months, time=lambda _: time(hour), period_of=month_of, period_began=first_of_month)


def working_days(hour: int) -> Rhythm:
    """Each working day; what was missed is not made up the day after."""
    return Rhythm(
        days=_working_days,
        time=lambda _: time(hour),
        period_of=date.isoformat,
        period_began=lambda day: day,
        same_day=True,
    )
