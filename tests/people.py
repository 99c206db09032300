"""People of the sandbox, as a test speaks of them: by labels and visible names, by the routes of `/sandbox/…`.

priya = Person(sandbox, "U0PRIYA")
answer = priya.command("/actionitem new", channel="C0INC")
priya.modal.fill({"Action": "…", "Owner": "U0MARCO", "Due date": "2026-12-01"})
assert priya.modal.submit("Create") == {}
"""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

import httpx

from bot.sandbox.server import Sandbox
from tests.asking import ask

Json = dict[str, Any]
PLAIN = httpx.create_ssl_context(verify=False, trust_env=False)
"""Made once: making one for each client takes as long as a command."""
PRESSED = ("button", "workflow_button", "icon_button")
CLIENT_ERRORS = ("operation_timeout", "dispatch_failed")


def visible_text(node: Any) -> str:
    """Every text that a block, a list of blocks or a view shows, a line each."""
    return "\n".join(_texts(node))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _texts(each)
    elif isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        shown = ("title", "text", "fields", "label", "hint", "element", "accessory", "elements", "options", "rows")
        for key in (*shown, "option_groups", "description", "alt_text", "placeholder", "blocks", "initial_value"):
            if isinstance(node.get(key), dict | list):
                yield from _texts(node[key])
            elif key in ("initial_value", "alt_text") and node.get(key):
                yield str(node[key])


def elements_of(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each interactive element with its block."""
    for block in blocks:
        for element in (block.get("element"), block.get("accessory"), *(block.get("elements") or [])):
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def options_of(element: Json) -> list[Json]:
    groups = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return [*(element.get("options") or []), *groups]


def option_names(element: Json) -> list[str]:
    return [option["text"]["text"] for option in options_of(element)]


def option_of(element: Json, name: str) -> Json | None:
    return next((option for option in options_of(element) if option["text"]["text"] == name), None)


def names_of(block: Json, element: Json) -> list[str]:
    """By what a person would call an element: its text, its options, its placeholder, its section."""
    if element["type"] in PRESSED:
        return [element["text"]["text"]]
    if element["type"] in ("overflow", "checkboxes", "radio_buttons"):
        return [option["text"]["text"] for option in element["options"]]
    beside = [each["text"] for each in (element.get("placeholder"), block.get("text"), block.get("label")) if each]
    return beside or [element["action_id"]]


class Surface:
    """A message, a modal or an App Home: what it says and what can be pressed."""

    def __init__(self, person: "Person", blocks: list[Json], where: Json) -> None:
        self.person, self.blocks, self.where = person, blocks, where

    @property
    def text(self) -> str:
        return visible_text(self.blocks)

    @property
    def buttons(self) -> list[str]:
        """Visible names of what can be pressed, options of overflow menus included."""
        pressed = (*PRESSED, "overflow")
        return [
            name
            for block, element in elements_of(self.blocks)
            if element["type"] in pressed
            for name in names_of(block, element)
        ]

    def button(self, name: str) -> "Button":
        for block, element in elements_of(self.blocks):
            if element["type"] in (*PRESSED, "overflow") and name in names_of(block, element):
                option = option_of(element, name) if element["type"] == "overflow" else None
                return Button(self, block, element, option["value"] if option else None)
        raise AssertionError(f"There is no button {name!r}; there are: {self.buttons}. The text:\n{self.text}")

    def choose(self, name: str, value: Any) -> "Answer":
        """Chooses in a menu, date picker … that reports at once; `name`: placeholder, section or label."""
        for block, element in elements_of(self.blocks):
            if element["type"] not in PRESSED and name in names_of(block, element):
                return self._report(block, element, self._simple(block, element, value))
        known = [name for block, element in elements_of(self.blocks) for name in names_of(block, element)]
        raise AssertionError(f"There is nothing called {name!r}; there are: {known}.")

    def _report(self, block: Json, element: Json, value: Any, values: Json | None = None) -> "Answer":
        body = {"block_id": block["block_id"], "action_id": element["action_id"], "value": value}
        return self.person.act("action", self.where | body | {"values": values or {}})

    def _simple(self, block: Json, element: Json, value: Any) -> Any:
        """From what a person would say to what the interface takes (docs/sandbox.md)."""
        if value is None:
            return None
        if isinstance(value, bool) and element["type"] == "checkboxes":
            return [option["value"] for option in element["options"]] if value else []
        if isinstance(value, list | tuple | set):
            return [self._one(block, element, each) for each in value]
        if element["type"].startswith("multi_") or element["type"] == "checkboxes":
            return [self._one(block, element, value)]
        return self._one(block, element, value)

    def _one(self, block: Json, element: Json, value: Any) -> Any:
        kind = element["type"]
        if "external" in kind:
            return self._external(block, element, str(value))
        if "static" in kind or kind in ("radio_buttons", "checkboxes", "overflow"):
            option = option_of(element, str(value))
            assert option is not None, f"{value!r} is not offered; there are: {option_names(element)}."
            return option["value"]
        if kind.removeprefix("multi_") == "users_select":
            return value.id if isinstance(value, Person) else self.person.id_of(str(value))
        return self._typed(kind, value)

    def _typed(self, kind: str, value: Any) -> Any:
        if isinstance(value, datetime):
            return int(value.timestamp())
        if isinstance(value, date):
            return value.isoformat()
        return value if kind in ("datetimepicker", "rich_text_input") else str(value)

    def _external(self, block: Json, element: Json, name: str) -> Json:
        offered = self._asked_for(block, element, name)
        found = option_of(offered, name)
        assert found is not None, f"{name!r} is not offered; there are: {option_names(offered)}."
        return found

    def _asked_for(self, block: Json, element: Json, query: str) -> Json:
        body = {"block_id": block["block_id"], "action_id": element["action_id"], "query": query}
        return self.person.post("options", self.where | body)


class Button:
    """Something to press. `confirm`: the texts of its confirmation dialog, None without one."""

    def __init__(self, surface: Surface, block: Json, element: Json, value: str | None) -> None:
        self._surface, self._block, self._element, self._value = surface, block, element, value
        self.confirm = visible_text(element["confirm"]) if element.get("confirm") else None
        self.style, self.url = element.get("style"), element.get("url")

    def click(self) -> "Answer":
        values = getattr(self._surface, "values", None)
        return self._surface._report(self._block, self._element, self._value, values)


class Message(Surface):
    """A message as one person sees it."""

    def __init__(self, person: "Person", raw: Json) -> None:
        channel = raw["sandbox"]["channel"]
        super().__init__(person, raw.get("blocks") or [], {"message": {"channel": channel, "ts": raw["ts"]}})
        self.raw, self.channel, self.ts, self.thread_ts = raw, channel, raw["ts"], raw.get("thread_ts")
        self.is_ephemeral: bool = raw["sandbox"]["ephemeral"]
        self.fallback: str = raw["text"]
        self.sender: str = raw["user"]
        self.metadata: Json | None = raw.get("metadata")

    @property
    def text(self) -> str:
        """What is read: the blocks, or without them the text."""
        return visible_text(self.blocks) if self.blocks else self.fallback

    @property
    def thread(self) -> list["Message"]:
        """The replies."""
        return self.person.messages(self.channel, thread=self.ts)[1:]

    def __repr__(self) -> str:
        return f"<Message {self.ts} {self.text!r}>"


class Answer:
    """What came of an act, and what went wrong.

    `messages`: what the app answered: ephemerals, and what it said at once or by the response URL.
    `arrived`: these, and all else that arrived for this person meanwhile, as what an outbox had under way.
    """

    def __init__(self, person: "Person", result: Json, arrived: list[Message]) -> None:
        self.result, self.arrived = result, arrived
        self.messages = [m for m in arrived if m.is_ephemeral or m.raw["sandbox"]["answering"]]
        self.error: str | None = result["error"]
        self.status: int | None = result["status"]
        # One that lies there from before is none of this answer.
        self.opened = result["modal"] is not None and result["modal"]["sandbox"]["call"] >= (result["request"] or 0)

    @property
    def text(self) -> str:
        return "\n".join(message.text for message in self.messages)

    @property
    def blocks(self) -> list[Json]:
        return [block for message in self.messages for block in message.blocks]

    @property
    def ephemeral(self) -> bool | None:
        """Whether every message is only for this person; None without any."""
        return all(message.is_ephemeral for message in self.messages) if self.messages else None

    def __repr__(self) -> str:
        return f"<Answer error={self.error} opened={self.opened} {self.text!r}>"


class Modal(Surface):
    """The open modal. What is filled in stays here until it is reported or submitted."""

    def __init__(self, person: "Person", view: Json, errors: dict[str, str]) -> None:
        super().__init__(person, view["blocks"], {"view": view["id"]})
        self.values: dict[str, Json] = {}
        self._take(view, errors)

    def _take(self, view: Json, errors: dict[str, str]) -> None:
        self.view, self.blocks = view, view["blocks"]
        self.title: str = view["title"]["text"]
        self.submit_label: str | None = view["submit"]["text"] if view.get("submit") else None
        self.errors = {self._label(block): text for block, text in errors.items()}

    def _label(self, block_id: str) -> str:
        block = next(block for block in self.blocks if block["block_id"] == block_id)
        return str(block["label"]["text"])

    @property
    def labels(self) -> list[str]:
        return [block["label"]["text"] for block in self.blocks if block["type"] == "input"]

    def shown(self, label: str) -> Any:
        """What stands in a field now, as Slack's value object holds it."""
        block, element = self._field(label)
        state = self.view["state"]["values"].get(block["block_id"], {}).get(element["action_id"], {})
        given = self.values.get(block["block_id"], {}).get(element["action_id"])
        return given if given is not None else next((v for k, v in state.items() if k != "type"), None)

    def options(self, label: str) -> list[str]:
        """The visible texts of a field's options; of one that is searched, what it offers at once."""
        self._show_field(label)
        return self.searched(label, "") if self.is_searched(label) else option_names(self._field(label)[1])

    def is_searched(self, label: str) -> bool:
        """Whether the app is asked for the field's options as one types."""
        return bool(self._field(label)[1]["type"] == "external_select")

    def searched(self, label: str, query: str) -> list[str]:
        """The visible texts of what the app offers for what was typed."""
        return option_names(self._asked_for(*self._field(label), query))

    def _field(self, label: str) -> tuple[Json, Json]:
        for block, element in elements_of(self.blocks):
            if block["type"] == "input" and block["label"]["text"] == label:
                return block, element
        for block, element in elements_of(self.blocks):
            if element["type"] == "checkboxes" and option_of(element, label):
                return block, element
        raise AssertionError(f"There is no field {label!r}; there are: {self.labels} in {self.title!r}.")

    def fill(self, fields: dict[str, Any]) -> "Modal":
        """By label; options by visible text; a checkbox's option by its own text with True or False.

        For a field that is not there “More fields” is pressed, where there is such a button.
        """
        for label, value in fields.items():
            self._show_field(label)
            block, element = self._field(label)
            is_tick = element["type"] == "checkboxes" and isinstance(value, bool)
            simple = self._ticked(label, element, value) if is_tick else self._simple(block, element, value)
            self.values.setdefault(block["block_id"], {})[element["action_id"]] = simple
            if block["type"] != "input" or block.get("dispatch_action"):
                self._report(block, element, simple, self.values)
                self._renew()
        return self

    def _show_field(self, label: str) -> None:
        ticks = {name for _block, each in elements_of(self.blocks) for name in option_names(each)}
        # By its id: in whatever language the form speaks.
        more = [each for each in elements_of(self.blocks) if each[1]["action_id"] == "form.more"]
        if label not in self.labels and label not in ticks and more:
            Button(self, *more[0], None).click()
            self._renew()

    def _ticked(self, label: str, element: Json, tick: bool) -> list[str]:
        option = option_of(element, label)
        wanted = [option] if option else element["options"]
        state = self.shown(label) if option is None else self.shown_options(element)
        now = {each["value"] if isinstance(each, dict) else each for each in state or []}
        chosen = {each["value"] for each in wanted}
        return sorted(now | chosen if tick else now - chosen)

    def shown_options(self, element: Json) -> list[Any]:
        for fields in [*self.values.values(), *self.view["state"]["values"].values()]:
            if element["action_id"] in fields:
                value = fields[element["action_id"]]
                return list(value["selected_options"] if isinstance(value, dict) else value)
        return []

    def _renew(self) -> None:
        """Takes the view as it is after the app has answered; what was filled in is known there."""
        top = self.person.get("modal")
        if top["view"] and top["view"]["id"] == self.view["id"]:
            self.values = {}
            self._take(top["view"], top["errors"])

    def submit(self, label: str | None = None) -> dict[str, str]:
        """The errors by label, {} when it was taken. `label`: what the button must say."""
        assert label in (None, self.submit_label), f"The button says {self.submit_label!r}, not {label!r}."
        answer = self.person.act("submit", {"view": self.view["id"], "values": self.values})
        self.errors = {self._label(block): text for block, text in answer.result["errors"].items()}
        self._renew()
        return self.errors

    def cancel(self) -> None:
        self.person.act("close", {"view": self.view["id"]})


class Home(Surface):
    """The App Home."""

    def __init__(self, person: "Person", view: Json) -> None:
        super().__init__(person, view["blocks"], {"view": view["id"]})
        self.view = view


class Person:
    """`sandbox`: a Sandbox, whose routes are asked without HTTP, or an address. `strict`: an app that fails or is late
    fails the test."""

    def __init__(self, sandbox: Sandbox | str, user: str, *, strict: bool = True) -> None:
        self.id, self.strict, self._sandbox = user, strict, sandbox
        self.url: str = sandbox if isinstance(sandbox, str) else sandbox.url

    @cached_property
    def http(self) -> httpx.Client:
        """For what is not JSON, and for what is to be refused."""
        return httpx.Client(base_url=self.url, timeout=40, trust_env=False, verify=PLAIN)

    def id_of(self, name: str) -> str:
        """The id of a person by their real name; an id stays."""
        if re.fullmatch(r"[UW][A-Z0-9]+", name):
            return name
        people = ask("GET", self._sandbox, "/sandbox/people")["people"]
        found = [person["id"] for person in people if person["real_name"] == name]
        assert found, f"There is no person {name!r}; there are: {[p['real_name'] for p in people]}."
        return str(found[0])

    # plain access

    def get(self, path: str, **query: Any) -> Json:
        found: Json = ask("GET", self._sandbox, f"/sandbox/people/{self.id}/{path}", query=query)
        return found

    def post(self, path: str, body: Json) -> Json:
        found: Json = ask("POST", self._sandbox, f"/sandbox/people/{self.id}/{path}", body=body)
        return found

    def act(self, path: str, body: Json, *, channel: str | None = None) -> Answer:
        """Does something; collects the messages that arrive for this person until the app has answered."""
        result = self.post(path, body)
        if self.strict and result["error"] and result["error"] != "input":
            raise AssertionError(f"{path}: {result['error']} (status {result['status']}).{self._why(result)}")
        return Answer(self, result, self._arrived(result["revision"]))

    def _why(self, result: Json) -> str:
        if result["request"] is None:
            return ""
        entry = ask("GET", self._sandbox, f"/sandbox/inspector/{result['request']}")
        return f" The app answered: {entry['answer']!r} {entry['details']}"

    def _arrived(self, revision: int) -> list[Message]:
        new = [c for c in self.get("changes", after=revision)["changes"] if c["kind"] in ("message", "ephemeral")]
        wanted = defaultdict(list)
        for change in new:
            wanted[change["channel"], change.get("thread_ts")].append(change["ts"])
        found = [
            message
            for (channel, thread), only in wanted.items()
            for message in self.messages(channel, thread=thread, only=only)
            if message.thread_ts in (None, thread, message.ts)
        ]
        return sorted(found, key=lambda message: message.ts)

    # acting

    def command(self, text: str, *, channel: str, raw: bool = False) -> Answer:
        """`raw`: the text is sent as it is, not as Slack's client would escape it."""
        return self.act("command", {"channel": channel, "text": text, "raw": raw})

    def say(self, text: str, *, channel: str, thread: str | None = None) -> Message:
        body = {"channel": channel, "text": text, "thread_ts": thread}
        return Message(self, self.act("message", body).result["message"])

    def click(self, name: str, message: Message) -> Answer:
        return message.button(name).click()

    def modal_click(self, name: str) -> Answer:
        return self.modal.button(name).click()

    def shortcut(self, callback_id: str) -> Answer:
        return self.act("shortcut", {"callback_id": callback_id})

    def message_shortcut(self, callback_id: str, message: Message) -> Answer:
        return self.act("message_shortcut", {"callback_id": callback_id} | message.where["message"])

    def react(self, name: str, message: Message, *, remove: bool = False) -> None:
        self.act("react", {"name": name, "remove": remove} | message.where["message"])

    # seeing

    @property
    def modal(self) -> Modal:
        top = self.get("modal")
        assert top["view"], f"No modal is open for {self.id}."
        return Modal(self, top["view"], top["errors"])

    @property
    def has_modal(self) -> bool:
        return self.get("modal")["view"] is not None

    def channels(self) -> dict[str, str]:
        """name → id of the channels that the person is in."""
        return {channel["name"]: channel["id"] for channel in self.get("channels")["channels"]}

    def messages(self, channel: str, *, thread: str | None = None, only: Sequence[str] = ()) -> list[Message]:
        """Newest last. *only*: those of these `ts`."""
        query = {"ts": only} | ({"thread": thread} if thread else {})
        return [Message(self, raw) for raw in self.get(f"channels/{channel}/messages", **query)["messages"]]

    def direct_messages(self) -> list[Message]:
        """Those with the bot, newest last."""
        return self.messages(self.post("open_dm", {})["channel"]["id"])

    def home(self, *, reopen: bool = True) -> Home:
        """Opens the App Home, lets the app publish, and looks."""
        if reopen:
            self.act("open_home", {})
            self.settle()
        view = self.get("home")["view"]
        assert view, f"The app has published no App Home for {self.id}."
        return Home(self, view)

    def settle(self) -> None:
        """Waits until every event has reached the app."""
        assert ask("GET", self._sandbox, "/sandbox/idle", query={"wait": 30})["idle"], "Events are still under way."

    def wait_until(self, look: Callable[[], Any], seconds: float = 60.0) -> Any:
        """Looks again whenever something changes for this person; returns the first true value."""
        ends = time.monotonic() + seconds
        while True:
            revision = self.get("changes")["revision"]
            if found := look():
                return found
            left = ends - time.monotonic()
            assert left > 0, f"Nothing came within {seconds} seconds for {self.id}."
            self.get("changes", after=revision, wait=min(left, 1.0))

    def wait_for(self, text: str, channel: str | None = None, seconds: float = 60.0) -> Message:
        """The newest message with this text in the channel (None: in the direct messages with the bot)."""

        def look() -> Message | None:
            known = self.messages(channel) if channel else self.direct_messages()
            return next((message for message in reversed(known) if text in message.text), None)

        return self.wait_until(look, seconds)  # type: ignore[no-any-return]
