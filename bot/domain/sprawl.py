"""The symptoms of sprawl in a backlog, in words with their figures (R86); themes that ask for one project (R90).

Pure: figures in, sentences out. Nothing is counted here but what is given.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.domain.items import Item
from bot.domain.themes import theme_key

OVERLOADED_FROM = 8
"""Open items of one owner from which none of them gets their attention."""
INCIDENTS_FROM = 2
"""Incidents over which a theme comes back."""
MONTHS = 3
SHOWN = 3
"""Pairs and themes that are named; all are counted."""
OWNERS_NAMED = 5


@dataclass(frozen=True)
class Project:
    """Open items of several incidents with one theme. `into` is the one that they could be merged into."""

    theme: str
    items: tuple[Item, ...]
    incidents: int

    @property
    def into(self) -> Item:
        """The item that comes first in every list."""
        return min(self.items, key=lambda item: item.rank)


@dataclass(frozen=True)
class Sprawl:
    """A team's backlog over time. Month by month, the oldest first; `completion` in percent, None without items.

    `backlog` has one month more than `MONTHS`: growth needs something to grow from.
    """

    backlog: Sequence[int] = ()
    over_90_days: int = 0
    by_owner: Mapping[str, int] | None = None
    duplicates: Sequence[tuple[int, int]] = ()
    projects: Sequence[Project] = ()
    completion: Sequence[int | None] = ()


@dataclass(frozen=True)
class Symptom:
    """One sign of sprawl: a sentence with its figures. `people` are who it names, as ids in braces."""

    words: str
    people: tuple[str, ...] = ()


def symptoms(found: Sprawl) -> list[Symptom]:
    """What can be seen of the six symptoms of R86; none for a backlog that is kept."""
    signs = [_growing(found.backlog), _old(found.over_90_days), _overloaded(found.by_owner or {})]
    signs += [_doubled(found.duplicates), _again(found.projects), _falling(found.completion)]
    return [sign for sign in signs if sign]


def projects(items: Iterable[Item]) -> list[Project]:
    """Themes that open items of at least two incidents share, those of the most incidents first."""
    of_theme: dict[str, list[Item]] = defaultdict(list)
    words: dict[str, str] = {}
    for item in items:
        for theme in item.themes if item.is_open and item.incident_id is not None else ():
            words.setdefault(theme_key(theme), theme)
            of_theme[theme_key(theme)].append(item)
    found = [
        Project(words[key], tuple(sorted(shared, key=lambda item: item.rank)), len({i.incident_id for i in shared}))
        for key, shared in of_theme.items()
    ]
    repeated = [project for project in found if project.incidents >= INCIDENTS_FROM]
    return sorted(repeated, key=lambda project: (-project.incidents, -len(project.items), project.theme.casefold()))


def _growing(backlog: Sequence[int]) -> Symptom | None:
    last = list(backlog[-MONTHS - 1 :])
    if len(last) <= MONTHS or any(later <= earlier for earlier, later in pairwise(last)):
        return None
    return Symptom(f"The backlog has grown {MONTHS} months running: {' → '.join(str(size) for size in last)}.")


def _old(over_90_days: int) -> Symptom | None:
    if not over_90_days:
        return None
    return Symptom(f"{over_90_days} open {'item is' if over_90_days == 1 else 'items are'} older than 90 days.")


def _overloaded(by_owner: Mapping[str, int]) -> Symptom | None:
    most = sorted(by_owner.items(), key=lambda each: (-each[1], each[0]))
    heavy = [(owner, count) for owner, count in most if count >= OVERLOADED_FROM]
    if not heavy:
        return None
    named = heavy[:OWNERS_NAMED]
    said = ", ".join(f"{{{index}}} {count}" for index, (_owner, count) in enumerate(named))
    more = f" and {len(heavy) - len(named)} more owners" if len(heavy) > len(named) else ""
    return Symptom(f"Open items of one owner: {said}{more}.", tuple(owner for owner, _ in named))


def _doubled(pairs: Sequence[tuple[int, int]]) -> Symptom | None:
    if not pairs:
        return None
    said = ", ".join(f"AI-{one} and AI-{other}" for one, other in pairs[:SHOWN])
    return Symptom(f"{len(pairs)} {'pair says' if len(pairs) == 1 else 'pairs say'} nearly the same: {said}.")


def _again(found: Sequence[Project]) -> Symptom | None:
    if not found:
        return None
    said = "; ".join(f"“{p.theme}” in {p.incidents} incidents, {len(p.items)} open" for p in found[:SHOWN])
    return Symptom(f"One theme again and again: {said}.")


def _falling(completion: Sequence[int | None]) -> Symptom | None:
    last = [value for value in completion[-MONTHS:] if value is not None]
    if len(last) < MONTHS or any(later >= earlier for earlier, later in pairwise(last)):
        return None
    return Symptom(f"Fewer items are completed by their due date: {' → '.join(f'{value} %' for value in last)}.")
