"""views.*: modals and App Homes."""

from bot.sandbox import views
from bot.sandbox.checks.views import check_view
from bot.sandbox.errors import SlackError
from bot.sandbox.model import Json, View
from bot.sandbox.shapes import view_json
from bot.sandbox.webapi.registry import Call, method


def _body(call: Call, kind: str) -> Json:
    if "view" not in call.args:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view [json-pointer:/view]"])
    return check_view(call.args.json("view", "invalid_arguments"), kind)


def _trigger(call: Call) -> str:
    if "trigger_id" not in call.args:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: trigger_id"])
    return call.args.text("trigger_id")


def _shown(call: Call, view: View) -> Json:
    return {"view": view_json(call.state, view)}


@method("views.open", tier=4)
def open_(call: Call) -> Json:
    body = _body(call, "modal")
    trigger = views.use_trigger(call.state, _trigger(call), call.team.id)
    return _shown(call, views.open_modal(call.state, call.state.users[trigger.user], body, call.id, call.team.id))


@method("views.push", tier=4)
def push(call: Call) -> Json:
    body = _body(call, "modal")
    trigger = views.use_trigger(call.state, _trigger(call), call.team.id)
    if trigger.from_modal is None:
        raise SlackError("not_found")
    return _shown(call, views.push_modal(call.state, call.state.users[trigger.user], body, call.id))


def _addressed(call: Call) -> View:
    """The view that view_id or external_id names. Raises `not_found`."""
    if "view_id" in call.args:
        view = call.state.views.get(call.args.text("view_id"))
    elif "external_id" in call.args:
        wanted = call.args.text("external_id")
        view = next((v for v in call.state.views.values() if v.body.get("external_id") == wanted), None)
    else:
        raise SlackError("invalid_arguments", ["[ERROR] one of view_id and external_id is required"])
    if view is None or view.team != call.team.id:
        raise SlackError("not_found")
    return view


@method("views.update", tier=4)
def update(call: Call) -> Json:
    view = _addressed(call)
    body = _body(call, view.body["type"])
    # Two presses on the same modal at once: with the hash the slower answer is refused and not drawn over the newer
    # one.
    if "hash" in call.args and call.args.text("hash") != view.hash:
        raise SlackError("hash_conflict")
    return _shown(call, views.update_view(call.state, view, body, call.id))


@method("views.publish", tier=4)
def publish(call: Call) -> Json:
    if "user_id" not in call.args:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: user_id"])
    user = call.state.users.get(call.args.text("user_id"))
    if user is None or user.team != call.team.id or user.is_bot:
        raise SlackError("invalid_arguments", ["[ERROR] user_id is not a person of this workspace"])
    if user.deleted:
        raise SlackError("not_enabled")
    body = _body(call, "home")
    if "hash" in call.args and user.home is not None and call.args.text("hash") != user.home.hash:
        raise SlackError("hash_conflict")
    return _shown(call, views.publish_home(call.state, user, body, call.id))
