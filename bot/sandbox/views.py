"""The stack of modals and the App Home of each person: opening, pushing, updating, closing."""

import secrets

from bot.sandbox.checks.views import check_view
from bot.sandbox.errors import SlackError
from bot.sandbox.model import Json, Trigger, User, View
from bot.sandbox.state import State
from bot.sandbox.values import initial_values

# Slack's limit of views on each other.
STACK = 3


def use_trigger(state: State, trigger_id: str, team: str) -> Trigger:
    """The trigger, used up. Raises `invalid_trigger_id`, `expired_trigger_id`, `exchanged_trigger_id`."""
    trigger = state.triggers.get(trigger_id)
    if trigger is None or trigger.team != team:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if state.clock.epoch() > trigger.expires:
        raise SlackError("expired_trigger_id")
    # Only here, after the view was checked: Slack leaves the trigger good when it refuses the view.
    trigger.used = True
    return trigger


def _new_hash(state: State) -> str:
    return f"{state.seconds()}.{secrets.token_urlsafe(6)}"


def _make(state: State, user: User, body: Json, call: int | None, team: str | None = None) -> View:
    team = team or user.team
    _unused_external_id(state, team, body)
    made_id = state.new_id("V")
    view = View(made_id, team, user.id, body, _new_hash(state), made_id, call=call)
    view.values = initial_values(view.blocks, None, {})
    state.views[view.id] = view
    return view


def _unused_external_id(state: State, team: str, body: Json, but: str | None = None) -> None:
    external = body.get("external_id")
    if external and any(
        v.body.get("external_id") == external and v.team == team and v.id != but for v in state.views.values()
    ):
        raise SlackError("duplicate_external_id")


def open_modal(state: State, user: User, body: Json, call: int | None, team: str | None = None) -> View:
    """A new stack; one that was open is gone. `body` is checked. `team`: whose app it is; default: the person's."""
    # What was typed in the old one is gone with it, so a button in a modal must push instead.
    for old in list(user.modals):
        close(state, old)
    view = _make(state, user, body, call, team)
    user.modals.append(view)
    state.feed.tell([user.id], "modal")
    return view


def push_modal(state: State, user: User, body: Json, call: int | None) -> View:
    """On top of the stack. Raises `push_limit_reached`; `not_found` when nothing is open."""
    if not user.modals:
        raise SlackError("not_found")
    if len(user.modals) >= STACK:
        raise SlackError("push_limit_reached")
    below = user.modals[-1]
    view = _make(state, user, body, call, user.modals[-1].team)
    view.root_id, view.previous_id = below.root_id, below.id
    user.modals.append(view)
    state.feed.tell([user.id], "modal")
    return view


def update_view(state: State, view: View, body: Json, call: int | None) -> View:
    """New content; what stood in inputs that are still there stays."""
    _unused_external_id(state, view.team, body, view.id)
    view.body, view.hash, view.call = body, _new_hash(state), call
    view.values = initial_values(view.blocks, None, view.values)
    view.errors = {}
    state.feed.tell([view.user], "home" if body["type"] == "home" else "modal")
    return view


def close(state: State, view: View) -> None:
    """Takes a modal from its stack."""
    user = state.users[view.user]
    if view in user.modals:
        user.modals.remove(view)
    state.views.pop(view.id, None)
    state.feed.tell([user.id], "modal")


def publish_home(state: State, user: User, body: Json, call: int | None) -> View:
    if user.home is None:
        user.home = _make(state, user, body, call)
        state.feed.tell([user.id], "home")
        return user.home
    return update_view(state, user.home, body, call)


def checked_modal(body: object) -> Json:
    return check_view(body, "modal")
