"""A quarter hour by hour, for two teams in two zones over clock changes and holidays, against a calendar of its own.

When each post comes, and what it says: the second counts by hand from what is planned to happen, in local days.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.deps import Deps, MessageOutbox
from bot.domain.item import Created, Item
from bot.domain.lifecycle import State
from bot.domain.messages import Message, Post
from bot.settings import Settings
from scheduler.schedules import schedule_team
from scheduler.ticker import Ticker
from storage import items
from storage.engine import Database
from storage.people import record_person
from storage.tables.item import ItemRow
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.builders import WORKSPACE, SettledDirectory, created, person, slack_is_away, team
from tests.measuring import Event
from tests.measuring import moved as moved_by

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
    """What the quarter should bring: a digest each Monday, a review each month, reminders that thin out."""
    _, channel, lead = TEAMS[zone]
    mondays = [day for day in every_day() if day.weekday() == 0]
    firsts = [day for day in every_day() if day.day == 1]
    said = {(at(zone, moved(zone, day), 9), "weekly-digest", channel) for day in mondays}
    said |= {(at(zone, moved(zone, day), 11), "hygiene-review", lead) for day in firsts}
    said |= {(at(zone, moved(zone, day), 10), "monthly-report", channel) for day in firsts}
    said |= {(at(zone, day, 9), "morning", OWNERS[zone]) for day in mornings(zone)}
    # One item is overdue from the first day on, and for too long since the eighth.
    eighth = moved(zone, PLAN[0].due + timedelta(days=8))
    said |= {
        (at(zone, day, 9), "morning", lead) for day in {eighth, *(moved(zone, one) for one in mondays)} if day >= eighth
    }
    return said


@dataclass(frozen=True)
class Planned:
    """What happens to an item, in local time: made, due, and closed if ever."""

    made: datetime
    due: date
    closed: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """At a local time."""
        return self.made <= at and (self.closed is None or self.closed > at)


def local(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute)


PLAN = (
    Planned(local(9, 30, 22), date(2026, 9, 30)),
    Planned(local(10, 1, 10, 30), date(2026, 12, 24)),
    Planned(
        local(10, 25, 23, 30), date(2026, 10, 30), local(10, 30, 23, 30)
    ),  # a Sunday on which Berlin's clock changed
    Planned(
        local(10, 26, 0, 30), date(2026, 11, 1), local(11, 1, 0, 30)
    ),  # the night in which New York's clock changed
    Planned(local(10, 31, 23, 30), date(2026, 11, 30), local(12, 1, 0, 10)),
    Planned(local(11, 20, 8), date(2026, 11, 20), local(11, 20, 12)),
    Planned(local(11, 23, 0, 0), date(2026, 12, 31)),
)
"""The same in both zones, at their own local times."""


class Quarter(MessageOutbox):
    """The outbox: notes when each post was put into it, and what it said."""

    def __init__(self, db: Database) -> None:
        self.now, self.db = BEGAN, db
        self.said: list[Said] = []
        self.told: dict[Said, Post] = {}
        self.to_come: list[tuple[datetime, str, Callable[[Session], Any]]] = []
        directory = SettledDirectory(db, slack_is_away, lambda: BEGAN)
        self.ticker = Ticker(Deps(Settings(), db, self, lambda: BEGAN, slack_is_away, directory, schedule_team))

    def enqueue(
        self, session: Session, workspace: str, delivery_id: str, messages: Sequence[Message], **_: Any
    ) -> None:
        posts = [message for message in messages if isinstance(message, Post)]
        for post in posts:
            self.said.append((self.now, post.key.partition(":")[0], post.to))
            self.told[self.said[-1]] = post

    def tick(self, now: datetime) -> None:
        self.now = now
        while self.to_come and self.to_come[0][0] <= now:
            _, _, happens = self.to_come.pop(0)
            with self.db.begin() as session:
                happens(session)
                session.execute(update(ItemRow).values(last_progress_at=BEGAN + timedelta(days=200)))
        self.ticker.tick(now, WORKSPACE)
        self.ticker.remind(now, WORKSPACE)

    def whole(self) -> None:
        """Every morning of Europe and America, and each evening as `tick --at` looks at the day that was."""
        for day in every_day():
            for hour in range(6, 18):
                self.tick(datetime.combine(day, time(hour), UTC))
            self.ticker.tick_as_of(self.now, WORKSPACE)

    def plan(self, zone: ZoneInfo, team_id: int) -> None:
        """Puts down what will happen to the team's items."""
        for index, planned in enumerate(PLAN):
            made = planned.made.replace(tzinfo=zone).astimezone(UTC)
            facts = {"team_id": team_id, "owner": OWNERS[zone], "due": planned.due, "title": f"Cap queue {index}"}
            numbers: list[Item] = []
            new = created(at=made, **facts)
            self._later(made, lambda session, new=new, kept=numbers: kept.append(record(session, new)))
            if planned.closed:
                end = planned.closed.replace(tzinfo=zone).astimezone(UTC)
                close = Event(end, State.CLOSED)
                self._later(end, lambda session, kept=numbers, close=close: closes(session, kept[0], close))
        self.to_come.sort(key=lambda each: each[:2])

    def _later(self, at: datetime, happens: Callable[[Session], Any]) -> None:
        self.to_come.append((at, f"{len(self.to_come):03}", happens))


def record(session: Session, new: Created) -> Item:
    return items.record_item(session, WORKSPACE, new)


def closes(session: Session, item: Item, close: Event) -> None:
    items.record_moved(session, moved_by(item, close, []))


@pytest.fixture
def db(migrated_sqlite_url: str) -> Iterator[Database]:
    """On SQLite: a thousand looks at the schedules, of which every kind is taken on PostgreSQL in `test_ticker.py`."""
    database = Database(migrated_sqlite_url)
    yield database
    database.close()


@pytest.fixture
def quarter(db: Database) -> Quarter:
    found = Quarter(db)
    with db.begin() as session:
        record_workspace(session, WORKSPACE)
        for zone, owner in OWNERS.items():
            name, channel, lead = TEAMS[zone]
            for user in (owner, lead):
                record_person(session, person(user=user, timezone=zone.key, asked_at=BEGAN))
            facts = {"name": name, "channel": channel, "lead": lead, "holidays": CODES[zone], "members": ()}
            made = record_team(session, team(timezone=zone.key, **facts))
            schedule_team(session, made, BEGAN)
            found.plan(zone, made.id)
    return found


def test_every_post_of_a_quarter_comes_at_its_time_and_no_other(quarter: Quarter) -> None:
    quarter.whole()
    wanted = expected(BERLIN) | expected(NEW_YORK)
    assert sorted(quarter.said) == sorted(wanted)
    for (at, ritual, to), post in quarter.told.items():
        zone = next(zone for zone in (BERLIN, NEW_YORK) if to in (*TEAMS[zone], OWNERS[zone]))
        text = str(post.blocks)
        if ritual == "morning" and to != OWNERS[zone]:
            assert f"1 item of {TEAMS[zone][0]} has been overdue for more than a week." in text
            continue
        for line in SAYS[ritual](zone, at.astimezone(zone).replace(tzinfo=None)):
            assert line in text, f"{ritual} to {to} at {at}: {line!r} is not in {text}"


def days_of(planned: Planned) -> tuple[date, date | None]:
    return planned.made.date(), planned.closed.date() if planned.closed else None


def digest_says(zone: ZoneInfo, at: datetime) -> list[str]:
    """The figures of the week and of the last one, in local days."""
    monday = at.date() - timedelta(days=at.weekday())
    opened = [one for one in PLAN if one.is_open(at)]
    overdue = sum(one.due < at.date() for one in opened)
    this_week = sum(at.date() <= one.due < monday + timedelta(days=7) for one in opened)
    last_week = [monday - timedelta(days=back) for back in range(1, 8)]
    made = sum(made in last_week for made, _ in map(days_of, PLAN))
    ended = sum(closed in last_week for _, closed in map(days_of, PLAN))
    figures = f"{len(opened)} open · {overdue} overdue" + (f" · {this_week} due this week" if this_week else "")
    moved = f"Last week: {made} created, {ended} ended." if made or ended else "Last week nothing was created"
    return [f"*{TEAMS[zone][0]} · week of {monday.day} {monday:%b}*", f"{figures}'", moved]


def report_says(zone: ZoneInfo, at: datetime) -> list[str]:
    """Last month's, in local days."""
    month = at.date().replace(day=1) - timedelta(days=1)
    made = sum((made.year, made.month) == (month.year, month.month) for made, _ in map(days_of, PLAN))
    ended = sum(closed is not None and closed.month == month.month for _, closed in map(days_of, PLAN))
    opened = sum(one.is_open(datetime.combine(month, time.max)) for one in PLAN)
    lines = [f"*{TEAMS[zone][0]} · {month:%B %Y}* – ", f"{made} created, {ended} ended", f"*Open items:* {opened} · "]
    return [*lines, f"*Intake freeze: off.* {INTAKE[month.month]}"]


INTAKE = {
    9: "Nothing is frozen in a team's first two months.",
    10: "In October more was created (4) than ended (1), but the backlog is under control.",
    11: "The backlog is not under control (one in ten older than 61 days), but in November as much ended",
    12: "The backlog is not under control (one in ten older than ",
}
"""What the report of a month says of the intake in the next one."""


def review_says(zone: ZoneInfo, at: datetime) -> list[str]:
    """How many are open."""
    opened = sum(one.is_open(at) for one in PLAN)
    return [f"*{TEAMS[zone][0]} · {at:%B} review*", f"{opened} open item{'s' if opened > 1 else ''} of "]


def mornings(zone: ZoneInfo) -> dict[date, list[int]]:
    """The days on which an owner is told something, and of which items: what is overdue is news on its first, third and
    seventh day and a week after it was said last; else it is said beside something that is."""
    said: dict[int, date] = {}
    found: dict[date, list[int]] = {}
    for day in filter(partial(works, zone), every_day()):
        opened = [index for index, one in enumerate(PLAN) if one.is_open(datetime.combine(day, time(9)))]
        overdue = [index for index in opened if PLAN[index].due < day]
        others = [index for index in opened if is_soon(zone, PLAN[index].due, day)]
        others += [index for index, one in enumerate(PLAN) if one.closed and moved(zone, month_after(one)) == day]
        if others or any(is_news(PLAN[index].due, day, said.get(index)) for index in overdue):
            found[day] = sorted([*overdue, *others])
            said |= dict.fromkeys(overdue, day)
    return found


def is_soon(zone: ZoneInfo, due: date, day: date) -> bool:
    last = day
    for _day in range(3):
        last = moved(zone, last + timedelta(days=1))
    return due == day or last <= due < moved(zone, last + timedelta(days=1))


def month_after(one: Planned) -> date:
    assert one.closed
    return one.closed.date() + timedelta(days=30)


def is_news(due: date, day: date, last: date | None) -> bool:
    if last is None:
        return True
    told, overdue = (last - due).days, (day - due).days
    return (day - last).days >= 7 if told >= 7 else any(told < each <= overdue for each in (1, 3, 7))


def morning_says(zone: ZoneInfo, at: datetime) -> list[str]:
    """What is overdue, due today, due in three working days, and what was closed a month ago; the first three of it."""
    found = mornings(zone).get(at.date(), [])
    many = f"{len(found)} of your items need attention." if len(found) > 1 else "One of your items needs attention."
    return [many, *(f" Cap queue {index}" for index in found if len(found) <= 3)]


SAYS: dict[str, Callable[[ZoneInfo, datetime], list[str]]] = {
    "weekly-digest": digest_says,
    "monthly-report": report_says,
    "hygiene-review": review_says,
    "morning": morning_says,
}
