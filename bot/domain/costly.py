"""Which open items cost most while they wait: those whose incident came back, and those that are open longest.

Pure, and by values alone: what came back and how long that lasted is counted in storage.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

NAMED = 3
"""Risks that a summary names."""


@dataclass(frozen=True)
class Risk:
    """An item that is open or deferred. `returns`: how often its incident came back since the item was opened.

    `lasted` is how long these took in all; None while nobody knows.
    """

    number: int
    title: str
    team: str
    incident: str
    open_days: int
    returns: int = 0
    lasted: timedelta | None = None


def costliest(risks: Iterable[Risk], most: int = NAMED) -> list[Risk]:
    """The *most* of them that cost most: by how often it happened again, then how long that took, then open time."""
    # An hour of an outage is worth more than any time of waiting, and the number keeps two readings the same.
    return sorted(risks, key=lambda risk: (-risk.returns, -_seconds(risk), -risk.open_days, risk.number))[:most]


def _seconds(risk: Risk) -> float:
    return risk.lasted.total_seconds() if risk.lasted else 0.0
