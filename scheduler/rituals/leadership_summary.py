"""`leadership-summary`: on the first working day of a month or quarter, how all teams of a leadership channel stand."""

from operator import attrgetter

from sqlalchemy.orm import Session

from bot.blocks.leadership import leadership_blocks, leadership_text
from bot.blocks.parts import as_dicts
from bot.domain.leadership import Summary, by_need, months_told
from bot.domain.messages import Message, Post
from bot.domain.month import month_of
from bot.domain.patterns import patterns
from bot.domain.ritual_keys import RitualOf
from bot.domain.words import _
from scheduler.calendar import monthly
from scheduler.rituals.kinds import TeamRitual
from scheduler.rituals.occasion import Occasion
from storage.leadership import team_line
from storage.patterns import list_happened
from storage.teams import list_teams
from storage.thresholds import list_thresholds

NAME = "leadership-summary"


def say(session: Session, on: Occasion) -> list[Message]:
    """One message for all teams that share the channel, by whichever of them is due first: the key is the channel's.

    Nothing for a team without a leadership channel, nor in the middle of a quarter where it is told quarterly.
    """
    team, workspace = on.team, on.team.workspace
    months = months_told(team, month_of(on.now, team.zone))
    if not team.leadership_channel or not months:
        return []
    own = list_thresholds(session, workspace)
    sharing = [
        one
        for one in list_teams(session, workspace)
        # The rhythm too: of two teams in one channel, one may be told of monthly and the other quarterly.
        if (one.leadership_channel, one.leadership_every) == (team.leadership_channel, team.leadership_every)
    ]
    lines = by_need(team_line(session, one, months, on.now, own, on.viewer, on.named) for one in sharing)
    found = patterns(list_happened(session, workspace, on.now, on.named))
    summary = Summary(months, lines, tuple(found))
    key = RitualOf(NAME, team.leadership_channel, f"{team.leadership_every}:{on.period}").value
    return [Post(key, team.leadership_channel, leadership_text(summary), as_dicts(leadership_blocks(summary)))]


RITUAL = TeamRitual(
    name=NAME,
    when="on the first working day of a month or quarter at 12:00",
    to="the leadership channel",
    rhythm=monthly(12),
    say=say,
    channel_of=attrgetter("leadership_channel"),
    called=lambda team: _("the leadership summary of {team}", team=team),
)
