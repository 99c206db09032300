"""The reader's language. Every text is written in English where it is used, and looked up as it leaves.

A rule does not know who will read what it says: it gives a `Text`, and whoever draws for one reader says it.
Which catalogue is spoken then is ambient, as a locale is; without one, English is said as it is written. Loads nothing:
`bot/languages.py` does.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import reduce
from typing import Any

Catalogue = Mapping[str, str]
"""From English to another language. A text that is missing is said in English."""

ENGLISH: Catalogue = {}
_spoken: ContextVar[Catalogue] = ContextVar("spoken", default=ENGLISH)


@dataclass(frozen=True, init=False)
class Text:
    """A text that nobody has read yet: English, with `{name}` for the value of that name, which may be a `Text` too.

    `str(text)`, or a place in an f-string, says it in the language of that moment, all of it in the same one.
    `one + other` are two sentences with a space between. Values are put in as they are: what people wrote is escaped
    where it is drawn.
    """

    msgid: str
    values: Mapping[str, object]
    behind: tuple[tuple[str, "Text"], ...]
    """What follows, each behind the characters between."""

    def __init__(self, msgid: str, /, **values: object) -> None:
        self._set(msgid, values, ())

    def __str__(self) -> str:
        said = _spoken.get().get(self.msgid, self.msgid)
        sentence = said.format(**self.values) if self.values else said
        return "".join((sentence, *(f"{between}{text}" for between, text in self.behind)))

    def __add__(self, other: "Text") -> "Text":
        return self._with(" ", other)

    @staticmethod
    def joined(between: str, texts: Iterable["Text"]) -> "Text":
        """All of them, at least one, with *between* in between, which is no word."""
        return reduce(lambda before, text: before._with(between, text), texts)

    def _with(self, between: str, other: "Text") -> "Text":
        together = Text(self.msgid)
        together._set(self.msgid, self.values, (*self.behind, (between, other)))
        return together

    def _set(self, msgid: str, values: Mapping[str, object], behind: tuple[tuple[str, "Text"], ...]) -> None:
        for name, value in (("msgid", msgid), ("values", values), ("behind", behind)):
            object.__setattr__(self, name, value)  # the way of frozen dataclasses


def _(msgid: str, /, **values: Any) -> str:
    """A `Text` said at once, for what draws for one reader: `bot/blocks`, handlers, messages to a person."""
    said = _spoken.get().get(msgid, msgid)
    return said.format(**values) if values else said


@dataclass(frozen=True)
class Numeral:
    """A number in a text, said as the spoken language writes it: `1,234.5` or `1.234,5`; with so many *decimals*."""

    value: float
    decimals: int = 0

    def __str__(self) -> str:
        marks = _("1,000.5")
        return f"{self.value:,.{self.decimals}f}".translate({ord(","): marks[1], ord("."): marks[-2]})


def numeral(value: float, decimals: int = 0) -> str:
    """A `Numeral` said at once."""
    return str(Numeral(value, decimals))


def speak(catalogue: Catalogue) -> None:
    """From now on, in this request, *catalogue* is spoken."""
    _spoken.set(catalogue)


@contextmanager
def speaking(catalogue: Catalogue) -> Iterator[None]:
    """Speaks *catalogue* within the block: a message in its reader's language, whoever caused it."""
    before = _spoken.set(catalogue)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> Catalogue:
    """The catalogue that is spoken now: whoever keeps what was drawn keeps it for each language."""
    return _spoken.get()
