"""Everything that can be pressed and filled in, as the product drew it for somebody; and how to send it otherwise.

Slack would send what stands in it. Whoever can sign a request sends anything.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.requests import Request

from bot.blocks.block import REASON
from bot.blocks.capture import Offer
from bot.blocks.ids import Button, Modal
from bot.domain.item_values import BlockReason
from bot.domain.lifecycle import Action
from bot.domain.pressed import (
    Attention,
    HistoryPage,
    ItemOnDay,
    ListPage,
    MeasuresOf,
    MenuEntry,
    MergeInto,
    NotBefore,
    OneProject,
    RequestAbout,
    SameAs,
    ToReview,
)  # fmt: skip
from bot.sandbox import payloads
from bot.sandbox import views as sandbox_views
from bot.sandbox.outgoing import FORM, encoded
from bot.sandbox.shapes import view_json
from bot.slack.requests import bolt_request
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.endings import NOT_NOW
from tests.acceptance.test_life_of_an_item import create, submit, walk_to
from tests.people import Person
from tests.running import RunningBot
from tests.signing import signed

Json = dict[str, Any]
HERE, TEAM = "C0PAYMENTS", "T0ACME"
MARKER = "Xylograph"
"""Stands in what is private."""


@dataclass(frozen=True)
class Drawn:
    """An element with its block, and the view in which it stood; None: in a message."""

    block: Json
    element: Json
    view: Json | None

    @property
    def action_id(self) -> str:
        return str(self.element["action_id"])


class Drawings:
    """All that the product drew while this listened, each kind of button once for each surface."""

    def __init__(self, world: World) -> None:
        self._entries = world.sandbox.inspector.entries
        self._before = len(self._entries)

    def views(self) -> list[Json]:
        """The newest drawing of each modal; with other fields: once more."""
        found: dict[str, Json] = {}
        for node, _view in self._nodes():
            if isinstance(node, dict) and node.get("type") == "modal" and isinstance(node.get("blocks"), list):
                fields = sorted(str(block.get("block_id")).partition(":")[0] for block in node["blocks"])
                found[f"{node.get('callback_id')} {node['title']} {fields}"] = node
        return list(found.values())

    def drawn(self, modal: Modal) -> Json:
        """The newest drawing of it; a press may be answered before it is there."""

        def newest() -> Json | None:
            return next((each for each in self.views() if each.get("callback_id") == modal), None)

        try:
            return eventually(newest, patience=20)
        except AssertionError:
            raise AssertionError(f"No form {modal!r} was drawn.") from None

    def _nodes(self) -> Iterator[tuple[Any, Json | None]]:
        for entry in list(self._entries)[self._before :]:
            yield from _walk(entry.request if entry.kind != "request" else entry.answer, None)


def elements_in(view: Json) -> Iterator[Drawn]:
    """Everything in it that reports when it is pressed or chosen in."""
    for block in view["blocks"]:
        if block.get("type") == "input" and not block.get("dispatch_action"):
            continue
        for element in (block.get("element"), block.get("accessory"), *(block.get("elements") or [])):
            if isinstance(element, dict) and "action_id" in element and not element.get("url"):
                yield Drawn(block, element, view)


def _walk(node: Any, view: Json | None) -> Iterator[tuple[Any, Json | None]]:
    """Every part, with the view in which it stands."""
    if isinstance(node, dict):
        view = node if node.get("type") in ("modal", "home") and "blocks" in node else view
        yield node, view
        for each in node.values():
            yield from _walk(each, view)
    elif isinstance(node, list):
        for each in node:
            yield from _walk(each, view)


class Sender:
    """Signs requests as Slack does, in somebody's name, with whatever is in them.

    It hands them to what answers them: the way there by HTTP is a fourth of the work, of thousands. That way is gone in
    `test_hostile_http.py`.
    """

    def __init__(self, world: World, user: str) -> None:
        assert isinstance(world.bot, RunningBot)
        self.user, self.slack, self.state = user, world.bot.slack, world.sandbox.state
        self.heard: list[str] = []

    def press(self, drawn: Drawn, value: Any, metadata: str | None = None) -> httpx.Response:
        """The press of a button or the choice of an option with that value, in a message or a modal of their own, which
        carries *metadata*."""
        kind = drawn.element["type"]
        pressed = {"action_id": drawn.action_id, "block_id": drawn.block.get("block_id", "b"), "type": kind}
        pressed |= {"value": value} if kind == "button" else {"selected_option": {"value": value}}
        surface = self.surface(drawn.view)
        if metadata is not None:
            surface["view"]["private_metadata"] = metadata
        return self.interaction(surface | {"type": "block_actions", "actions": [pressed]})

    def surface(self, view: Json | None) -> Json:
        """Where they press: a public message, or a modal that is open for them."""
        if view is None:
            return {"channel": {"id": HERE, "name": "payments"}, "message": {"ts": "1732.000100", "text": "x"}}
        return {"view": self.shown(view)}

    def shown(self, view: Json) -> Json:
        """The view as Slack sends it, once it is open for them: so what is put on it has something below it."""
        user = self.state.users[self.user]
        made = sandbox_views.open_modal(self.state, user, sandbox_views.checked_modal(deepcopy(view)), None, TEAM)
        return view_json(self.state, made)

    def submit(self, view: Json) -> httpx.Response:
        """The submission of what `shown` gave."""
        return self.interaction({"type": "view_submission", "view": view, "response_urls": []})

    def interaction(self, said: Json) -> httpx.Response:
        user = self.state.users[self.user]
        about = payloads.envelope(self.state, user, said["type"], TEAM) | {
            "trigger_id": self.state.new_trigger(self.user, team=TEAM)
        }
        return self.send("interaction", about | said)

    def event(self, event: Any, number: int) -> httpx.Response:
        around = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A0", "event_id": f"Ev{number}"}
        return self.send("event", around | {"event": event, "authorizations": []})

    def command(self, text: str, channel: str = HERE) -> httpx.Response:
        state = self.state
        sent = payloads.command(state, state.users[self.user], state.channels[channel], "/actionitem", text, "")
        return self.send("command", sent | {"team_id": TEAM, "trigger_id": state.new_trigger(self.user, team=TEAM)})

    def send(self, kind: str, payload: Json) -> httpx.Response:
        body, content_type = encoded(kind, payload) if kind != "command" else (_as_form(payload), FORM)
        headers = {"Content-Type": content_type} | signed(self.state.app.signing_secret, body)
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        try:
            answer = self.slack.dispatch(
                bolt_request(Request({"type": "http", "query_string": b"", "headers": raw}), body)
            )
        except ValueError:
            return httpx.Response(400)
        self.heard.append(answer.body)
        return httpx.Response(answer.status, text=answer.body)


def _as_form(payload: Json) -> bytes:
    """As the sandbox writes it, also with halves of letters."""
    return urlencode(payload, errors="surrogatepass").encode()


def overheard(world: World, standing: "Standing", since: int) -> list[Json]:
    """What the product has told Slack since then, but in the private channel and to whoever is in it."""
    knows = {"U0PRIYA", "U0MARCO"}
    theirs = {
        each.id for each in world.sandbox.state.channels.values() if each.kind == "im" and knows & {*each.members}
    }
    apart = {standing.vault, *knows, *theirs}
    calls = [entry.request for entry in list(world.sandbox.inspector.entries)[since:] if entry.kind == "call"]
    # What a canvas holds goes to an id of its own; who made it in which channel is `test_private_channels.py`'s.
    return [
        call
        for call in calls
        if "canvas_id" not in call
        and not {str(call.get(name)) for name in ("channel", "channel_id", "user_id")} & apart
    ]


def errors_of_ours(world: World) -> list[str]:
    """The requests that have failed since the bot started, each by the end of its traceback."""
    found = (line for line in world.bot.log if "request_failed" in line or "Traceback" in line)
    return [line[:150] + " … " + line[-600:] for line in found]


@dataclass(frozen=True)
class Standing:
    """Numbers of what stands in the world: of items by what can be done to them, and of all else."""

    items: dict[str, int]
    requests: tuple[int, int]
    private: int
    incidents: tuple[int, int]
    team: int
    said: str
    vault: str


def stand(world: World) -> Standing:
    """Items of Payments, which Marco leads, in every state from which something can be done to them."""
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    items = {
        state: _item(world, priya, HERE if state == "verified" else channel, at, state)
        for at, state in enumerate(("not started", "in progress", "implemented", "verified", "closed"), 1)
    }
    items["asked"] = number_of(create(world, world.person("U0MARCO"), channel, Action="Cap queue 9", Owner="U0AISHA"))
    priya.command("/actionitem idea Draw the queue on the dashboard", channel=channel)
    items["idea"] = items["asked"] + 1
    for name in ("deferral", "another"):
        items[name] = _item(world, priya, HERE, len(items), "not started")
        assert submit(priya, HERE, f"defer {items[name]}", NOT_NOW, "Defer") == {}
    vault = world.incident_channel(private=True, name="vault")
    private = number_of(create(world, priya, vault, Action=f"{MARKER}: rotate the keys every day", Owner="U0PRIYA"))
    said = priya.say("@Action Items add Shed load when the queue is full", channel=HERE)
    eventually(lambda: find(priya.messages(HERE, thread=said.ts)[1:], "Shed load"))
    return Standing(items, (1, 2), private, (1, 2), 1, said.ts, vault)


def _item(world: World, priya: Person, channel: str, at: int, state: str) -> int:
    label = create(world, priya, channel, Owner="U0PRIYA", Action=f"Cap queue {at} at {at}0,000 messages")
    if state != "not started":
        walk_to(priya, channel, label, state)
    return number_of(label)


def number_of(label: str) -> int:
    return int(label.partition("-")[2])


def well_formed(standing: Standing) -> dict[str, str]:
    """A value of each kind that buttons carry, about what stands in the world."""
    first, second = standing.items["not started"], standing.items["deferral"]
    today = datetime.now(UTC).date()
    kinds = (
        RequestAbout(second, standing.requests[0]), MergeInto(first, second), SameAs(*standing.incidents),
        ItemOnDay(first, today), HistoryPage(first, 0), ToReview(standing.team, today, 0),
        Attention("team", standing.team, today), Attention("mine", 0, today), NotBefore(today, "monday"),
        OneProject(first, (second,)), MeasuresOf(standing.team, "2026-10"), ListPage(0, "all"),
        Offer("Cap it", "U0PRIYA", "", standing.said, "event:Ev1"),
    )  # fmt: skip
    menu = {f"menu {action}": MenuEntry(action, str(first)).value for action in (*Action, "show")}
    values = {type(kind).__name__: kind.as_value() if isinstance(kind, Offer) else kind.value for kind in kinds}
    return values | menu | {name: str(number) for name, number in standing.items.items()} | {"kind": "stand-up"}


OPENED_BY = {
    Modal.NEW: "new", Modal.REVIEW: "review operations", Modal.TEAM: "settings Payments", Modal.EDIT: "edit {started}",
    Modal.IMPLEMENT: "implement {started}", Modal.VERIFY: "verify {implemented}", Modal.CLOSE: "close {verified}",
    Modal.REOPEN: "reopen {closed}", Modal.UPDATE: "update {started}", Modal.ASSIGN: "assign {started}",
    Modal.MEETING: "meeting", Modal.DUE: "due {started}", Modal.INCIDENT: "incident", Modal.PROMOTE: "promote {idea}",
    Modal.BLOCKED: "block {started}", Modal.DEFER: "defer {started}", Modal.ACCEPT_RISK: "risk {started}",
    Modal.DROP: "drop {started}", Modal.MERGE_INTO: "merge {started}", Modal.MERGE: "merge {started} {another}",
}  # fmt: skip
"""The commands that open forms."""
PRESSED_BY = {
    Modal.DECLINE: (Button.DECLINE, "{idea}"),
    Modal.CANNOT_TAKE: (Button.CANNOT_TAKE, "{asked}"),
    Modal.TURN_DOWN: (Button.TURN_DOWN, "{request}"),
    Modal.WEIGH: (Button.WEIGH, "{day}"),
    Modal.GUARD: (Button.GUARD, "{started}"),
    Modal.ADD_LINK: (Button.ADD_LINK, "{incident}"),
    Modal.NONE_NEEDED: (Button.NONE_NEEDED, "{incident}"),
    Modal.STANDARD_ITEMS: (Button.STANDARD_ITEMS, "{incident}"),
}
"""The buttons that open the other ones, and with what."""
PRESSED_BY_ADMIN = (Button.POLICY, Button.TEMPLATE, Button.TOKENS_NEW)
"""The buttons whose forms an admin alone is shown."""


MEETING: tuple[tuple[str, Json] | None, ...] = (
    ("candidates", {"type": "plain_text_input", "value": "Improve the wombat\nCap its queue at 7,000"}),
    None,
    None,
)
"""What is filled into the forms of the review meeting, each of which answers with the next."""


def open_every_form(world: World, standing: Standing) -> list[Json]:
    """Every form that the product has, as it was drawn for Marco, who leads the team; with the fields of every reason
    that blocks an item."""
    drawings, marco = Drawings(world), Sender(world, "U0MARCO")
    values = well_formed(standing)
    names = {name.replace("in progress", "started"): number for name, number in standing.items.items()}
    names |= {"request": values["RequestAbout"], "day": values["ItemOnDay"], "incident": standing.incidents[0]}
    usual = world.bot.command("template", "set", "Usual", "--item", "Alert on the wombat's queue at 7,000")
    assert usual.returncode == 0, usual.stderr
    channel = next(each.id for each in world.sandbox.state.channels.values() if each.name.startswith("inc-3"))
    for text in OPENED_BY.values():
        marco.command(text.format(**names), channel)
    for button, value in PRESSED_BY.values():
        marco.press(Drawn({}, {"action_id": button, "type": "button"}, None), value.format(**names))
    for button in PRESSED_BY_ADMIN:
        Sender(world, "U0AISHA").press(Drawn({}, {"action_id": button, "type": "button"}, None), "")
    for button in (Button.HYGIENE_PAGE, Button.ATTENTION_PAGE, Button.HISTORY):
        value = {Button.HYGIENE_PAGE: "ToReview", Button.ATTENTION_PAGE: "Attention", Button.HISTORY: "not started"}
        marco.press(Drawn({}, {"action_id": button, "type": "button"}, None), values[value[button]])
    blocked, steps = drawings.drawn(Modal.BLOCKED), [drawings.drawn(Modal.MEETING)]
    for typed in MEETING:
        shown = marco.shown(steps[-1])
        steps.append(marco.submit(filled(shown, *typed) if typed else shown).json()["view"])
    for reason in BlockReason:
        marco.submit(filled(marco.shown(blocked), REASON, {"selected_option": {"value": reason.value}}))
    for modal in {*Modal} - {view.get("callback_id") for view in steps}:
        assert drawings.drawn(modal), "a new one is added to those that are opened, or it is not tried"
    return [*drawings.views(), *steps[1:]]


def filled(view: Json, field: str, value: Json) -> Json:
    """The view with that in one of its fields."""
    block = next(block for block in view["blocks"] if str(block.get("block_id")).partition(":")[0] == field)
    values = view["state"]["values"] | {block["block_id"]: {block["element"]["action_id"]: value}}
    return view | {"state": {"values": values}}
