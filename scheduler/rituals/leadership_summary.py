"""`leadership-summary`: on the first working day of a month or quarter, how all teams of a leadership channel stand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from sqlalchemy.orm import Session

from bot.blocks.leadership import leadership_blocks, leadership_in_words, leadership_text
from bot.blocks.parts import as_dicts
from bot.domain.costly import costliest
from bot.domain.leadership import Summary, by_need, months_told
from bot.domain.messages import Message, Post
from bot.domain.month import Month, month_of
from bot.domain.patterns import patterns
from bot.domain.policy_kept import PolicyKept
from bot.domain.ritual_keys import RitualOf
from bot.domain.team import Team, shared_language
from bot.domain.trend import SHOWN, trend_of
from bot.domain.words import _, speaking
from bot.languages import catalogue
from bot.services.days_off import days_off
from bot.slack.names import names_in
from scheduler.calendar import monthly
from scheduler.rituals.kinds import TeamRitual
from scheduler.rituals.occasion import Occasion
from storage.digests import list_awaiting
from storage.leadership import escalated, list_risks, team_line
from storage.patterns import list_happened
from storage.policies import list_policies
from storage.policies_kept import list_kept, list_none_needed
from storage.reports import list_months, scopes_of_teams
from storage.teams import list_teams
from storage.thresholds import list_thresholds

NAME = "leadership-summary"
WAITING_READ = 1000
"""Requests of which leadership hears; of more, nobody counts."""


def say(session: Session, on: Occasion) -> list[Message]:
    """One message for all teams that share the channel, by whichever of them is due first: the key is the channel's.

    Nothing for a team without a leadership channel, nor in the middle of a quarter where it is told quarterly.
    """
    team, workspace = on.team, on.team.workspace
    months = months_told(team, month_of(on.now, team.zone))
    if not team.leadership_channel or not months:
        return []
    sharing = [
        one
        for one in list_teams(session, workspace)
        # The rhythm too: of two teams in one channel, one may be told of monthly and the other quarterly.
        if (one.leadership_channel, one.leadership_every) == (team.leadership_channel, team.leadership_every)
    ]
    with speaking(catalogue(shared_language(one.language for one in sharing))):
        summary = _summary(session, on, sharing, months)
        names = names_in(session, workspace, _people(summary))
        key = RitualOf(NAME, team.leadership_channel, f"{team.leadership_every}:{on.period}").value
        text, blocks = leadership_text(summary), as_dicts(leadership_blocks(summary, names))
        return [Post(key, team.leadership_channel, text, blocks, in_words=as_dicts(leadership_in_words(summary)))]


def _summary(session: Session, on: Occasion, sharing: Sequence[Team], months: tuple[Month, ...]) -> Summary:
    workspace, now, named = on.team.workspace, on.now, on.named
    own = list_thresholds(session, workspace)
    lines = by_need(team_line(session, one, months, now, own, on.viewer, named) for one in sharing)
    year = list_months(session, workspace, scopes_of_teams(sharing), months[-1].last(SHOWN), now, on.viewer)
    found = Summary(months, now, lines, trend_of("", year, own))
    return replace(
        found,
        trend=replace(found.trend, title=str(found.name)),
        risks=tuple(costliest(list_risks(session, workspace, sharing, now, named))),
        waiting=tuple(list_awaiting(session, workspace, [one.id for one in sharing], named, WAITING_READ)),
        escalated=escalated(session, workspace, sharing, now, on.viewer, named),
        none_needed=tuple(list_none_needed(session, workspace, sharing, months, now, named)),
        kept=_kept(session, on, sharing, months),
        patterns=tuple(patterns(list_happened(session, workspace, now, named))),
    )


def _kept(session: Session, on: Occasion, sharing: Sequence[Team], months: Sequence[Month]) -> Mapping[str, PolicyKept]:
    """In the organisation's order."""
    workspace = on.team.workspace
    off = {one.id: days_off(one) for one in list_teams(session, workspace)}
    found = list_kept(session, workspace, sharing, months, on.now, on.viewer, off)
    return {name: found[name] for name in list_policies(session, workspace).words if name in found}


def _people(summary: Summary) -> set[str]:
    approvers = {item.request.approver for item in summary.waiting if item.request}
    return approvers | ({summary.escalated.longest.owner} if summary.escalated.longest else set())


RITUAL = TeamRitual(
    name=NAME,
    when="on the first working day of a month or quarter at 12:00",
    to="the leadership channel",
    rhythm=monthly(12),
    say=say,
    channel_of=attrgetter("leadership_channel"),
    called=lambda team: _("the leadership summary of {team}", team=team),
)
