"""Working days: pure, the days off are parameters. Days as people write them are in `day_reading.py`."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SATURDAY = 5
OFFSETS = range(-12, 15)
"""Whole hours from UTC for which there is a zone `Etc/GMT…`."""
IsOff = Callable[[date], bool]


def is_weekend(day: date) -> bool:
    """Saturday or Sunday: the weekend of a team that names no country."""
    return day.weekday() >= SATURDAY


def next_working_day(day: date, is_off: IsOff) -> date:
    """*day* itself, or the first later day that is not off."""
    while is_off(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int, is_off: IsOff) -> date:
    """The *count*-th working day after *day* (3 from a Thursday is the next Tuesday)."""
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1), is_off)
    return day


def end_of_month(day: date) -> date:
    """The last day of *day*'s month."""
    # Every month has a 28th, and four days after it the next month has begun.
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def months_later(day: date, count: int) -> date:
    """The same day of a later month; its last day where it has no such day."""
    months = day.month - 1 + count
    first = date(day.year + months // 12, months % 12 + 1, 1)
    return first.replace(day=min(day.day, end_of_month(first).day))


def either(rules: Iterable[IsOff]) -> IsOff:
    """Off when any of *rules* says so."""
    # Asked anew for each day, so an iterator must not run dry after the first.
    rules = tuple(rules)
    return lambda day: any(rule(day) for rule in rules)


def zone_of(timezone: str) -> ZoneInfo:
    """The zone; UTC for a name that this machine does not know."""
    try:
        return ZoneInfo(timezone)
    # A folder of the zone files (`Europe`) is an OSError, a path that leads out of them a ValueError.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def is_zone_of_the_world(name: str) -> bool:
    """Whether *name* is a known area and place, `Europe/Berlin`, or `UTC`; not what a machine calls its own zone, as
    `localtime` and `posixrules` are."""
    of_the_world = name == "UTC" or ("/" in name and not name.startswith(("posix/", "right/")))
    return of_the_world and zone_of(name).key == name


def zone_name(name: str, offset_s: int | None) -> str:
    """The name of a zone that this machine knows: *name*, else one with that offset from UTC in whole hours, else UTC.

    Slack names zones that an old machine has not heard of, and then says their offset as well.
    """
    if name and zone_of(name).key == name:
        return name
    hours, rest = divmod(offset_s or 0, 3600)
    # Its sign is POSIX's, the other way round: `Etc/GMT-2` is two hours *ahead* of UTC.
    return f"Etc/GMT{-hours:+d}" if hours in OFFSETS and hours and not rest else "UTC"
