"""An incident's canvas: created where the workspace has canvases, then kept as the incident's items are now.

Silently without where Slack says that there are none, where the channel has a canvas of somebody else's, and where
ours was deleted: a canvas is a convenience, and the table can always be asked for.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_sdk import WebClient

from bot.deps import Deps
from bot.domain import postmortem
from bot.domain.delivery import Meaning
from bot.domain.incident import Incident
from bot.domain.queries import Wanted
from bot.domain.surfaces import CanvasOf
from scheduler.delivery import slack_calls
from scheduler.delivery.drawing import Refresher
from scheduler.delivery.slack_calls import SlackTrouble
from storage import incidents, items
from storage.people import list_names
from storage.surfaces import find_surface, record_kept, record_published

FOR_EVER = frozenset(
    [
        "canvas_disabled_file_team",
        "canvas_disabled_user_team",
        "canvas_not_found",
        "channel_canvas_already_exists",
        "free_team_canvas_tab_already_exists",
        "free_teams_cannot_edit_standalone_canvases",
        "restricted_action",
        "team_tier_cannot_create_channel_canvases",
    ]
)
"""With these there will be no canvas of ours in that channel."""
AGAIN = frozenset([Meaning.LATER, Meaning.UNSURE])
"""Trouble that passes by itself is waited for. With anything else the next change of an item tries again: the canvas is
locked or too large, somebody may invite the bot, or install it anew."""
Kept = Mapping[str, Any]
log = structlog.get_logger()


def canvas_refresher(deps: Deps) -> Refresher:
    """Brings an incident's canvas up to date."""

    def refresh_canvas(workspace: str, incident_id: str, client: WebClient) -> None:
        while not _refreshed(deps, workspace, int(incident_id), client):
            pass  # something changed while it was written, and counts on this writing

    return refresh_canvas


def _refreshed(deps: Deps, workspace: str, incident_id: int, client: WebClient) -> bool:
    """Whether Slack shows the newest state, or never will."""
    key = CanvasOf(incident_id).key
    with deps.db.read() as session:
        surface = find_surface(session, workspace, key)
        incident = incidents.get_incident(session, workspace, incident_id, None)
    if surface is None or surface.is_fresh or "off" in surface.kept or incident.channel is None:
        return True
    try:
        kept = _written(deps, client, incident, key, surface.kept, _text(deps, incident))
    except SlackTrouble as error:
        code = error.trouble.code
        if error.trouble.kind in AGAIN:
            raise
        log.info("no_canvas", workspace=workspace, incident=incident_id, why=code)
        kept = {"off": code} if code in FOR_EVER else surface.kept
    # Even when Slack has refused: `kept` may say that there will be no canvas, and the mark is taken off.
    with deps.db.begin() as session:
        record_kept(session, workspace, key, kept)
        return record_published(session, workspace, replace(surface, kept=kept)) or "off" in kept


def _written(deps: Deps, client: WebClient, incident: Incident, key: str, kept: Kept, text: str) -> Kept:
    """What is to be kept: the canvas, new or edited. One whose creation Slack did not confirm is found again."""
    channel = str(incident.channel)
    if "canvas" in kept:
        slack_calls.edit_canvas(client, kept["canvas"], text)
        return kept
    # On record before Slack is asked. When its answer is lost, “the channel has a canvas already” may mean ours;
    # without this note it means one of somebody else, and that one is not ours to overwrite.
    if "asked" not in kept:
        with deps.db.begin() as session:
            record_kept(session, incident.workspace, key, {"asked": True})
    try:
        return {"canvas": slack_calls.create_canvas(client, channel, text)}
    except SlackTrouble as error:
        found = slack_calls.find_canvas(client, channel) if "asked" in kept else None
        if error.trouble.code != "channel_canvas_already_exists" or not found:
            raise
    slack_calls.edit_canvas(client, found, text)
    return {"canvas": found}


def _text(deps: Deps, incident: Incident) -> str:
    """What everybody in the channel may see."""
    viewer = deps.directory.everybody_in(incident.workspace, str(incident.channel), private=incident.private)
    with deps.db.read() as session:
        found = items.list_items(session, incident.workspace, Wanted(incident_id=incident.id), viewer)
    shown = postmortem.committed(found)
    owners = {item.owner for item in shown}
    # Between two readings, because it may ask Slack: no transaction is open while Slack is waited for.
    deps.directory.names(incident.workspace, owners)  # so that those who are not known yet are asked for
    with deps.db.read() as session:
        known = list_names(session, incident.workspace, owners)
    return postmortem.canvas(incident.title, shown, lambda user: known.get(user, user))
