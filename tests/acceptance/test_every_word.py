"""Somebody whose language has circled letters presses everything: no word of ours that they alone read is plain."""

import re
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot import languages
from bot.domain.words import ENGLISH
from tests import pseudo
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import FIELDS, IMPLEMENTED, VERIFIED, create, submit, walk_to
from tests.acceptance.test_nothing_leaks import RITUALS
from tests.people import Answer, Home, Person, Surface, elements_of, visible_text
from tests.pseudo import circled

LINK = "https://pm.example.com/12"
COMMAND = re.compile(r"`/actionitem ([a-z]+)")
WRITTEN = {str(text) for text in (FIELDS | VERIFIED | IMPLEMENTED).values()} | {
    "Payments", "Acme", "Action Items", "general", "payments", "Europe/Berlin", "Nobody", "nonsense", "mon 09:00",
    "Cap the retry queue", "Cap the second retry queue", "Cap the third retry queue", "Checkout down", "checkout",
    "pushpin",
}  # fmt: skip
"""What people wrote, and names."""
OF_SLACK = "Please complete this required field."


class Walk:
    """What one person has read so far, and what was plain in it."""

    def __init__(self, world: World, person: Person) -> None:
        self.world, self.person = world, person
        self.plain: dict[str, str] = {}
        self.pressed: set[str] = set()
        self.texts: set[str] = set()
        self.commands: set[str] = set()
        users = world.sandbox.state.users.values()
        names = {name for user in users for name in (user.real_name, user.name)}
        self.written = WRITTEN | names | {channel.name for channel in world.sandbox.state.channels.values()}

    def found(self) -> dict[str, str]:
        """The lines with plain words since this was asked last, each with the way to it."""
        found, self.plain = self.plain, {}
        return {line: where for line, where in found.items() if line != OF_SLACK and not self._is_typed(line)}

    def _is_typed(self, line: str) -> bool:
        """Whether it is a button that stands for a line to type, which is the same in every language."""
        return re.sub(r"^help | (AI-)?\d+$", "", line) in self.commands

    def command(self, text: str, channel: str) -> None:
        self.follow(f"/actionitem {text}", self.person.command(f"/actionitem {text}", channel=channel))

    def follow(self, where: str, answer: Answer) -> None:
        """Reads the answer and what it opens, and presses each button of it that was not pressed before."""
        waiting = deque([(where, answer)])
        while waiting:
            where, answer = waiting.popleft()
            for message in answer.messages:
                if message.is_ephemeral:
                    self.read(where, message.text)
                    waiting += self.press(where, message)
            while self.person.has_modal:
                waiting += self.modal(where)

    def press(self, where: str, surface: Surface) -> Iterator[tuple[str, Answer]]:
        for _block, element in list(elements_of(surface.blocks)):
            kind = str(element["action_id"]).split(":")[0]
            if element["type"] not in ("button", "overflow") or element.get("url") or kind in self.pressed:
                continue
            self.pressed.add(kind)
            names = [o["text"]["text"] for o in element.get("options", [])] or [element["text"]["text"]]
            for name in names:
                if isinstance(surface, Home):  # what was pressed before may have changed it
                    surface = self.person.home()
                if name not in surface.buttons:
                    continue
                pressed = surface.button(name)
                self.read(f"{where} > {name} ?", pressed.confirm or "")
                yield f"{where} > {name}", pressed.click()
                while self._is_above(surface):
                    self.modal(f"{where} > {name}", deeper=False)
                if "view" in surface.where and not self.is_shown(surface):
                    return
                if kind == "line.meant":  # the answer stands in the place of the question
                    return

    def _is_above(self, surface: Surface) -> bool:
        """Whether a modal is open that is not *surface* itself."""
        return self.person.has_modal and self.person.modal.where != surface.where

    def is_shown(self, surface: Surface) -> bool:
        """Whether it can still be pressed: a modal may be closed by then."""
        is_home = isinstance(surface, Home)
        return is_home or (self.person.has_modal and self.person.modal.where == surface.where)

    def modal(self, where: str, *, deeper: bool = True) -> list[tuple[str, Answer]]:
        """Reads the modal, submits it as it is, reads what was wrong, and closes it."""
        modal = self.person.modal
        close = (modal.view.get("close") or {}).get("text", "")
        self.read(where, "\n".join([modal.title, modal.text, modal.submit_label or "", close]))
        found = list(self.press(where, modal)) if deeper and modal.view.get("submit") is None else []
        if self.person.has_modal and modal.submit_label:
            errors = self.person.modal.submit()
            self.read(f"{where} !", "\n".join(errors.values()))
        if self.person.has_modal:
            self.person.modal.cancel()
        return found

    def read(self, where: str, text: str) -> None:
        self.texts.add(text)
        for line in pseudo.plain_words(text, self.written):
            self.plain.setdefault(line, where)


@pytest.fixture(scope="module")
def walk(world: World) -> Iterator[Walk]:
    """Somebody whose Slack speaks that language, who owns items of the team."""
    circled, read = pseudo.catalogue(), languages._read
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(languages, "_read", lambda code: circled if code == "xx" else read(code))
        assert languages.catalogue(pseudo.LOCALE) is not ENGLISH
        team = world.sandbox.state.users["U0PRIYA"].team
        user = world.sandbox.state.add_user(team, "Jonas Weber", locale=pseudo.LOCALE, tz="Europe/Berlin")
        world.bot.command("team", "set", "Payments", "--lead", user.id, "--member", "U0PRIYA")
        yield Walk(world, world.person(user.id))


def owned(world: World, walk: Walk, title: str) -> tuple[str, str]:
    """The channel of an incident with a post-mortem, and an item of it that they own."""
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.post("invite", {"channel": channel, "user": walk.person.id})
    submit(priya, channel, "incident", {"Title": "Checkout down", "Post-mortem link": LINK}, "Save")
    return channel, create(world, priya, channel, Action=title, Owner=walk.person.id)


def test_no_answer_to_a_command_has_a_word_of_another_language(world: World, walk: Walk) -> None:
    states = ("not started", "in progress", "implemented", "verified", "closed")
    found = {state: owned(world, walk, f"Cap the retry queue {at}0,000") for at, state in enumerate(states, 1)}
    for state, (channel, label) in found.items():
        if state != "not started":
            walk_to(world.person("U0PRIYA"), channel, label, "verified" if state == "closed" else state)
    world.person("U0PRIYA").command("/actionitem close {}".format(found["closed"][1]), channel=found["closed"][0])
    channel = found["closed"][0]
    names = dict.fromkeys(COMMAND.findall(walk.person.command("/actionitem help all", channel=channel).text))
    assert {"close", "edit", "new", "verify"} <= set(names)
    walk.commands |= set(names)
    for name in names:
        for rest in ("", "99999", "nonsense", "9" * 3001, *(label for _channel, label in found.values())):
            walk.command(f"{name} {rest}", channel)
    assert len(walk.texts) > 100
    assert walk.found() == {}


def test_no_message_to_them_nor_their_home_has_a_word_of_another_language(world: World, walk: Walk) -> None:
    _, label = owned(world, walk, "Cap the second retry queue 10,000")
    world.copies(label, [f"Cap the second retry queue {at}0,000" for at in range(2, 6)])  # one is kept, others are left
    for name in RITUALS:
        for days in (1, 8, 40):
            at = (datetime.now(UTC) + timedelta(days=days)).replace(hour=12)
            world.bot.command("ritual", name, "--team", "Payments", "--at", at.isoformat())
    kept = eventually(lambda: find(walk.person.direct_messages(), circled("Keep")))
    walk.follow("keep", kept.button(circled("Keep")).click())
    home = walk.person.home()
    walk.read("home", visible_text(home.blocks))
    for where, answer in walk.press("home", home):
        walk.follow(where, answer)
    with world.unedited():
        for message in walk.person.direct_messages():
            walk.read("direct message", message.text)
            for where, answer in walk.press("direct message", message):
                walk.follow(where, answer)
    assert {"hygiene.keep", "hygiene.weigh", "settings"} <= walk.pressed
    assert walk.found() == {}


def test_whoever_edits_what_was_edited_meanwhile_reads_that_in_their_language(world: World, walk: Walk) -> None:
    channel, label = owned(world, walk, "Cap the third retry queue 10,000")
    walk.person.command(f"/actionitem edit {label}", channel=channel)
    modal = walk.person.modal.fill({circled("Details"): "Cap the retry queue"})
    submit(world.person("U0PRIYA"), channel, f"edit {label}", {"Details": "Payments"})
    modal.submit()
    assert circled("Save again to keep your version.") in walk.person.modal.text
    walk.modal("edited meanwhile")
    assert walk.found() == {}
