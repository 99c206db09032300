"""Several facts as one text, and back: what keys of messages and values of buttons are made of."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self, get_type_hints

_FROM_TEXT = {int: int, str: str, date: date.fromisoformat}


@dataclass(frozen=True)
class Joined:
    """Fields as one text, with colons between them; the last one may have colons itself."""

    @property
    def value(self) -> str:
        """The text."""
        return ":".join(str(getattr(self, each.name)) for each in fields(self))

    @classmethod
    def read(cls, text: str) -> Self:
        """From the text. Raises ValueError when it is none of these."""
        readers = _readers(cls)
        parts = text.split(":", len(readers) - 1)
        # `strict` is what refuses a text of too few parts.
        return cls(*(read(part) for read, part in zip(readers, parts, strict=True)))


def _readers(of: type[Joined]) -> tuple[Any, ...]:
    hints = get_type_hints(of)
    return tuple(_FROM_TEXT[hints[each.name]] for each in fields(of))
