"""Which days a team is off: weekends, and the holidays of its country or region."""

from datetime import date
from functools import lru_cache

from bot.domain.days import IsOff, either, is_weekend
from bot.domain.team import Team


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


@lru_cache(maxsize=64)
def _holidays(code: str) -> dict[date, str]:
    import holidays  # noqa: PLC0415 – most of a second, and most teams name none

    country, _, region = code.partition("-")
    found: dict[date, str] = holidays.country_holidays(country, subdiv=region or None)
    return found
