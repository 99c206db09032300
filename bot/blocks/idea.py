"""Ideas: the line of them that stands in their channel, and the form that declines one."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block, InteractiveElement, Option, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.blocks.fields import OPTION_LIMIT, OPTIONS_LIMIT, modal, text_field
from bot.blocks.ids import Button, Modal
from bot.blocks.meeting_messages import labels
from bot.blocks.parts import about, actions, button, section
from bot.blocks.text import count, shortened
from bot.domain.item import Item
from bot.domain.words import _

LINE = "*{ideas}, no commitment:* {named}"
NONE_LEFT = "No idea is left here."


def ideas_text(ideas: Sequence[Item]) -> str:
    """The ideas of a channel, in a line."""
    return _(LINE, ideas=count(len(ideas), "idea"), named=labels(ideas)) if ideas else _(NONE_LEFT)


def ideas_blocks(ideas: Sequence[Item], *, meeting: int | None) -> list[Block]:
    """The same, with the ways to go on; `meeting` is the incident of the channel, if one was handled there."""
    blocks: list[Block] = [section(ideas_text(ideas))]
    row: list[InteractiveElement] = []
    if ideas:
        options = [
            Option(
                text=PlainTextObject(text=shortened(f"{idea.label} {idea.title}", OPTION_LIMIT)), value=str(idea.number)
            )
            for idea in ideas[:OPTIONS_LIMIT]
        ]
        promote = PlainTextObject(text=_("Promote an idea"))
        row.append(StaticSelectElement(action_id=Button.IDEAS, placeholder=promote, options=options))
    if meeting is not None:
        row.append(button(Button.MEETING, "Review meeting", str(meeting)))
    return [*blocks, actions(row)] if row else blocks


def decline_form(item: Item, metadata: str, _today: date) -> View:
    """“Decline”: why an idea will not be done."""
    field = text_field("why", "Why?", multiline=True)
    return modal(Modal.DECLINE, "Decline", "Decline", [about(item), field], metadata)
