"""Who is told of a review meeting: its channel, once, with the cards in that message's thread; and each owner, once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.blocks.meeting_messages import held, held_text
from bot.blocks.parts import as_dicts
from bot.domain.incident import Incident
from bot.domain.item import Item
from bot.domain.meeting import Meeting, Past
from bot.domain.messages import Message, Post
from bot.domain.subjects import CardOf, IdeasIn, MeetingOf, OwnerIn
from bot.domain.team import DEFAULT_LANGUAGE, Team
from bot.domain.words import speaking
from bot.languages import catalogue
from bot.services.home import stale_surfaces
from bot.services.tickets import ticket_of_new
from bot.slack.names import names_in
from storage.messages import find_posted


def messages_about_meeting(
    session: Session,
    meeting: Meeting,
    items: Sequence[Item],
    ideas: Sequence[Item],
    aside: Sequence[Item],
    incident: Incident,
    team: Team | None,
    channel: str,
    *,
    past: Past | None = None,
) -> list[Message]:
    """The message in the channel, the cards of *items* in its thread, and a message to everybody who owns one of them,
    or one that was set *aside*. The channel reads what went *past* a closed gate."""
    workspace = incident.workspace
    names = names_in(session, workspace, {meeting.user, *(item.owner for item in items)})
    with speaking(catalogue(team.language if team else DEFAULT_LANGUAGE)):  # to everybody in the channel
        blocks = as_dicts(held(items, ideas, aside, incident, names, names(meeting.user), past))
        text = held_text(items, incident, names(meeting.user))
    said = Post(MeetingOf(meeting.key).key, channel, text, blocks)
    owners = dict.fromkeys(item.owner for item in (*items, *aside))
    return [
        said,
        *(_card(item, said) for item in items if item.channel),
        *_line_of_ideas(session, workspace, channel),
        *(OwnerIn(meeting.key, owner).live(owner) for owner in owners),
        *_surfaces(session, [*items, *ideas], team),
        *(each for item in items for each in ticket_of_new(session, item, team)),
    ]


def _card(item: Item, said: Post) -> Message:
    card = CardOf(item.number).live(str(item.channel))
    # An idea that was written down elsewhere has its card there.
    return replace(card, thread_of=said.key) if item.channel == said.to else card


def _line_of_ideas(session: Session, workspace: str, channel: str) -> list[Message]:
    """The line of the channel's ideas, where one stands: the meeting's own message names what it left."""
    ideas = IdeasIn(channel)
    posted = find_posted(session, workspace, ideas.key)
    return [ideas.live(channel)] if posted and posted.ts else []


def _surfaces(session: Session, items: Iterable[Item], team: Team | None) -> list[Message]:
    team_id = team.id if team else None
    found = {
        each.key: each
        for item in items
        for each in stale_surfaces(session, item, team if item.team_id == team_id else None)
    }
    return list(found.values())
