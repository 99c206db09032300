"""What people do often costs the database little: every action of an item, and opening every form.

Counted as on a busy day: the bot knows who asks, and has not looked for a moment whether anything is private. Whoever
sees the item has opened their App Home, its incident has a canvas, and it has a root cause.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from unittest.mock import patch

import pytest
from slack_sdk.models.blocks import DividerBlock
from slack_sdk.models.views import View

from bot.services import home
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.endings import ACCEPTED, DROPPED, LATER, NOT_NOW, request_to
from tests.acceptance.test_blocked import ESCALATED, SPLIT, UNDERSTOOD, WAITS, WHY
from tests.acceptance.test_life_of_an_item import FIELDS, IMPLEMENTED, VERIFIED, create, walk_to
from tests.counting import Request, counted
from tests.people import Answer, Person

pytestmark = pytest.mark.walk
Fields = dict[str, object]
ACTION, FORM = (2, 20), (1, 8)
"""Transactions and statements at most: of what changes an item, and of what opens a form for it."""
LIMITS = {"split": (2, 36), "promote": (2, 21), "merge": (2, 27), "undo": (3, 31)}
"""Of what may cost more: a split makes another item, with its history; promoting asks the gate, with its thresholds; a
merge and its undoing change two items."""
NOT_KEPT = timedelta(seconds=6)
"""After it the bot looks again whether anything in the workspace is private."""
POSTMORTEM: Fields = {"Post-mortem link": "https://pm.example.com/1"}
ROOT_CAUSE: Fields = {"Root cause": "The retry queue has no upper bound"}
_words, _numbers = cycle(["replica", "ledger", "checkout", "search", "mail", "import", "billing"]), count(60, 7)
IDEA = "Cap the retry queue of the payment worker at 10,000 messages"


@dataclass
class Shop:
    """A world whose clock goes on when a test says so, and the requests that its bot has answered."""

    world: World
    requests: list[Request]
    grown: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = datetime.now(UTC)
        self.world.bot.now = lambda: self.now
        self.priya, self.marco, self.aisha = map(self.world.person, ("U0PRIYA", "U0MARCO", "U0AISHA"))
        self.known = (self.priya, self.marco, self.aisha, self.world.person("U0LENA"))
        self.channel = ""

    def item(self, **changes: object) -> str:
        """A new item of Priya's in an incident of its own, with all that makes a change expensive."""
        self.channel = self.world.incident_channel()
        self.priya.post("invite", {"channel": self.channel, "user": "U0AISHA"})
        return self.beside(**{"Collaborators": ["U0LENA"], **ROOT_CAUSE, **changes})

    def beside(self, **changes: object) -> str:
        """Another one, in the same place; none says what another one says."""
        title = f"Page the on-call when {next(_words)} lag exceeds {next(_numbers)} seconds"
        return create(self.world, self.priya, self.channel, **{"Action": title, "Owner": "U0PRIYA", **changes})

    def measured(self, name: str, act: Callable[[], Answer | dict[str, str]]) -> None:
        """Holds what *act* costs, the last of its requests, against the limits of *name*."""
        self.priya.settle()
        self.now += NOT_KEPT
        for person in self.known:
            person.post("command", {"channel": "C0PAYMENTS", "text": "/actionitem help"})
        self.requests.clear()
        answer = act()
        assert not isinstance(answer, dict) or answer == {}, answer
        done = [request for request in self.requests if request.kind != "event_callback"][-1]
        cost, limit = done.cost, LIMITS.get(name, FORM if name.startswith("form") else ACTION)
        assert all(cost), f"{name!r} was not counted"
        print(f"{name:24} {cost}")
        if cost[0] > limit[0] or cost[1] > limit[1]:
            self.grown.append(f"{name!r} may cost {limit}, and costs {cost}: {done}")

    def command(self, person: Person, words: str, name: str = "") -> None:
        """Measures a command that does something at once."""
        self.measured(
            name or words.split(maxsplit=1)[0], lambda: person.command(f"/actionitem {words}", channel=self.channel)
        )

    def form(self, person: Person, words: str, fields: Fields, name: str = "") -> None:
        """Measures a command that opens a form, and the submission of the form."""
        name = name or words.split(maxsplit=1)[0]
        self.measured(f"form {name}", lambda: person.command(f"/actionitem {words}", channel=self.channel))
        modal = person.modal.fill(fields)
        self.measured(name, modal.submit)
        assert not person.has_modal

    def press(self, name: str, press: Callable[[], Answer]) -> None:
        """Measures a button."""
        self.measured(name, press)


def walks(shop: Shop) -> None:
    label = shop.item()
    shop.command(shop.priya, f"start {label}")
    shop.form(shop.priya, f"implement {label}", IMPLEMENTED)
    shop.form(shop.priya, f"verify {label}", VERIFIED)
    shop.form(shop.priya, f"close {label}", POSTMORTEM)
    shop.form(shop.marco, f"reopen {label}", {"Why?": "It came back on Monday"})


def closes_at_once(shop: Shop) -> None:
    label = shop.item()
    walk_to(shop.priya, shop.channel, label, "closed")
    other = shop.beside()
    walk_to(shop.priya, shop.channel, other, "verified")
    shop.command(shop.priya, f"close {other}", "close at once")


def fails(shop: Shop) -> None:
    label = shop.item()
    walk_to(shop.priya, shop.channel, label, "implemented")
    shop.form(shop.marco, f"verify {label}", VERIFIED | {"Result": "It does not"}, "fail verification")


def tells(shop: Shop) -> None:
    label = shop.item()
    shop.form(shop.priya, f"update {label}", {"What happened?": "The dashboard is ready"})
    shop.form(shop.priya, f"due {label}", {"New due date": LATER, "Why does it move?": "The vendor is late"})
    shop.form(shop.priya, f"assign {label}", {"New owner": "U0MARCO", "Why?": "I am away in December"})
    shop.form(
        shop.priya,
        f"edit {label}",
        {"Details": "See the runbook", "Root cause": "No limit", "Themes": "queues, alerts"},
    )


def blocks(shop: Shop) -> None:
    label = shop.item()
    shop.measured("form block", lambda: shop.priya.command(f"/actionitem block {label}", channel=shop.channel))
    modal = shop.priya.modal
    shop.measured("form blocked by", lambda: modal.choose(WHY, "Another team"))
    modal = shop.priya.modal.fill(ESCALATED)
    shop.measured("block", modal.submit)
    shop.command(shop.priya, f"unblock {label}")


def blocks_for_good(shop: Shop) -> None:
    for name, fields in (("block until", WAITS), ("split", SPLIT)):
        label = shop.item()
        shop.priya.command(f"/actionitem block {label}", channel=shop.channel)
        modal = shop.priya.modal.fill(fields | {UNDERSTOOD: True})
        shop.measured(name, modal.submit)


def defers(shop: Shop) -> None:
    label = shop.item()
    shop.form(shop.marco, f"defer {label}", NOT_NOW)
    shop.command(shop.priya, f"resume {label}")


def ends(shop: Shop) -> None:
    shop.form(shop.marco, f"risk {shop.item()}", ACCEPTED)
    shop.form(shop.marco, f"drop {shop.item()}", DROPPED)


def merges(shop: Shop) -> None:
    label = shop.item()
    into = shop.beside()
    shop.measured("form merge", lambda: shop.priya.command(f"/actionitem merge {label}", channel=shop.channel))
    (found,) = shop.priya.modal.searched("Merge into", into)
    modal = shop.priya.modal.fill({"Merge into": found, "Why?": "It is the same"})
    shop.measured("form of what ends", modal.submit)
    shop.measured("merge", shop.priya.modal.fill({"Effort": "5 – a quarter"}).submit)
    shop.press("undo", shop.priya.modal.button("Undo").click)


def asks(shop: Shop) -> None:
    label = shop.item()
    shop.form(shop.priya, f"defer {label}", NOT_NOW, "ask")
    shop.press("approve", request_to(shop.world, "U0MARCO", label).button("Approve").click)
    label = shop.item()
    shop.priya.command(f"/actionitem risk {label}", channel=shop.channel)
    assert shop.priya.modal.fill(ACCEPTED).submit() == {}
    shop.press("form turn down", request_to(shop.world, "U0MARCO", label).button("Decline").click)
    modal = shop.marco.modal.fill({"Why?": "Not before Christmas"})
    shop.measured("turn down", modal.submit)
    label = shop.item()
    shop.priya.command(f"/actionitem drop {label}", channel=shop.channel)
    assert shop.priya.modal.fill(DROPPED).submit() == {}
    found = eventually(
        lambda: next((m for m in shop.priya.direct_messages() if label in m.text and "Withdraw" in m.buttons), None)
    )
    shop.press("withdraw", found.button("Withdraw").click)


def creates(shop: Shop) -> None:
    shop.item()
    facts = FIELDS | ROOT_CAUSE | {"Collaborators": ["U0LENA"]}
    shop.form(shop.priya, "new", facts, "create")


def keeps_ideas(shop: Shop) -> None:
    shop.item()
    shop.command(shop.priya, f"idea {IDEA}")
    label = eventually(lambda: find(shop.priya.messages(shop.channel), IDEA)).text.split("*")[3]
    facts = {name: FIELDS[name] for name in FIELDS if name != "Action"} | {"Owner": "U0PRIYA"}
    shop.form(shop.priya, f"promote {label}", facts)
    label = shop.priya.command(f"/actionitem idea {IDEA} soon", channel=shop.channel).text.split("*")[1]
    shown = shop.priya.command(f"/actionitem show {label}", channel=shop.channel).messages[0]
    shop.press("form decline", shown.button("Decline").click)
    modal = shop.priya.modal.fill({"Why?": "There is no room this year"})
    shop.measured("decline", modal.submit)


def asks_owners(shop: Shop) -> None:
    def asked(label: str, button: str) -> Callable[[], Answer]:
        lena = shop.world.person("U0LENA")
        message = eventually(
            lambda: next((m for m in lena.direct_messages() if label in m.text and button in m.buttons), None)
        )
        return message.button(button).click

    label = shop.item(Owner="U0LENA", Collaborators=["U0MARCO"])
    shop.press("accept", asked(label, "Accept"))
    label = shop.item(Owner="U0LENA", Collaborators=["U0MARCO"])
    shop.press("form cannot take", asked(label, "Cannot take it"))
    modal = shop.world.person("U0LENA").modal.fill({"Why?": "On leave until March"})
    shop.measured("hand back", modal.submit)


@pytest.fixture(scope="module")
def homes(world: World) -> Iterator[None]:
    """Everybody's App Home is open, and drawn anew with each change; with nothing in it, which is not counted here."""
    with patch.object(home, "draw_home", lambda *_whose, **_how: View(type="home", blocks=[DividerBlock()])):
        for user in ("U0PRIYA", "U0MARCO", "U0AISHA", "U0LENA"):
            world.person(user).home()
        yield


@pytest.fixture
def shop(world: World, homes: None) -> Iterator[Shop]:
    with counted() as requests:
        yield Shop(world, requests)


@pytest.mark.parametrize(
    "people_do",
    [walks, closes_at_once, fails, tells, blocks, blocks_for_good, defers, ends, merges, asks, creates, keeps_ideas,
     asks_owners],
)  # fmt: skip
def test_action_costs_few_transactions_and_statements(shop: Shop, people_do: Callable[[Shop], None]) -> None:
    people_do(shop)
    assert not shop.grown, "\n".join(shop.grown)
