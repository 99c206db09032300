"""`orphan-sweep`: on working days, to the lead, the open items of people who left. Slack's own news comes at once."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.errors import Unavailable
from bot.domain.messages import Message, Post
from bot.domain.ritual_keys import RitualOf
from bot.domain.team import Team
from bot.domain.words import _
from bot.services.orphans import ask_for_owners
from scheduler.calendar import working_days
from scheduler.rituals.kinds import TeamRitual, of_few
from scheduler.rituals.occasion import Occasion
from storage.orphans import list_orphans, list_owners_to_ask_about, list_teams_of_orphans, list_teams_to_ask_about

NAME = "orphan-sweep"
# Less than a day: the sweep is daily, and yesterday's answer must be old enough today.
ASKED_AGAIN_AFTER = timedelta(hours=20)
ASKED_AT_ONCE = 100
"""People of a team asked about in one sweep, those longest unheard of first; Slack takes about so many a minute."""


def prepare(deps: Deps, team: Team, now: datetime) -> None:
    """Asks Slack whether the owners are still there at *now*: it may have told nobody while the bot was away."""
    before = now - ASKED_AGAIN_AFTER
    with deps.db.read() as session:
        # Read and closed before Slack is asked: up to a hundred calls must not happen inside a transaction.
        owners = list_owners_to_ask_about(session, team.workspace, team.id, before, ASKED_AT_ONCE)
    for owner in owners:
        try:
            deps.directory.ask_again(team.workspace, owner)
        except Unavailable:
            return  # what was heard last holds; tomorrow it is asked again


def unprepared(session: Session, teams: Collection[int], now: datetime) -> set[int]:
    """Those of the teams with owners about whom `prepare` would ask."""
    return list_teams_to_ask_about(session, teams, now - ASKED_AGAIN_AFTER)


def say(session: Session, on: Occasion) -> list[Message]:
    """One message while somebody who left owns something; none otherwise. What the lead may see, their own message of
    the day says (`morning.py`), unless this is asked for by itself."""
    found = list_orphans(session, on.team.workspace, on.team.id)
    key = RitualOf(NAME, str(on.team.id), on.period).value
    asked = ask_for_owners(session, key, on.team, found, on.viewer, on.named)
    return [post for post in asked if on.by_itself or not (isinstance(post, Post) and post.to == on.team.lead)]


RITUAL = TeamRitual(
    name=NAME,
    when="working days at 09:00 in the lead's message of the day, and at once when Slack says that somebody left",
    to="the lead",
    rhythm=working_days(9),
    say=say,
    prepare=prepare,
    to_lead=True,
    together=of_few(say, list_teams_of_orphans, unprepared=unprepared),
    called=lambda team: _("the orphan sweep of {team}", team=team),
)
