"""Mornings: one message a person and day at nine o'clock where they live, and their leads in the same run."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.deps import Deps, MessageOutbox
from bot.domain.lifecycle import State
from bot.domain.messages import Live, Message, Post
from bot.domain.team import Team
from bot.settings import Settings
from scheduler.rituals.registry import RITUALS
from scheduler.runs import LONGEST_AWAY, Run
from scheduler.schedules import schedule_team
from scheduler.ticker import Ticker
from storage import items, mornings
from storage.approvals import record_request
from storage.engine import Database
from storage.messages import record_failed
from storage.morning_items import record_item_snooze
from storage.people import record_person
from storage.schedules import LEASE
from storage.tables.delivery import SentMessage
from storage.tables.item import ItemRow
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.builders import WORKSPACE, SettledDirectory, ask, created, person, slack_is_away, team

pytestmark = pytest.mark.mostly_sqlite

PERSONAL = ("due-reminder", "stale-nudge", "deferral-review", "escalation", "ranking", "hold-check")
BEGAN = datetime(2026, 11, 20, 20, tzinfo=UTC)
"""A Friday: the first morning is Monday the 23rd."""
MONDAY = date(2026, 11, 23)
ZONES = {"U0PRIYA": "Europe/Berlin", "U0MARCO": "Europe/Berlin", "U0AISHA": "America/New_York"}


class Watch(MessageOutbox):
    """A ticker, and what it put into the outbox."""

    def __init__(self, db: Database) -> None:
        self.posts: list[Post] = []
        self.all: list[Post] = []
        self.missed: list[str] = []
        self.redrawn: list[str] = []
        self.db = db
        directory = SettledDirectory(db, slack_is_away, lambda: BEGAN)
        self.deps = Deps(Settings(), db, self, lambda: BEGAN, slack_is_away, directory, schedule_team)
        self.serving = Ticker(self.deps)

    def enqueue(
        self, session: Session, workspace: str, delivery_id: str, messages: Sequence[Message], **_: Any
    ) -> None:
        self.all += [message for message in messages if isinstance(message, Post)]
        self.posts += [message for message in messages if isinstance(message, Post) and message.to.startswith("U")]
        self.redrawn += [message.key for message in messages if isinstance(message, Live) and message.subject == "card"]

    def tick(self, moment: datetime) -> list[tuple[str, str, int]]:
        """Ritual, status and messages of each personal ritual."""
        self.posts.clear()
        return self._personal(Ticker(self.deps).tick_as_of(moment, WORKSPACE))

    def _personal(self, runs: Sequence[Run]) -> list[tuple[str, str, int]]:
        personal = [run for run in runs if run.ritual in PERSONAL]
        self.missed = [run.period for run in personal if run.status == "missed"]
        return [(run.ritual, run.status, run.messages) for run in personal if run.status != "missed"]

    def days_of(self, user: str, count: int) -> list[int]:
        """The days, counted from Monday, on which a serving bot tells them something; it looks at nine on each."""
        said = []
        for each in range(count):
            self.posts.clear()
            took = self._personal(self.serving.tick(nine(days(each))))
            said += [each] if took and self.said_to(user) else []
        return said

    def said_to(self, user: str) -> list[str]:
        return [str(post.blocks) for post in self.posts if post.to == user]


def nine(day: date, offset: int = 1) -> datetime:
    """Nine o'clock that many hours east of Greenwich; Berlin's winter."""
    return datetime(day.year, day.month, day.day, 9 - offset, tzinfo=UTC)


@pytest.fixture
def payments(db: Database) -> Team:
    with db.begin() as session:
        record_workspace(session, WORKSPACE)
        for user, zone in ZONES.items():
            record_person(
                session, person(user=user, name=user.removeprefix("U0").title(), timezone=zone, asked_at=BEGAN)
            )
        made = record_team(session, team())
        schedule_team(session, made, BEGAN)
    return made


@pytest.fixture
def watch(db: Database, payments: Team) -> Watch:
    return Watch(db)


def add(db: Database, payments: Team, state: State = State.IN_PROGRESS, **facts: Any) -> int:
    """An item; what is no part of a draft is written into its row."""
    drawn = {name: facts.pop(name) for name in list(facts) if name in ("owner", "due", "title", "private", "channel")}
    with db.begin() as session:
        made = items.record_item(
            session, WORKSPACE, created(team_id=payments.id, at=facts.pop("created_at", BEGAN), **drawn)
        )
        row = update(ItemRow).where(ItemRow.workspace == WORKSPACE, ItemRow.number == made.number)
        session.execute(row.values(state=state.value, **facts))
    return made.number


def days(count: int) -> date:
    return MONDAY + timedelta(days=count)


@pytest.mark.walk
def test_owner_reads_in_one_message_what_is_overdue_due_today_and_soon(
    db: Database, payments: Team, watch: Watch
) -> None:
    for due in (-2, 0, 1, 3, 4):
        add(db, payments, due=days(due), title=f"Due in {due}")
    assert watch.tick(nine(MONDAY)) == [("due-reminder", "posted", 1)]
    (said,) = watch.said_to("U0PRIYA")
    assert "3 of your items need attention" in said
    assert said.index("*Overdue*") < said.index("*Due today*") < said.index("*Due in 3 working days*")
    assert ("Due in 1" in said, "Due in 3" in said, "Due in 4" in said) == (False, True, False)


@pytest.mark.walk
@pytest.mark.parametrize("again", [nine(MONDAY), nine(MONDAY) + timedelta(hours=1), nine(MONDAY) + timedelta(hours=8)])
def test_second_look_says_nothing_more(db: Database, payments: Team, watch: Watch, again: datetime) -> None:
    add(db, payments, due=MONDAY)
    watch.tick(nine(MONDAY))
    add(db, payments, due=MONDAY)
    assert watch.tick(again) == []
    assert watch.posts == []


@pytest.mark.walk
def test_morning_that_another_replica_has_in_hand_is_left_to_it_until_its_lease_is_over(
    db: Database, payments: Team, watch: Watch
) -> None:
    add(db, payments, due=MONDAY)

    def lease(now: datetime) -> set[str]:
        with db.begin() as session:
            return {each.timezone for each in mornings.lease_mornings(session, nine(MONDAY), now, 50, None)}

    taken = lease(BEGAN)
    assert "Europe/Berlin" in taken
    assert lease(BEGAN + LEASE - timedelta(seconds=1)) == set()
    Ticker(watch.deps).tick(nine(MONDAY))
    assert watch.posts == []
    assert lease(BEGAN + LEASE) == taken
    with db.begin() as session:
        mornings.release_mornings(session, mornings.list_mornings_due(session, nine(MONDAY), None, 50))
    Ticker(watch.deps).tick(nine(MONDAY))
    assert [post.to for post in watch.posts] == ["U0PRIYA"]


def posted(db: Database, number: int, ts: str | None = "1.2") -> None:
    """A card of it stands in its channel."""
    card = SentMessage(workspace=WORKSPACE, key=f"card:{number}", recipient="C0INC", channel="C0INC", ts=ts, attempts=0)
    with db.begin() as session:
        session.add(card)


def test_cards_on_which_a_day_has_passed_are_drawn_anew_and_no_others(
    db: Database, payments: Team, watch: Watch
) -> None:
    dues = {add(db, payments, due=days(due), channel="C0INC"): due for due in (-9, -2, -1, 0, 1, 5)}
    for number in dues:
        posted(db, number)
    add(db, payments, due=days(-1), channel="C0INC")  # an import has none
    elsewhere = add(db, payments, due=days(-1), channel="C0INC", owner="U0AISHA")
    posted(db, elsewhere)
    ended = add(db, payments, due=days(-1), channel="C0INC", state=State.CLOSED, ended_at=BEGAN)
    posted(db, ended)
    watch.tick(nine(MONDAY))
    assert [dues[int(key.removeprefix("card:"))] for key in watch.redrawn] == [-2, -1]
    watch.redrawn.clear()
    watch.tick(nine(MONDAY) + timedelta(hours=1))
    assert watch.redrawn == []
    watch.tick(nine(days(1)))
    assert 0 in [dues[int(key.removeprefix("card:"))] for key in watch.redrawn if key != f"card:{elsewhere}"]
    watch.redrawn.clear()
    watch.tick(nine(days(7)))
    assert [dues[int(key.removeprefix("card:"))] for key in watch.redrawn] == [0, 1, 5]


def test_nobody_is_told_before_nine(db: Database, payments: Team, watch: Watch) -> None:
    add(db, payments, due=MONDAY)
    assert watch.tick(nine(MONDAY) - timedelta(seconds=1)) == []


@pytest.mark.walk
def test_nine_is_nine_where_the_owner_lives(db: Database, payments: Team, watch: Watch) -> None:
    add(db, payments, due=MONDAY, owner="U0AISHA")
    assert watch.tick(nine(MONDAY)) == []
    assert watch.tick(nine(MONDAY, -5)) == [("due-reminder", "posted", 1)]


@pytest.mark.parametrize(("hours", "is_said"), [(8, True), (9, False)])
def test_morning_is_made_up_until_the_evening(
    db: Database, payments: Team, watch: Watch, hours: int, is_said: bool
) -> None:
    add(db, payments, due=MONDAY)
    assert bool(watch.tick(nine(MONDAY) + timedelta(hours=hours))) is is_said
    assert watch.missed == ([] if is_said else [MONDAY.isoformat()])


@pytest.mark.parametrize("off", [days(5), days(6)])
def test_weekend_is_quiet_and_monday_makes_up_for_it(db: Database, payments: Team, watch: Watch, off: date) -> None:
    add(db, payments, due=off)
    assert watch.tick(nine(off)) == []
    assert watch.missed == [days(count).isoformat() for count in range(5)]
    assert watch.tick(nine(days(7))) == [("due-reminder", "posted", 1)]
    assert "*Overdue*" in watch.said_to("U0PRIYA")[0]


def test_holiday_of_the_items_team_is_quiet(db: Database, payments: Team, watch: Watch) -> None:
    with db.begin() as session:
        record_team(session, team(holidays="DE"))
        other = record_team(session, team(name="Search", holidays="US"))
    good_friday = date(2027, 3, 26)
    add(db, payments, due=good_friday, title="In Germany")
    add(db, other, due=good_friday, title="In America")
    watch.tick(datetime(2027, 3, 26, 8, tzinfo=UTC))
    (said,) = watch.said_to("U0PRIYA")
    assert ("In America" in said, "In Germany" in said) == (True, False)


STALE = {"created_at": BEGAN - timedelta(days=40), "last_progress_at": BEGAN - timedelta(days=31)}


@pytest.mark.walk
def test_lead_is_told_of_a_stale_item_in_the_same_run(db: Database, payments: Team, watch: Watch) -> None:
    number = add(db, payments, due=days(60), **STALE)
    assert watch.tick(nine(MONDAY)) == [("stale-nudge", "posted", 2)]
    (to_owner,), (to_lead,) = watch.said_to("U0PRIYA"), watch.said_to("U0MARCO")
    assert "no progress for 33 days" in to_owner
    assert f"Marco is told about AI-{number}." in to_owner
    assert "Priya · no progress for 33 days" in to_lead
    assert "Reassign" in to_lead


def test_item_that_is_due_and_stale_is_said_once_with_both(db: Database, payments: Team, watch: Watch) -> None:
    add(db, payments, due=days(-9), **STALE)
    watch.tick(nine(MONDAY))
    (said,) = watch.said_to("U0PRIYA")
    assert said.count("*AI-1*") == 1
    assert "overdue 9 days" in said
    assert "Answer" in said


def test_stale_item_is_asked_about_again_each_week(db: Database, payments: Team, watch: Watch) -> None:
    add(db, payments, due=days(60), **STALE)
    assert watch.days_of("U0PRIYA", 22) == [0, 7, 14, 21]


@pytest.mark.walk
@pytest.mark.parametrize(("idle", "asked"), [(timedelta(days=29, hours=23), False), (timedelta(days=30), True)])
def test_item_is_stale_after_thirty_days(
    db: Database, payments: Team, watch: Watch, idle: timedelta, asked: bool
) -> None:
    add(db, payments, due=days(60), last_progress_at=nine(MONDAY) - idle)
    watch.tick(nine(MONDAY))
    assert bool(watch.said_to("U0PRIYA")) is asked


@pytest.mark.walk
def test_lead_reads_nothing_of_private_items_that_they_may_not_see(db: Database, payments: Team, watch: Watch) -> None:
    add(db, payments, due=days(60), private=True, channel="C0VAULT", title="Okapi", **STALE)
    watch.tick(nine(MONDAY))
    assert watch.said_to("U0MARCO") == []
    (to_owner,) = watch.said_to("U0PRIYA")
    assert "is told" not in to_owner


@pytest.mark.walk
@pytest.mark.parametrize(("revisit", "asked"), [(days(0), True), (days(-3), True), (days(1), False)])
def test_deferral_comes_back_on_its_day(db: Database, payments: Team, watch: Watch, revisit: date, asked: bool) -> None:
    add(db, payments, State.DEFERRED, due=days(-9), revisit_on=revisit, deferred_because="No staging yet")
    watch.tick(nine(MONDAY))
    assert (bool(watch.said_to("U0PRIYA")), bool(watch.said_to("U0MARCO"))) == (asked, asked)


@pytest.mark.walk
def test_closed_item_is_asked_about_once_a_month_later(db: Database, payments: Team, watch: Watch) -> None:
    closed = nine(days(-28)) - timedelta(hours=3)  # 30 days later is a Wednesday
    add(db, payments, State.CLOSED, due=days(-30), ended_at=closed)
    assert watch.days_of("U0PRIYA", 15) == [2]


def test_what_was_closed_long_ago_is_not_asked_about(db: Database, payments: Team, watch: Watch) -> None:
    add(db, payments, State.CLOSED, due=days(-90), ended_at=nine(days(-60)))
    assert watch.tick(nine(MONDAY)) == []


@pytest.mark.walk
def test_snoozed_item_is_not_said_to_its_owner_and_to_the_lead_as_ever(
    db: Database, payments: Team, watch: Watch
) -> None:
    number = add(db, payments, due=days(60), **STALE)
    with db.begin() as session:
        record_item_snooze(session, WORKSPACE, number, days(10))
    watch.days_of("U0PRIYA", 22)
    mornings_of = {
        user: [post.key[-5:] for post in watch.all if post.key.startswith(f"morning:{user}")] for user in ZONES
    }
    assert mornings_of == {
        "U0PRIYA": ["12-07", "12-14"],
        "U0MARCO": ["11-23", "11-30", "12-07", "12-14"],
        "U0AISHA": [],
    }


def test_who_had_snoozed_everything_is_not_told_and_their_lead_is(db: Database, payments: Team, watch: Watch) -> None:
    add(db, payments, due=days(60), **STALE)
    with db.begin() as session:
        mornings.record_snooze(session, WORKSPACE, "U0PRIYA", days(2))
    watch.tick(nine(days(1)))
    assert [post.to for post in watch.posts] == ["U0MARCO"]


@pytest.mark.walk
def test_overdue_item_is_said_on_the_first_third_and_seventh_day_and_then_once_a_week(
    db: Database, payments: Team, watch: Watch
) -> None:
    add(db, payments, due=days(0))
    # Due on Monday; the next Monday is the seventh day.
    assert watch.days_of("U0PRIYA", 30) == [0, 1, 3, 7, 14, 21, 28]


def test_what_falls_on_a_weekend_is_said_on_monday(db: Database, payments: Team, watch: Watch) -> None:
    add(db, payments, due=days(4))  # a Friday: the first day is a Saturday
    assert watch.days_of("U0PRIYA", 28) == [1, 4, 7, 11, 18, 25]


def test_overdue_items_are_said_together_whatever_their_days(db: Database, payments: Team, watch: Watch) -> None:
    for due in range(-40, -5, 5):
        add(db, payments, due=days(due))
    said = watch.days_of("U0PRIYA", 28)
    assert said[0] == 0
    assert len(said) <= 5


def test_what_is_overdue_is_said_too_when_something_else_is_to_be_said(
    db: Database, payments: Team, watch: Watch
) -> None:
    add(db, payments, due=days(-9), title="Long overdue")
    add(db, payments, due=days(2), title="Due on Wednesday")
    for count, both in ((0, False), (1, None), (2, True)):
        watch.tick(nine(days(count)))
        assert ["Due on Wednesday" in said and "Long overdue" in said for said in watch.said_to("U0PRIYA")] == (
            [] if both is None else [both]
        )


def test_date_that_moves_begins_anew(db: Database, payments: Team, watch: Watch) -> None:
    number = add(db, payments, due=days(-9))
    watch.tick(nine(MONDAY))
    with db.begin() as session:
        session.execute(update(ItemRow).where(ItemRow.number == number).values(due=days(2)))
    assert watch.days_of("U0PRIYA", 5) == [2, 3]


def test_lead_reads_of_all_their_teams_and_of_their_own_items_in_one_message(
    db: Database, payments: Team, watch: Watch
) -> None:
    with db.begin() as session:
        search = record_team(session, team(name="Search"))
        record_person(session, person(user="U0GONE", name="Gone", deactivated=True, asked_at=BEGAN))
    add(db, payments, due=MONDAY, owner="U0MARCO", title="His own")
    add(db, payments, due=days(60), title="Stands still", **STALE)
    add(db, search, due=days(-9), title="Overdue for long")
    add(db, search, State.DEFERRED, due=days(-9), revisit_on=MONDAY, deferred_because="No", title="Comes back")
    add(db, search, due=days(30), owner="U0GONE", title="Nobody's")
    add(db, payments, due=days(60), owner="U0AISHA", title="Of New York", **STALE)
    watch.tick(nine(MONDAY))
    watch.tick(nine(MONDAY, -5))
    watch.tick(nine(MONDAY))
    (said,) = [post for post in watch.all if post.to == "U0MARCO"]
    for words in ("His own", "Stands still", "Overdue for long", "Comes back", "Nobody's", "Of New York"):
        assert words in str(said.blocks), words
    assert "1 item of Search has been overdue for more than a week." in str(said.blocks)


def test_lead_hears_of_what_is_overdue_on_the_eighth_day_and_then_on_the_first_day_of_a_week(
    db: Database, payments: Team, watch: Watch
) -> None:
    add(db, payments, due=days(-6))
    assert watch.days_of("U0MARCO", 22) == [2, 7, 14, 21]


def test_first_morning_after_an_import_says_one_summary(db: Database, payments: Team, watch: Watch) -> None:
    for due in (-300, -200, -100, -90, 0):
        add(db, payments, due=days(due), imported_at=BEGAN)
    add(db, payments, due=days(-1), title="Made here")
    watch.tick(nine(MONDAY))
    (said,) = watch.said_to("U0PRIYA")
    assert "6 of your items need attention." in said
    assert "5 came with an import: 4 overdue, 1 due today." in said
    assert "Made here" in said
    assert "All 6 items" in said
    assert said.count("*AI-") == 1
    assert watch.days_of("U0PRIYA", 8) == [1, 2, 3, 7]


@pytest.mark.walk
def test_many_items_are_one_message_with_the_rest_behind_a_button(db: Database, payments: Team, watch: Watch) -> None:
    for _ in range(60):
        add(db, payments, due=days(-1))
    watch.tick(nine(MONDAY))
    (post,) = watch.posts
    assert "60 of your items need attention" in post.text
    assert "All 60 items" in str(post.blocks)
    assert len(post.blocks) <= 50


def test_ritual_of_its_own_says_only_its_own_and_once(db: Database, payments: Team, watch: Watch) -> None:
    add(db, payments, due=MONDAY, title="Due")
    add(db, payments, due=days(60), title="Stale", **STALE)
    ticker, ritual = Ticker(watch.deps), RITUALS["due-reminder"]
    said = ticker.run_now(ritual, WORKSPACE, payments, nine(MONDAY))
    assert [(run.status, run.messages) for run in said] == [("posted", 1)]
    assert "Stale" not in watch.said_to("U0PRIYA")[0]
    again = ticker.run_now(ritual, WORKSPACE, payments, nine(MONDAY))
    assert [run.status for run in again] == ["already_posted"]


def test_dry_run_records_nothing(db: Database, payments: Team, watch: Watch) -> None:
    add(db, payments, due=days(60), **STALE)
    said = Ticker(watch.deps).dry_run(RITUALS["stale-nudge"], WORKSPACE, payments, nine(MONDAY))
    assert [each.message.to for each in said] == ["U0PRIYA", "U0MARCO"]
    assert watch.tick(nine(MONDAY)) == [("stale-nudge", "posted", 2)]


def test_item_without_a_team_is_reminded_of_too(db: Database, payments: Team, watch: Watch) -> None:
    number = add(db, payments, due=MONDAY)
    with db.begin() as session:
        session.execute(update(ItemRow).where(ItemRow.number == number).values(team_id=None))
    assert watch.tick(nine(MONDAY)) == [("due-reminder", "posted", 1)]


@pytest.mark.walk
def test_who_left_is_not_told(db: Database, payments: Team, watch: Watch) -> None:
    add(db, payments, due=MONDAY)
    with db.begin() as session:
        record_person(session, person(deactivated=True, asked_at=BEGAN))
    assert watch.tick(nine(MONDAY)) == []


def test_tick_decades_ahead_passes_over_the_mornings_of_decades(db: Database, payments: Team, watch: Watch) -> None:
    add(db, payments, due=MONDAY)
    far = datetime(2099, 12, 28, 8, tzinfo=UTC)
    assert ("due-reminder", "posted", 1) in watch.tick(far)
    assert min(watch.missed) >= (far - LONGEST_AWAY).date().isoformat()
    assert len(watch.missed) < 300 * len(set(ZONES.values()))
    assert watch.tick(far) == []


def test_long_outage_misses_each_morning_once_and_says_the_newest(db: Database, payments: Team, watch: Watch) -> None:
    add(db, payments, due=MONDAY)
    assert watch.tick(nine(days(9))) == [("due-reminder", "posted", 1)]
    assert watch.missed == [days(count).isoformat() for count in (0, 1, 2, 3, 4, 7, 8)]
    assert (watch.tick(nine(days(9))), watch.missed) == ([], [])


@pytest.mark.parametrize("whole", [True, False], ids=["all of a morning", "one ritual by itself"])
def test_what_slack_refused_for_good_is_said_when_the_ritual_is_asked_for(
    db: Database, payments: Team, watch: Watch, whole: bool
) -> None:
    add(db, payments, due=MONDAY)
    ticker, ritual = Ticker(watch.deps), RITUALS["due-reminder"]
    said = ticker.tick_as_of(nine(MONDAY), WORKSPACE) if whole else []
    said += ticker.run_now(ritual, WORKSPACE, payments, nine(MONDAY))
    assert [run.status for run in said if run.ritual == "due-reminder"] == ["posted", "already_posted"][: 1 + whole]
    (post,) = watch.posts
    with db.begin() as session:
        record_failed(session, WORKSPACE, post, "invalid_auth", now=nine(MONDAY))
    asked = [run.status for _ in range(2) for run in ticker.run_now(ritual, WORKSPACE, payments, nine(MONDAY))]
    assert asked == ["posted", "already_posted"]
    assert [each.to for each in watch.posts] == ["U0PRIYA"] * 2


def ask_lead(db: Database, of: Team, at: datetime, approver: str = "U0MARCO") -> int:
    """Somebody asks to drop an item of Priya's that is due much later; the request's item."""
    with db.begin() as session:
        new = created(owner="U0PRIYA", due=MONDAY + timedelta(days=60), team_id=of.id, at=BEGAN)
        item = items.record_item(session, WORKSPACE, new)
        record_request(session, item, ask(approver), asked_by="U0PRIYA", asked_at=at)
        return item.number


@pytest.mark.parametrize("approver", ["U0MARCO", "U0AISHA"])
def test_request_that_has_waited_for_two_working_days_is_in_the_message_of_the_day_once(
    db: Database, payments: Team, watch: Watch, approver: str
) -> None:
    asked_at = BEGAN + timedelta(minutes=1)
    number = ask_lead(db, payments, asked_at, approver)
    east = {"U0MARCO": 1, "U0AISHA": -5}[approver]
    watch.tick(nine(MONDAY, east))  # a Friday evening is one working day ago
    assert watch.said_to(approver) == []
    tuesday = MONDAY + timedelta(days=1)
    watch.tick(nine(tuesday, east))
    (said,) = watch.said_to(approver)
    assert f"*AI-{number} " in said
    assert "has waited since" in said
    assert "Why: The new client covers it" in said
    assert "request.approve" in said
    watch.tick(nine(tuesday + timedelta(days=1), east))
    assert watch.said_to(approver) == []


def test_lead_reads_requests_and_what_is_overdue_in_one_message(db: Database, payments: Team, watch: Watch) -> None:
    for _ in range(5):
        ask_lead(db, payments, BEGAN + timedelta(minutes=1))
    with db.begin() as session:
        items.record_item(session, WORKSPACE, created(owner="U0MARCO", due=MONDAY, team_id=payments.id, at=BEGAN))
    watch.tick(nine(MONDAY + timedelta(days=1)))
    (said,) = watch.said_to("U0MARCO")
    assert "One of your items needs attention." in said
    assert said.count("request.approve") == 3
    assert "2 more requests for you to decide in your Home." in said


def test_request_to_who_has_left_is_said_at_once_so_that_whoever_asked_hears_of_it(
    db: Database, payments: Team, watch: Watch
) -> None:
    ask_lead(db, payments, BEGAN, "U0GONE")
    with db.begin() as session:
        record_person(session, person(user="U0GONE", deactivated=True, timezone="Europe/Berlin"))
    watch.tick(nine(MONDAY + timedelta(days=1)) + timedelta(minutes=1))
    assert [post.key.startswith("request:") for post in watch.posts if post.to == "U0GONE"] == [True]


def test_lead_ranks_what_nobody_prioritised_on_the_first_day_of_a_week(
    db: Database, payments: Team, watch: Watch
) -> None:
    far = days(300)
    facts = {"due": far, "last_progress_at": BEGAN + timedelta(days=12), "effort": None}
    add(db, payments, **facts)
    own = add(db, payments, owner="U0MARCO", title="Of the lead", **facts)
    assert watch.days_of("U0MARCO", 16) == [0, 7, 14]
    assert watch.tick(nine(days(21))) == [("ranking", "posted", 1)]
    (said,) = watch.said_to("U0MARCO")
    assert "Nobody has prioritised 2 items of Payments" in said
    assert f"*AI-{own}* Of the lead" in said
    assert watch.said_to("U0PRIYA") == []
