"""What Slack tells of people and channels: who changed, who joined or left. Everything else is acknowledged."""

import re
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from bot.blocks import capture
from bot.blocks.parts import as_dicts
from bot.deps import Deps
from bot.domain.messages import Post
from bot.homes import home_key
from handlers.reactions import reaction_of
from handlers.router import Asked, Router
from storage.surfaces import mark_surfaces
from storage.workspaces import record_workspace


def register(router: Router, app: App, deps: Deps) -> None:
    """Events that end what the directory has kept; the last listener takes every other event."""
    for name in ("user_change", "team_join"):
        router.event(name, partial(_person_changed, deps))
    for name in ("member_joined_channel", "member_left_channel"):
        router.event(name, partial(_membership_changed, deps))

    @app.event(re.compile(".*"))
    def acknowledged(ack: Ack) -> None:
        ack()

    @app.action(re.compile(".*"))
    def link_pressed(ack: Ack) -> None:
        ack()


def _person_changed(deps: Deps, asked: Asked, event: dict[str, Any]) -> None:
    deps.directory.forget_person(asked.workspace, event["user"]["id"])


def _membership_changed(deps: Deps, asked: Asked, event: dict[str, Any]) -> None:
    user = event["user"]
    deps.directory.forget_membership(asked.workspace, None if user == asked.bot_user else user)
    with deps.db.begin() as session:  # what they may see has changed, so their App Home has
        stale = mark_surfaces(session, asked.workspace, [home_key(user)])
        deps.outbox.enqueue(session, asked.workspace, f"home:{asked.key}", stale)
        if user == asked.bot_user and event["type"] == "member_joined_channel":
            _welcome(deps, session, asked, event)


def _welcome(deps: Deps, session: Session, asked: Asked, event: dict[str, Any]) -> None:
    """The first message in a channel: once for ever, however often the bot leaves and comes back."""
    record_workspace(session, asked.workspace)
    reaction = reaction_of(session, asked.workspace, str(event.get("inviter", "")))
    key = f"welcome:{event['channel']}"
    post = Post(key, event["channel"], capture.welcome(reaction), as_dicts(capture.welcome_blocks(reaction)))
    deps.outbox.enqueue(session, asked.workspace, key, [post])
