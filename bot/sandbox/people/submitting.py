"""Submitting and closing modals: the client's own checks, `view_submission`, `view_closed`."""

from typing import Any

from bot.sandbox import payloads, views
from bot.sandbox.errors import CannotDo, SlackError
from bot.sandbox.field_rules import field_errors
from bot.sandbox.model import Json, User, View
from bot.sandbox.outgoing import Answer
from bot.sandbox.people.desk import Desk, Outcome
from bot.sandbox.people.pressing import blocks_of, choices_of, values_of
from bot.sandbox.shapes import view_json
from bot.sandbox.values import with_given


async def submit(desk: Desk, user: User, body: Json) -> Json:
    """`/submit`."""
    view = _top(desk, user, body)
    if not view.body.get("submit"):
        raise CannotDo("This modal has nothing to submit.")
    given = body.get("values") or {}
    view.values = with_given(blocks_of(view), values_of(view, user), given, choices_of(desk.state, user))
    view.errors = field_errors(view.blocks, view.values)
    # Slack's client asks first: a bot is never tested on a submission that no person could send.
    if view.errors:
        desk.state.feed.tell([user.id], "modal")
        return desk.result(user, Outcome("input", errors=dict(view.errors)))
    answer = await desk.ask(user, "interaction", _payload(desk, user, view), team=view.team)
    outcome = desk.outcome(user, answer)
    if answer.error is None:
        _apply(desk, user, view, answer, outcome)
    return desk.result(user, outcome)


def _top(desk: Desk, user: User, body: Json) -> View:
    view = desk.view_of(user, body.get("view"))
    if not user.modals or view is not user.modals[-1]:
        raise CannotDo("Only the modal on top can be submitted or closed.")
    return view


def _payload(desk: Desk, user: User, view: View) -> Json:
    urls = []
    for block in view.blocks:
        element = block.get("element") or {}
        value = view.values.get(block["block_id"], {}).get(element.get("action_id", ""), {})
        chosen = value.get("selected_conversation") or value.get("selected_channel")
        if element.get("response_url_enabled") and chosen:
            channel = desk.state.channel(str(chosen))
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel.id,
                    "response_url": desk.response_url(user, channel),
                }
            )
    return payloads.envelope(desk.state, user, "view_submission", view.team) | {
        "trigger_id": desk.state.new_trigger(user.id, view.id, view.team),
        **payloads.view_alone(desk.state, view),
        "response_urls": urls,
    }


def _apply(desk: Desk, user: User, view: View, answer: Answer, outcome: Outcome) -> None:
    """Does what the app's answer says."""
    try:
        _respond(desk, user, view, answer.body, outcome)
    except SlackError as refusal:
        outcome.error = refusal.error
        entry = desk.inspector.find(answer.entry)
        if entry is not None:
            entry.verdict, entry.details = refusal.error, refusal.details


def _respond(desk: Desk, user: User, view: View, body: Any, outcome: Outcome) -> None:
    # An empty answer closes this view alone; those below it come back.
    if body in ("", None, {}):
        views.close(desk.state, view)
        return
    action = body.get("response_action") if isinstance(body, dict) else None
    if action == "clear":
        for each in list(user.modals):
            views.close(desk.state, each)
    elif action == "errors":
        _field_errors(desk, view, body.get("errors"), outcome)
    elif action == "update":
        views.update_view(desk.state, view, views.checked_modal(body.get("view")), outcome.request)
    elif action == "push":
        views.push_modal(desk.state, user, views.checked_modal(body.get("view")), outcome.request)
    else:
        raise SlackError("invalid_response_action", [f"[ERROR] not an answer to a view_submission: {body!r}"])


def _field_errors(desk: Desk, view: View, errors: Any, outcome: Outcome) -> None:
    """Shows errors beside fields. Raises SlackError for a field that is not there, as Slack's client does."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    # Slack's client shows a general failure then: an error under a renamed block_id is found here.
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_errors", [f"[ERROR] errors must name input blocks of the view: {errors!r}"])
    view.errors = {str(block): str(text) for block, text in errors.items()}
    outcome.error, outcome.errors = "input", dict(view.errors)
    desk.state.feed.tell([view.user], "modal")


async def close(desk: Desk, user: User, body: Json) -> Json:
    """`/close`: the top, or with `all` the whole stack."""
    view = _top(desk, user, body)
    closing = list(reversed(user.modals)) if body.get("all") or view.body.get("clear_on_close") else [view]
    outcome = Outcome()
    for each in closing:
        shown = view_json(desk.state, each)
        views.close(desk.state, each)
        if each.body.get("notify_on_close"):
            payload = payloads.envelope(desk.state, user, "view_closed", each.team)
            payload |= {"view": shown, "is_cleared": len(closing) > 1}
            outcome = desk.outcome(user, await desk.ask(user, "interaction", payload, team=each.team))
    return desk.result(user, outcome)
