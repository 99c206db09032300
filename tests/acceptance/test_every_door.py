"""Every way into the product, tried by people who may not know of a private item, before and after things happen to it.

The ways are those that the code registers: one that is added is tried without a word here, and one of a new kind fails
until it is said how that kind is tried. What they read is compared by a mark that stands in the item and nowhere else.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from slack_bolt import App
from starlette.routing import Route

from bot.blocks.ids import Modal
from bot.domain.porting.writing import Format
from bot.sandbox.world import connected_world
from bot.web import web_app
from handlers.gateway.door import Door
from handlers.list_items import _LISTS
from handlers.registry import register_all
from scheduler.rituals.registry import RITUALS
from tests.acceptance.conftest import World
from tests.acceptance.drawn import (
    HERE,
    MARKER,
    Drawn,
    Json,
    Sender,
    Standing,
    errors_of_ours,
    number_of,
    open_every_form,
    overheard,
    stand,
    well_formed,
)  # fmt: skip
from tests.acceptance.test_life_of_an_item import create, submit
from tests.acceptance.test_made_private import make_private
from tests.running import RunningBot, local_slack

PARTNER = "C0PARTNER"
SECRET = "rotate the keys"
"""Stands in the item, and in nothing that anybody asks."""
GUEST, OUTSIDER = "U0GIL", "U0OLGA"
ROUTES = {"/slack/events", "/healthz", "/readyz", "/metrics", "/slack/install", "/slack/oauth_redirect", "/mcp"}
"""What is served: only the first and the last one speak of items (test_mcp.py)."""


def doors() -> list[Door]:
    app = App(token="xoxb-1", signing_secret="x", token_verification_enabled=False)
    return register_all(app, MagicMock())


DOORS = doors()


@dataclass
class Scene:
    """A world with a private item, whose channel Aisha was in, and somebody who has left."""

    world: World
    standing: Standing
    forms: list[Json]
    turns: Iterator[int] = field(default_factory=count)

    @property
    def people(self) -> dict[str, Sender]:
        users = {"guest": GUEST, "outsider": OUTSIDER, "removed": "U0AISHA", "left": "U0LEFT"}
        return {name: Sender(self.world, user) for name, user in users.items()}


@pytest.fixture(scope="module")
def world(database: str, folder: Path) -> Iterator[World]:
    with local_slack(seed=connected_world) as sandbox:
        bot = RunningBot(sandbox, database, folder)
        words = ("--lead", "U0MARCO", "--member", "U0PRIYA", "--timezone", "Europe/Berlin")
        done = bot.command("team", "set", "Payments", "--channel", HERE, *words)
        assert done.returncode == 0, done.stderr
        bot.start()
        try:
            yield World(sandbox, bot)
        finally:
            bot.stop()


@pytest.fixture(scope="module")
def scene(world: World) -> Scene:
    world.sandbox.do(lambda state: state.add_user("T0ACME", "Lou Left", user="U0LEFT", name="lou"))
    standing = stand(world)
    vault = standing.vault
    priya = world.person("U0PRIYA")
    for member in ("U0AISHA", "U0LEFT"):
        priya.post("invite", {"channel": vault, "user": member})
        answer = world.person(member).command(f"/actionitem show {standing.private}", channel=vault)
        assert MARKER in answer.text  # as long as they are in it
    forms = open_every_form(world, standing)
    priya.post("kick", {"channel": vault, "user": "U0AISHA"})
    world.person("U0PRIYA").http.patch("/sandbox/people/U0LEFT", json={"deleted": True})
    priya.settle()
    return Scene(world, standing, forms)


def by_command(scene: Scene, sender: Sender, name: str) -> None:
    """In each form that could name the item or count it."""
    private = scene.standing.private
    about = [f"{name} {what}" for what in (private, f"{MARKER} public", f"1 {private}")]
    if name == "list":
        about += [f"list {kind} {rest}" for kind in _LISTS for rest in ("", "public")]
    if name == "export":
        about += [f"export {form}" for form in Format]
    for text in about:
        sender.command(text, PARTNER if sender.user == OUTSIDER else HERE)


def by_button(scene: Scene, sender: Sender, name: str) -> None:
    """With its number alone, and in the shape of each value that a button carries, in turns."""
    private, shapes = str(scene.standing.private), well_formed(scene.standing)
    values = [value for value in shapes.values() if ":" in value or "|" in value]
    shaped = next(scene.turns) % len(values)
    for value in (private, values[shaped].replace(values[shaped].partition(":")[0], private, 1)):
        sender.press(Drawn({}, {"action_id": name, "type": "button"}, None), value)


def by_menu(scene: Scene, sender: Sender, name: str) -> None:
    more = Drawn({}, {"action_id": "item.more", "type": "overflow"}, None)
    sender.press(more, f"{name}:{scene.standing.private}")


def by_form(scene: Scene, sender: Sender, name: str) -> None:
    for form in scene.forms:
        if form.get("callback_id") == name:
            shown = sender.shown(form)
            carried = json.loads(shown["private_metadata"] or "{}") | {
                "number": scene.standing.private,
                "channel": scene.standing.vault,
            }
            sender.submit(shown | {"private_metadata": json.dumps(carried)})


def by_shortcut(scene: Scene, sender: Sender, name: str) -> None:
    message = {"ts": scene.standing.said, "text": f"AI-{scene.standing.private}", "user": "U0PRIYA"}
    for kind in ("shortcut", "message_action"):
        sender.interaction(
            {
                "type": kind,
                "callback_id": name,
                "message": message,
                "channel": {"id": scene.standing.vault, "name": "x"},
            }
        )


def by_event(scene: Scene, sender: Sender, name: str) -> None:
    for number, text in enumerate((f"<@U0BOT> show AI-{scene.standing.private}", f"<@U0BOT> {MARKER[:-1]}")):
        for channel in (HERE, PARTNER):
            about = {"type": "message", "channel": scene.standing.vault, "ts": scene.standing.said}
            event = {"type": name, "user": sender.user, "channel": channel, "ts": f"1732.00{number}", "text": text,
                     "tab": "home", "reaction": "pushpin",
                     "item": about}  # fmt: skip
            if name in ("user_change", "team_join"):
                event["user"] = {"id": sender.user, "team_id": "T0ACME", "name": "x", "is_restricted": True}
            if name not in ("channel_id_changed", "member_joined_channel", "message"):
                sender.event(event, hash((name, sender.user, channel, number)) % 10**9)


def by_step(scene: Scene, sender: Sender, name: str) -> None:
    inputs = {"title": "Cap it", "owner": sender.user, "due": "2030-01-01", "verification": "See it",
              "channel": scene.standing.vault, "requested_by": sender.user, "team": "Payments"}  # fmt: skip
    event = {"type": "function_executed", "function": {"callback_id": name}, "function_execution_id": "Fx1",
             "inputs": inputs, "bot_access_token": "xwfp-1"}  # fmt: skip
    sender.event(event, 77)


TRIES: dict[str, Callable[[Scene, Sender, str], None]] = {
    "command": by_command, "button": by_button, "menu": by_menu, "form": by_form, "shortcut": by_shortcut,
    "event": by_event, "step": by_step,
}  # fmt: skip
"""How a way of each kind is tried."""


def try_doors(scene: Scene, tried: list[Door]) -> None:
    """Nobody reads what stands in the item: not in an answer, nor in anything that Slack is told to show."""
    since = len(scene.world.sandbox.inspector.entries)
    for who, sender in scene.people.items():
        for door in tried:
            if sender.user == OUTSIDER and "home" in door.name:
                continue  # Slack publishes none to people of another workspace
            TRIES[door.kind](scene, sender, door.name)
        assert [heard for heard in sender.heard if SECRET in heard] == [], who
        for call in overheard(scene.world, scene.standing, since):
            assert SECRET not in json.dumps(call), (who, call)
    assert not (errors := {line[150:] for line in errors_of_ours(scene.world)}), errors


def test_every_kind_of_way_is_tried() -> None:
    assert {door.kind for door in DOORS} == set(TRIES)
    assert {door.name for door in DOORS if door.kind == "form"} == {str(modal) for modal in Modal} - {str(Modal.REVIEW)}


def test_nothing_else_is_served() -> None:
    """The HTTP API, webhooks and MCP come with tries of their own."""
    app = web_app(MagicMock(oauth_flow=None), MagicMock(), MagicMock())
    assert {route.path for route in app.routes if isinstance(route, Route)} <= ROUTES


def owner_changed(scene: Scene) -> None:
    submit(scene.world.person("U0PRIYA"), scene.standing.vault, f"assign {scene.standing.private}",
           {"New owner": "U0MARCO", "Why?": "on leave"})  # fmt: skip


def incident_linked(scene: Scene) -> None:
    priya = scene.world.person("U0PRIYA")
    answer = priya.command("/actionitem recurrence", channel=scene.standing.vault)
    for message in answer.messages:
        if "Same as" in message.buttons:
            message.button("Same as").click()
            return


def channel_shared(scene: Scene) -> None:
    def share(state: object) -> None:
        channel = scene.world.sandbox.state.channels[HERE]
        channel.shared_with = ["T0GLOBEX"]
        channel.members.append(OUTSIDER)

    scene.world.sandbox.do(share)
    Sender(scene.world, "U0PRIYA").event({"type": "channel_shared", "channel": HERE}, 4711)


def rituals_run(scene: Scene) -> None:
    for name in RITUALS:
        assert scene.world.bot.command("ritual", name).returncode in (0, 1)


def merged_with_a_public_item(scene: Scene) -> None:
    public = scene.standing.items["another"]
    priya = scene.world.person("U0PRIYA")
    priya.command(f"/actionitem merge {scene.standing.private} {public}", channel=scene.standing.vault)


def channel_made_private(scene: Scene) -> None:
    """From now on it is about an item that was public, of a channel that is so no longer."""
    world, channel = scene.world, scene.world.incident_channel(name="made-private")
    label = create(world, world.person("U0PRIYA"), channel, Action=f"{MARKER}: {SECRET} of the edge")
    make_private(world, channel)
    world.person("U0PRIYA").settle()
    scene.standing = replace(scene.standing, private=number_of(label), vault=channel)


HAPPENINGS = (
    owner_changed, incident_linked, channel_shared, rituals_run, merged_with_a_public_item, channel_made_private,
)  # fmt: skip


def test_no_way_tells_of_it_before_and_after_things_happen_to_it(scene: Scene) -> None:
    try_doors(scene, DOORS)
    for number, happens in enumerate(HAPPENINGS):
        happens(scene)
        try_doors(scene, DOORS[number :: len(HAPPENINGS)])
    try_doors(scene, DOORS)
