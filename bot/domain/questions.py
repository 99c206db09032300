"""What a ritual asks about each of several items in one message: whether a change answers it, or it still waits."""

from datetime import date

from bot.domain.item import Item
from bot.domain.lifecycle import State
from bot.domain.priority import Quadrant


def may_answer(was: Item, item: Item) -> bool:
    """Whether a change from *was* to *item* can be the answer to what a ritual asked, or make the question idle."""
    moved = was.is_open != item.is_open or was.last_progress_at != item.last_progress_at
    return (
        moved
        or was.quadrant is not item.quadrant
        or was.reviewed_on != item.reviewed_on
        or was.deferral != item.deferral
    )


def was_decided(was: Item, item: Item) -> bool:
    """Whether the request that waited about *was* waits no more."""
    before, now = was.request, item.request
    return bool(before and before.is_pending) and not (now and now.is_pending and before and now.id == before.id)


def asks_for_a_status(item: Item, day: date) -> bool:
    """Whether the question of *day* for a status still waits: open, and nothing has happened since."""
    return item.is_open and item.day(item.last_progress_at or item.created_at) < day


def is_to_revisit(item: Item, day: date) -> bool:
    """Whether the question of *day* still waits: deferred, and until no later day than it was then."""
    back_on = item.deferral.revisit_on if item.deferral else None
    return item.state is State.DEFERRED and (back_on is None or back_on <= day)


def is_to_rank(item: Item, _day: date) -> bool:
    """Whether the question still waits: open, and nobody has said its impact or its effort."""
    return item.is_open and item.quadrant is Quadrant.NOT_PRIORITISED


def asks_whether_it_held(item: Item, day: date) -> bool:
    """Whether the question of *day* still waits: closed since before, and nobody has answered."""
    if item.state is not State.CLOSED or _said_since(item, day):
        return False
    # Reopened and closed again, it is asked about anew in 30 days; the old question is idle.
    return item.ending is None or item.day(item.ending.at) <= day


def was_said_to_hold(item: Item, day: date) -> bool:
    """Whether the question of *day* was answered with yes."""
    return item.state is State.CLOSED and _said_since(item, day)


def _said_since(item: Item, day: date) -> bool:
    return item.reviewed_on is not None and item.reviewed_on >= day
