"""What can be set of a team, and whether it can be meant: the same by command line and in Slack."""

import re
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.deps import Deps
from bot.domain.days import is_zone_of_the_world
from bot.domain.errors import Refused, Unavailable
from bot.domain.person import check_lead
from bot.domain.team import Team, check_language, parse_reaction, parse_weekly_time
from bot.domain.words import Text
from bot.services.days_off import check_holidays
from bot.slack.lookups import ask_channel
from storage.teams import find_team, record_team
from storage.trackers import get_tracker
from storage.workspaces import record_workspace

CHANNEL = re.compile(r"[CG][A-Z0-9]+")
USER = re.compile(r"[UW][A-Z0-9]+")
NAME_LIMIT = 75
"""Characters of a team's name: as many as a menu of Slack's shows."""
HOLIDAYS_LIMIT = 16
"""Characters of a country or region that are stored: every short code fits, the long names of regions do not."""


@dataclass(frozen=True)
class TeamChange:
    """What is given of a team; None leaves it as it is."""

    channel: str | None = None
    lead: str | None = None
    timezone: str | None = None
    holidays: str | None = None
    digest: str | None = None
    members: tuple[str, ...] | None = None
    quota: int | None = None
    capacity: int | None = None
    leadership_channel: str | None = None
    strict_coach: bool | None = None
    reaction: str | None = None
    leadership_every: str | None = None
    outsiders_read: bool | None = None
    language: str | None = None
    tracker: str | None = None
    auto_ticket: bool | None = None


IS_NEW = "{name} is new: give its --channel and its --lead."
"""Said at a terminal alone: in Slack both are asked for."""


def change_team(deps: Deps, workspace: str, name: str, change: TeamChange) -> Team:
    """Creates or changes the team, and sets when its rituals are due. Raises `Refused` at the field that is wrong."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_LIMIT:
        raise Refused(Text("Give the team a name of 1 to {limit} characters.", limit=NAME_LIMIT), "name")
    # Before the transaction, because it asks Slack who people are.
    _check(deps, workspace, change)
    given: dict[str, Any] = {
        field.name: value for field in fields(change) if (value := getattr(change, field.name)) is not None
    }
    if change.digest is not None:
        given["digest"] = parse_weekly_time(change.digest)
    if change.reaction is not None:
        given["reaction"] = parse_reaction(change.reaction)
    with deps.db.begin() as session:
        record_workspace(session, workspace)
        before = find_team(session, workspace, name)
        if before is None and not (change.channel and change.lead):
            raise Refused(Text(IS_NEW, name=name))
        if change.tracker:
            get_tracker(session, workspace, change.tracker)
        team = record_team(session, _with_tracker(replace(before or Team(workspace, 0, name, "", ""), **given)))
        # Only then: set anew at every save, what is due within the minute would be moved on a week.
        if before is None or _times(before) != _times(team):
            deps.schedule_team(session, team, deps.clock())
    return team


def can_post(deps: Deps, workspace: str, channel: str) -> bool:
    """Whether a ritual's post would arrive there: in any public channel, in a private one only with the bot in it.

    While Slack is away, yes: the lead is told of a post that it refuses later.
    """
    try:
        # Asked anew and not of what is kept: whoever saves again has just invited the bot.
        found = ask_channel(deps.client_for, workspace, channel, channel)
    except Unavailable:
        return True
    return found is not None and (found.has_bot or not found.private)


def _with_tracker(team: Team) -> Team:
    """Raises `Refused` where tickets are to be made nowhere."""
    if team.auto_ticket and not team.tracker:
        raise Refused(Text("Say in which tracker its tickets are made: --tracker NAME."), "tracker")
    return team


def _times(team: Team) -> tuple[object, ...]:
    return team.digest, team.timezone, team.holidays


def _check(deps: Deps, workspace: str, change: TeamChange) -> None:
    _check_ids(change)
    if change.timezone is not None and not is_zone_of_the_world(change.timezone):
        reason = Text("“{text}” is not a time zone. Write it like Europe/Berlin.", text=change.timezone)
        raise Refused(reason, "timezone")
    # "" takes them away.
    if change.holidays:
        _check_holidays(change.holidays)
    if change.quota is not None and not 3 <= change.quota <= 5:  # noqa: PLR2004 – R25
        raise Refused("The quota per incident is 3 to 5.", "quota")
    if change.capacity is not None and not 0 <= change.capacity <= 100:  # noqa: PLR2004 – a share
        raise Refused("The capacity is a share of time: 0 to 100 percent.", "capacity")
    if change.language is not None:
        check_language(change.language)
    if change.lead is not None:
        _check_lead(deps, workspace, change.lead)
    for member in change.members or ():
        _check_known(deps, workspace, member)


def _check_holidays(code: str) -> None:
    if not check_holidays(code):
        reason = Text("No holidays are known for “{text}”. Write a country like DE, or DE-BY.", text=code)
        raise Refused(reason, "holidays")
    if len(code) > HOLIDAYS_LIMIT:
        reason = Text("“{text}” is too long. Write the region's short code, like AU-ACT.", text=code)
        raise Refused(reason, "holidays")


def _check_ids(change: TeamChange) -> None:
    for field, value in (("channel", change.channel), ("leadership_channel", change.leadership_channel or None)):
        if value is not None and not CHANNEL.fullmatch(value):  # leadership alone may have none
            reason = Text(
                "“{text}” is not a channel's id. It begins with C: copy it from the channel's details.", text=value
            )
            raise Refused(reason, field)
    for value in (change.lead, *(change.members or ())):
        if value is not None and not USER.fullmatch(value):
            reason = Text("“{text}” is not a person's id. It begins with U: copy it from their profile.", text=value)
            raise Refused(reason, "lead")


def _check_lead(deps: Deps, workspace: str, lead: str) -> None:
    try:
        person = deps.directory.person(workspace, lead)
    except Unavailable:
        return  # Slack is away: the id has the right form, and an owner is checked again when chosen
    check_lead(lead, person)


def _check_known(deps: Deps, workspace: str, user: str) -> None:
    try:
        person = deps.directory.person(workspace, user)
    except Unavailable:
        return
    if person is None:
        raise Refused(Text("Slack does not know {user} here. Choose members of this workspace.", user=user), "members")
