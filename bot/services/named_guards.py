"""What follows when what would tell us is named anew or given up: it is looked at, and a question about it is over."""

from sqlalchemy.orm import Session

from bot.domain.guard import WATCHED, links_in
from bot.domain.item import Item
from bot.domain.messages import Message
from bot.domain.subjects import GuardQuestion
from bot.domain.surfaces import GuardOf
from storage import guards, trackers


def guard_follows(session: Session, was: Item, item: Item) -> list[Message]:
    """Most changes concern no guard, and cost nothing."""
    before, after = _guard_of(was), _guard_of(item)
    if before == after:
        return []
    messages: list[Message] = []
    if known := guards.find_guard(session, item.workspace, item.number) if before else None:
        guards.remove_guard(session, item.workspace, item.number)
        asked = GuardQuestion.read(known.question) if known.question else None
        messages += [asked.live(asked.person)] if asked else []
    if any(links_in(after)) and trackers.has_trackers(session, item.workspace):
        messages.append(GuardOf(item.number).refresh)
    return messages


def _guard_of(item: Item) -> str:
    return item.verified.guard if item.verified and item.state in WATCHED else ""
