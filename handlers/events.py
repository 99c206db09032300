"""What Slack tells of people and channels: who changed, who joined or left. Everything else is acknowledged."""

import re
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from bot.deps import Deps
from bot.homes import home_key
from handlers.router import Asked, Router
from storage.surfaces import mark_surfaces


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
