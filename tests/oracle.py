"""The measures as `contract.md` says them, by a program that knows nothing of the product: files and known acts in.

It imports nothing of the product, looks at one item after the other, and is as slow as it is plain. What happened to
an item is a list of facts that hold from a moment on; a measure asks what held as of the end of a month.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

DAY_SECONDS = 86_400
ENDINGS = ("closed", "risk_accepted", "wont_do", "merged")
COUNTED_ENDINGS = ("closed", "risk_accepted", "wont_do")
OPEN = ("not_started", "in_progress", "implemented", "verified")
IDEAS = ("future_consideration", "declined")
STEPS = (("started_at", "in_progress"), ("implemented_at", "implemented"), ("verified_at", "verified"))
NO_TEAM = "(none)"
BANDS = {
    "completion_rate": (0.80, 0.60),
    "on_time_completion": (0.70, 0.50),
    "average_days_to_close": (30, 60),
    "backlog_size": (20, 50),
    "backlog_age_p90_days": (45, 90),
    "created_to_ended": (1, 2),
    "recurrences_despite_item": (0, 0),
}
Json = dict[str, Any]


@dataclass
class Item:
    """What is known of an item: since when it was in which state and due on which day, oldest first."""

    team: str
    created: datetime
    original_due: date
    states: list[tuple[datetime, str]]
    dues: list[tuple[datetime, date]]
    blocks: list[tuple[datetime, bool]] = field(default_factory=list)
    incident: str = ""


@dataclass
class Incident:
    """When it began, and which earlier one it repeats."""

    began: datetime
    earlier: str = ""


@dataclass
class Books:
    """Everything that happened: items by number, incidents by title, zones by team."""

    zones: Mapping[str, str]
    items: dict[int, Item] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)

    def enter(self, rows: Iterable[Mapping[str, str]]) -> None:
        """The rows of an import, which number from 1."""
        for row in rows:
            self.items[len(self.items) + 1] = _item(row)
            if row.get("incident"):
                began = moment(row["incident_started_at"])
                self.incidents[row["incident"]] = Incident(began, row.get("recurrence_of", ""))

    def moved(self, number: int, at: datetime, state: str) -> None:
        """The item is in that state from then on, and blocked no more."""
        self.items[number].states.append((at, state))
        self.items[number].blocks.append((at, False))

    def due(self, number: int, at: datetime, day: date) -> None:
        """The item is due on another day from then on."""
        self.items[number].dues.append((at, day))

    def promoted(self, number: int, at: datetime, day: date) -> None:
        """An idea has become an item that is due on that day."""
        self.items[number].original_due = day
        self.due(number, at, day)
        self.moved(number, at, "not_started")

    def blocked(self, number: int, at: datetime, *, blocked: bool) -> None:
        """The flag is set or taken away."""
        self.items[number].blocks.append((at, blocked))

    def report(self, team: str | None, month: date, now: datetime) -> Json:
        """What `actionitem report --format json` should say of that month; `team` None is the workspace."""
        found = _measures(self, team, month, now)
        before = _measures(self, team, _month_after(month, -1), now)
        return {
            "as_of": found.as_of.isoformat(),
            "values": found.values,
            "shares": found.shares,
            "bands": {key: _band(key, value, found.counts["created"]) for key, value in found.values.items()},
            "previous": before.values,
            "counts": found.counts,
        }

    def frozen_since(self, team: str, now: datetime) -> date | None:
        """The first day of the latest month at whose start the intake was to be frozen, if it is at *now*."""
        zone, of_team = ZoneInfo(self.zones[team]), [item for item in self.items.values() if item.team == team]
        began = [at for item in of_team for at, state in item.states if state not in IDEAS]
        if not began:
            return None
        first = min(began).astimezone(zone).date().replace(day=1)
        frozen, month = None, _month_after(first, 2)
        # At the start of each month what was before it decides; then every moment at which anything happened.
        while (start := _midnight(month, zone)) <= now:
            until = min(now, _midnight(_month_after(month, 1), zone) - timedelta(microseconds=1))
            then = [_Seen(item, zone, _midnight(_month_after(month, -1), zone), start, over=True) for item in of_team]
            if _went_badly(then) and not _is_under_control(then):
                frozen = month
            for at in sorted(_moments(of_team)):
                just_then = [_Seen(item, zone, start, at, over=False) for item in of_team]
                if start <= at <= until and _is_under_control(just_then):
                    frozen = None
            month = _month_after(month, 1)
        return frozen


@dataclass
class _Found:
    as_of: datetime
    values: dict[str, float | int | None]
    shares: dict[str, tuple[int, int]]
    counts: dict[str, int]


@dataclass
class _Seen:
    """An item as it stood at the end of a period of its team's zone."""

    item: Item
    zone: ZoneInfo
    begins: datetime
    as_of: datetime
    over: bool

    @property
    def state(self) -> str:
        return self._held(self.item.states) or ""

    @property
    def due(self) -> date:
        return self._held(self.item.dues) or self.item.original_due

    @property
    def is_blocked(self) -> bool:
        return bool(self._held(self.item.blocks))

    @property
    def counted_from(self) -> datetime:
        """Its creation; of an idea, its promotion."""
        if self.item.states[0][1] not in IDEAS:
            return self.item.created
        return next((at for at, state in self.item.states if state not in IDEAS), self.item.created)

    @property
    def ended(self) -> datetime | None:
        """Its latest ending that is not undone."""
        known = [(at, state) for at, state in self.item.states if self.happened(at)]
        return known[-1][0] if known and known[-1][1] in ENDINGS else None

    def happened(self, at: datetime) -> bool:
        """Before the period was over; what happens right now has happened."""
        return at < self.as_of if self.over else at <= self.as_of

    def within(self, at: datetime) -> bool:
        return self.begins <= at and self.happened(at)

    def ended_by(self, day: date) -> bool:
        return self.ended is not None and self.ended.astimezone(self.zone).date() <= day

    def _held(self, facts: list[tuple[datetime, Any]]) -> Any:
        known = [fact for at, fact in facts if self.happened(at)]
        return known[-1] if known else None


def _moments(items: Iterable[Item]) -> set[datetime]:
    return {at for item in items for at, _fact in (*item.states, *item.dues)}


def _went_badly(seen: list[_Seen]) -> bool:
    """More was created than ended, or nothing ended while something was overdue."""
    items = [one for one in seen if one.state and one.state not in IDEAS]
    created = sum(one.within(one.counted_from) for one in items)
    ended = sum(one.state in COUNTED_ENDINGS and one.ended is not None and one.within(one.ended) for one in items)
    return created > ended or (not ended and _overdue(items) > 0)


def _is_under_control(seen: list[_Seen]) -> bool:
    """Fewer than 20 open, nine in ten younger than 45 days, at most a third overdue."""
    opened = [one for one in seen if one.state in OPEN]
    if not opened:
        return True
    ages = sorted(_days(one.as_of - one.counted_from) for one in opened)
    return len(opened) < 20 and _percentile(ages) < 45 and 3 * _overdue(opened) <= len(opened)


def _overdue(seen: Iterable[_Seen]) -> int:
    return sum(one.state in OPEN and one.due < one.as_of.astimezone(one.zone).date() for one in seen)


def moment(text: str) -> datetime:
    """ISO 8601; without an offset UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _item(row: Mapping[str, str]) -> Item:
    created, due = moment(row["created_at"]), date.fromisoformat(row["due"])
    original = date.fromisoformat(row["original_due"]) if row.get("original_due") else due
    first = "future_consideration" if row["state"] in IDEAS else "not_started"
    steps = [(moment(row[name]), state) for name, state in (*STEPS, ("deferred_at", "deferred")) if row.get(name)]
    states = [(created, first), *sorted(steps, key=lambda step: step[0])]
    if row.get("ended_at"):
        states.append((moment(row["ended_at"]), row["state"]))
    blocks = [(states[-1][0], True)] if row.get("blocked") == "true" else []
    return Item(row["team"], created, original, states, [(created, due)], blocks, row.get("incident", ""))


def _month_after(month: date, months: int) -> date:
    year, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, index + 1, 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _seen(books: Books, team: str | None, month: date, now: datetime) -> Iterator[_Seen]:
    for item in books.items.values():
        zone = ZoneInfo(books.zones[item.team])
        begins, ends = _midnight(month, zone), _midnight(_month_after(month, 1), zone)
        seen = _Seen(item, zone, begins, min(now, ends), over=now >= ends)
        if team in (None, item.team) and now >= begins and seen.state:
            yield seen


def _measures(books: Books, team: str | None, month: date, now: datetime) -> _Found:
    seen = list(_seen(books, team, month, now))
    items = [one for one in seen if one.state not in IDEAS]
    opened = [one for one in items if one.state in OPEN]
    ended = [one for one in items if one.ended and one.within(one.ended)]
    counted = [one for one in ended if one.state in COUNTED_ENDINGS]
    closed = [one for one in ended if one.state == "closed"]
    created = [one for one in items if one.within(one.counted_from)]
    shares = {
        "completion_rate": _share((one, one.due) for one in items if one.state != "deferred" and _in(one.due, month)),
        "on_time_completion": _share((one, day) for one in items if _in(day := one.item.original_due, month)),
        "created_to_ended": (len(created), len(counted)),
    }  # fmt: skip
    took = [_days(one.ended - one.counted_from) for one in closed if one.ended]
    ages = sorted(_days(one.as_of - one.counted_from) for one in opened)
    return _Found(
        as_of=_as_of(books, team, month, now),
        values={
            **{key: part / whole if whole else None for key, (part, whole) in shares.items()},
            "average_days_to_close": float(sum(took) / len(took)) if took else None,
            "backlog_size": len(opened),
            "backlog_age_p90_days": float(_percentile(ages)) if ages else None,
            "recurrences_despite_item": len(set(_came_back(books, team, month, now))),
        },
        shares=shares,
        counts={
            "created": len(created), "ended": len(counted),
            **{state: sum(one.state == state for one in ended) for state in ENDINGS},
            "deferred_open": sum(one.state == "deferred" for one in items), "open": len(opened),
            "overdue": sum(one.due < one.as_of.astimezone(one.zone).date() for one in opened),
            "blocked": sum(one.is_blocked for one in opened),
            "future_considerations": sum(one.state == "future_consideration" for one in seen),
        },
    )  # fmt: skip


def _in(day: date, month: date) -> bool:
    return (day.year, day.month) == (month.year, month.month)


def _share(due: Iterable[tuple[_Seen, date]]) -> tuple[int, int]:
    """Closed on or before the day, of those that did not end otherwise by then."""
    counting = [(one, day) for one, day in due if one.state == "closed" or not one.ended_by(day)]
    return sum(one.ended_by(day) for one, day in counting), len(counting)


def _days(duration: timedelta) -> Fraction:
    return Fraction(duration // timedelta(microseconds=1), DAY_SECONDS * 1_000_000)


def _percentile(ages: list[Fraction]) -> Fraction:
    """The 90th, with linear interpolation."""
    place = Fraction(9, 10) * (len(ages) - 1)
    low = int(place)
    high = min(low + 1, len(ages) - 1)
    return ages[low] + (place - low) * (ages[high] - ages[low])


def _came_back(books: Books, team: str | None, month: date, now: datetime) -> Iterator[str]:
    """Incidents of the month that repeat an earlier one of which an item was neither closed nor ended just then."""
    for title, incident in books.incidents.items():
        for item in books.items.values():
            if incident.earlier and item.incident == incident.earlier and team in (None, item.team):
                zone = ZoneInfo(books.zones[item.team])
                then = _Seen(item, zone, incident.began, incident.began, over=False)
                local = incident.began.astimezone(zone).date()
                if _in(local, month) and incident.began <= now and then.state in (*OPEN, "deferred"):
                    yield title


def _as_of(books: Books, team: str | None, month: date, now: datetime) -> datetime:
    zones = {zone for name, zone in books.zones.items() if team in (None, name)}
    return max(min(now, _midnight(_month_after(month, 1), ZoneInfo(zone))) for zone in zones)


def _band(key: str, value: float | None, created: int) -> str:
    if value is None:
        return "red_flag" if key == "created_to_ended" and created else "no_data"
    target, red = BANDS[key]
    if key in ("completion_rate", "on_time_completion"):
        return "red_flag" if value < red else "on_target" if value >= target else "watch"
    if key == "created_to_ended":
        return "red_flag" if value >= red else "on_target" if value < target else "watch"
    if key == "recurrences_despite_item":
        return "red_flag" if value > 0 else "on_target"
    return "red_flag" if value > red else "on_target" if value < target else "watch"
