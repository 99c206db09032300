"""Every action, tried by every role on an item in every state: who may is done, all else is refused."""

from dataclasses import replace

import pytest

from bot.domain import roles
from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved
from bot.domain.lifecycle import State
from bot.domain.request import Ask, Request, Status, ends_request
from tests.actions import HELPER, LEAD, OWNER, PEOPLE, WAYS, Try, tries_with
from tests.builders import NOW, item, team

TEAM = team(lead=LEAD, members=(OWNER, "U0AISHA"))
INTO = item(number=1, created_by=LEAD, channel="C0INC", team_id=TEAM.id)
TRIES = tries_with(INTO)


def stands(way: tuple[str, ...]) -> Item:
    """An item that has come that way."""
    found = item(number=2, created_by=LEAD, channel="C0INC", team_id=TEAM.id, collaborators=(HELPER,))
    found = replace(
        found,
        state=State.FUTURE_CONSIDERATION if "idea" in way else found.state,
        awaits_acceptance="ask" in way,
    )
    for step in way:
        if step not in ("idea", "ask"):
            who = OWNER if step.startswith("OWNER ") else LEAD
            moved = TRIES[step.removeprefix("OWNER ")].does(found, By(who, NOW, None, who == LEAD))
            found = settled(moved)
    return found


def settled(moved: Moved) -> Item:
    """The item with what the change means for the request about it, as the database keeps it."""
    change, request = moved.change, moved.item.request
    status = moved.settles or (Status.EXPIRED if ends_request(change) else None)
    if request and request.is_pending and status:
        request = replace(request, status=status)
    return replace(moved.item, request=requested(moved, moved.asks) if moved.asks else request)


def requested(moved: Moved, asks: Ask) -> Request:
    change = moved.change
    return Request("T0ACME", 1, 2, asks.action, change.by, asks.approver, change.at, asks.terms)


def tried(stood: Item, user: str, one: Try) -> Moved | Refused:
    """As `handlers/acting.py` asks: the roles, then the rule."""
    by = By(user, NOW, None, roles.decides(user, PEOPLE[user], TEAM))
    try:
        roles.refuse_stranger(stood, user, PEOPLE[user], TEAM)
        return one.does(stood, by)
    except Refused as refused:
        return refused


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_action_is_done_by_who_may_and_refused_to_everybody_else(way: tuple[str, ...]) -> None:
    stood = stands(way)
    for name, one in TRIES.items():
        for user in PEOPLE:
            done = tried(stood, user, one)
            assert isinstance(done, Moved) == one.is_allowed(stood, user), f"{name} by {user}: {done}"
            if isinstance(done, Moved):
                assert (done.change.before, done.change.by) == (stood.state, user)
                assert done.item.owner in PEOPLE
                asked = settled(done)
                assert user not in one.asks or asked.state is stood.state
                assert user not in one.asks or (asked.request and asked.request.is_pending)
