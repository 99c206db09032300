"""What Slack tells of people and channels: who changed, who joined or left. Everything else is acknowledged."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from bot.blocks import capture
from bot.blocks.parts import as_dicts
from bot.deps import Deps
from bot.domain.errors import Unreadable
from bot.domain.messages import Post
from bot.domain.queries import Viewer
from bot.domain.surfaces import HomeOf
from bot.domain.team import Team
from bot.services.orphans import ask_for_owners, ask_makers
from bot.slack.names import speaking_to
from handlers import direct_message
from handlers.gateway.asked import Asked
from handlers.gateway.carried import ToldBySlack
from handlers.gateway.router import Router
from handlers.reaction import reaction_of
from storage import inbox
from storage.moved_channels import record_moved_channel
from storage.orphans import list_orphans
from storage.surfaces import mark_surfaces
from storage.teams import list_team_ids
from storage.workspaces import list_siblings, record_workspace

MADE_PRIVATE = "channel_convert_to_private"


def register(router: Router, app: App, deps: Deps) -> None:
    """Events that end what the directory has kept; the last listener takes every other event."""
    for name in ("user_change", "team_join"):
        router.event(name, partial(_person_changed, deps))
    for name in ("member_joined_channel", "member_left_channel"):
        router.event(name, partial(_membership_changed, deps))
    for name in ("channel_shared", "channel_unshared"):
        router.event(name, partial(_sharing_changed, deps))
    router.event("channel_id_changed", partial(_id_changed, deps))
    router.event("message", partial(_said, deps))

    @app.event(re.compile(".*"))
    def acknowledged(ack: Ack) -> None:
        ack()

    @app.action(re.compile(".*"))
    # A button that is a link reports its press too, and Slack marks one that nobody answers as failed.
    def link_pressed(ack: Ack) -> None:
        ack()


def _person_changed(deps: Deps, asked: Asked, event: ToldBySlack) -> None:
    """What Slack says of them is kept; when they have left, new owners are asked for at once (R39)."""
    for there in _everywhere(deps, asked):
        person = deps.directory.heard(there.workspace, _described(event["user"]))
        if person.deactivated:
            _ask_for_owners(deps, there, person.user)


def _everywhere(deps: Deps, asked: Asked) -> Iterator[Asked]:
    """In each workspace that an organisation has let the bot into: Slack tells of people, and of channels that several
    of them share, once for all."""
    with deps.db.read() as session:
        found = list_siblings(session, asked.workspace)
    return (replace(asked, workspace=workspace) for workspace in found)


def _described(user: Any) -> dict[str, Any]:
    if not isinstance(user, dict):
        raise Unreadable
    ToldBySlack(user).id("id")
    return user


def _ask_for_owners(deps: Deps, asked: Asked, left: str) -> None:
    with deps.db.read() as session:
        found = list_orphans(session, asked.workspace, owner=left)
        known = list_team_ids(session, asked.workspace)
    by_team = {team_id: [item for item in found if item.team_id == team_id] for team_id in {i.team_id for i in found}}
    # Between the two transactions, because it asks Slack.
    readers = {team_id: _readers(deps, known[team_id]) for team_id in by_team if team_id is not None}
    with deps.db.begin() as session:
        # Slack sends an event again until it is answered, for at most an hour.
        if not found or not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
            return
        key = f"left:{left}:{asked.key}"
        messages = ask_makers(session, f"{key}:maker", asked.workspace, by_team.get(None, []))
        for team_id, seen in readers.items():
            messages += ask_for_owners(session, f"{key}:{team_id}", known[team_id], by_team[team_id], *seen)
        deps.outbox.enqueue(session, asked.workspace, key, messages)


def _readers(deps: Deps, team: Team) -> tuple[Viewer, Viewer]:
    """The lead; and the team's channel, which is told when the lead has left too."""
    lead = deps.directory.viewer(team.workspace, team.lead)
    return lead, deps.directory.readers_in(team.workspace, team.channel)


def _membership_changed(deps: Deps, asked: Asked, event: ToldBySlack) -> None:
    for there in _everywhere(deps, asked):
        _membership_changed_in(deps, there, event, is_welcomed=there.workspace == asked.workspace)


def _membership_changed_in(deps: Deps, asked: Asked, event: ToldBySlack, *, is_welcomed: bool) -> None:
    user = event.id("user")
    # So does every member anew when a public channel is made private.
    if event["type"] == "member_joined_channel" and not event.get("inviter"):
        deps.directory.may_be_private(asked.workspace, event.id("channel"))
    # Before anything is drawn: their Home, drawn anew below, must not go by the old channels.
    deps.directory.forget_membership(asked.workspace, None if user == asked.bot_user else user)
    with deps.db.begin() as session:  # what they may see has changed, so their App Home has
        stale = mark_surfaces(session, asked.workspace, [HomeOf(user).key])
        deps.outbox.enqueue(session, asked.workspace, f"home:{asked.key}", stale)
        if is_welcomed and user == asked.bot_user and event["type"] == "member_joined_channel":
            _welcome(deps, session, asked, event)


def _sharing_changed(deps: Deps, asked: Asked, event: ToldBySlack) -> None:
    """Another organisation reads along from now on, or does no more; the next answer asks who."""
    for there in _everywhere(deps, asked):
        deps.directory.forget_channel(there.workspace, event.id("channel"))


def _id_changed(deps: Deps, asked: Asked, event: ToldBySlack) -> None:
    """Connecting a channel may give it another id, under which all that was made there goes on."""
    old, new = event.id("old_channel_id"), event.id("new_channel_id")
    for there in _everywhere(deps, asked):
        with deps.db.begin() as session:
            record_workspace(session, there.workspace)
            record_moved_channel(session, there.workspace, old, new)
        # Nothing that was kept of either holds any more.
        for channel in (old, new):
            deps.directory.forget_channel(there.workspace, channel)


def _said(deps: Deps, asked: Asked, event: ToldBySlack) -> None:
    """What is written to the bot; and that a channel was made private, where the app was subscribed to messages of
    channels, which its manifest does not ask for."""
    if event.get("subtype") == MADE_PRIVATE:
        deps.directory.became_private(asked.workspace, [event.id("channel")])
    elif direct_message.is_for_the_bot(event, asked.bot_user):
        direct_message.answer(deps, asked, event)


def _welcome(deps: Deps, session: Session, asked: Asked, event: ToldBySlack) -> None:
    """The first message in a channel: once for ever, however often the bot leaves and comes back."""
    record_workspace(session, asked.workspace)
    reaction = reaction_of(session, asked.workspace, str(event.get("inviter", "")))
    channel = event.id("channel")
    key = f"welcome:{channel}"
    with speaking_to(session, asked.workspace, channel):  # to everybody there, whoever invited it
        post = Post(key, channel, capture.welcome(reaction), as_dicts(capture.welcome_blocks(reaction)))
    deps.outbox.enqueue(session, asked.workspace, key, [post])
