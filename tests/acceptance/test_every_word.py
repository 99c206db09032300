"""Somebody whose language has circled letters presses everything: no word of ours that they alone read is plain."""

import re
from collections import deque
from collections.abc import Iterator

import pytest

from bot import languages
from bot.domain.words import ENGLISH
from tests import pseudo
from tests.acceptance.conftest import World
from tests.acceptance.test_life_of_an_item import FIELDS, IMPLEMENTED, VERIFIED, create, walk_to
from tests.people import Answer, Message, Person, Surface, elements_of, visible_text

STEPS = 400
"""Presses after which the walk ends, so that a button that leads back to itself ends it too."""
COMMAND = re.compile(r"`/actionitem (\S+)")
WRITTEN = {str(text) for text in (FIELDS | VERIFIED | IMPLEMENTED).values()} | {
    "Payments", "Acme", "Action Items", "general", "payments", "Europe/Berlin", "Nobody", "nonsense", "mon 09:00",
    "Cap the retry queue", "checkout", "pushpin",
}  # fmt: skip
"""What people wrote, and names."""


class Walk:
    """What one person has read so far, and what was plain in it."""

    def __init__(self, world: World, person: Person) -> None:
        self.world, self.person = world, person
        self.plain: dict[str, str] = {}
        self.pressed: set[str] = set()
        self.steps = 0
        users = world.sandbox.state.users.values()
        names = {name for user in users for name in (user.real_name, user.name)}
        self.written = WRITTEN | names | {channel.name for channel in world.sandbox.state.channels.values()}

    def command(self, text: str, channel: str) -> None:
        self.follow(f"/actionitem {text}", self.person.command(f"/actionitem {text}", channel=channel))

    def follow(self, where: str, answer: Answer) -> None:
        """Reads the answer and what it opens, and presses each button of it that was not pressed before."""
        waiting = deque([(where, answer)])
        while waiting and self.steps < STEPS:
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
                self.steps += 1
                pressed = surface.button(name)
                self.read(f"{where} > {name} ?", pressed.confirm or "")
                yield f"{where} > {name}", pressed.click()
                while self.person.has_modal and not isinstance(surface, Message):
                    self.modal(f"{where} > {name}", deeper=False)

    def modal(self, where: str, *, deeper: bool = True) -> list[tuple[str, Answer]]:
        """Reads the modal, submits it as it is, reads what was wrong, and closes it."""
        modal = self.person.modal
        self.steps += 1
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
        world.bot.command("team", "set", "Payments", "--member", user.id)
        yield Walk(world, world.person(user.id))


def test_no_word_that_somebody_alone_reads_is_in_another_language_than_theirs(world: World, walk: Walk) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.post("invite", {"channel": channel, "user": walk.person.id})
    labels = {
        state: create(world, priya, channel, Action=f"Cap the retry queue at {at}0,000", Owner=walk.person.id)
        for at, state in enumerate(("not started", "in progress", "implemented", "verified", "closed"), 1)
    }
    for state, label in labels.items():
        if state != "not started":
            walk_to(priya, channel, label, state)
    names = dict.fromkeys(COMMAND.findall(walk.person.command("/actionitem help", channel=channel).text))
    assert {"close", "edit", "new", "verify"} <= set(names)
    for name in names:
        for rest in ("", "99999", "nonsense", "9" * 3001, *labels.values()):
            walk.command(f"{name} {rest}", channel)
    home = walk.person.home()
    walk.read("home", visible_text(home.blocks))
    for where, answer in walk.press("home", home):
        walk.follow(where, answer)
    for message in walk.person.direct_messages():
        walk.read("direct message", message.text)
        for where, answer in walk.press("direct message", message):
            walk.follow(where, answer)
    assert walk.plain == {}
