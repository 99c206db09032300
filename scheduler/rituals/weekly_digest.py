"""`weekly-digest`: once a week, in the team's channel, how its items stand."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.blocks import digest as blocks
from bot.blocks.parts import as_dicts
from bot.domain.digest import ASIDE, Digest, chosen, week_at
from bot.domain.item import Item
from bot.domain.messages import Message, Post
from bot.domain.ritual_keys import RitualOf
from bot.domain.subjects import WEEKLY_DIGEST, PastDigest
from bot.domain.words import _
from bot.slack.names import names_in
from scheduler.calendar import WEEKLY
from scheduler.rituals.kinds import TeamRitual
from scheduler.rituals.occasion import Occasion
from storage import items
from storage.digests import (
    count_figures,
    count_named,
    find_last_shown,
    list_answered,
    list_awaiting,
    list_first,
    record_shown,
)
from storage.guards import list_lost
from storage.waiting import costs_of, list_families, list_linked

NAME = WEEKLY_DIGEST
"""Also the beginning of its key, by which last week's digest is found again (`PastDigest`)."""
SINCE_LAST = timedelta(days=7)


def say(session: Session, on: Occasion) -> list[Message]:
    """The digest of the team as it stands in *session*: one message. Reads only this team's items."""
    team, named = on.team, on.named
    week = week_at(on.now, team.zone)
    figures = count_figures(session, team, week, on.viewer)
    # With guests in the channel less is named than counted; the difference is said, so that the figures add up.
    unnamed = figures.open - count_named(session, team, named) if named != on.viewer else 0
    # One more than is shown: so the digest knows whether there are more.
    waiting = list_awaiting(session, team.workspace, [team.id], named, ASIDE + 1)
    awaiting = waiting[:ASIDE]
    # Most teams have nothing that came back, and then nobody asks further.
    linked = list_linked(session, team.workspace, team.id)
    came_back = list_families(session, team.workspace, named, linked) if linked else {}
    first = list_first(session, team, week, named, len(awaiting), came_back.keys())
    costs = costs_of(session, team.workspace, first, named, on.now) if came_back else {}
    shown = Digest(
        team.name,
        on.now,
        week.today,
        figures,
        chosen(first, week.today, {item.number for item in awaiting}, costs),
        awaiting,
        list_answered(session, team, on.now - SINCE_LAST, named, ASIDE),
        unnamed,
        more_wait=len(waiting) > ASIDE,
        lost=_lost(session, on),
        costs=costs,
    )
    people = {item.owner for item in (*shown.items, *shown.answered)}
    people |= {ask.asked_by for item in awaiting if (ask := item.request)}
    names = names_in(session, team.workspace, people)
    text, drawn = blocks.digest_text(shown), blocks.digest(shown, names)
    return [Post(RitualOf(NAME, str(team.id), on.period).value, team.channel, text, as_dicts(drawn))]


def _lost(session: Session, on: Occasion) -> list[tuple[Item, str, bool]]:
    """Whose guard is gone: most teams have none."""
    found = list_lost(session, on.team.workspace, on.team.id, on.named, ASIDE)
    known = items.list_numbered(session, on.team.workspace, [number for number, _url, _seen in found])
    return [(known[number], url, seen) for number, url, seen in found]


def follow(session: Session, on: Occasion, said: Sequence[Message]) -> list[Message]:
    """Last week's digest loses its buttons; this week's is kept until the next one comes."""
    past = find_last_shown(session, on.team, NAME, on.period)
    for post in said:
        if isinstance(post, Post):
            shown = {"to": post.to, "text": post.text, "blocks": post.blocks}
            record_shown(session, on.team, NAME, on.period, shown)
    # A live message under the key that it was posted with, so delivery edits that one and posts nothing.
    return [PastDigest(on.team.id, past[0]).live(past[1])] if past else []


RITUAL = TeamRitual(
    name=NAME,
    when="once a week at the team's digest time",
    to="the team's channel",
    rhythm=WEEKLY,
    say=say,
    follow=follow,
    called=lambda team: _("the weekly digest of {team}", team=team),
)
