"""What `team set` and `team list` do; and which workspace a command means."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_sdk.errors import SlackClientError

from bot.app import Product
from bot.days_off import check_holidays
from bot.domain.errors import Refused, Unavailable
from bot.domain.people import check_owner
from bot.domain.teams import Team, parse_reaction, parse_weekly_time
from bot.installations import OneWorkspace
from bot.oauth import install_url
from bot.stored_installations import StoredInstallations
from scheduler.schedules import schedule_team
from storage.teams import find_team, list_teams, record_team
from storage.workspaces import list_workspaces, record_workspace

CHANNEL = re.compile(r"[CG][A-Z0-9]+")
USER = re.compile(r"[UW][A-Z0-9]+")
NAME_LIMIT = 75
"""Characters of a team's name: as many as a menu of Slack's shows."""


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


def resolve_workspace(product: Product, given: str | None) -> str:
    """The workspace that a command means: the one given, the only one known, or the token's own.

    Raises `Refused` when several are known and none is given, and when OAuth has brought none yet.
    """
    with product.db.begin() as session:
        known = list_workspaces(session)
    if not known and isinstance(product.installations, StoredInstallations):
        raise Refused(f"The bot is installed in no workspace yet. Open {install_url(product.settings)}")
    if given:
        if known and given not in known:
            raise Refused(f"There is no workspace {given} in this database. Known: {', '.join(known)}.")
        return given
    if len(known) > 1:
        raise Refused(f"There are several workspaces. Say which: --workspace {known[0]} (or {', '.join(known[1:])}).")
    return known[0] if known else _ask(product)


def set_team(product: Product, workspace: str, name: str, change: TeamChange) -> Team:
    """Creates or changes the team, and sets when its rituals are due. Raises `Refused` naming what is wrong."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_LIMIT:
        raise Refused(f"Give the team a name of 1 to {NAME_LIMIT} characters.")
    _check(product, workspace, change)
    given: dict[str, Any] = {
        field.name: value for field in fields(change) if (value := getattr(change, field.name)) is not None
    }
    if change.digest is not None:
        given["digest"] = parse_weekly_time(change.digest)
    if change.reaction is not None:
        given["reaction"] = parse_reaction(change.reaction)
    with product.db.begin() as session:
        record_workspace(session, workspace)
        before = find_team(session, workspace, name)
        if before is None and not (change.channel and change.lead):
            raise Refused(f"{name} is new: give its --channel and its --lead.")
        team = record_team(session, replace(before or Team(workspace, 0, name, "", ""), **given))
        if before is None or _times(before) != _times(team):
            schedule_team(session, team, product.deps.clock())
    return team


def teams_as_json(product: Product, workspace: str) -> Iterator[dict[str, Any]]:
    """Every team of the workspace, as JSON values."""
    with product.db.begin() as session:
        teams = list_teams(session, workspace)
    for team in teams:
        yield asdict(team) | {"digest": str(team.digest)}


def _times(team: Team) -> tuple[object, ...]:
    return team.digest, team.timezone, team.holidays


def _ask(product: Product) -> str:
    assert isinstance(product.installations, OneWorkspace)
    try:
        workspace = product.installations.identity().team_id
    except (SlackClientError, OSError) as error:
        raise Unavailable("Slack did not say which workspace the token belongs to. Try again.") from error
    with product.db.begin() as session:
        record_workspace(session, str(workspace))
    return str(workspace)


def _check(product: Product, workspace: str, change: TeamChange) -> None:
    _check_ids(change)
    if change.timezone is not None:
        try:
            ZoneInfo(change.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise Refused(f"“{change.timezone}” is not a time zone. Write it like Europe/Berlin.") from None
    if change.holidays and not check_holidays(change.holidays):
        raise Refused(f"No holidays are known for “{change.holidays}”. Write a country like DE, or DE-BY.")
    if change.quota is not None and not 3 <= change.quota <= 5:  # noqa: PLR2004 – R25
        raise Refused("The quota per incident is 3 to 5.")
    if change.capacity is not None and not 0 <= change.capacity <= 100:  # noqa: PLR2004 – a share
        raise Refused("The capacity is a share of time: 0 to 100 percent.")
    if change.lead is not None:
        _check_lead(product, workspace, change.lead)


def _check_ids(change: TeamChange) -> None:
    for value in (change.channel, change.leadership_channel):
        if value and not CHANNEL.fullmatch(value):
            raise Refused(f"“{value}” is not a channel's id. It begins with C: copy it from the channel's details.")
    for value in (change.lead, *(change.members or ())):
        if value and not USER.fullmatch(value):
            raise Refused(f"“{value}” is not a person's id. It begins with U: copy it from their profile.")


def _check_lead(product: Product, workspace: str, lead: str) -> None:
    try:
        person = product.deps.directory.person(workspace, lead)
    except Unavailable:
        return  # Slack is away: the id has the right form, and an owner is checked again when chosen
    check_owner(lead, person, field="lead")
