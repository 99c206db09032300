"""`hygiene-review`: on the first working day of a month, to the lead, every open item to keep, weigh, merge or end."""

from sqlalchemy.orm import Session

from bot.blocks import hygiene as blocks
from bot.blocks.parts import as_dicts
from bot.domain.messages import Message, Post
from bot.naming import names_in
from scheduler.rituals.occasion import Occasion
from storage.hygiene import count_to_review, list_to_review

NAME = "hygiene-review"


def say(session: Session, on: Occasion) -> list[Message]:
    """One message with the first items, the rest behind its button; none when nothing is open."""
    team, today = on.team, on.now.astimezone(on.team.zone).date()
    place = (session, team.workspace, team.id, today)
    total = count_to_review(*place, on.viewer)
    if not total:
        return []
    first = list_to_review(*place, on.viewer, limit=blocks.ITEMS_IN_MESSAGE)
    names = names_in(session, team.workspace, {item.owner for item in first})
    value = f"{team.id}:{today.isoformat()}:0"
    drawn = blocks.hygiene(team.name, first, total, names, today, value)
    text = blocks.hygiene_text(team.name, total)
    return [Post(f"{NAME}:{team.id}:{on.period}", team.lead, text, as_dicts(drawn))]
