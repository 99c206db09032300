"""What is said to one person, or in the thread of a card."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.blocks.card import incident
from bot.blocks.parts import item_buttons, section
from bot.blocks.text import Names, count, day, escape, escape_lines
from bot.domain.items import Item
from bot.domain.lifecycle import Change

YOU_OWN = "You now own *{label} {title}*{origin}. It is due {due}."
CREATED = "*{label} {title}* is created. It is due {due}."
CARD_IN = " Its card is in <#{channel}>."
LOAD = "You have {count}."
SENT_BACK = "*{label} {title}* was verified and does not work yet. {who} sent it back to you: {why}"


def you_own(item: Item, other_open: int) -> list[Block]:
    """To a new owner: what, from where, by when, and how much they have already."""
    return [section(you_own_text(item, other_open)), item_buttons(item)]


def you_own_text(item: Item, other_open: int) -> str:
    """The same as one text, which is also the notification."""
    origin = f" from _{incident(item)}_" if item.incident_title else ""
    text = YOU_OWN.format(label=item.label, title=escape(item.title), origin=origin, due=day(item.due))
    if other_open:
        text += "\n" + LOAD.format(count=count(other_open, "other open item"))
    return text


def created(item: Item) -> list[Block]:
    """To whoever made an item elsewhere than where its card stands."""
    return [section(created_text(item)), item_buttons(item)]


def created_text(item: Item) -> str:
    """The same as one text."""
    where = CARD_IN.format(channel=item.channel) if item.channel else ""
    return CREATED.format(label=item.label, title=escape(item.title), due=day(item.due)) + where


def sent_back(item: Item, change: Change, names: Names) -> list[Block]:
    """To the owner of an item whose verification failed."""
    return [section(sent_back_text(item, change, names)), item_buttons(item)]


def sent_back_text(item: Item, change: Change, names: Names) -> str:
    """The same as one text."""
    return SENT_BACK.format(
        label=item.label,
        title=escape(item.title),
        who=names(change.by),
        why=escape_lines(change.why[:1000]),
    )


def said(text: str, buttons: Sequence[Block] = ()) -> list[Block]:
    """A plain answer, with what can be done next."""
    return [section(text), *buttons]
