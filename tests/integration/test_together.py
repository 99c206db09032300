"""What many teams have at the same time is taken together, and each team hears what it would hear alone."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from bot.domain.messages import Message, Post
from bot.domain.queries import Viewer
from bot.domain.request import Status
from bot.domain.team import Team
from scheduler.delivery.backlog import backlog
from scheduler.rituals import weekly_digest
from scheduler.rituals.occasion import Occasion
from storage import items
from storage.engine import Database
from storage.outbox import Outbox
from storage.people import record_person
from storage.tables.approval import ApprovalRow
from storage.tables.item import ItemRow
from storage.teams import record_team
from tests.builders import TODAY, WORKSPACE, created, person, team
from tests.integration.test_ticker import MADE_ON, Watch, add_team, at

pytestmark = pytest.mark.mostly_sqlite

MONDAY = at("2026-11-30T09:00")
MANY = 20


def make_item(db: Database, of: Team, title: str, later: dict[str, Any] | None = None, **facts: Any) -> int:
    """Its number; *later* is written into its columns afterwards."""
    with db.begin() as session:
        made = items.record_item(session, WORKSPACE, created(team_id=of.id, title=title, at=MADE_ON, **facts))
        if later:
            here = (ItemRow.workspace == WORKSPACE, ItemRow.number == made.number)
            session.execute(update(ItemRow).where(*here).values(**later))
    return made.number


def make_request(db: Database, number: int) -> None:
    """U0PRIYA asks U0MARCO to drop the item."""
    with db.begin() as session:
        session.add(ApprovalRow(
            workspace=WORKSPACE, number=number, action="drop", asked_by="U0PRIYA", approver="U0MARCO",
            asked_at=MADE_ON, terms={"why": "x"}, status=Status.PENDING.value,
        ))  # fmt: skip


def occasion(of: Team) -> Occasion:
    readers = Viewer("", frozenset({of.channel}))
    return Occasion(of, "2026-W49", MONDAY, readers, readers)


def add_teams(db: Database, many: int) -> list[Team]:
    return [add_team(db, name=f"Team {number}", channel=f"C0TEAM{number}") for number in range(many)]


@pytest.mark.walk
def test_digests_read_together_are_those_of_each_team_alone(db: Database) -> None:
    plain, busy, german, empty = add_teams(db, 4)
    with db.begin() as session:
        german = record_team(session, team(name=german.name, channel=german.channel, language="de"))
        record_person(session, person(asked_at=MADE_ON))
    for number in range(12):
        make_item(db, plain, f"Cap the queue at {number}", impact=1 + number % 5, effort=1 + number % 3)
        make_item(db, busy, f"Alert on {number} errors", due=TODAY - timedelta(days=number), impact=None)
    make_item(db, german, "Rotate the keys", {"blocked": True}, due=TODAY + timedelta(days=9))
    answer = {"answered_at": MADE_ON, "stale_answer": "I will do it", "stalled_by": "Time"}
    make_item(db, busy, "Ask the vendor", answer, due=TODAY + timedelta(days=90), impact=1)
    make_item(db, busy, "Rehearse the failover", {"state": "deferred", "deferred_at": MADE_ON})
    # In the channel in which another team of the batch reads: these see no more of this one for that.
    make_item(db, busy, "Change the vault's key", channel=plain.channel, private=True)
    make_request(db, make_item(db, busy, "Drop the old client"))
    teams = (plain, busy, german, empty)
    with db.read() as session:
        together = weekly_digest.say_all(session, [occasion(of) for of in teams])
    for of, said in zip(teams, together, strict=True):
        with db.read() as session:
            assert said == weekly_digest.say(session, occasion(of))
    first, second, third, fourth = (str(vars(post)) for (post,) in together)
    assert "Priya Raman" in first
    assert "U0MARCO> decides" in second
    assert "it had stalled because of time" in second
    assert "1 private item not shown" in second
    assert "vault" not in first + second
    assert "Diese Woche" in third
    assert "Nothing is open" in fourth


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """What is asked of the database within the block, in whatever thread."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    engines = (db.engine, db._reader)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield asked
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.walk  # PostgreSQL did not tell how many rows it had taken, and each was taken by itself
def test_twenty_digests_are_written_in_two_transactions(db: Database) -> None:
    add_teams(db, MANY)
    watch = Watch(db)
    watch.tick("2026-11-29T09:00")  # what a process asks once
    with statements(db) as asked:
        assert len(watch.tick("2026-11-30T09:00")) == MANY
    claims = [one for one in asked if one.startswith("UPDATE ritual_schedules") and "nominal_on" in one]
    # Twenty digests and as many sweeps, twenty-five at once.
    assert len(claims) == 2


class Failing(Outbox):
    """Fails for one team."""

    def __init__(self, db: Database, of: Team) -> None:
        super().__init__(db)
        self.of = of

    def enqueue_all(self, session: Session, deliveries: Iterable[tuple[str, str, Sequence[Message]]]) -> None:
        deliveries = list(deliveries)
        super().enqueue_all(session, deliveries)
        if any(name.startswith(f"weekly-digest:{self.of.id}:") for _, name, _ in deliveries):
            raise ConnectionError


@pytest.mark.walk
def test_trouble_of_one_team_is_no_others_and_each_digest_is_said_once(db: Database) -> None:
    teams = add_teams(db, 5)
    with suppress(ConnectionError):
        Watch(db, Failing(db, teams[2])).tick("2026-11-30T09:00")
    assert backlog(db).enqueued == len(teams) - 1
    assert Watch(db, Outbox(db)).tick("2026-11-30T09:00") == [("2026-W49", "posted")]
    assert backlog(db).enqueued == len(teams)


def test_team_that_moves_while_slack_is_asked_reads_where_it_reads_now(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stays, moves = add_teams(db, 2)
    watch = Watch(db)

    def readers_in(_workspace: str, channel: str) -> Viewer:
        if channel == moves.channel:
            with db.begin() as session:
                record_team(session, team(name=moves.name, channel="C0NEW"))
        return Viewer("", frozenset({channel}))

    monkeypatch.setattr(watch.deps.directory, "readers_in", readers_in)
    assert len(watch.tick("2026-11-30T09:00")) == 2
    said = [each for _, messages in watch.outbox.deliveries for each in messages]
    assert sorted(post.to for post in said if isinstance(post, Post)) == ["C0NEW", "C0TEAM0"]


def test_slack_is_asked_about_a_lead_only_where_there_is_something_to_tell_them(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _quiet, talking = (add_team(db, name=lead, lead=lead, channel=f"C0{lead}") for lead in ("U0QUIET", "U0MARCO"))
    with db.begin() as session:
        record_person(session, person(user="U0LEFT", deactivated=True, asked_at=MONDAY))
    make_item(db, talking, "Cap the queue", owner="U0LEFT")
    watch, asked = Watch(db), set[str]()

    def viewer(_workspace: str, user: str, **_: Any) -> Viewer:
        asked.add(user)
        return Viewer(user)

    monkeypatch.setattr(watch.deps.directory, "viewer", viewer)
    watch.tick("2026-11-30T09:00")
    assert asked == {"U0MARCO"}


def test_what_a_quiet_team_gets_to_say_while_slack_is_asked_is_not_said_to_readers_nobody_asked_about(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet, talking = (add_team(db, name=lead, lead=lead, channel=f"C0{lead}") for lead in ("U0QUIET", "U0MARCO"))
    with db.begin() as session:
        for user in ("U0LEFT", quiet.lead, talking.lead):  # so it is said in the channel
            record_person(session, person(user=user, deactivated=True, asked_at=MONDAY))
    make_item(db, talking, "Cap the queue", owner="U0LEFT")
    watch = Watch(db)

    def viewer(_workspace: str, user: str, **_: Any) -> Viewer:
        make_item(db, quiet, "Rotate the keys", owner="U0LEFT")
        return Viewer(user)

    monkeypatch.setattr(watch.deps.directory, "viewer", viewer)
    watch.tick("2026-11-30T09:00")
    swept = [post.to for name, posts in watch.outbox.deliveries if name.startswith("orphan-sweep:") for post in posts]
    assert swept == [talking.channel]


@pytest.mark.walk
def test_what_a_team_has_had_already_is_not_said_again_among_others(db: Database) -> None:
    had, *_others = add_teams(db, 3)
    watch = Watch(db)
    watch.ticker.run_now(weekly_digest.RITUAL, WORKSPACE, had, at("2026-11-30T08:00"))
    statuses = [status for _, status in watch.tick("2026-11-30T09:00")]
    assert sorted(statuses) == ["already_posted", "posted", "posted"]
    assert len([one for one in watch.outbox.ids if one.startswith(f"weekly-digest:{had.id}:")]) == 1
