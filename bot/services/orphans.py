"""Open items of people who left: who is asked for a new owner, at once and every working day (R39, R40)."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.blocks.orphans import orphans, orphans_text
from bot.blocks.parts import as_dicts
from bot.domain.item import Item
from bot.domain.messages import Message, Post
from bot.domain.queries import Viewer
from bot.domain.team import Team
from bot.slack.names import names_in, speaking_to
from storage.items import list_visible
from storage.orphans import is_here


def ask_for_owners(
    session: Session, key: str, team: Team, found: Sequence[Item], lead: Viewer, channel: Viewer
) -> list[Message]:
    """One message to the lead about the items of their team; to the channel when the lead has left too."""
    if is_here(session, team.workspace, team.lead):
        return _ask(session, Post(key, team.lead, ""), team.workspace, team.name, found, lead)
    return _ask(session, Post(key, team.channel, ""), team.workspace, team.name, found, channel)


def ask_makers(session: Session, key: str, workspace: str, found: Sequence[Item]) -> list[Message]:
    """Items without a team: whoever made them is asked, if they are still here."""
    posts: list[Message] = []
    for maker in sorted({item.created_by for item in found}):
        if is_here(session, workspace, maker):
            made = [item for item in found if item.created_by == maker]
            posts += _ask(session, Post(f"{key}:{maker}", maker, ""), workspace, "", made, Viewer(maker))
    return posts


def _ask(
    session: Session, post: Post, workspace: str, team: str, found: Sequence[Item], reader: Viewer
) -> list[Message]:
    """What *reader* may not see is asked about in the channel where it lives, where everybody may."""
    visible = list_visible(session, workspace, [item.number for item in found], reader)
    # The lead may not be in that channel; an item without an owner must be asked about all the same (R40).
    elsewhere = [item for item in found if item.number not in visible and item.channel]
    places = {post.to: [item for item in found if item.number in visible]}
    for item in elsewhere:
        places.setdefault(str(item.channel), []).append(item)
    return [
        _asking(session, Post(post.key if to == post.to else f"{post.key}:{to}", to, ""), workspace, team, items)
        for to, items in places.items()
        if items
    ]


def _asking(session: Session, post: Post, workspace: str, team: str, found: Sequence[Item]) -> Post:
    names = names_in(session, workspace, {item.owner for item in found})
    with speaking_to(session, workspace, post.to):
        blocks = orphans(team, found, len(found), names)
        return Post(post.key, post.to, orphans_text(team, len(found)), as_dicts(blocks))
