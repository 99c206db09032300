"""The symptoms of sprawl in a backlog, in words with their figures (R86); themes that ask for one project (R90).

Pure: figures in, sentences out. Nothing is counted here but what is given.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.domain.item import Item
from bot.domain.themes import theme_key
from bot.domain.words import Text

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

    words: Text
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
        # R90 is about themes across incidents; what belongs to none cannot show that anything came back.
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
    # R86: three months *running*. One month without growth ends the row.
    if len(last) <= MONTHS or any(later <= earlier for earlier, later in pairwise(last)):
        return None
    sizes = " → ".join(str(size) for size in last)
    return Symptom(Text("The backlog has grown {months} months running: {sizes}.", months=MONTHS, sizes=sizes))


def _old(over_90_days: int) -> Symptom | None:
    if not over_90_days:
        return None
    if over_90_days == 1:
        return Symptom(Text("1 open item is older than 90 days."))
    return Symptom(Text("{count} open items are older than 90 days.", count=over_90_days))


def _overloaded(by_owner: Mapping[str, int]) -> Symptom | None:
    most = sorted(by_owner.items(), key=lambda each: (-each[1], each[0]))
    heavy = [(owner, count) for owner, count in most if count >= OVERLOADED_FROM]
    if not heavy:
        return None
    named = heavy[:OWNERS_NAMED]
    # Ids stay out of the sentence: names are put in where it is drawn, for whoever may see them.
    said = ", ".join(f"{{{index}}} {count}" for index, (_owner, count) in enumerate(named))
    left = len(heavy) - len(named)
    more = Text(" and {count} more owners", count=left) if left else ""
    words = Text("Open items of one owner: {owners}{more}.", owners=said, more=more)
    return Symptom(words, tuple(owner for owner, _count in named))


def _doubled(pairs: Sequence[tuple[int, int]]) -> Symptom | None:
    if not pairs:
        return None
    said = Text.joined(
        ", ", (Text("{one} and {other}", one=f"AI-{one}", other=f"AI-{other}") for one, other in pairs[:SHOWN])
    )
    if len(pairs) == 1:
        return Symptom(Text("1 pair says nearly the same: {pairs}.", pairs=said))
    return Symptom(Text("{count} pairs say nearly the same: {pairs}.", count=len(pairs), pairs=said))


def _again(found: Sequence[Project]) -> Symptom | None:
    if not found:
        return None
    said = Text.joined(
        "; ",
        (
            Text(
                "“{theme}” in {incidents} incidents, {open} open",
                theme=p.theme,
                incidents=p.incidents,
                open=len(p.items),
            )
            for p in found[:SHOWN]
        ),
    )
    return Symptom(Text("One theme again and again: {themes}.", themes=said))


def _falling(completion: Sequence[int | None]) -> Symptom | None:
    # In a month without items due nothing fell; then there are too few figures to speak of a trend.
    last = [value for value in completion[-MONTHS:] if value is not None]
    if len(last) < MONTHS or any(later >= earlier for earlier, later in pairwise(last)):
        return None
    shares = " → ".join(f"{value} %" for value in last)
    return Symptom(Text("Fewer items are completed by their due date: {shares}.", shares=shares))
