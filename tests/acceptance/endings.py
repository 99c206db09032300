"""What the tests of honest endings share: a team's items, and the requests about them as people find them."""

from datetime import UTC, datetime, timedelta

from tests.acceptance.conftest import World, eventually
from tests.acceptance.test_life_of_an_item import create, submit
from tests.people import Message, Person

LATER = datetime.now(UTC).date() + timedelta(days=60)
NOT_NOW = {
    "Why can it not be done now?": "The vendor replaces the ledger in spring",
    "What risk do we accept meanwhile?": "Checkout can stall again",
    "I understand that the incident can happen again": True,
    "Revisit on": LATER,
}
ACCEPTED = {"Reason": "System being retired", "Justification": "The old ledger is switched off in May"}
DROPPED = {"Why?": "The new client covers it"}
ENDINGS = {
    "defer": (NOT_NOW, "Defer", "deferred"),
    "risk": (ACCEPTED, "Accept the risk", "risk accepted"),
    "drop": (DROPPED, "Will not do", "will not do"),
}
"""By subcommand: what is filled in, the button, and the state that follows."""


def owned(world: World, **changes: object) -> tuple[Person, str, str]:
    """Priya, who owns an item of Payments and does not lead it; the item's channel and label."""
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    return priya, channel, create(world, priya, channel, **({"Owner": "U0PRIYA"} | changes))


def asked(world: World, subcommand: str = "defer") -> tuple[Person, str, str]:
    """As `owned`, after she has asked for an ending of it."""
    priya, channel, label = owned(world)
    fields, button, _state = ENDINGS[subcommand]
    assert submit(priya, channel, f"{subcommand} {label}", fields, button) == {}
    return priya, channel, label


def request_to(world: World, approver: str, label: str) -> Message:
    """The message with “Approve” and “Decline” about the item."""
    person = world.person(approver)
    return eventually(
        lambda: next((m for m in person.direct_messages() if label in m.text and "Approve" in m.buttons), None)
    )


def is_in(world: World, channel: str, label: str, state: str) -> None:
    """Waits until the card shows the state."""
    eventually(lambda: f"_{state}_" in world.card(channel, label).text)


def newest_to(world: World, user: str, *words: str) -> Message:
    """The newest direct message to somebody that says all of *words*."""
    person = world.person(user)
    return eventually(
        lambda: next((m for m in reversed(person.direct_messages()) if all(word in m.text for word in words)), None)
    )


def stranger(world: World, name: str = "Sam Lindqvist", **flags: bool) -> Person:
    """Somebody new who is in no team."""
    known = world.person("U0PRIYA").http
    made = known.post("/sandbox/people", json={"real_name": name, **flags})
    assert made.is_success, made.text
    return world.person(made.json()["id"])
