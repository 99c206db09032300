"""The cost of waiting: what came back, and how long that lasted, since an item was opened (B16).

Pure, and by values alone: which incidents those are is looked up elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Incidence:
    """An incident that began at that moment, and how long it lasted; None while that is not known."""

    began_at: datetime
    lasted: timedelta | None = None


@dataclass(frozen=True)
class Cost:
    """How often its incident came back since an item was opened, and how long these lasted in all.

    `lasted` None: of none of them it is known. `perhaps` are others that are only like it.
    """

    times: int = 0
    lasted: timedelta | None = None
    perhaps: int = 0

    @property
    def is_known(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.times or self.perhaps)

    @property
    def rank(self) -> tuple[int, float, int]:
        """The sort key: what came back most often first, then what lasted longest, then what may have come back."""
        return -self.times, -(self.lasted.total_seconds() if self.lasted else 0.0), -self.perhaps


NO_COST = Cost()


def cost_of_waiting(
    opened_at: datetime, linked: Iterable[Incidence], similar: Iterable[Incidence], now: datetime
) -> Cost:
    """What an item that was opened at that moment has cost until *now*.

    *linked* are the incidents that people said are the same, *similar* those that are only like it.
    """
    since = [each for each in linked if opened_at < each.began_at <= now]
    known = [each.lasted for each in since if each.lasted is not None]
    perhaps = sum(opened_at < each.began_at <= now for each in similar)
    return Cost(len(since), sum(known, timedelta()) if known else None, perhaps)
