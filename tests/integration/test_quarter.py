"""A quarter hour by hour, for two teams in two zones over clock changes and holidays, against a calendar of its own."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.directory import Directory
from bot.domain.messages import Message, Post
from bot.settings import Settings
from scheduler.schedules import schedule_team
from scheduler.ticker import Ticker
from storage import items
from storage.engine import Database
from storage.people import record_person
from storage.tables import ItemRow
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.builders import WORKSPACE, created, person, slack_is_away, team

BEGAN = datetime(2026, 9, 30, 20, tzinfo=UTC)
FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
"""Their winters begin on 25 October and on 1 November."""
HOLIDAYS = {
    BERLIN: {date(2026, 10, 3), date(2026, 12, 25), date(2026, 12, 26)},
    NEW_YORK: {date(2026, 10, 12), date(2026, 11, 11), date(2026, 11, 26), date(2026, 12, 25)},
}
CODES = {BERLIN: "DE", NEW_YORK: "US"}
TEAMS = {BERLIN: ("Payments", "C0PAYMENTS", "U0MARCO"), NEW_YORK: ("Search", "C0SEARCH", "U0LENA")}
OWNERS = {BERLIN: "U0PRIYA", NEW_YORK: "U0AISHA"}
Said = tuple[datetime, str, str]
"""When, which ritual, to whom."""


def works(zone: ZoneInfo, day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS[zone]


def at(zone: ZoneInfo, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def every_day() -> Iterator[date]:
    day = FIRST
    while day <= LAST:
        yield day
        day += timedelta(days=1)


def moved(zone: ZoneInfo, day: date) -> date:
    while not works(zone, day):
        day += timedelta(days=1)
    return day


def expected(zone: ZoneInfo) -> set[Said]:
    """What the quarter should bring: a digest each Monday, a review each month, a reminder each working day."""
    _, channel, lead = TEAMS[zone]
    mondays = [day for day in every_day() if day.weekday() == 0]
    firsts = [day for day in every_day() if day.day == 1]
    said = {(at(zone, moved(zone, day), 9), "weekly-digest", channel) for day in mondays}
    said |= {(at(zone, moved(zone, day), 11), "hygiene-review", lead) for day in firsts}
    said |= {(at(zone, moved(zone, day), 10), "monthly-report", channel) for day in firsts}
    said |= {(at(zone, day, 9), "morning", OWNERS[zone]) for day in every_day() if works(zone, day)}
    return said


class Quarter:
    """The outbox: notes when each post was put into it."""

    def __init__(self, db: Database) -> None:
        self.now = BEGAN
        self.said: list[Said] = []
        directory = Directory(db, slack_is_away, lambda: BEGAN)
        self.ticker = Ticker(Deps(Settings(), db, self, lambda: BEGAN, slack_is_away, directory, schedule_team))

    def enqueue(self, session: Session, workspace: str, delivery_id: str, messages: Sequence[Message]) -> None:
        posts = [message for message in messages if isinstance(message, Post)]
        self.said += [(self.now, post.key.partition(":")[0], post.to) for post in posts]

    def tick(self, now: datetime) -> None:
        self.now = now
        self.ticker.tick_as_of(now, WORKSPACE)


@pytest.fixture
def quarter(db: Database) -> Quarter:
    with db.begin() as session:
        record_workspace(session, WORKSPACE)
        for zone, owner in OWNERS.items():
            name, channel, lead = TEAMS[zone]
            for user in (owner, lead):
                record_person(session, person(user=user, timezone=zone.key, asked_at=BEGAN))
            facts = {"name": name, "channel": channel, "lead": lead, "holidays": CODES[zone], "members": ()}
            made = record_team(session, team(timezone=zone.key, **facts))
            schedule_team(session, made, BEGAN)
            items.record_item(
                session, WORKSPACE, created(team_id=made.id, owner=owner, at=BEGAN, due=date(2026, 9, 30))
            )
        session.execute(update(ItemRow).values(last_progress_at=BEGAN + timedelta(days=200)))
    return Quarter(db)


def test_every_post_of_a_quarter_comes_at_its_time_and_no_other(quarter: Quarter) -> None:
    for day in every_day():
        for hour in range(6, 18):  # the mornings of Europe and America
            quarter.tick(datetime.combine(day, time(hour), UTC))
    wanted = expected(BERLIN) | expected(NEW_YORK)
    assert sorted(quarter.said) == sorted(wanted)
