"""Which days a team is off: weekends, and the holidays of its country or region."""

from functools import lru_cache
from typing import TYPE_CHECKING

from bot.domain.days import IsOff, is_weekend
from bot.domain.team import Team

if TYPE_CHECKING:
    from holidays import HolidayBase


def days_off(team: Team) -> IsOff:
    """The team's country's weekend and holidays (`DE`, or with its region `DE-BY`): Friday is off in Israel."""
    if not team.holidays:
        return is_weekend
    public = _holidays(team.holidays)
    return lambda day: day.weekday() in public.weekend or day in public


def check_holidays(code: str) -> bool:
    """Whether the holidays of *code* are known."""
    try:
        return _holidays(code) is not None
    except NotImplementedError:
        return False


@lru_cache(maxsize=64)
def _holidays(code: str) -> "HolidayBase":
    import holidays  # noqa: PLC0415 – most of a second, and most teams name none

    country, _, region = code.partition("-")
    return holidays.country_holidays(country, subdiv=region or None)
