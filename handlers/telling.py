"""Who is told of a change, and where: the card, its thread, and the owner where they should act."""

from sqlalchemy.orm import Session

from bot.blocks.history import happened
from bot.blocks.notices import created, created_text, sent_back, sent_back_text, you_own, you_own_text
from bot.blocks.parts import as_dicts
from bot.blocks.text import Names
from bot.domain.items import Item
from bot.domain.lifecycle import OPEN, Action, Change
from bot.domain.messages import Live, Message, Post
from bot.domain.queries import Wanted
from bot.naming import names_in
from storage import items

CARD = "card"
"""The subject of a card: what delivery draws anew each time it sends one."""


def card_key(number: int) -> str:
    """The key of an item's one card."""
    return f"card:{number}"


def messages_about_new(session: Session, item: Item, made_in: str | None) -> list[Message]:
    """The card where the item lives; the owner, unless they made it; the maker, unless they see the card."""
    messages = _card(item)
    if item.owner != item.created_by:
        messages.append(_to_owner(session, item, f"change:{item.last_change_id}:owner"))
    if item.channel is None or item.channel != made_in:
        key = f"change:{item.last_change_id}:maker"
        blocks = as_dicts(created(item))
        messages.append(Post(key, item.created_by, created_text(item), blocks))
    return messages


def messages_about(session: Session, item: Item, change: Change) -> list[Message]:
    """The card as it is now, a line in its thread, and whoever should act because of it."""
    names = names_in(session, item.workspace, _people(item, change))
    key = f"change:{item.last_change_id}"
    messages = _card(item)
    if item.channel:
        line = happened(change, names)
        messages.append(Post(f"{key}:thread", item.channel, line, thread_of=card_key(item.number)))
    messages += _to_whom_it_concerns(session, item, change, names, key)
    return messages


def _to_whom_it_concerns(session: Session, item: Item, change: Change, names: Names, key: str) -> list[Message]:
    if change.by == item.owner:
        return []
    if change.action == Action.ASSIGN:
        return [_to_owner(session, item, f"{key}:owner")]
    if change.action == Action.FAIL_VERIFICATION:
        text, blocks = sent_back_text(item, change, names), as_dicts(sent_back(item, change, names))
        return [Post(f"{key}:owner", item.owner, text, blocks)]
    return []


def _card(item: Item) -> list[Message]:
    if not item.channel:
        return []
    return [Live(card_key(item.number), item.channel, CARD, str(item.number))]


def _to_owner(session: Session, item: Item, key: str) -> Post:
    wanted = Wanted(states=OPEN, owner=item.owner)
    others = items.count_items(session, item.workspace, wanted, viewer=None) - item.is_open
    return Post(key, item.owner, you_own_text(item, others), as_dicts(you_own(item, others)))


def _people(item: Item, change: Change) -> set[str]:
    return {change.by, item.owner, *item.collaborators}
