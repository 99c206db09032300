"""When a ritual is due: APScheduler's cron arithmetic in the team's zone, moved off weekends and holidays."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from apscheduler.triggers.cron import CronTrigger

from bot.domain.days import IsOff, either, is_weekend, next_working_day
from bot.domain.teams import WEEKDAYS, Team, WeeklyTime


@dataclass(frozen=True)
class Occurrence:
    """One due time of a ritual. `nominal_on` is its day before days off moved it to `due_at` (UTC)."""

    nominal_on: date
    due_at: datetime

    @property
    def period(self) -> str:
        """The ISO week of the nominal day, for example `2026-W49`: posted once in it."""
        return week_of(self.nominal_on)


def week_of(day: date) -> str:
    """The ISO week of *day*, for example `2026-W49`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def next_weekly(team: Team, at: WeeklyTime, after: datetime) -> Occurrence:
    """The first occurrence whose nominal time is later than *after*. DST: 09:00 is 09:00."""
    trigger = CronTrigger(day_of_week=WEEKDAYS[at.weekday], hour=at.at.hour, minute=at.at.minute, timezone=team.zone)
    # To APScheduler a fire time that equals `now` is still to come.
    nominal = trigger.get_next_fire_time(None, after + timedelta(microseconds=1)).astimezone(team.zone)
    return Occurrence(nominal.date(), _moved(team, nominal.date(), at.at))


def days_off(team: Team) -> IsOff:
    """Weekends and the team's holidays (`DE`, or with its region `DE-BY`)."""
    if not team.holidays:
        return is_weekend
    public = _holidays(team.holidays)
    return either((is_weekend, lambda day: day in public))


def check_holidays(code: str) -> bool:
    """Whether the holidays of *code* are known."""
    try:
        return _holidays(code) is not None
    except NotImplementedError:
        return False


def _moved(team: Team, day: date, at: time) -> datetime:
    working = next_working_day(day, days_off(team))
    return datetime.combine(working, at, team.zone).astimezone(UTC)


@lru_cache(maxsize=64)
def _holidays(code: str) -> dict[date, str]:
    import holidays  # noqa: PLC0415 – most of a second, and most teams name none

    country, _, region = code.partition("-")
    found: dict[date, str] = holidays.country_holidays(country, subdiv=region or None)
    return found
