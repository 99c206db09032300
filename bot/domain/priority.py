"""Impact, effort and urgency turned into a score and a quadrant, and the order of every list (R15–R24, R115).

Each of the three is 1–5, or None where nobody has said it.
"""

from enum import StrEnum

HIGH = 3
"""From here on a scale of 1–5 counts as high."""
MIDDLE = 3
"""The urgency that counts in a score of which nobody said one."""

IMPACT_WORDS = {
    1: "one rarely used path",
    2: "one feature of one service",
    3: "one whole service",
    4: "several services",
    5: "shared infrastructure or every service",
}
URGENCY_WORDS = {
    1: "can wait",
    2: "this quarter",
    3: "this month",
    4: "this week",
    5: "can recur any day",
}
EFFORT_WORDS = {1: "hours", 2: "a day or two", 3: "a week", 4: "a month", 5: "a quarter"}


class Quadrant(StrEnum):
    """The impact/effort matrix. The values are what people read."""

    QUICK_WIN = "quick win"
    MAJOR_PROJECT = "major project"
    FILL_IN = "fill-in"
    RECONSIDER = "reconsider"
    # P21: nobody has said its impact or its effort.
    NOT_PRIORITISED = "not prioritised"


_RANK = {
    Quadrant.QUICK_WIN: 0,
    Quadrant.MAJOR_PROJECT: 1,
    # Before what is known to protect little: it may protect much.
    Quadrant.NOT_PRIORITISED: 2,
    # R115: behind everything of high impact, however good its score (1 × 5 ÷ 1 beats a major project of 5 × 1 ÷ 5).
    Quadrant.FILL_IN: 3,
    Quadrant.RECONSIDER: 4,
}


def score(impact: int | None, urgency: int | None, effort: int | None) -> float:
    """Impact × urgency ÷ effort: from 0.2 to 25 (R18); 0 for what is not prioritised."""
    if impact is None or effort is None:
        return 0
    return impact * (urgency or MIDDLE) / effort


def quadrant(impact: int | None, effort: int | None) -> Quadrant:
    """The quadrant of the impact/effort matrix (R19); high means 3 or more on each scale."""
    if impact is None or effort is None:
        return Quadrant.NOT_PRIORITISED
    if impact >= HIGH:
        return Quadrant.MAJOR_PROJECT if effort >= HIGH else Quadrant.QUICK_WIN
    return Quadrant.RECONSIDER if effort >= HIGH else Quadrant.FILL_IN


def rank(impact: int | None, urgency: int | None, effort: int | None) -> tuple[int, float]:
    """The sort key of every list: quick wins first, no fill-in before high impact, then by score.

    What is not prioritised stands behind the major projects and before the fill-ins.
    """
    return _RANK[quadrant(impact, effort)], -score(impact, urgency, effort)
