"""Every measure of every month against an independent program, over imported tickets and what people do in Slack."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from math import isclose
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.server import Sandbox
from tests import tickets
from tests.acceptance.endings import ACCEPTED, DROPPED, NOT_NOW
from tests.acceptance.test_blocked import ESCALATED
from tests.acceptance.test_life_of_an_item import FIELDS, IMPLEMENTED, VERIFIED
from tests.oracle import Books, Item
from tests.people import Person
from tests.running import RunningBot, local_slack

COUNT = 400
CHANNEL = "C0PAYMENTS"
TEAMS = [*tickets.TEAMS, None]
MONTHS = [date(2025, 5, 1), *(date(2025 + at // 12, at % 12 + 1, 1) for at in range(5, 18))]
LATER = NOT_NOW | {"Revisit on": date(2026, 12, 1)}
Json = dict[str, Any]


FIRST_ON_POSTGRESQL = 9
"""Of those months: the SQL is the same for each, and on SQLite every one is asked for."""


@dataclass
class Office:
    """The running product, its clock, and the books that are kept beside it."""

    sandbox: Sandbox
    bot: RunningBot
    books: Books
    now: datetime = tickets.LAST
    used: set[int] = field(default_factory=set)
    kept: dict[str, int] = field(default_factory=dict)

    @property
    def months(self) -> list[date]:
        """What is asked for when everything is."""
        is_sqlite = self.bot.environment["DATABASE_URL"].startswith("sqlite")
        return MONTHS if is_sqlite else MONTHS[FIRST_ON_POSTGRESQL:]

    @property
    def marco(self) -> Person:
        """Who leads every team, so that he decides at once."""
        return Person(self.sandbox, "U0MARCO")

    def it_is(self, year: int, month: int, day: int, clock: str, zone: str) -> datetime:
        """Moves the clock on to that moment there."""
        hour, minute = map(int, clock.split(":"))
        moment = datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        assert moment >= self.now
        self.now = moment
        return moment

    def one(self, team: str, state: str, fits: Callable[[Item], bool] = lambda _: True) -> int:
        """An item of the team in that state that nobody has touched yet."""
        for number, item in self.books.items.items():
            if (item.team, item.states[-1][1]) == (team, state) and number not in self.used and fits(item):
                self.used.add(number)
                return number
        raise AssertionError(f"{team} has no item left that is {state}")

    def does(self, command: str, fields: Json | None = None) -> None:
        """Marco types a command; a form that opens is filled in and submitted."""
        answer = self.marco.command(f"/actionitem {command}", channel=CHANNEL)
        assert answer.opened == (fields is not None), (command, answer.text)
        if fields is not None:
            assert self.marco.modal.fill(fields).submit() == {}, command

    def moves(self, number: int, command: str, fields: Json | None, state: str) -> None:
        """One command that changes the state, and a line in the books."""
        self.does(f"{command} {number}", fields)
        self.books.moved(number, self.now, state)

    def merges(self, number: int, into: int) -> None:
        """Into another item, as that stands."""
        self.does(f"merge {number} {into}", {})
        self.books.moved(number, self.now, "merged")

    def closes(self, number: int) -> None:
        """From where it is to closed, all at this moment."""
        if self.books.items[number].states[-1][1] == "not_started":
            self.does(f"start {number}")
        self.does(f"implement {number}", IMPLEMENTED)
        self.does(f"verify {number}", VERIFIED)
        answer = self.marco.command(f"/actionitem close {number}", channel=CHANNEL)
        if answer.opened:  # else its incident has a post-mortem
            assert self.marco.modal.fill({"Post-mortem link": "https://pm.example.com/1"}).submit() == {}
        self.books.moved(number, self.now, "closed")

    def moves_due_date(self, number: int, day: date) -> None:
        self.does(f"due {number}", {"New due date": day, "Why does it move?": "The audit took our week"})
        self.books.due(number, self.now, day)

    def creates(self, team: str, due: date) -> int:
        """A new item of Marco's, whatever the intake says."""
        self.does("new", FIELDS | self._given(team, due, "new"))
        number = len(self.books.items) + 1
        self.books.items[number] = Item(team, self.now, due, [(self.now, "not_started")], [(self.now, due)])
        return number

    def promotes(self, number: int, due: date) -> None:
        team = self.books.items[number].team
        self.does(f"promote {number}", FIELDS | self._given(team, due, f"promote {number}"))
        self.books.promoted(number, self.now, due)

    def _given(self, team: str, due: date, command: str) -> Json:
        self.marco.command(f"/actionitem {command}", channel=CHANNEL)
        modal = self.marco.modal
        modal.fill({"Team": team})
        over = {"Override, because": "It cannot wait"} if "Override, because" in self.marco.modal.labels else {}
        modal.cancel()
        return {"Team": team, "Due date": due, "Action": f"Cap queue {len(self.books.items)} at 10,000"} | over

    def reports(self, months: list[date]) -> dict[tuple[str | None, date], Json]:
        """What `actionitem report` says now of every team and of the workspace."""
        wanted = [(team, month) for month in months for team in TEAMS]
        words = [
            ["report", "--month", f"{month:%Y-%m}", "--format", "json", *(["--team", team] if team else [])]
            for team, month in wanted
        ]
        return dict(zip(wanted, map(json.loads, self.bot.each(words)), strict=True))


@pytest.fixture(scope="module")
def office(database: str, folder: Path) -> Iterator[Office]:
    """Teams in five zones, and some hundred tickets imported on 31 March 2026."""
    with local_slack() as sandbox:
        office = Office(sandbox, RunningBot(sandbox, database, folder), Books(tickets.ZONES))
        office.bot.now = lambda: office.now
        office.bot.environment["SCHEDULER"] = "off"
        opened(office, folder / "tickets.csv")
        try:
            yield office
        finally:
            office.bot.stop()


def opened(office: Office, file: Path) -> None:
    words = [
        ["team", "set", name, "--channel", CHANNEL, "--lead", "U0MARCO", "--timezone", zone]
        for name, zone in tickets.TEAMS.items()
    ]
    rows = tickets.made_up(COUNT)
    tickets.write(file, rows)
    office.bot.each([*words, ["import", str(file)]])
    office.books.enter(rows)
    office.bot.start()


def agree(office: Office, months: list[date]) -> dict[tuple[str | None, date], Json]:
    """Every figure is that of the independent program."""
    told = office.reports(months)
    for (team, month), said in told.items():
        wanted, what = office.books.report(team, month, office.now), f"{team} in {month:%Y-%m}"
        metrics = said["metrics"]
        assert datetime.fromisoformat(said["as_of"]) == datetime.fromisoformat(wanted["as_of"]), what
        assert said["counts"] == wanted["counts"], what
        for key, one in metrics.items():
            assert same(one["value"], wanted["values"][key]), f"{key} of {what}"
            assert same(one["previous"], wanted["previous"][key]), f"{key} before {what}"
        assert {key: one["band"] for key, one in metrics.items()} == wanted["bands"], what
        shares = {key: (metrics[key]["numerator"], metrics[key]["denominator"]) for key in wanted["shares"]}
        assert shares == wanted["shares"], what
    return told


def same(one: float | None, other: float | None) -> bool:
    """To the last digit but one that a float has."""
    return one is other if one is None or other is None else isclose(one, other, rel_tol=1e-12)


def april(office: Office) -> None:
    """Reopened, deferred, moved, blocked: things that begin in April."""
    office.it_is(2026, 4, 2, "10:00", "Europe/Berlin")
    office.kept["again"] = office.one("Payments", "closed", lambda item: item.dues[-1][1].month == 2)
    office.moves(office.kept["again"], "reopen", {"Why?": "It came back"}, "in_progress")
    to_close = office.one("Search", "not_started")
    office.moves_due_date(to_close, date(2026, 4, 30))
    office.kept["merged"] = office.one("Mobile", "in_progress", lambda item: not item.blocks)
    office.moves_due_date(office.kept["merged"], date(2026, 5, 31))
    office.moves_due_date(office.one("Ledger", "not_started"), date(2026, 4, 3))
    office.it_is(2026, 4, 20, "23:50", "Asia/Kathmandu")
    for team in ("Ledger", "Payments", "Mobile"):
        office.kept[team] = office.one(team, "not_started")
        office.moves(office.kept[team], "defer", LATER, "deferred")
    blocked = office.one("Payments", "in_progress", lambda item: not item.blocks)
    office.does(f"block {blocked}", ESCALATED)
    office.books.blocked(blocked, office.now, blocked=True)
    office.it_is(2026, 4, 30, "23:30", "America/Los_Angeles")  # May everywhere else
    office.closes(to_close)
    office.does(f"unblock {blocked}")
    office.books.blocked(blocked, office.now, blocked=False)


def may(office: Office) -> None:
    """What had begun goes on: closed a second time, resumed, accepted, dropped, merged on the due date."""
    office.it_is(2026, 5, 2, "00:00", "Pacific/Auckland")
    office.closes(office.kept["again"])
    office.moves(office.kept["Ledger"], "resume", None, "not_started")
    office.it_is(2026, 5, 10, "12:00", "UTC")
    office.moves(office.kept["Mobile"], "risk", ACCEPTED, "risk_accepted")
    promoted = office.one("Ledger", "future_consideration")
    office.promotes(promoted, date(2026, 5, 20))
    created = office.creates("Idle", date(2026, 5, 31))
    office.it_is(2026, 5, 20, "23:59", "Asia/Kathmandu")
    office.moves(promoted, "drop", DROPPED, "wont_do")
    office.it_is(2026, 5, 31, "23:45", "Pacific/Auckland")
    into = office.one("Search", "not_started")
    office.merges(office.kept["merged"], into)
    undone = office.one("Mobile", "in_progress", lambda item: not item.blocks)
    office.merges(undone, into)
    office.it_is(2026, 5, 31, "23:50", "Pacific/Auckland")
    assert "is back" in office.marco.modal.button("Undo").click().text or "is back" in office.marco.modal.text
    office.books.moved(undone, office.now, "in_progress")
    office.moves(created, "defer", LATER, "deferred")


@pytest.mark.walk
def test_every_measure_of_every_month_is_that_of_an_independent_program(office: Office) -> None:
    first = agree(office, office.months[:-3])
    april(office)
    agree(office, [date(2026, month, 1) for month in (2, 3, 4)])
    may(office)
    office.it_is(2026, 6, 3, "09:00", "UTC")
    last = agree(office, office.months)
    for key, said in first.items():
        if key[1] < date(2026, 3, 1):
            assert last[key] == said, "a month that was over says the same whenever it is asked"
