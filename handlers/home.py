"""The App Home, drawn whenever somebody opens it."""

from functools import partial
from typing import Any

from bot.blocks.home import SHOWN, home
from bot.deps import Deps
from bot.domain.lifecycle import OPEN
from bot.domain.queries import Wanted
from handlers.router import Asked, Router
from storage import items


def register(router: Router, deps: Deps) -> None:
    """The event `app_home_opened`."""
    router.event("app_home_opened", partial(_opened, deps))


def _opened(deps: Deps, asked: Asked, event: dict[str, Any]) -> None:
    if event.get("tab") != "home":
        return
    user = event["user"]
    viewer = deps.directory.viewer(asked.workspace, user)
    wanted = Wanted(states=OPEN, owner=user)
    with deps.db.begin() as session:
        found = items.list_items(session, asked.workspace, wanted, viewer, limit=SHOWN)
        total = items.count_items(session, asked.workspace, wanted, viewer)
    found.sort(key=lambda item: (item.due, item.rank))
    names = deps.directory.names(asked.workspace, {item.owner for item in found})
    asked.client.views_publish(user_id=user, view=home(found, total, names, deps.clock()))
