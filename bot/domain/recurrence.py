"""Whether an incident happened before: which earlier ones are like it, and why (R105, R107, R108).

Pure. How like two texts are is measured elsewhere and given as a function; nothing is looked up here.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.incident import Incident
from bot.domain.item import Item
from bot.domain.lifecycle import OPEN, PARKED, State
from bot.domain.themes import theme_key

UNFINISHED = OPEN | PARKED
"""States of an item that was not done when the incident came back."""
ALIKE = 80.0
"""Percent of likeness from which two titles or two causes may mean the same."""
SHOWN = 3
"""Earlier incidents that are shown at once; the likest ones say most."""
WHOLE_SECONDS = timedelta(seconds=1)
"""An incident begins with its channel, of which Slack tells whole seconds."""
_TITLE, _CAUSE, _SERVICE, _THEME, _WORD = 0.5, 0.5, 0.35, 0.3, 0.15
ENOUGH = 0.3
"""The score from which an earlier incident is shown: one reason suffices, a single word of the title does not."""
_EMPTY_WORDS = frozenset(
    ["a", "again", "an", "and", "at", "by", "for", "from", "in", "incident", "is", "of", "on", "or", "outage", "the"]
    + ["to", "was", "were", "with"]
)

Likeness = Callable[[str, str], float]
"""Percent, 100 for texts that say the same."""


@dataclass(frozen=True)
class Traits:
    """What an incident is known by. `causes` are its own and those of its items; `themes` are its items'."""

    incident: Incident
    causes: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """An earlier incident that is like a newer one. `reasons` say why, in words that follow “the same”."""

    earlier: Incident
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Earlier:
    """An earlier incident with its items: what is unfinished now, how many there were, how many were closed in time.

    In time: before the newer incident began.
    """

    incident: Incident
    reasons: tuple[str, ...] = ()
    unfinished: tuple[Item, ...] = ()
    items: int = 0
    closed: int = 0

    @property
    def was_all_done(self) -> bool:
        """It had items, and each was closed before it came back: a question to the process (R106)."""
        return self.items > 0 and self.closed == self.items


@dataclass(frozen=True)
class LookBack:
    """An incident, the one it is a recurrence of, else those that are like it, and its own recurrences."""

    incident: Incident
    linked: Earlier | None = None
    similar: tuple[Earlier, ...] = ()
    later: tuple[Incident, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is anything to show in its channel without being asked."""
        return bool(self.linked or self.similar)


def earlier_with(incident: Incident, reasons: Sequence[str], items: Iterable[Item], came_back: datetime) -> Earlier:
    """*incident* with its *items*. Ideas were promised to nobody, and merged ones live on in another."""
    not_counted = (State.FUTURE_CONSIDERATION, State.DECLINED, State.MERGED)
    counted = [item for item in items if item.state not in not_counted]
    unfinished = tuple(item for item in counted if item.state in UNFINISHED)
    # Closed within the second in which the channel was made counts as closed before.
    before = came_back + WHOLE_SECONDS
    closed = sum(item.state is State.CLOSED and item.ending is not None and item.ending.at < before for item in counted)
    return Earlier(incident, tuple(reasons), unfinished, len(counted), closed)


def matches(this: Traits, earlier: Iterable[Traits], likeness: Likeness) -> list[Match]:
    """The earlier incidents that are like *this* one, the likest first, of equals the newest."""
    found = [_match(this, each, likeness) for each in earlier if came_before(each.incident, this.incident)]
    alike = [match for match in found if match.score >= ENOUGH]
    return sorted(alike, key=lambda match: (-match.score, -match.earlier.began_at.timestamp(), -match.earlier.id))


def came_before(earlier: Incident, later: Incident) -> bool:
    """Whether it began earlier; of two that began together, whether it was registered earlier."""
    return earlier.id != later.id and (earlier.began_at, earlier.id) < (later.began_at, later.id)


def _match(this: Traits, earlier: Traits, likeness: Likeness) -> Match:
    score, reasons = 0.0, []
    title = _title_score(this.incident.title, earlier.incident.title, likeness)
    if title:
        score += title
    # A single word raises the score of other reasons but is none to show.
    if title == _TITLE:
        reasons.append("title")
    if any(_same_text(one, other, likeness) for one in this.causes for other in earlier.causes):
        score += _CAUSE
        reasons.append("root cause")
    services = _shared(this.incident.services, earlier.incident.services, str.casefold)
    if services:
        score += _SERVICE
        reasons.append(f"service: {services[0]}" if len(services) == 1 else f"services: {', '.join(services)}")
    themes = _shared(this.themes, earlier.themes, theme_key)
    if themes:
        score += _THEME
        reasons.append(f"theme: {themes[0]}" if len(themes) == 1 else f"themes: {', '.join(themes)}")
    return Match(earlier.incident, round(score, 2), tuple(reasons or ["word in the title"]))


def _title_score(one: str, other: str, likeness: Likeness) -> float:
    """Two words in common are a title; a single one (“checkout”) is only a hint."""
    mine, theirs = _words(one), _words(other)
    # Sorted, as the order of words means nothing: “checkout down” and “down: checkout”.
    if not mine & theirs or likeness(" ".join(sorted(mine)), " ".join(sorted(theirs))) < ALIKE:
        return 0.0
    return _TITLE if len(mine & theirs) > 1 else _WORD


def _same_text(one: str, other: str, likeness: Likeness) -> bool:
    mine, theirs = _words(one), _words(other)
    if not mine or not theirs:
        return False
    # Likeness alone is too kind to short texts that share their letters and no word.
    return mine == theirs or (len(mine & theirs) > 1 and likeness(one, other) >= ALIKE)


def _words(text: str) -> set[str]:
    """The words that carry the meaning: dates and numbers come from a channel's name, and say nothing."""
    return {word for word in re.findall(r"\w+", text.casefold()) if not word.isdigit()} - _EMPTY_WORDS


def _shared(mine: Iterable[str], theirs: Iterable[str], key: Callable[[str], str]) -> list[str]:
    known = {key(each) for each in theirs}
    return list({key(each): each for each in mine if key(each) in known}.values())
