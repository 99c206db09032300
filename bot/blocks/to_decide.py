"""What waits for a person's decision, in their message of the day: what is asked, why, and at what risk."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.blocks.approve import decision_buttons, reminder
from bot.blocks.parts import context, section
from bot.blocks.questions import DECIDE
from bot.blocks.text import Names, count
from bot.domain.item import Item
from bot.domain.words import _

LABELS_SHOWN = 3


def to_decide(asks: Sequence[Item], names: Names, most: int) -> list[Block]:
    """The request about each item with “Approve” and “Decline”, at most so many; of more, where they are."""
    blocks: list[Block] = []
    for item in asks[:most]:
        assert item.request is not None
        row = decision_buttons(item.request)
        row.block_id = f"{DECIDE}.{item.number}"
        blocks += [section(reminder(item.request, item, names)), row]
    if len(asks) > most:
        more = count(len(asks) - most, "more request")
        blocks.append(context(_("{requests} for you to decide in your Home.", requests=more)))
    return blocks


def to_decide_text(asks: Sequence[Item]) -> str:
    """The same as a notification."""
    labels = ", ".join(item.label for item in asks[:LABELS_SHOWN])
    return _("{requests} for you to decide: {items}", requests=count(len(asks), "request"), items=labels)
