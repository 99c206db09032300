"""Several facts as one text, and back: what keys of messages and values of buttons are made of."""

import re
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self, get_type_hints

from bot.domain.errors import Unreadable

LARGEST = 2**31 - 1
"""The largest number that was ever written: tables hold no larger one."""
YEARS = range(2000, 2200)
"""In which days were ever written: around them there is room to count further."""
_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Joined:
    """Fields as one text, with colons between them; the last one may have colons itself."""

    @property
    def value(self) -> str:
        """The text."""
        return ":".join([str(value) for value in vars(self).values()])

    @classmethod
    def read(cls, text: str) -> Self:
        """From the text. Raises `Unreadable` when it is none of these."""
        readers = _readers(cls)
        parts = text.split(":", len(readers) - 1)
        if len(parts) != len(readers):
            raise Unreadable
        return cls(*(read(part) for read, part in zip(readers, parts, strict=True)))


def number(text: str) -> int:
    """A number as it is written into values, from 0 on. Raises `Unreadable` for what no table could hold."""
    if not _NUMBER.fullmatch(text) or int(text) > LARGEST:
        raise Unreadable
    return int(text)


def day(text: str) -> date:
    """A day as it is written into values, `2026-11-23`. Raises `Unreadable`."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise Unreadable
    return found


_FROM_TEXT = {int: number, str: str, date: day}


def _readers(of: type[Joined]) -> tuple[Any, ...]:
    hints = get_type_hints(of)
    return tuple(_FROM_TEXT[hints[each.name]] for each in fields(of))
