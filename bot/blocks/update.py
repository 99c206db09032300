"""“Status update”: the form, with the questions that a stale item adds."""

from datetime import date

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks.fields import choice_field, modal, text_field, translated
from bot.blocks.ids import Modal
from bot.blocks.parts import about
from bot.domain.item import Item
from bot.domain.stale import StaleAnswer, Stalled


def update_form(item: Item, metadata: str, _today: date | None = None, *, asks: bool = False) -> View:
    """“Status update”: what happened; `asks`: a stale item, so also what becomes of it and why it stalled."""
    blocks: list[Block] = [about(item)]
    if asks:
        blocks.append(choice_field("answer", "Answer", translated({each.value: each.value for each in StaleAnswer})))
        stalls = translated({each.value: each.value for each in Stalled})
        blocks.append(choice_field("stalled_by", "Why did it stall?", stalls))
    blocks.append(text_field("what", "What happened?", multiline=True))
    return modal(Modal.UPDATE, "Status update", "Update", blocks, metadata)
