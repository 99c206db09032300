"""What a lead hears of a private item, message by message: one rule, whoever says it (contract.md, Roles)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.deps import Deps, MessageOutbox
from bot.domain.accept import hand_back
from bot.domain.item import By, Item, Moved
from bot.domain.lifecycle import Action, Change, State
from bot.domain.messages import Live, Message, Post
from bot.domain.queries import Viewer
from bot.domain.request import Status
from bot.domain.roles import may_be_told
from bot.domain.team import Team
from bot.services.notifications import messages_about
from bot.settings import Settings
from scheduler.delivery.undelivered import tells
from scheduler.rituals.registry import RITUALS
from scheduler.schedules import schedule_team
from scheduler.ticker import Ticker
from storage import items
from storage.approvals import record_decision, record_request
from storage.engine import Database
from storage.people import record_person
from storage.tables.item import ItemRow
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.builders import WORKSPACE, SettledDirectory, ask, created, person, slack_is_away, team

NOW = datetime(2026, 12, 1, 11, tzinfo=UTC)
"""A Tuesday on which every ritual of a lead may speak."""
LEAD, OWNER, MAKER = "U0MARCO", "U0PRIYA", "U0AISHA"
TITLE = "Rotate the okapi keys"


class Asked(SettledDirectory):
    """Slack says that the lead is in these private channels, and nothing else."""

    channels: frozenset[str] = frozenset()

    def viewer(self, workspace: str, user: str, *, fresh: bool = False) -> Viewer:
        assert workspace == WORKSPACE
        return Viewer(user, self.channels if user == LEAD else frozenset())


pytestmark = pytest.mark.mostly_sqlite
"""Who hears is a rule of ours; what it reads is read on PostgreSQL once for each way."""


@dataclass
class Office(MessageOutbox):
    """Payments, its private item, and an outbox that remembers what the lead was told."""

    db: Database
    payments: Team
    directory: Asked
    posts: list[Post]

    def enqueue(self, _session: Session, _workspace: str, _id: str, messages: Sequence[Message], **_: Any) -> None:
        self.posts += [message for message in messages if isinstance(message, Post)]

    @property
    def deps(self) -> Deps:
        return Deps(Settings(), self.db, self, lambda: NOW, slack_is_away, self.directory, schedule_team)

    def item(self, *, private: bool = True, state: State = State.IN_PROGRESS, **facts: Any) -> Item:
        """Stale, deferred until now if anything, of somebody who is here."""
        drawn = {name: facts.pop(name) for name in list(facts) if name in ("owner", "collaborators")}
        facts = {"state": state.value, "last_progress_at": NOW - timedelta(days=40), **facts}
        with self.db.begin() as session:
            new = created(MAKER, channel="C0VAULT", private=private, title=TITLE, team_id=self.payments.id, **drawn)
            number = items.record_item(session, WORKSPACE, new).number
            session.execute(update(ItemRow).where(ItemRow.number == number).values(**facts))
        return self.as_it_is(number)

    def as_it_is(self, number: int) -> Item:
        with self.db.begin() as session:
            session.expire_all()
            found = items.get_item_as_it_is(session, WORKSPACE, number)
        assert found
        return found

    def says(self, ritual: str) -> None:
        Ticker(self.deps).run_now(RITUALS[ritual], WORKSPACE, self.payments, NOW)

    def told(self) -> list[Post]:
        return [post for post in self.posts if post.to == LEAD]


@pytest.fixture
def office(db: Database) -> Office:
    with db.begin() as session:
        record_workspace(session, WORKSPACE)
        for user in (LEAD, OWNER, MAKER):
            record_person(session, person(user=user, name=user, asked_at=NOW))
        record_person(session, person(user="U0GONE", name="Gone", deactivated=True, asked_at=NOW))
        payments = record_team(session, team())
    return Office(db, payments, Asked(db, slack_is_away, lambda: NOW), [])


def stale(office: Office, **facts: Any) -> None:
    office.item(**facts)
    office.says("stale-nudge")


def deferred(office: Office, **facts: Any) -> None:
    office.item(state=State.DEFERRED, revisit_on=NOW.date(), deferred_because="Not yet", **facts)
    office.says("deferral-review")


def reviewed(office: Office, **facts: Any) -> None:
    office.item(**facts)
    office.says("hygiene-review")


def left(office: Office, **facts: Any) -> None:
    office.item(**{"owner": "U0GONE"} | facts)
    office.says("orphan-sweep")


ASKED = {"stale-nudge": stale, "deferral-review": deferred, "hygiene-review": reviewed, "orphan-sweep": left}
"""Rituals for which Slack is asked which channels the lead is in."""


def handed_back(office: Office, **facts: Any) -> None:
    item = office.item(awaits_acceptance=True, **facts)
    say(office, item, hand_back(item, By(item.owner, NOW), "On leave"))


def deferred_again(office: Office, **facts: Any) -> None:
    item = office.item(state=State.DEFERRED, deferrals=3, deferred_because="Not yet", **facts)
    say(office, item, Moved(item, Change(Action.DEFER, State.IN_PROGRESS, State.DEFERRED, OWNER, NOW)))


def say(office: Office, was: Item, moved: Moved) -> None:
    with office.db.begin() as session:
        item = items.record_moved(session, moved)
        office.enqueue(session, WORKSPACE, "", messages_about(session, was, item, moved.change))


def card_not_posted(office: Office, **facts: Any) -> None:
    item = office.item(**facts)
    fail(office, Live(f"card:{item.number}", "C0VAULT", "card", str(item.number)))


def owner_not_reached(office: Office, **facts: Any) -> None:
    item = office.item(**facts)
    fail(office, Post(f"change:{item.last_change_id}:maker", MAKER, "…"))


def fail(office: Office, message: Message) -> None:
    with office.db.begin() as session:
        tells(office)(session, WORKSPACE, message, "is_archived")


IN_TRANSACTIONS = {
    "hand-back": handed_back,
    "third deferral": deferred_again,
    "card not posted": card_not_posted,
    "somebody not reached": owner_not_reached,
}
"""Messages that are made inside a transaction, where Slack cannot be asked."""
Happens = Callable[..., None]
EVERY = pytest.mark.parametrize("happens", [*ASKED.values(), *IN_TRANSACTIONS.values()], ids=[*ASKED, *IN_TRANSACTIONS])


@EVERY
def test_lead_hears_of_a_public_item(office: Office, happens: Happens) -> None:
    happens(office, private=False)
    assert office.told()


@EVERY
def test_lead_who_is_none_of_those_who_may_see_it_hears_nothing(office: Office, happens: Happens) -> None:
    happens(office)
    assert office.told() == []
    assert [post for post in office.posts if "was told" in str(post.blocks)] == []


@EVERY
@pytest.mark.walk
def test_lead_who_works_on_it_hears_of_it(office: Office, happens: Happens) -> None:
    happens(office, collaborators=(LEAD,))
    assert office.told()


@pytest.mark.parametrize("happens", ASKED.values(), ids=ASKED)
def test_lead_who_is_in_its_channel_hears_of_it_where_slack_can_be_asked(office: Office, happens: Happens) -> None:
    office.directory.channels = frozenset({"C0VAULT"})
    happens(office)
    assert office.told()


@pytest.mark.parametrize("happens", ASKED.values(), ids=ASKED)
def test_lead_who_is_in_another_private_channel_hears_nothing(office: Office, happens: Happens) -> None:
    office.directory.channels = frozenset({"C0BOARD"})
    happens(office)
    assert office.told() == []


@pytest.mark.parametrize(
    ("status", "may"), [(Status.PENDING, True), (Status.APPROVED, True), (Status.DECLINED, False)], ids=str
)
def test_lead_who_is_the_approver_hears_of_it(office: Office, status: Status, may: bool) -> None:
    item = office.item()
    with office.db.begin() as session:
        request = record_request(session, item, ask(LEAD), asked_by=OWNER, asked_at=NOW)
        if status is not Status.PENDING:
            record_decision(session, request, status, by=LEAD, at=NOW, why="")
    assert may_be_told(office.as_it_is(item.number), LEAD) is may
    office.says("stale-nudge")
    fail(office, Live(f"card:{item.number}", "C0VAULT", "card", str(item.number)))
    assert [post.key.partition(":")[0] for post in office.told()] == (["stale-nudge", "undelivered"] if may else [])


def test_owner_reads_that_the_lead_was_told_where_that_is_so(office: Office) -> None:
    for facts in ({"private": False}, {"collaborators": (LEAD,)}, {}):
        office.item(**facts)
    office.says("stale-nudge")
    (to_owner,) = [post for post in office.posts if post.to == OWNER]
    assert f"{LEAD} is told about AI-1, AI-2." in str(to_owner.blocks)


def test_lead_who_has_just_deferred_it_again_themselves_hears_how_often(office: Office) -> None:
    item = office.item(state=State.DEFERRED, deferrals=3, deferred_because="Not yet")
    say(office, item, Moved(item, Change(Action.DEFER, State.IN_PROGRESS, State.DEFERRED, LEAD, NOW)))
    assert office.told()


def test_what_is_not_named_to_the_lead_is_not_counted_to_them_either(office: Office) -> None:
    office.item()
    office.item(private=False)
    office.says("stale-nudge")
    (post,) = office.told()
    assert post.text.startswith("1 item of Payments")


def test_orphan_that_the_lead_may_not_see_is_asked_about_where_it_lives(office: Office) -> None:
    left(office)
    (post,) = office.posts
    assert (post.to, TITLE in str(post.blocks)) == ("C0VAULT", True)


def test_owner_is_told_in_place_of_a_lead_who_may_not_hear_of_it(office: Office) -> None:
    card_not_posted(office)
    owner_not_reached(replace(office))
    assert [post.to for post in office.posts] == [OWNER, OWNER]
