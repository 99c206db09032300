"""`weekly-digest`: once a week, in the team's channel, how its items stand."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.blocks import digest as blocks
from bot.blocks.parts import as_dicts
from bot.domain.digest import FIRST, Digest, week_at
from bot.domain.lifecycle import OPEN
from bot.domain.messages import Message, Post
from bot.domain.queries import Viewer, Wanted
from bot.domain.teams import Team
from bot.naming import names_in
from scheduler.calendar import Occurrence, next_weekly
from storage import items
from storage.digests import count_figures

NAME = "weekly-digest"


def next_occurrence(team: Team, after: datetime) -> Occurrence:
    """The team's next digest time whose nominal time is later than *after*."""
    return next_weekly(team, team.digest, after)


def say(session: Session, team: Team, period: str, now: datetime) -> list[Message]:
    """The digest of *team* as it stands in *session* at *now*: one message. Reads only this team's items."""
    viewer = Viewer("", frozenset({team.channel}))
    week = week_at(now, team.zone)
    figures = count_figures(session, team, week, viewer)
    first = items.list_items(session, team.workspace, Wanted(states=OPEN, team_id=team.id), viewer, limit=FIRST)
    shown = Digest(team.name, week.today, figures, first)
    names = names_in(session, team.workspace, {item.owner for item in first})
    text, drawn = blocks.digest_text(shown), blocks.digest(shown, names)
    return [Post(f"{NAME}:{team.id}:{period}", team.channel, text, as_dicts(drawn))]
