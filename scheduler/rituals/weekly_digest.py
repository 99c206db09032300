"""`weekly-digest`: once a week, in the team's channel, how its items stand."""

from sqlalchemy.orm import Session

from bot.blocks import digest as blocks
from bot.blocks.parts import as_dicts
from bot.domain.digest import FIRST, Digest, week_at
from bot.domain.lifecycle import OPEN
from bot.domain.messages import Message, Post
from bot.domain.queries import Wanted
from bot.naming import names_in
from scheduler.rituals.occasion import Occasion
from storage import items
from storage.digests import count_figures

NAME = "weekly-digest"


def say(session: Session, on: Occasion) -> list[Message]:
    """The digest of the team as it stands in *session*: one message. Reads only this team's items."""
    team = on.team
    week = week_at(on.now, team.zone)
    figures = count_figures(session, team, week, on.viewer)
    first = items.list_items(session, team.workspace, Wanted(states=OPEN, team_id=team.id), on.viewer, limit=FIRST)
    shown = Digest(team.name, week.today, figures, first)
    names = names_in(session, team.workspace, {item.owner for item in first})
    text, drawn = blocks.digest_text(shown), blocks.digest(shown, names)
    return [Post(f"{NAME}:{team.id}:{on.period}", team.channel, text, as_dicts(drawn))]
