"""A request as capabilities see it: who asks, where and with what; and their answer. Slack's payloads end here."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks.text import within_sentences
from bot.domain.errors import Unavailable, Unreadable
from bot.domain.slack_ids import MESSAGE_TS
from bot.slack.client import error_code, is_away
from bot.slack.lookups import SLACK_IS_AWAY
from handlers.gateway.carried import Carried

TOO_LATE = frozenset(
    ["expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "invalid_trigger_id", "not_found"]
)
"""Slack's words for a press that is over: its three seconds, or the modal that it was made in."""


class AlreadyDone(Exception):
    """This very request was carried out before; Slack sends what it got no answer to again."""


@dataclass(frozen=True)
class Answer:
    """What the asker reads; to everybody in the channel when `public`. `replaces`: in place of the message pressed."""

    text: str
    blocks: Sequence[Block] = ()
    public: bool = False
    replaces: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", within_sentences(self.text))  # the way of frozen dataclasses


@dataclass(frozen=True)
class Asked:
    """A request: who asks, where, and with what. `key` is the same when Slack sends the request again."""

    workspace: str
    user: str
    client: WebClient
    key: str
    bot_user: str = ""
    channel: str | None = None
    channel_name: str = ""
    trigger_id: str = ""
    text: str = ""
    value: str = ""
    metadata: Carried = field(default_factory=Carried)
    message: dict[str, Any] = field(default_factory=dict)
    view: dict[str, Any] = field(default_factory=dict)
    message_is_ephemeral: bool = False
    thread: str = ""
    """The thread in which it was asked, by its first message; "" in the channel itself. Commands carry none."""
    block: str = ""
    """The block of a menu whose options are asked for."""
    in_view: bool = False
    done: list[str] = field(default_factory=list)
    """What was done, a line each: said to the asker where the request has no other answer."""
    next_views: list[View] | None = None
    """Where a submission keeps the modal that takes its place; None for everything else."""

    @property
    def is_on_card(self) -> bool:
        """Whether it was pressed where the effect is seen, so that no answer of its own is needed."""
        to_all = bool(self.message) and not self.message_is_ephemeral
        return self.is_on_home or (to_all and not (self.channel or "").startswith("D"))

    @property
    def is_on_home(self) -> bool:
        """Whether it was pressed in the App Home, which is drawn anew."""
        return self.view.get("type") == "home"

    def open(self, view: View) -> None:
        """Opens a modal for the asker, or puts it on the one they pressed in, or in the place of the one that they
        submitted. Raises `Unavailable`."""
        self._remember_thread(view)
        if self.next_views is not None:
            self.next_views.append(view)
            return
        # Pressed in a modal, it goes on top of that one, and what was typed there is kept beneath.
        method = self.client.views_push if self.in_view else self.client.views_open
        try:
            method(trigger_id=self.trigger_id, view=view)
        except (SlackClientError, OSError) as error:
            # A trigger lives three seconds. Whoever waited that long has pressed again already, or will.
            if error_code(error) in TOO_LATE:
                raise Unavailable("That took too long for Slack. Try again.") from error
            if isinstance(error, SlackApiError) and not is_away(error):
                raise
            raise Unavailable(SLACK_IS_AWAY) from error

    def _remember_thread(self, view: View) -> None:
        """The submission says nothing of where the form was opened, but what the form carries."""
        if self.thread:
            carried = json.loads(view.private_metadata or "{}")
            view.private_metadata = json.dumps({"channel": self.channel} | carried | {"thread": self.thread})

    def show(self, view: View) -> None:
        """Puts *view* in the place of the modal that they pressed in, for only three may lie on each other; opens it
        for who pressed or typed elsewhere. Raises as `redraw`."""
        if self.in_view:
            self.redraw(view)
        else:
            self.open(view)

    def redraw(self, view: View) -> None:
        """Puts *view* in the place of the modal that they pressed in. Raises `Unavailable`; and `Unreadable` for who
        pressed elsewhere, where no such button was ever drawn."""
        if not self.in_view:
            raise Unreadable
        try:
            self.client.views_update(view_id=self.view["id"], hash=self.view.get("hash"), view=view)
        except (SlackClientError, OSError) as error:
            # Two presses at once, or the modal is closed: what Slack shows then is newer than this, or nothing.
            if error_code(error) not in ("hash_conflict", "not_found"):
                raise Unavailable(SLACK_IS_AWAY) from error


def asked_by_command(body: dict[str, Any], context: BoltContext, rest: str) -> Asked:
    """A slash command; *rest* is what stands behind its subcommand."""
    return replace(
        _asked(context, f"trigger:{body.get('trigger_id', '')}", channel=body.get("channel_id")),
        channel_name=body.get("channel_name", ""),
        trigger_id=body.get("trigger_id", ""),
        text=rest,
    )


def asked_by_action(body: dict[str, Any], context: BoltContext) -> Asked:
    """A press of a button, or a choice, in a message or a view."""
    pressed = body["actions"][0]
    # A button has a value, an entry of a menu is an option that has one.
    chosen = pressed.get("selected_option") or {}
    value = pressed.get("value") or chosen.get("value")
    view = body.get("view") or {}
    channel = body.get("channel") or {}
    container, metadata = body.get("container") or {}, _metadata(view)
    return replace(
        _asked(context, f"trigger:{body.get('trigger_id', '')}", channel=channel.get("id")),
        channel_name=channel.get("name", ""),
        trigger_id=body.get("trigger_id", ""),
        value=value if isinstance(value, str) else "",
        metadata=metadata,
        message=body.get("message") or {},
        message_is_ephemeral=bool(container.get("is_ephemeral")),
        thread=_thread_of(body.get("message") or {}, container) or metadata.get("thread") or "",
        view=view,
        in_view=view.get("type") == "modal",
    )


def asked_by_options(body: dict[str, Any], context: BoltContext) -> Asked:
    """What was typed into a menu that asks for its options, in a message or a view; it changes nothing.

    Slack says nothing then of what stands in the form's other fields.
    """
    view, channel = body.get("view") or {}, body.get("channel") or {}
    return replace(
        _asked(context, "", channel=channel.get("id")),
        text=str(body.get("value") or "").strip(),
        metadata=_metadata(view),
        block=str(body.get("block_id") or ""),
        view=view,
    )


def asked_by_view(body: dict[str, Any], context: BoltContext) -> Asked:
    """The submission of a modal."""
    view = body["view"]
    asked = _asked(context, f"view:{view.get('id', '')}:{view.get('hash', '')}", channel=None)
    metadata = _metadata(view)
    trigger_id = body.get("trigger_id", "")
    # A submission names no channel: where its form was opened stands in what the form carries back.
    return replace(
        asked,
        metadata=metadata,
        trigger_id=trigger_id,
        channel=metadata.get("channel"),
        thread=metadata.get("thread") or "",
        view=view,
    )


def asked_by_shortcut(body: dict[str, Any], context: BoltContext) -> Asked:
    """A global or message shortcut."""
    channel = body.get("channel") or {}
    return replace(
        _asked(context, f"trigger:{body.get('trigger_id', '')}", channel=channel.get("id")),
        channel_name=channel.get("name", ""),
        trigger_id=body.get("trigger_id", ""),
        message=body.get("message") or {},
        thread=_thread_of(body.get("message") or {}, {}),
    )


def asked_by_event(body: dict[str, Any], context: BoltContext) -> Asked:
    """Something that happened; whoever did it is the asker."""
    channel = body["event"].get("channel")
    key = f"event:{body.get('event_id', '')}"
    return _asked(context, key, channel=channel if isinstance(channel, str) else None)


def _asked(context: BoltContext, key: str, channel: str | None) -> Asked:
    client = context.client
    return Asked(context.team_id or "", context.user_id or "", client, key, context.bot_user_id or "", channel=channel)


def _thread_of(message: dict[str, Any], container: dict[str, Any]) -> str:
    """The thread of the answer among whose buttons it was pressed. The first message of a thread stands in the channel
    too, where most people press it; an ephemeral message is told by its container alone."""
    for said, ts in ((message, message.get("ts")), (container, container.get("message_ts"))):
        thread = str(said.get("thread_ts") or "")
        if thread != ts and MESSAGE_TS.fullmatch(thread):
            return thread
    return ""


def _metadata(view: dict[str, Any]) -> Carried:
    return Carried.read(str(view.get("private_metadata") or "{}"))
