"""What comes back although items were closed: incidents with one root cause, service or theme in common (R105).

Pure: incidents in, patterns out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(days=365)
"""How far back incidents are compared."""


class PatternKind(StrEnum):
    """What incidents have in common. The values are the words in texts."""

    ROOT_CAUSE = "Root cause"
    SERVICE = "Service"
    THEME = "Theme"


@dataclass(frozen=True)
class Happened:
    """An incident with what it is about, and when each closed item of it was closed."""

    incident: int
    title: str
    began_at: datetime
    root_causes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    closed_at: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Pattern:
    """Incidents, in order, that have *what* in common; `closed` items of them were closed before the last one began."""

    kind: PatternKind
    what: str
    incidents: tuple[Happened, ...]
    closed: int


def patterns(happened: Iterable[Happened]) -> list[Pattern]:
    """Those of at least two incidents, of which the last began after an item of an earlier one was closed.

    The most frequent first. Upper and lower case and white space make no difference.
    """
    found: dict[tuple[PatternKind, str], list[Happened]] = defaultdict(list)
    words: dict[tuple[PatternKind, str], str] = {}
    for one in sorted(happened, key=lambda each: each.began_at):
        for kind, what in _about(one):
            key = kind, _key(what)
            words.setdefault(key, what)
            # An incident and its items often name the same cause; it counts once.
            if one not in found[key]:
                found[key].append(one)
    all_of_them = (_pattern(kind, words[kind, key], same) for (kind, key), same in found.items())
    came_back = [pattern for pattern in all_of_them if len(pattern.incidents) > 1 and pattern.closed]
    return sorted(came_back, key=lambda each: (-len(each.incidents), -each.closed, each.kind, _key(each.what)))


def _pattern(kind: PatternKind, what: str, same: Sequence[Happened]) -> Pattern:
    last = same[-1].began_at
    # R105: only what was closed in time makes the return a question to the process (R106).
    closed = sum(at < last for one in same[:-1] for at in one.closed_at)
    return Pattern(kind, what, tuple(same), closed)


def _about(one: Happened) -> Iterator[tuple[PatternKind, str]]:
    for kind, texts in (
        (PatternKind.ROOT_CAUSE, one.root_causes),
        (PatternKind.SERVICE, one.services),
        (PatternKind.THEME, one.themes),
    ):
        yield from ((kind, " ".join(text.split())) for text in texts if text.strip())


def _key(text: str) -> str:
    # A root cause is a sentence that one ends with a full stop and another does not.
    return " ".join(text.split()).casefold().rstrip(".")
