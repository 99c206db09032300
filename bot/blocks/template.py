"""Standard items: the message that offers them in an incident's channel, and the form in which they are ticked."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block, CheckboxesElement, InputBlock, Option, PlainTextObject
from slack_sdk.models.views import View

from bot.blocks.fields import OPTION_LIMIT, date_field, field, modal, text_field, user_field
from bot.blocks.ids import Button, Modal
from bot.blocks.parts import actions, button, context, section
from bot.blocks.text import escape, shortened
from bot.domain.incident import Incident
from bot.domain.template import mark_of
from bot.domain.words import _

ITEMS = "items"
"""The groups of checkboxes: `items`, `items.1` …; a value is the mark of the item's text."""
OPTIONS_AT_ONCE = 10
"""Options of one group of checkboxes (Slack's limit)."""
SHOWN = 5
OFFER = "*Standard items for {incident}*, of which nothing is created by itself:"
ALL_THERE = "The standard items for *{incident}* are there, or do not fit any more."


def offer(incident: Incident, texts: Sequence[str]) -> list[Block]:
    """For the incident's channel: what is usual, and the way to tick it."""
    lines = [f"• {escape(shortened(text))}" for text in texts[:SHOWN]]
    if len(texts) > SHOWN:
        lines.append(_("and {count} more.", count=len(texts) - SHOWN))
    said = "\n".join([offer_text(incident), *lines])
    return [section(said), actions([button(Button.STANDARD_ITEMS, "Standard items", str(incident.id))])]


def offer_text(incident: Incident) -> str:
    """The same as a notification."""
    return _(OFFER, incident=escape(shortened(incident.title)))


def all_there(incident: Incident) -> str:
    """Where an offer stood, once nothing is left of it."""
    return _(ALL_THERE, incident=escape(shortened(incident.title)))


def standard_items(incident: Incident, texts: Sequence[str], owner: str, due: date | None, metadata: str) -> View:
    """“Standard items”: what is usual, nothing of it ticked; who does what is ticked, by when, and how it is seen."""
    groups = [_group(texts, start) for start in range(0, len(texts), OPTIONS_AT_ONCE)]
    blocks = [
        context(f"*{escape(shortened(incident.title))}*"),
        *groups,
        user_field(
            "owner", "Owner", owner, hint="Of all that is ticked. “Assign” gives one to somebody else afterwards."
        ),
        date_field("due", "Due date", due),
        text_field("verification", "How will we verify it?"),
    ]
    return modal(Modal.STANDARD_ITEMS, "Standard items", "Create", blocks, metadata)


def _group(texts: Sequence[str], start: int) -> InputBlock:
    name = f"{ITEMS}.{start // OPTIONS_AT_ONCE}" if start else ITEMS
    some = texts[start : start + OPTIONS_AT_ONCE]
    options = [
        Option(text=PlainTextObject(text=shortened(text, OPTION_LIMIT)), value=str(mark_of(text))) for text in some
    ]
    label = _("Items") if not start else _("Items ({first}–{last})", first=start + 1, last=start + len(some))
    return field(name, label, CheckboxesElement(action_id=name, options=options), optional=True)
