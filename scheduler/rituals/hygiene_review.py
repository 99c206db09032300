"""`hygiene-review`: on the first working day of a month, to the lead, every open item to keep, weigh, merge or end.

Themes of several incidents, and the symptoms of sprawl, follow the items (R86, R90).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from bot.blocks import hygiene as blocks
from bot.blocks.parts import as_dicts
from bot.domain.messages import Message, Post
from bot.domain.pressed import ToReview
from bot.domain.ritual_keys import RitualOf
from bot.domain.words import _
from bot.services.similar_titles import list_alike
from bot.slack.names import names_in, speaking_to
from scheduler.calendar import monthly
from scheduler.rituals.kinds import TeamRitual
from scheduler.rituals.occasion import Occasion
from scheduler.rituals.questions import keep_questions
from storage.hygiene import count_to_review, list_to_review
from storage.sprawl import read_sprawl

NAME = "hygiene-review"


def say(session: Session, on: Occasion) -> list[Message]:
    """One message: the first items, the rest behind its button, how the backlog went; none without open items."""
    team, today = on.team, _day(on)
    place = (session, team.workspace, team.id, today)
    total = count_to_review(*place, on.viewer)
    if not total:
        return []
    first = list_to_review(*place, on.viewer, limit=blocks.ITEMS_IN_MESSAGE)
    # With the lead's own eyes: the figures of a private channel that they are not in are not theirs to read.
    found = replace(read_sprawl(session, team, on.now, on.viewer), duplicates=list_alike(session, team, on.viewer))
    names = names_in(session, team.workspace, {item.owner for item in first} | set(found.by_owner or ()))
    value = ToReview(team.id, today, 0).value
    with speaking_to(session, team.workspace, team.lead):
        drawn = as_dicts(blocks.review(team.name, first, total, found, names, today, value))
        text = blocks.hygiene_text(team.name, total)
    return [Post(RitualOf(NAME, str(team.id), on.period).value, team.lead, text, drawn)]


def follow(session: Session, on: Occasion, said: Sequence[Message]) -> list[Message]:
    """What it asks is kept, so that each item loses its buttons when it is answered."""
    for post in said:
        if isinstance(post, Post):
            keep_questions(session, on.team.workspace, post, _day(on))
    return []


def _day(on: Occasion) -> date:
    return on.now.astimezone(on.team.zone).date()


RITUAL = TeamRitual(
    name=NAME,
    when="on the first working day of a month at 11:00",
    to="the lead",
    rhythm=monthly(11),
    say=say,
    follow=follow,
    to_lead=True,
    called=lambda team: _("the hygiene review of {team}", team=team),
)
