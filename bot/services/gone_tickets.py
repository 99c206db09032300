"""A ticket that is out of reach: its link says so, and the item's owner is told once. Asks no tracker."""

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.blocks.tickets import gone_text
from bot.deps import Deps
from bot.domain.item import By
from bot.domain.messages import Message, Post
from bot.domain.subjects import CardOf, ChangeOf
from bot.domain.tickets import Did, tell
from bot.slack.names import speaking_to
from storage import items, tickets


def record_gone(deps: Deps, session: Session, workspace: str, number: int, why: str) -> None:
    """*why*: `deleted`, `transferred` or `missing`. Nothing where that is known already."""
    item = items.get_item_for_change(session, workspace, number, None)
    link = tickets.find_link(session, workspace, number)
    if link is None or link.gone:
        return
    link = replace(link, gone=why, problem=None, problem_since=deps.clock())
    tickets.write_link(session, link)
    item = items.record_moved(session, tell(item, link, Did.GONE, By(item.owner, deps.clock()), why=why))
    said: list[Message] = [CardOf(number).live(item.channel)] if item.channel else []
    about = ChangeOf(item.last_change_id)
    with speaking_to(session, workspace, item.owner):
        said.append(Post(about.owner, item.owner, gone_text(item, link)))
    deps.outbox.enqueue(session, workspace, about.key, said)
