"""Open items of people who left: who is asked for a new owner, at once and every working day (R39, R40)."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.blocks.orphans import orphans, orphans_text
from bot.blocks.parts import as_dicts
from bot.domain.items import Item
from bot.domain.messages import Message, Post
from bot.domain.queries import Viewer
from bot.domain.teams import Team
from bot.naming import names_in, speaking_to
from storage.items import list_visible
from storage.orphans import is_here


def ask_for_owners(session: Session, key: str, team: Team, found: Sequence[Item], viewer: Viewer) -> list[Message]:
    """One message to the lead about the items of their team; to the channel when the lead has left too.

    Private items that the reader may not see are counted only.
    """
    if not found:
        return []
    to_lead = is_here(session, team.workspace, team.lead)
    reader = viewer if to_lead else Viewer("", frozenset({team.channel}))
    to = team.lead if to_lead else team.channel
    return [_asking(session, Post(key, to, ""), team.workspace, team.name, found, reader)]


def ask_makers(session: Session, key: str, workspace: str, found: Sequence[Item]) -> list[Message]:
    """Items without a team: whoever made them is asked, if they are still here."""
    makers = sorted({item.created_by for item in found})
    return [
        _asking(
            session, Post(f"{key}:{maker}", maker, ""), workspace, "",
            [item for item in found if item.created_by == maker], Viewer(maker),
        )
        for maker in makers
        if is_here(session, workspace, maker)
    ]  # fmt: skip


def _asking(session: Session, post: Post, workspace: str, team: str, found: Sequence[Item], reader: Viewer) -> Post:
    visible = list_visible(session, workspace, [item.number for item in found], reader)
    shown = [item for item in found if item.number in visible]
    names = names_in(session, workspace, {item.owner for item in shown})
    with speaking_to(session, workspace, post.to):
        blocks = orphans(team, shown, len(shown), names, hidden=len(found) - len(shown))
        return Post(post.key, post.to, orphans_text(team, len(found)), as_dicts(blocks))
