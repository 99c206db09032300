"""The seven measures of contract.md: from what was counted to values and bands. `docs/measures.md` explains them.

Pure. Counting is `storage/measures.py`'s.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from bot.domain.errors import Refused
from bot.domain.month import Month
from bot.domain.words import Text

DAY = 86_400_000_000
"""Microseconds of a day: a duration in days is exact, not whole days."""


class MeasureKey(StrEnum):
    """The measures, in the order in which they are shown (R96–R102)."""

    COMPLETION_RATE = "completion_rate"
    ON_TIME_COMPLETION = "on_time_completion"
    AVERAGE_DAYS_TO_CLOSE = "average_days_to_close"
    BACKLOG_SIZE = "backlog_size"
    BACKLOG_AGE_P90_DAYS = "backlog_age_p90_days"
    CREATED_TO_ENDED = "created_to_ended"
    RECURRENCES_DESPITE_ITEM = "recurrences_despite_item"


class Band(StrEnum):
    """Where a value stands, in words (R103)."""

    ON_TARGET = "on_target"
    WATCH = "watch"
    RED_FLAG = "red_flag"
    NO_DATA = "no_data"

    @property
    def words(self) -> str:
        """`on target`."""
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Thresholds:
    """From where on a value is on target, and from where on a red flag; between them it is watched."""

    on_target: float
    red_flag: float


@dataclass(frozen=True)
class Definition:
    """What a measure is called, what it says, and how its thresholds are meant.

    `higher_is_better`: on target from `on_target` up, red below `red_flag`. Else on target below `on_target`
    (or at it, where `target_included`), red above `red_flag` (or at it, where `red_included`).
    """

    words: str
    means: str
    unit: str
    default: Thresholds
    higher_is_better: bool = False
    target_included: bool = False
    red_included: bool = False


DEFINITIONS: Mapping[MeasureKey, Definition] = {
    MeasureKey.COMPLETION_RATE: Definition(
        "Completion within the deadline",
        "of the items due this month, the share closed by their deadline as it stands",
        "share",
        Thresholds(0.80, 0.60),
        higher_is_better=True,
    ),
    MeasureKey.ON_TIME_COMPLETION: Definition(
        "On-time completion",
        "of the items first due this month, the share closed by that first deadline",
        "share",
        Thresholds(0.70, 0.50),
        higher_is_better=True,
    ),
    MeasureKey.AVERAGE_DAYS_TO_CLOSE: Definition(
        "Average time to close", "days from creation to closing, of the items closed this month", "days",
        Thresholds(30, 60),
    ),
    MeasureKey.BACKLOG_SIZE: Definition("Open items", "neither ended nor deferred", "items", Thresholds(20, 50)),
    MeasureKey.BACKLOG_AGE_P90_DAYS: Definition(
        "Age of the backlog (P90)", "nine of ten open items are younger than this", "days", Thresholds(45, 90)
    ),
    MeasureKey.CREATED_TO_ENDED: Definition(
        "Created : ended", "items created for each one that ended; below 1 the backlog shrinks, and the aim is 0.5",
        "ratio", Thresholds(1, 2), red_included=True,
    ),
    MeasureKey.RECURRENCES_DESPITE_ITEM: Definition(
        "Recurrences despite an item", "incidents that came back while an item of the earlier one was unfinished",
        "incidents", Thresholds(0, 0), target_included=True,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Tally:
    """What was counted of some items in a period, as of its end or now. Tallies of disjoint items add up.

    `days_to_close` is the sum of exact durations in microseconds, `ages` the same of each open item.
    `due` and `first_due` count the items of the two rates, those left out not among them.
    """

    due: int = 0
    completed: int = 0
    first_due: int = 0
    on_time: int = 0
    closed: int = 0
    days_to_close: int = 0
    created: int = 0
    risk_accepted: int = 0
    wont_do: int = 0
    merged: int = 0
    deferred_open: int = 0
    open: int = 0
    overdue: int = 0
    blocked: int = 0
    future_considerations: int = 0
    ages: tuple[int, ...] = ()
    recurrences: int = 0

    @property
    def ended(self) -> int:
        """Closed, accepted as risk or dropped in the period; what was merged goes on as another item."""
        return self.closed + self.risk_accepted + self.wont_do

    @property
    def grew_by(self) -> int:
        """Created minus what ended and what was merged, which is there no more; negative when the backlog shrank."""
        return self.created - self.ended - self.merged

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(**{name.name: getattr(self, name.name) + getattr(other, name.name) for name in fields(Tally)})

    def counts(self) -> dict[str, int]:
        """The counts of the JSON report, in its order."""
        return {name: getattr(self, name) for name in COUNTS}


COUNTS = (
    "created", "ended", "closed", "risk_accepted", "wont_do", "merged", "deferred_open", "open", "overdue", "blocked",
    "future_considerations",
)  # fmt: skip


@dataclass(frozen=True)
class Recurrence:
    """An incident that came back while items of the earlier one, by number, were neither closed nor ended."""

    incident: int
    title: str
    began_at: datetime
    earlier_title: str
    items: tuple[int, ...]


@dataclass(frozen=True)
class Measured:
    """A measure of one period: its exact value, what it was divided from, and where it stands."""

    value: float | None
    numerator: float | None
    denominator: int | None
    band: Band


@dataclass(frozen=True)
class Report:
    """Every measure of one team (`team` "": of the whole workspace) in one month, and of the month before."""

    workspace: str
    team: str
    month: Month
    as_of: datetime
    running: bool
    tally: Tally
    measures: Mapping[MeasureKey, Measured]
    before: Mapping[MeasureKey, Measured]
    team_id: int = 0


OwnThresholds = Mapping[MeasureKey, Thresholds]
"""A workspace's own thresholds; a key that is not there has its default."""


def measure(tally: Tally, own: OwnThresholds) -> dict[MeasureKey, Measured]:
    """Every measure of what was counted."""
    return {
        MeasureKey.COMPLETION_RATE: _share(MeasureKey.COMPLETION_RATE, tally.completed, tally.due, own),
        MeasureKey.ON_TIME_COMPLETION: _share(MeasureKey.ON_TIME_COMPLETION, tally.on_time, tally.first_due, own),
        MeasureKey.AVERAGE_DAYS_TO_CLOSE: _average(tally, own),
        MeasureKey.BACKLOG_SIZE: _number(MeasureKey.BACKLOG_SIZE, tally.open, own),
        MeasureKey.BACKLOG_AGE_P90_DAYS: _age(tally.ages, own),
        MeasureKey.CREATED_TO_ENDED: _ratio(tally, own),
        MeasureKey.RECURRENCES_DESPITE_ITEM: _number(MeasureKey.RECURRENCES_DESPITE_ITEM, tally.recurrences, own),
    }


def band(key: MeasureKey, value: float | None, own: OwnThresholds) -> Band:
    """Where *value* stands between the thresholds."""
    if value is None:
        return Band.NO_DATA
    how, at = DEFINITIONS[key], thresholds(key, own)
    if how.higher_is_better:
        red, good = value < at.red_flag, value >= at.on_target
    else:
        red = value > at.red_flag or (how.red_included and value == at.red_flag)
        good = value < at.on_target or (how.target_included and value == at.on_target)
    # Red first: both thresholds may be equal, and then nothing is left to watch.
    return Band.RED_FLAG if red else Band.ON_TARGET if good else Band.WATCH


def thresholds(key: MeasureKey, own: OwnThresholds) -> Thresholds:
    """The workspace's own thresholds of a measure, or the default ones."""
    return own.get(key, DEFINITIONS[key].default)


def percentile_90(ordered: Sequence[int]) -> float | None:
    """The 90th percentile with linear interpolation between the two nearest (numpy's default); None of nothing."""
    return percentile_90_of(len(ordered), ordered.__getitem__)


def percentile_90_of(count: int, at: Callable[[int], int]) -> float | None:
    """The same of *count* values in order, of which *at* gives each by its place: for who keeps no list of them."""
    if not count:
        return None
    # In whole tenths, so that the one rounding is that of the last division.
    low, tenths = divmod(9 * (count - 1), 10)
    high = min(low + 1, count - 1)
    return (at(low) * (10 - tenths) + at(high) * tenths) / 10


def check_thresholds(key: MeasureKey, given: Thresholds) -> None:
    """Raises `Refused` for thresholds between which nothing could be watched."""
    if min(given.on_target, given.red_flag) < 0:
        raise Refused("A threshold is 0 or more.")
    if DEFINITIONS[key].unit == "share" and max(given.on_target, given.red_flag) > 1:
        raise Refused("A share is between 0 and 1: write 80 % as 0.8.")
    right = (
        given.on_target >= given.red_flag if DEFINITIONS[key].higher_is_better else given.on_target <= given.red_flag
    )
    if not right:
        if DEFINITIONS[key].higher_is_better:
            raise Refused(Text("On target must be at or above the red flag for {measure}.", measure=key.value))
        raise Refused(Text("On target must be at or below the red flag for {measure}.", measure=key.value))


def _share(key: MeasureKey, part: int, whole: int, own: OwnThresholds) -> Measured:
    value = part / whole if whole else None
    return Measured(value, part, whole, band(key, value, own))


def _average(tally: Tally, own: OwnThresholds) -> Measured:
    value = tally.days_to_close / (tally.closed * DAY) if tally.closed else None
    return Measured(value, tally.days_to_close / DAY, tally.closed, band(MeasureKey.AVERAGE_DAYS_TO_CLOSE, value, own))


def _number(key: MeasureKey, value: int, own: OwnThresholds) -> Measured:
    return Measured(value, value, None, band(key, value, own))


def _age(ages: Sequence[int], own: OwnThresholds) -> Measured:
    found = percentile_90(sorted(ages))
    value = found / DAY if found is not None else None
    return Measured(value, None, len(ages), band(MeasureKey.BACKLOG_AGE_P90_DAYS, value, own))


def _ratio(tally: Tally, own: OwnThresholds) -> Measured:
    value = tally.created / tally.ended if tally.ended else None
    stands = band(MeasureKey.CREATED_TO_ENDED, value, own)
    if value is None and tally.created:
        stands = Band.RED_FLAG  # created, and nothing at all has ended
    return Measured(value, tally.created, tally.ended, stands)
