"""Counts the answers that Slack refused, by way and error: it shows such an answer to nobody, and tells nobody."""

from bot.domain.observed import Counts

REFUSED, LOST = Counts(), Counts()
"""Answers that were refused on one way, by `way error`; and those that were refused on every way."""


def count_refused(way: str, error: str) -> None:
    """One more answer that was refused on that way; the next one is tried."""
    REFUSED.happened(f"{way} {error}")


def count_lost() -> None:
    """One more answer that nobody read."""
    LOST.happened("")


def way_and_error(label: str) -> tuple[str, str]:
    """What a label of `REFUSED` says."""
    way, _space, error = label.partition(" ")
    return way, error
