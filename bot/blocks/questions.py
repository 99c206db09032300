"""A message that asks about items, a ritual's or “says nearly the same”: an answer stands where its buttons were.

It redraws what was said, row by row; the rows themselves are drawn by `morning` and `hygiene`.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.blocks.ids import Button
from bot.blocks.parts import ALIKE_ROW, context
from bot.blocks.text import day as day_words
from bot.domain.hygiene import is_to_review
from bot.domain.item import Item
from bot.domain.messages import Block
from bot.domain.pressed import item_of
from bot.domain.questions import asks_for_a_status, asks_whether_it_held, is_to_rank, is_to_revisit, was_said_to_hold
from bot.domain.request import Status
from bot.domain.words import _

ANSWERS = {
    Button.HELD: Button.HELD, Button.DID_NOT_HOLD: Button.HELD,
    Button.KEEP: Button.KEEP, Button.WEIGH: Button.KEEP, Button.MERGE: Button.KEEP, Button.DROP: Button.KEEP,
}  # fmt: skip
"""The buttons that answer, each with the one that stands for its question."""
STALE, REVISIT, DECIDE, RANK = "stale", "revisit", "decide", "rank"
"""What rows begin their block_id with that ask for a status, what becomes of a deferral, for a decision, and what an
item is worth."""
_GONE = {
    STALE: {Button.UPDATE},
    REVISIT: {Button.TAKE_UP, Button.DEFER_AGAIN, Button.ACCEPT_RISK},
    DECIDE: {Button.APPROVE, Button.TURN_DOWN},
    RANK: {Button.RANK},
    ALIKE_ROW: {Button.MERGE_INTO},
}
"""Their buttons that an answer takes away; what else can be done to the item stays."""

DECIDED: Mapping[Status | None, str] = {
    Status.APPROVED: "It was approved.",
    Status.DECLINED: "It was declined.",
    Status.WITHDRAWN: "The request was withdrawn.",
    Status.EXPIRED: "The item has changed since: there is nothing to decide any more.",
    None: "There is nothing to decide any more.",
}


def asked_about(blocks: Sequence[Block]) -> list[int]:
    """The items that the message asks about."""
    return [number for block in blocks for number in _question(block)[1]]


def answered(blocks: Sequence[Block], items: Mapping[int, Item], day: date) -> list[Block]:
    """The message of *day* as its questions stand now; a row about none of *items* stays as it is."""
    return [drawn for block in blocks for drawn in _row(block, items, day)]


def _row(block: Block, items: Mapping[int, Item], day: date) -> list[Block]:
    question, numbers = _question(block)
    outcomes = (_outcome(question, items[number], day) for number in numbers if number in items)
    outcome = next(filter(None, outcomes), "")
    if not outcome:
        return [block]
    # “Details” stays: whoever reads it later may want to look.
    gone = _GONE.get(question, ANSWERS)
    left = [each for each in block["elements"] if each.get("action_id") not in gone]
    return [context(outcome).to_dict(), *([{**block, "elements": left}] if left else [])]


def _question(block: Block) -> tuple[str, list[int]]:
    """What a row of buttons asks, and about which items; nothing about none."""
    kind, *numbers = str(block.get("block_id", "")).split(".")
    if kind in _GONE:
        return kind, [int(number) for number in numbers]
    for each in block.get("elements", ()) if block["type"] == "actions" else ():
        if each.get("action_id") in ANSWERS:
            return ANSWERS[each["action_id"]], [int(item_of(each["value"]))]
    return "", []


def _outcome(question: str, item: Item, day: date) -> str:
    """What became of it; "" while it waits for an answer."""
    # By the item and not by who pressed what: it may have been answered elsewhere, in the list or by a command.
    waits = {
        Button.HELD: asks_whether_it_held, STALE: asks_for_a_status, REVISIT: is_to_revisit, DECIDE: _is_to_decide,
        RANK: is_to_rank, ALIKE_ROW: _is_open,
    }  # fmt: skip
    if waits.get(question, is_to_review)(item, day):
        return ""
    said = {
        Button.HELD: _whether_it_held, STALE: _status, REVISIT: _revisited, DECIDE: _decided, RANK: _ranked,
        ALIKE_ROW: _need_not_answer,
    }  # fmt: skip
    return said.get(question, _reviewed)(item, day)


def _reviewed(item: Item, _day: date) -> str:
    if item.is_open:
        return _("Kept: {priority}.", priority=_(item.quadrant.value))
    return _("It is {state} now.", state=_(item.state.after_is))


def _status(item: Item, _day: date) -> str:
    if not item.is_open:
        return _("It is {state} now.", state=_(item.state.after_is))
    return _("Answered: it goes on.") if item.blocked is None else _("Answered: it is blocked.")


def _ranked(item: Item, _day: date) -> str:
    if not item.is_open:
        return _("It is {state} now.", state=_(item.state.after_is))
    return _("Ranked: {priority}.", priority=_(item.quadrant.value))


def _revisited(item: Item, _day: date) -> str:
    if item.deferral and item.deferral.revisit_on:
        return _("Deferred until {day}.", day=day_words(item.deferral.revisit_on))
    return _("It is {state} now.", state=_(item.state.after_is))


def _whether_it_held(item: Item, day: date) -> str:
    return _("Yes, it holds.") if was_said_to_hold(item, day) else _("No, it was opened again.")


def _is_open(item: Item, _day: date) -> bool:
    return item.is_open


def _need_not_answer(item: Item, _day: date) -> str:
    return _("*{item}* is {state} now: there is nothing to answer.", item=item.label, state=_(item.state.after_is))


def _is_to_decide(item: Item, _day: date) -> bool:
    return item.request is not None and item.request.is_pending


def _decided(item: Item, _day: date) -> str:
    return _(DECIDED[item.request.status if item.request else None])
