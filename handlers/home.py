"""The App Home: drawn when somebody opens it, when they choose a filter there, and by delivery when it has changed."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import structlog
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.blocks.home import ALL
from bot.blocks.ids import Button
from bot.deps import Deps
from bot.domain.errors import Unavailable, Unreadable
from bot.domain.home import STATES, Filters, filters_from
from bot.domain.joined import number
from bot.domain.surfaces import HomeOf
from bot.services.home import publish_home
from bot.slack.client import error_code, is_away
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.carried import ToldBySlack
from handlers.gateway.router import Router
from storage.surfaces import find_surface, mark_surfaces, record_kept, record_surface
from storage.workspaces import record_workspace

WITHOUT_HOME = ("user_not_found", "not_enabled")
"""Slack's words for somebody of another workspace, and for an app whose Home is switched off."""
log = structlog.get_logger()
TEXT_KEPT = 200
"""Characters of a theme."""
Choose = Callable[[Filters, str], Filters]
CHOICES: dict[Button, Choose] = {
    # Another team begins without filters: its incidents and themes are others.
    Button.HOME_TEAM: lambda before, chosen: Filters(team=number(chosen), mine=before.mine),
    Button.HOME_STATE: lambda before, chosen: replace(before, state=_state(chosen), theirs=0),
    Button.HOME_DUE: lambda before, chosen: replace(before, overdue=chosen != ALL, theirs=0),
    Button.HOME_INCIDENT: lambda before, chosen: replace(before, incident=_number(chosen), theirs=0),
    Button.HOME_THEME: lambda before, chosen: replace(before, theme=_or_all(chosen)[:TEXT_KEPT], theirs=0),
    Button.HOME_MINE_EARLIER: lambda before, chosen: replace(before, mine=number(chosen)),
    Button.HOME_MINE_LATER: lambda before, chosen: replace(before, mine=number(chosen)),
    Button.HOME_THEIRS_EARLIER: lambda before, chosen: replace(before, theirs=number(chosen)),
    Button.HOME_THEIRS_LATER: lambda before, chosen: replace(before, theirs=number(chosen)),
}
"""What each menu and button of the Home does to what was chosen before."""


def register(router: Router, deps: Deps) -> None:
    """The event `app_home_opened`, the filters and the pages."""
    router.event("app_home_opened", partial(_opened, deps))
    for button, choose in CHOICES.items():
        router.button(button, partial(_chosen, deps, choose))


def _opened(deps: Deps, asked: Asked, event: ToldBySlack) -> None:
    # Slack sends the same event for the Messages tab.
    if event.get("tab") != "home":
        return
    user = event.id("user")
    with deps.db.begin() as session:
        # From now on changes draw it anew; of who never opened theirs nothing is drawn.
        if find_surface(session, asked.workspace, HomeOf(user).key) is None:
            record_workspace(session, asked.workspace)
            record_surface(session, asked.workspace, HomeOf(user).key)
    _publish(deps, asked, user)


def _chosen(deps: Deps, choose: Choose, asked: Asked) -> Answer | None:
    key = HomeOf(asked.user).key
    with deps.db.begin() as session:
        surface = find_surface(session, asked.workspace, key)
        if surface is None:
            record_surface(session, asked.workspace, key)
        before = filters_from(surface.kept if surface else {})
        record_kept(session, asked.workspace, key, choose(before, asked.value).as_json())
    _publish(deps, asked, asked.user)
    return None


def _publish(deps: Deps, asked: Asked, user: str) -> None:
    def publish(view: object) -> None:
        try:
            asked.client.views_publish(user_id=user, view=view)  # type: ignore[arg-type]
        except SlackApiError as error:
            if error_code(error) not in WITHOUT_HOME:
                raise
            log.info("no_home", why=error_code(error))

    # At once and not by delivery: somebody looks at it.
    try:
        publish_home(deps, asked.workspace, user, publish, request=asked.key)
    except (Unavailable, SlackClientError, OSError) as error:
        if not isinstance(error, Unavailable) and not is_away(error):
            raise
        _draw_later(deps, asked, user)


def _draw_later(deps: Deps, asked: Asked, user: str) -> None:
    """Slack did not answer, or asked to be left alone: what they see stays, and delivery draws it in Slack's time."""
    with deps.db.begin() as session:
        stale = mark_surfaces(session, asked.workspace, [HomeOf(user).key])
        deps.outbox.enqueue(session, asked.workspace, f"home:{asked.key}", stale)


def _number(chosen: str) -> int | None:
    return number(chosen) if _or_all(chosen) else None


def _state(chosen: str) -> str:
    """The state's name; "" for all. Raises `Unreadable`: what is kept here is read by every later drawing."""
    if _or_all(chosen) and chosen not in set(STATES):
        raise Unreadable
    return _or_all(chosen)


def _or_all(chosen: str) -> str:
    return "" if chosen == ALL else chosen
