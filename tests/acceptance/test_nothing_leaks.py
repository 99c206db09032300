"""A private item, looked for by people who may not know of it: everything reads as it did before the item existed.

Its marker and its number appear nowhere, and no count changes but “1 private item not shown” of digests.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.rituals.registry import RITUALS
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import create, submit
from tests.people import Answer, Home, Message, Modal, Person, Surface

MARKER = "Xylograph"
TITLE = f"{MARKER}: rotate the vault keys every 24 hours"
OUTSIDERS = {"U0LENA": "C0GENERAL", "U0AISHA": "C0PAYMENTS", "U0GIL": "C0INC"}
"""The team's lead, an admin, and a guest; none is in the private channel. Where each of them asks."""
LISTS = ("mine", "team Payments", "incident", "overdue", "stale", "blocked", "deferred", "ideas", "all", "<@U0PRIYA>")
WRITES = {"idea"}
"""Subcommands that make something of any text: asked bare only."""
Seen = dict[str, dict[str, str]]
Private = tuple[int, Seen, Seen]
COUNTED = re.compile(r"\s*\d+ private items? not shown\.?")
"""What digests say of private items, and no more."""


def of_answer(person: Person, answer: Answer) -> str:
    """All that came of a command: what was said, and the form that opened."""
    said = answer.text
    if answer.opened:
        modal = person.modal
        said += f"\n[{modal.title}] {modal.text} {[offered(modal, label) for label in choices(person)]}"
        modal.cancel()
    return COUNTED.sub("", said).strip()


def offered(modal: Modal, label: str) -> list[str]:
    """What a menu offers: at once, and for the marker where it is searched."""
    return modal.options(label) + (modal.searched(label, MARKER) if modal.is_searched(label) else [])


def choices(person: Person) -> list[str]:
    menus = [block for block in person.modal.blocks if block["type"] == "input"]
    return [
        block["label"]["text"] for block in menus if block["element"]["type"] in ("static_select", "external_select")
    ]


def subcommands(person: Person, channel: str) -> list[str]:
    found = re.findall(r"/actionitem ([a-z]+)", person.command("/actionitem help all", channel=channel).text)
    return sorted(set(found))


def asked(names: list[str], number: int, public: str) -> Iterator[str]:
    """Every command, in every form that could name the item or count it."""
    for name in names:
        yield name
        if name not in WRITES:
            yield from (f"{name} {number}", f"{name} AI-{number}", f"{name} {MARKER}")
    yield from (f"list {kind}" for kind in LISTS)
    yield from (f"list {kind} public" for kind in LISTS)
    yield from (f"show {number} public", f"list theme {MARKER}", "search vault keys")
    yield from (f"merge {public} AI-{number}", f"merge AI-{number} {public}")


def seen_by(world: World, user: str, number: int, public: str) -> dict[str, str]:
    """What somebody reads, by what they asked: commands and their forms, App Home, somebody's load."""
    person, channel = world.person(user), OUTSIDERS[user]
    seen = {
        words: of_answer(person, person.command(f"/actionitem {words}", channel=channel))
        for words in asked(subcommands(person, channel), number, public)
    }
    seen["App Home"] = person.home().text
    person.command("/actionitem new", channel=channel)
    seen["load"] = person.modal.fill({"Owner": "U0PRIYA"}).text
    person.modal.cancel()
    return seen


def everything_said(world: World, user: str) -> list[Message]:
    """Every message that stands where somebody reads; the answers to their own commands are compared elsewhere."""
    person = world.person(user)
    said = [message for channel in person.channels().values() for message in person.messages(channel)]
    return [message for message in [*person.direct_messages(), *said] if not message.is_ephemeral]


@pytest.fixture(scope="module")
def private(world: World) -> Private:
    """The number of the private item, and what each outsider read before it existed, and then."""
    assert world.bot.command("team", "set", "Payments", "--lead", "U0LENA", "--member", "U0MARCO").returncode == 0
    priya = world.person("U0PRIYA")
    vault = world.incident_channel(private=True, name="xylograph")
    public = create(world, priya, "C0PAYMENTS", Action="Cap the retry queue at 10,000 messages")
    number = int(public.partition("-")[2]) + 1
    for user, channel in OUTSIDERS.items():
        # What a first look registers, such as an incident of its channel, is there when it is looked for good.
        for name in subcommands(world.person(user), channel):
            of_answer(world.person(user), world.person(user).command(f"/actionitem {name}", channel=channel))
        world.person(user).home()
    before = {user: seen_by(world, user, number, public) for user in OUTSIDERS}
    assert create(world, priya, vault, Action=TITLE, Owner="U0PRIYA", Details=MARKER) == f"AI-{number}"
    submit(priya, vault, f"update {number}", {"What happened?": f"{MARKER} is half done"})
    return number, before, {user: seen_by(world, user, number, public) for user in OUTSIDERS}


@pytest.mark.parametrize("user", OUTSIDERS)
def test_everything_reads_as_before_the_private_item_existed(world: World, private: Private, user: str) -> None:
    number, before, after = private
    now = after[user]
    differs = {words: (before[user].get(words), now[words]) for words in now if now[words] != before[user].get(words)}
    assert differs == {}
    told = [words for words in now if f"AI-{number} does not exist" in now[words]]
    assert f"show {number}" in told


@pytest.mark.parametrize("name", RITUALS)
def test_no_ritual_tells_of_it(world: World, private: Private, name: str) -> None:
    number, _, _ = private
    for days in (1, 8, 40):
        at = (datetime.now(UTC) + timedelta(days=days)).replace(hour=12)
        done = world.bot.command("ritual", name, "--team", "Payments", "--at", at.isoformat())
        assert done.returncode == 0, done.stderr
    for user in OUTSIDERS:
        for message in everything_said(world, user):
            assert MARKER not in f"{message.text} {message.fallback} {message.raw}"
            assert not re.search(rf"AI-{number}\b", COUNTED.sub("", message.text))


def test_buttons_under_lists_and_digests_tell_of_it_to_nobody(world: World, private: Private) -> None:
    number, _, _ = private
    world.bot.command("ritual", "weekly-digest", "--team", "Payments")
    lena = world.person("U0LENA")
    digest = eventually(lambda: find(lena.messages("C0PAYMENTS"), "not shown"))
    listed = lena.command("/actionitem list all", channel="C0PAYMENTS").messages
    for surface in (digest, *listed, lena.home()):
        for answer in pressing_everything(lena, surface):
            said = of_answer(lena, answer)
            assert MARKER not in said
            assert not re.search(rf"AI-{number}\b", said)


def pressing_everything(person: Person, surface: Surface) -> Iterator[Answer]:
    """What came of each button, by name. A Home has other buttons after a press: it is looked at anew each time."""
    pressed: set[str] = set()
    shown = surface
    while rest := [name for name in shown.buttons if name not in pressed]:
        try:
            answer = shown.button(rest[0]).click()
        except AssertionError:
            if looked_at_again(person, shown).blocks == shown.blocks:
                raise
        else:
            pressed.add(rest[0])
            yield answer
        shown = looked_at_again(person, shown)


def looked_at_again(person: Person, surface: Surface) -> Surface:
    return person.home() if isinstance(surface, Home) else surface


def test_writing_the_same_again_is_not_told_that_it_is_there_already(world: World, private: Private) -> None:
    assert private  # Lena leads its team
    title, vault = (
        "Ytterbium: rotate the cellar keys every 24 hours",
        world.incident_channel(private=True, name="cellar"),
    )
    create(world, world.person("U0PRIYA"), vault, Action=title, Owner="U0PRIYA")
    lena = world.person("U0LENA")
    label = create(world, lena, "C0PAYMENTS", Action=f"{title} again", Owner="U0LENA")
    assert label
    assert not find(lena.direct_messages(), "says nearly the same")
