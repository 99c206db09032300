"""Who is told of a message that Slack does not take, and what they can do."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.commands.check import _messages
from bot.domain.item import Item
from bot.domain.messages import Live, Message, Post, Refresh
from scheduler.delivery.undelivered import tells
from scheduler.rituals.kinds import PersonalRitual, RequestRitual, TeamRitual
from scheduler.rituals.registry import RITUALS
from storage import incidents, items, teams
from storage.approvals import record_request
from storage.delivery_queue import DeliveryBacklog
from storage.engine import Database
from storage.workspaces import record_workspace
from tests.builders import NOW, WORKSPACE, ask, created, team


class Told:
    """An outbox that remembers."""

    def __init__(self) -> None:
        self.posts: list[Post] = []

    def enqueue(self, _session: Session, _workspace: str, _delivery: str, messages: list[Post], **_: Any) -> None:
        self.posts += messages


@pytest.fixture
def known(db: Database) -> tuple[Database, Told]:
    with db.begin() as session:
        record_workspace(session, WORKSPACE)
        teams.record_team(session, team())
    return db, Told()


def fail(db: Database, told: Told, message: Message, error: str = "is_archived") -> str:
    with db.begin() as session:
        tells(told)(session, WORKSPACE, message, error)
    return told.posts[-1].text if told.posts else ""


def an_item(db: Database, **facts: Any) -> Item:
    with db.begin() as session:
        [payments] = teams.list_teams(session, WORKSPACE)
        return items.record_item(session, WORKSPACE, created(team_id=payments.id, channel="C0INC", **facts))


def team_id(db: Database) -> int:
    with db.begin() as session:
        return teams.list_teams(session, WORKSPACE)[0].id


def test_lead_is_told_of_a_digest_with_what_to_do(known: tuple[Database, Told]) -> None:
    db, told = known
    text = fail(db, told, Post(f"weekly-digest:{team_id(db)}:2026-W48", "C0PAYMENTS", "Digest"))
    assert told.posts[0].to == "U0MARCO"
    assert text == (
        "I could not post the weekly digest of Payments in <#C0PAYMENTS>. The channel is archived. Unarchive it, or "
        "choose another one. I try it again until tomorrow."
    )


def test_lead_of_a_team_is_told_of_a_summary_that_leadership_did_not_get(known: tuple[Database, Told]) -> None:
    db, told = known
    with db.begin() as session:
        teams.record_team(session, team(name="Search", lead="U0AISHA", leadership_channel="C0LEADERS"))
    text = fail(db, told, Post("leadership-summary:C0LEADERS:monthly:2026-12", "C0LEADERS", "Summary"))
    assert told.posts[0].to == "U0AISHA"
    assert text.startswith("I could not post the leadership summary of Search in <#C0LEADERS>. The channel is archived")


def test_lead_is_told_of_a_card_and_the_owner_of_a_private_one(known: tuple[Database, Told]) -> None:
    db, told = known
    public, private = an_item(db), an_item(db, private=True)
    for item in (public, private):
        text = fail(db, told, Live(f"card:{item.number}", "C0INC", "card", str(item.number)), "not_in_channel")
        assert (
            text == f"I could not post the card of {item.label} in <#C0INC>. Invite me there: `/invite @Action Items`."
        )
    assert [post.to for post in told.posts] == ["U0MARCO", "U0PRIYA"]


def test_lead_is_told_when_an_owner_cannot_be_reached(known: tuple[Database, Told]) -> None:
    db, told = known
    item = an_item(db)
    text = fail(db, told, Post(f"change:{item.last_change_id}:owner", "U0PRIYA", "You own"), "user_disabled")
    assert told.posts[0].to == "U0MARCO"
    assert text.startswith(f"I could not post a message to <@U0PRIYA> about {item.label}. They have left.")


def test_lead_is_told_of_what_an_incident_is_like(known: tuple[Database, Told]) -> None:
    db, told = known
    with db.begin() as session:
        found = incidents.record_incident(session, WORKSPACE, "C0INC", title="Down", began_at=NOW, private=False)
    an_item(db, incident_id=found.id)
    fail(db, told, Live(f"recurrence:{found.id}", "C0INC", "recurrence", f"{found.id}:unlinked"))
    assert told.posts[0].to == "U0MARCO"


def test_every_ritual_says_what_could_not_be_posted_to_somebody(known: tuple[Database, Told]) -> None:
    db, told = known
    item = an_item(db)
    with db.begin() as session:
        request = record_request(session, item, ask("U0LENA"), asked_by="U0AISHA", asked_at=NOW)
    keys = {
        TeamRitual: f"{{name}}:{team_id(db)}:2026-12",
        PersonalRitual: "{name}:U0PRIYA:2026-11-23",
        RequestRitual: f"request:{request.id}:reminder",
    }
    for ritual in RITUALS.values():
        text = fail(db, told, Post(keys[type(ritual)].format(name=ritual.name), "C0GONE", "…"))
        assert ritual.called("") != ""
        assert text.startswith(f"I could not post {ritual.called('').strip()}")
    assert len(told.posts) == len(RITUALS)
    assert {post.to for post in told.posts} == {"U0MARCO", "U0AISHA"}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("morning:U0PRIYA:2026-11-23", "the morning reminders of <@U0PRIYA>."),
        ("due-reminder:U0PRIYA:2026-11-23", "the due reminder of <@U0PRIYA>."),
    ],
)
def test_lead_of_what_they_own_is_told_of_somebody_who_cannot_be_reminded(
    known: tuple[Database, Told], key: str, said: str
) -> None:
    db, told = known
    an_item(db, private=True)
    text = fail(db, told, Post(key, "U0PRIYA", "One of your items needs attention"), "user_disabled")
    assert told.posts[0].to == "U0MARCO"
    assert text == f"I could not post {said} They have left. Give what they own to somebody else."


@pytest.mark.parametrize("key", ["morning:U0MARCO:2026-11-23", "morning:U0STEN:2026-11-23"])
def test_nobody_is_told_of_a_morning_of_who_leads_or_owns_nothing(known: tuple[Database, Told], key: str) -> None:
    an_item(known[0], owner="U0MARCO")
    fail(*known, Post(key, key.split(":")[1], "…"), "user_disabled")
    assert known[1].posts == []


def test_new_lead_is_told_of_what_the_former_one_could_not_be_told(known: tuple[Database, Told]) -> None:
    db, told = known
    key = f"lead:morning:{team_id(db)}:2026-11-23:Europe/Berlin"
    text = fail(db, told, Post(key, "U0FORMER", "…"), "user_disabled")
    assert (told.posts[0].to, "the morning reminders of Payments." in text) == ("U0MARCO", True)


def test_who_asked_is_told_that_their_approver_cannot_be_reminded(known: tuple[Database, Told]) -> None:
    db, told = known
    public, private = an_item(db), an_item(db, private=True)
    for item in (public, private):
        with db.begin() as session:
            request = record_request(session, item, ask("U0LENA"), asked_by="U0AISHA", asked_at=NOW)
        text = fail(db, told, Post(f"request:{request.id}:reminder", "U0LENA", "…"), "user_disabled")
        assert text.startswith(f"I could not post the reminder of a decision about {item.label}. They have left.")
    assert [post.to for post in told.posts] == ["U0AISHA", "U0PRIYA"]  # of a private item its owner is


@pytest.mark.parametrize(
    "message",
    [
        Refresh("home:U0PRIYA", "home:U0PRIYA"),
        Post("change:1:thread", "C0INC", "…", thread_of="card:1"),
        Post("change:999:owner", "U0PRIYA", "…"),
        Live("card:999", "C0INC", "card", "999"),
        Live("recurrence:999", "C0INC", "recurrence", "999"),
        Post("something else", "C0INC", "…"),
    ],
    ids=lambda message: message.key,
)
def test_nobody_is_told_of_what_says_itself_elsewhere(known: tuple[Database, Told], message: Message) -> None:
    fail(*known, message)
    assert known[1].posts == []


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (DeliveryBacklog(0, 0, 0, 0.0), "ok"),
        (DeliveryBacklog(2, 1, 0, 30.0), "ok (3 messages wait, the oldest for less than a minute)"),
        (DeliveryBacklog(2, 0, 0, 1500.0), "2 messages wait, the oldest for 25 minutes: Slack is away"),
        (DeliveryBacklog(0, 0, 4, 0.0), "4 messages could not be delivered. Who can mend it was told, where "
            "Slack took that;"),
        (DeliveryBacklog(1, 0, 4, 9000.0), "the log names them. 1 message waits, the oldest for 2 hours."),
    ],
)  # fmt: skip
def test_check_says_how_much_waits_and_for_how_long(left: DeliveryBacklog, said: str) -> None:
    assert said in _messages(left)
