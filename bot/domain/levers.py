"""What would move a measure: how much is missing to its target, and what people can do about it.

Pure: a measure and the workspace's thresholds in, texts out.
"""

import math

from bot.domain.measures import Band, Measured, MeasureKey, OwnThresholds, thresholds
from bot.domain.words import Text

NOTHING_THERE = "There was nothing to measure."
ON_TARGET = "It is on target."
MISSING = {
    MeasureKey.COMPLETION_RATE: "On target with {count} more of the {whole} closed in time.",
    MeasureKey.ON_TIME_COMPLETION: "On target with {count} more of the {whole} closed by their first date.",
    MeasureKey.AVERAGE_DAYS_TO_CLOSE: "On target under {target} days.",
    MeasureKey.BACKLOG_SIZE: "On target with {count} fewer open.",
    MeasureKey.BACKLOG_AGE_P90_DAYS: "On target when nine in ten open items are younger than {target} days.",
    MeasureKey.CREATED_TO_ENDED: "On target with {count} more ended.",
    MeasureKey.RECURRENCES_DESPITE_ITEM: "On target when no incident comes back before its items are done.",
}
HELPS = {
    MeasureKey.COMPLETION_RATE: "Close before the date, or move the date openly before it has passed.",
    MeasureKey.ON_TIME_COMPLETION: "Smaller items, and first dates that can hold: moving one later does not help here.",
    MeasureKey.AVERAGE_DAYS_TO_CLOSE: "Smaller items. An old item that is closed raises it once, and that is fine.",
    MeasureKey.BACKLOG_SIZE: "Close, drop, merge or defer what nobody will do next.",
    MeasureKey.BACKLOG_AGE_P90_DAYS: "Decide about the oldest ones first: do, defer, accept the risk, or drop.",
    MeasureKey.CREATED_TO_ENDED: "Ideas do not count as created: keep some as ideas until there is room.",
    MeasureKey.RECURRENCES_DESPITE_ITEM: "Finish first what is open for incidents that may come back.",
}


def missing(key: MeasureKey, found: Measured, own: OwnThresholds) -> Text:
    """What is missing to the target, in numbers: `On target with 2 more of the 4 closed in time.`"""
    if found.band is Band.NO_DATA:
        return Text(NOTHING_THERE)
    if found.band is Band.ON_TARGET:
        return Text(ON_TARGET)
    target = thresholds(key, own).on_target
    return Text(MISSING[key], count=_more(key, found, target), whole=found.denominator or 0, target=f"{target:g}")


def _more(key: MeasureKey, found: Measured, target: float) -> int:
    """How many more or fewer it takes."""
    part, whole = found.numerator or 0, found.denominator or 0
    if key is MeasureKey.BACKLOG_SIZE:
        return math.floor(part - target) + 1  # 20 open are not fewer than 20
    if key is MeasureKey.CREATED_TO_ENDED:
        return max(math.floor(part / target) + 1 - whole, 1) if target else 0
    # A hair less, because 0.8 × 5 is not exactly 4.
    return max(math.ceil(target * whole - 1e-9) - int(part), 1)
