"""Answers to what the rituals ask: the status of a stale item, and whether a closed one held."""

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved
from bot.domain.item_values import StaleStatus
from bot.domain.lifecycle import Action, State, next_step
from bot.domain.morning import is_stale, progress_of
from bot.domain.reopen import reopen
from bot.domain.update import update
from bot.domain.words import Text

IT_DID_NOT_HOLD = "It did not hold"


class StaleAnswer(StrEnum):
    """What the owner of a stale item can say (R49). The values are the words in the form."""

    PROGRESS = "Progress made"
    BLOCKED = "Blocked"
    DEFER = "Defer"
    DROP = "Will not do"


class Stalled(StrEnum):
    """Why it stalled (R113). The values are the words in the form."""

    SCOPE = "Scope"
    PRIORITIES = "Priorities"
    CAPACITY = "Capacity"


LEADS_TO = {StaleAnswer.BLOCKED: Action.BLOCK, StaleAnswer.DEFER: Action.DEFER, StaleAnswer.DROP: Action.DROP}
"""What an answer goes on to; “Progress made” is enough by itself."""


def asks_for_status(item: Item, now: datetime) -> bool:
    """Stale now, or its owner was asked for a status and has not given one."""
    asked = item.nudged_on is not None and item.nudged_on > progress_of(item).astimezone(item.zone).date()
    return item.is_open and (is_stale(item, now) or asked)


def answer(item: Item, by: By, what: str, said: StaleAnswer, stalled: Stalled) -> Moved:
    """A status update that also says why it had stalled; the next digest repeats it."""
    done = update(item, by, what)
    detail = {"answer": said.value, "stalled_by": stalled.value}
    # R113: why it stalled is kept beside the item, since the next digest repeats it.
    answered = replace(done.item, stale_status=StaleStatus(said.value, stalled.value, by.at))
    return moved(item, answered, Action.UPDATE, by, done.change.why, detail)


def held(item: Item, by: By, day: date) -> Moved:
    """Records that the item still holds, a month after it was closed (B10). Raises `Refused` when it is not closed."""
    _refuse_unless_closed(item)
    return moved(item, replace(item, reviewed_on=day), Action.HOLD, by)


def did_not_hold(item: Item, by: By) -> Moved:
    """Reopens an item that did not hold. Raises `Refused` when it is not closed."""
    _refuse_unless_closed(item)
    return reopen(item, by, IT_DID_NOT_HOLD)


def _refuse_unless_closed(item: Item) -> None:
    if item.state is not State.CLOSED:
        reason = Text("{item} is {state} now. Nothing was changed.", item=item.label, state=Text(item.state.after_is))
        raise Refused(reason, next_step=next_step(item.state))
