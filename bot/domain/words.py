"""The reader's language. Every text is written in English where it is used, and looked up when it is said.

Which catalogue is spoken is ambient, as a locale is; without one, English is said as it is written. Loads nothing:
`bot/languages.py` does.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Catalogue = Mapping[str, str]
"""From English to another language. A text that is missing is said in English."""

ENGLISH: Catalogue = {}
_spoken: ContextVar[Catalogue] = ContextVar("spoken", default=ENGLISH)


def _(text: str, /, **values: Any) -> str:
    """*text* in the reader's language, with `{name}` replaced by the value of that name.

    Values are put in as they are: what people wrote is escaped before.
    """
    said = _spoken.get().get(text, text)
    return said.format(**values) if values else said


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
