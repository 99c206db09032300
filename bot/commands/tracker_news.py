"""The reading of what changed in connected trackers, put together: scheduler reads, handlers take."""

from functools import partial

from bot.app import Product
from handlers.shared.ticket_news import take_event
from scheduler.tracker_changes import TrackerChanges


def tracker_changes(product: Product) -> TrackerChanges:
    """What reads the changes of connected trackers, and has them taken."""
    return TrackerChanges(product.deps, partial(take_event, product.deps))
