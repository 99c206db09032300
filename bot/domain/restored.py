"""What a database that was restored must not do without being asked: say again what was said since its backup."""

import re
from datetime import timedelta

from bot.domain.messages import Message, Refresh

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
LENGTH = re.compile(r"(\d{1,5})([mhd])")
NUMBERS_KEPT_FREE = 100


def comes_twice(message: Message, *, stands: bool) -> bool:
    """Whether delivering the message may show something twice. `stands`: it is on record as posted or given up.

    A surface is drawn anew and looks the same; what stands is edited, or passed over.
    """
    return not stands and not isinstance(message, Refresh)


def number_after(last: int) -> int:
    """The last number of an item that counts as given, where items after *last* may have been made and lost.

    Their cards still stand in Slack: a new item with the number of one would be changed by the buttons of the other.
    """
    return (last // NUMBERS_KEPT_FREE + 1) * NUMBERS_KEPT_FREE if last else 0


def parse_length(text: str) -> timedelta | None:
    """`30m`, `2h`, `1d` as a length of time; None for anything else."""
    found = LENGTH.fullmatch(text.strip().lower())
    return int(found[1]) * UNITS[found[2]] if found else None
