"""Impact, effort and urgency turned into a score and a quadrant, and the order of every list (R15–R24, R115)."""

from enum import StrEnum

HIGH = 3
"""From here on a scale of 1–5 counts as high."""

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


_RANK = {
    Quadrant.QUICK_WIN: 0,
    Quadrant.MAJOR_PROJECT: 1,
    # R115: behind everything of high impact, however good its score (1 × 5 ÷ 1 beats a major project of 5 × 1 ÷ 5).
    Quadrant.FILL_IN: 2,
    Quadrant.RECONSIDER: 3,
}


def score(impact: int, urgency: int, effort: int) -> float:
    """Impact × urgency ÷ effort, each 1–5: from 0.2 to 25 (R18)."""
    return impact * urgency / effort


def quadrant(impact: int, effort: int) -> Quadrant:
    """The quadrant of the impact/effort matrix (R19); high means 3 or more on each scale."""
    if impact >= HIGH:
        return Quadrant.MAJOR_PROJECT if effort >= HIGH else Quadrant.QUICK_WIN
    return Quadrant.RECONSIDER if effort >= HIGH else Quadrant.FILL_IN


def rank(impact: int, urgency: int, effort: int) -> tuple[int, float]:
    """The sort key of every list: quick wins first, no fill-in before high impact, then by score."""
    return _RANK[quadrant(impact, effort)], -score(impact, urgency, effort)
