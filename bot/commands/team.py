"""What `team set` and `team list` do; and which workspace a command means."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from slack_sdk.errors import SlackClientError

from bot.app import Product
from bot.domain.errors import Refused, Unavailable
from bot.domain.team import Team
from bot.services.team_settings import TeamChange, can_post, change_team
from bot.slack.installations import OneWorkspace
from bot.slack.oauth import install_url
from bot.slack.stored_installations import StoredInstallations
from storage.teams import list_teams
from storage.workspaces import list_workspaces, record_workspace


def resolve_workspace(product: Product, given: str | None) -> str:
    """The workspace that a command means: the one given, the only one known, or the token's own.

    Raises `Refused` when several are known and none is given, and when OAuth has brought none yet.
    """
    with product.db.read() as session:
        known = list_workspaces(session)
    if not known and isinstance(product.installations, StoredInstallations):
        raise Refused(f"The bot is installed in no workspace yet. Open {install_url(product.settings)}")
    if given:
        # In an empty database any id may be right: the first command there may come before the bot's first request.
        if known and given not in known:
            raise Refused(f"There is no workspace {given} in this database. Known: {', '.join(known)}.")
        return given
    if len(known) > 1:
        raise Refused(f"There are several workspaces. Say which: --workspace {known[0]} (or {', '.join(known[1:])}).")
    # Slack last: commands work while it is away, once the workspace is known.
    return known[0] if known else _ask(product)


def set_team(product: Product, workspace: str, name: str, change: TeamChange) -> Team:
    """Creates or changes the team, and sets when its rituals are due. Raises `Refused` naming what is wrong."""
    return change_team(product.deps, workspace, name, change)


def missing_from(product: Product, workspace: str, team: Team) -> Iterator[str]:
    """The team's channels in which nothing can be posted yet. None of them while Slack is away."""
    # Each once: a small team often uses one channel for both.
    for channel in dict.fromkeys(filter(None, (team.channel, team.leadership_channel))):
        if not can_post(product.deps, workspace, channel):
            yield channel


def teams_as_json(product: Product, workspace: str) -> Iterator[dict[str, Any]]:
    """Every team of the workspace, as JSON values."""
    with product.db.read() as session:
        teams = list_teams(session, workspace)
    for team in teams:
        yield asdict(team) | {"digest": str(team.digest)}


def _ask(product: Product) -> str:
    assert isinstance(product.installations, OneWorkspace)
    try:
        workspace = product.installations.identity().team_id
    except (SlackClientError, OSError) as error:
        raise Unavailable("Slack did not say which workspace the token belongs to. Try again.") from error
    with product.db.begin() as session:
        record_workspace(session, str(workspace))
    return str(workspace)
