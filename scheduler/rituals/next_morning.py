"""Which morning comes next in a zone, and which went by unsaid."""

from datetime import datetime

from bot.domain.morning import evening_of, morning_after
from scheduler.runs import LONGEST_AWAY
from storage.mornings import Morning


def after(morning: Morning) -> Morning:
    """The next one in its zone."""
    return Morning(morning.workspace, morning.timezone, *morning_after(morning.timezone, morning.due_at))


def sorted_out(morning: Morning, now: datetime) -> tuple[list[Morning], Morning]:
    """Those whose working hours are over, none from before `LONGEST_AWAY`; and the first whose are not."""
    missed: list[Morning] = []
    current = morning
    if morning.due_at < now - LONGEST_AWAY:
        current = Morning(morning.workspace, morning.timezone, *morning_after(morning.timezone, now - LONGEST_AWAY))
    while now >= evening_of(current.timezone, current.day):
        missed.append(current)
        current = after(current)
    return missed, current
