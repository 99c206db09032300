"""What the rows of a file say of incidents: gathered row by row, then settled against those that are known.

An incident is found again by its title and the moment it began; a row that says no moment means the only incident
of that title.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from bot.domain.incident import Incident
from bot.domain.porting.columns import OF_INCIDENTS
from bot.domain.porting.row import Row

_BEFORE = timedelta(seconds=1)
"""When an earlier incident began of which only the title is known: before the one that names it."""


class IncidentKey(NamedTuple):
    """How a row names its incident. `began_at` None: it does not say when."""

    title: str
    began_at: datetime | None


def no_lines() -> "array[int]":
    """For the numbers of lines: four bytes each, of which a list takes forty."""
    return array("I")


_FACTS = tuple(each.column for each in OF_INCIDENTS)
_FACTS_OF = attrgetter(*_FACTS)
_NO_FACTS = tuple(Row._field_defaults[column] for column in _FACTS)


@dataclass(slots=True)
class Told:
    """All that the rows of one incident say. `channels`: private ones of its items."""

    title: str
    began_at: datetime
    # Until one public row is seen: an incident is private only when all its items are (docs/import.md).
    private: bool = True
    channels: frozenset[str] = frozenset()
    recurrence_of: str = ""
    # As a tuple, for a file has hundreds of thousands: by their columns they take twice as much.
    said: tuple[Any, ...] = _NO_FACTS
    lines: "array[int]" = field(default_factory=no_lines)

    def add(self, row: Row) -> list[str]:
        """Takes the row in; returns what it says otherwise than an earlier row."""
        self.lines.append(row.line)
        self.private = self.private and bool(row.private_channel)
        if row.private_channel:
            self.channels |= {row.private_channel}
        return self._learn(_FACTS_OF(row), row.recurrence_of)

    def join(self, other: "Told") -> list[str]:
        """Takes in what other rows say of the same incident."""
        self.lines += other.lines
        self.private = self.private and other.private
        self.channels |= other.channels
        return self._learn(other.said, other.recurrence_of)

    @property
    def facts(self) -> dict[str, Any]:
        """What is said of it, by columns."""
        return {column: value for column, value in zip(_FACTS, self.said, strict=True) if value}

    @property
    def channel(self) -> str | None:
        """Where it was handled, as far as can be told: the one private channel of all its items."""
        # With two private channels nobody can tell whose members may know of it, so it gets none.
        return next(iter(self.channels)) if self.private and len(self.channels) == 1 else None

    def _learn(self, said: tuple[Any, ...], recurrence_of: str) -> list[str]:
        others = []
        # Most rows of an incident say the same of it, or nothing.
        if said not in (self.said, _NO_FACTS):
            both = list(zip(_FACTS, self.said, said, strict=True))
            others = [column for column, known, value in both if known and value and known != value]
            self.said = tuple([known or value for _, known, value in both])
        if recurrence_of and self.recurrence_of not in ("", recurrence_of):
            others.append("recurrence_of")
        self.recurrence_of = self.recurrence_of or recurrence_of
        return [f"{column} is another one than in line {self.lines[0]}, of the same incident" for column in others]


@dataclass(frozen=True)
class Settled:
    """Which incident each key means. `new` are to be registered; `earlier` gives of each its recurrence, by key.

    `lacking`: facts that registered incidents have not yet, by their ids and columns.
    `bad` are lines and what is wrong in them. `named_only`: earlier incidents that have no item in the file and are not
    registered.
    """

    new: Mapping[IncidentKey, Told]
    known: Mapping[IncidentKey, Incident]
    means: Mapping[IncidentKey, IncidentKey]
    earlier: Mapping[IncidentKey, IncidentKey]
    lacking: Mapping[int, Mapping[str, Any]]
    bad: Sequence[tuple[int, str]]
    named_only: Sequence[IncidentKey]


class Gathering:
    """The incidents of a file."""

    def __init__(self) -> None:
        self._told: dict[str, dict[datetime | None, Told]] = {}

    def add(self, row: Row) -> list[str]:
        """Takes the row in, if it names an incident; returns what it contradicts."""
        if not row.incident:
            return []
        by_start = self._told.setdefault(row.incident, {})
        told = by_start.get(row.incident_started_at)
        if told is None:
            told = Told(row.incident, row.incident_started_at or row.created_at)
            by_start[row.incident_started_at] = told
        if row.incident_started_at is None:
            told.began_at = min(told.began_at, row.created_at)
        return told.add(row)

    @property
    def titles(self) -> set[str]:
        """Every title that the file names, as an incident or as an earlier one."""
        return set(self._told) | {told.recurrence_of for told in self._each() if told.recurrence_of}

    def settle(self, known: Iterable[Incident]) -> Settled:
        """Decides, given the registered incidents of these titles."""
        registered: dict[str, dict[datetime, Incident]] = {}
        for incident in known:
            registered.setdefault(incident.title, {}).setdefault(incident.began_at, incident)
        return _Settling(registered).settle(self._told)

    def _each(self) -> Iterator[Told]:
        for by_start in self._told.values():
            yield from by_start.values()


class _Settling:
    """One decision, so that its parts need not be handed around."""

    def __init__(self, registered: Mapping[str, Mapping[datetime, Incident]]) -> None:
        self._registered = registered
        self.new: dict[IncidentKey, Told] = {}
        self.known: dict[IncidentKey, Incident] = {}
        self.means: dict[IncidentKey, IncidentKey] = {}
        self.earlier: dict[IncidentKey, IncidentKey] = {}
        self.lacking: dict[int, dict[str, Any]] = {}
        self.bad: list[tuple[int, str]] = []
        self.named_only: list[IncidentKey] = []

    def settle(self, told: Mapping[str, Mapping[datetime | None, Told]]) -> Settled:
        for title, by_start in told.items():
            self._settle_title(title, dict(by_start))
        named = [found for by_start in told.values() for found in self._by_key(by_start) if found[1].recurrence_of]
        starts = self._starts({one.recurrence_of for _, one in named})
        for key, one in sorted(named, key=lambda found: (found[0].began_at, found[0].title)):
            self._link(key, one, starts)
        return Settled(self.new, self.known, self.means, self.earlier, self.lacking, self.bad, self.named_only)

    def _settle_title(self, title: str, by_start: dict[datetime | None, Told]) -> None:
        registered = self._registered.get(title, {})
        unsaid = by_start.pop(None, None)
        dated = {at: told for at, told in by_start.items() if at is not None}
        if unsaid:
            starts = sorted({*dated, *registered}) or [unsaid.began_at]
            if len(starts) > 1:
                when = " or ".join(f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in starts[:3])
                self._refuse(unsaid, f"“{title}” is several incidents: say which by incident_started_at ({when})")
                return
            self.means[IncidentKey(title, None)] = IncidentKey(title, starts[0])
            if starts[0] in dated:
                self._refuse(unsaid, *dated[starts[0]].join(unsaid))
            else:
                dated[starts[0]] = unsaid
        for began_at, told in dated.items():
            self._place(IncidentKey(title, began_at), told, registered.get(began_at))

    def _place(self, key: IncidentKey, told: Told, incident: Incident | None) -> None:
        self.means.setdefault(key, key)
        if incident is None:
            self.new[key] = told
            return
        self.known[key] = incident
        said = zip(OF_INCIDENTS, told.said, strict=True)
        # What people wrote here stays; a file only fills in what is empty (docs/import.md).
        if lacking := {each.column: value for each, value in said if value and not getattr(incident, each.name)}:
            self.lacking[incident.id] = lacking
        # Else an item that everybody sees would name an incident that only some may know of (docs/visibility.md).
        if incident.private and (not told.private or told.channels != {incident.channel}):
            self._refuse(told, f"“{key.title}” was handled in a private channel: give it as private_channel")

    def _by_key(self, by_start: Mapping[datetime | None, Told]) -> Iterator[tuple[IncidentKey, Told]]:
        for at, told in by_start.items():
            key = self.means.get(IncidentKey(told.title, at))
            if key is not None and (at is not None or self.new.get(key) is told or key in self.known):
                yield key, told

    def _starts(self, titles: Set[str]) -> dict[str, set[datetime]]:
        """When the incidents of these titles began."""
        starts = {title: set(by_start) for title, by_start in self._registered.items() if title in titles}
        for key in self.new:
            if key.began_at and key.title in titles:
                starts.setdefault(key.title, set()).add(key.began_at)
        return starts

    def _link(self, key: IncidentKey, told: Told, starts: dict[str, set[datetime]]) -> None:
        """To the latest incident of that title that began before; to one of which no more is known when there is none.

        Keys come in the order of their beginning, so that one unknown incident is enough for all that name it.
        """
        assert key.began_at
        title = told.recurrence_of
        before = [at for at in starts.get(title, ()) if at <= key.began_at and IncidentKey(title, at) != key]
        if before:
            self.earlier[key] = IncidentKey(title, max(before))
            return
        earlier = IncidentKey(title, key.began_at - _BEFORE)
        self.new[earlier] = Told(title, key.began_at - _BEFORE, private=told.private)
        self.named_only.append(earlier)
        self.earlier[key] = earlier
        starts.setdefault(title, set()).add(key.began_at - _BEFORE)

    def _refuse(self, told: Told, *reasons: str) -> None:
        self.bad += [(line, reason) for reason in reasons for line in told.lines]
