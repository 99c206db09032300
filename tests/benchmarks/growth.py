"""What one team and one person are shown among 10,000 and among 1,000,000 items of their workspace, on both databases.

One database is filled, measured, filled up in bulk, and measured again; what is asked for stays the same: a team with a
hundred open items, a person who owns them. The fastest of some runs counts, on SQLite by processor time.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import case
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.home import Filters
from bot.domain.lifecycle import OPEN, State
from bot.domain.month import month_of
from bot.domain.queries import Order, Viewer, Wanted
from bot.domain.span import Facts, first_span, instant
from bot.domain.team import Team
from bot.services.home import read_home
from bot.services.misspelt_words import find_meant
from bot.settings import Settings
from scheduler.delivery.dbos_queue import ensure_dbos_schema
from scheduler.rituals import weekly_digest
from scheduler.rituals.occasion import Occasion
from scheduler.schedules import schedule_team
from scheduler.searching import keep_index
from storage.engine import Database
from storage.import_items import move_counter
from storage.items import find_in_order
from storage.migrate import migrate
from storage.outbox import Outbox
from storage.reports import report
from storage.tables.base import table_of
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow, ThemeRow
from storage.tables.span import SpanRow
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.benchmarks.bulk import Of, add_numbered, text_of
from tests.benchmarks.measures import item_row
from tests.benchmarks.postgresql import on_both_databases
from tests.builders import NOW, SettledDirectory, person, slack_is_away, team

WORKSPACE, READER, STRANGER = "T0BENCH", "U0READER", "U0STRANGER"
SIZES = (10_000, 1_000_000)
OWN, TEAMS, PAGE = 100, 50, 15
TO_AN_INCIDENT, RECURS, THEMES = 5, 50, 20
RUNS, ENOUGH_S, AIM = 40, 20, 1.2
MADE = NOW - timedelta(days=20)


def run() -> None:
    """Prints a line for each, in the small and in the large database, and the ratio."""
    print(f"among {SIZES[0]:,} and {SIZES[1]:,} items: milliseconds, and how many times as many (aim ≤ {AIM})")
    on_both_databases(measure)


def measure(url: str) -> str:
    """The lines for the database at *url*."""
    database = Database(url)
    migrate(database)
    ensure_dbos_schema(database)
    with database.begin() as session:
        record_workspace(session, WORKSPACE)
        ours, *_others = [record_team(session, _team(number)) for number in range(TEAMS + 1)]
    some, many = map(int, os.environ.get("BENCH_SIZES", f"{SIZES[0]} {SIZES[1]}").split())
    small, large = (_grown(database, ours, *sizes) for sizes in ((0, some), (some, many)))
    database.close()
    load = os.getloadavg()[0]
    lines = [f"{name} {small[name]:.2f} → {large[name]:.2f}, × {large[name] / small[name]:.2f}" for name in small]
    return f"load {load:.1f}\n              " + "\n              ".join(lines)


def _grown(database: Database, ours: Team, since: int, until: int) -> dict[str, float]:
    """The figures when there are so many items, *since* of which are there."""
    with database.begin() as session:
        _fill(session, ours, since, until)
        move_counter(session, WORKSPACE, until)
    _index(database)
    if not database.is_sqlite:  # PostgreSQL does it by itself, sooner or later; SQLite never does
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    clock = time.process_time if database.is_sqlite else time.perf_counter
    return {name: _fastest(do, clock) for name, do in _asked(database, ours)}


def _index(database: Database) -> None:
    """What serving processes do within the hour after a million items came at once."""
    began, used = time.perf_counter(), time.process_time()
    keep_index(database, lambda: NOW, seconds=3600)
    took, used = time.perf_counter() - began, time.process_time() - used
    print(f"  {database.url.get_backend_name()}: indexed for search in {took:.0f} s, {used:.0f} s of CPU", flush=True)


def _fastest(do: Callable[[], object], clock: Callable[[], float]) -> float:
    """Milliseconds."""
    times = []
    for _ in range(RUNS):
        began = clock()
        do()
        times.append(clock() - began)
        if sum(times) > ENOUGH_S:
            break
    return min(times) * 1000


def _asked(database: Database, ours: Team) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is asked, by its name. The list and the search are pages, with how many there are in all."""
    viewer = Viewer(READER)
    channel = Viewer("", frozenset({ours.channel}))
    on = Occasion(ours, "2026-W48", NOW, channel, channel)
    deps = _deps(database)
    reader = person(workspace=WORKSPACE, user=READER, team=WORKSPACE)

    def reading(what: Callable[[Session], object]) -> Callable[[], object]:
        def read() -> object:
            with database.read() as session:
                return what(session)

        return read

    def page(**wanted: Any) -> Callable[[], object]:
        order = {"order": Order.PRIORITY, "limit": PAGE}
        return reading(lambda session: find_in_order(session, WORKSPACE, Wanted(**wanted), viewer, **order))

    yield "digest         ", reading(lambda session: weekly_digest.say(session, on))
    yield "Home           ", lambda: read_home(deps, WORKSPACE, viewer, reader, Filters())
    yield "list mine      ", page(states=OPEN, owner=READER)
    yield "list team      ", page(states=OPEN, team_id=ours.id)
    yield (
        "report         ",
        reading(lambda session: report(session, WORKSPACE, ours, month_of(NOW, ours.zone), NOW, viewer)),
    )
    yield "search         ", page(words=("checkout", "gateway"))
    yield "search, a letter", reading(lambda session: find_meant(session, WORKSPACE, ("chekcout", "gatewy"), viewer))


def _deps(database: Database) -> Deps:
    directory = SettledDirectory(database, slack_is_away, lambda: NOW)
    return Deps(Settings(), database, Outbox(database), lambda: NOW, slack_is_away, directory, schedule_team)


def _team(number: int) -> Team:
    members = (READER,) if number == 0 else ()
    return team(
        workspace=WORKSPACE, name=f"Team {number}", channel=f"C{number}", lead=f"U{number}", members=members
    )  # fmt: skip


def _fill(session: Session, ours: Team, since: int, until: int) -> None:
    """Items up to the number *until*, each fifth with an incident of its own; of the first hundred each is ours."""
    add_numbered(session, table_of(IncidentRow), since // TO_AN_INCIDENT, until // TO_AN_INCIDENT, _incident)
    for first, last in ((since, OWN), (max(since, OWN), until)):
        of_ours = last == OWN
        add_numbered(session, table_of(ItemRow), first, last, partial(_item, ours=ours, of_ours=of_ours))
        add_numbered(session, table_of(SpanRow), first, last, partial(_span, ours=ours, of_ours=of_ours))
        add_numbered(session, table_of(ThemeRow), first, last, _theme)


def _incident(number: Of) -> dict[str, Any]:
    return {
        "id": number, "workspace": WORKSPACE, "title": text_of("Checkout down ", number), "began_at": MADE,
        "recurrence_of": case((number % RECURS == 0, number - 1)), "postmortem_url": "", "root_cause": "",
        "services": "", "none_needed": "", "private": False,
    }  # fmt: skip


def _item(number: Of, ours: Team, *, of_ours: bool) -> dict[str, Any]:
    plain = item_row(1, ours.id, (NOW + timedelta(days=30)).date(), MADE) | {"workspace": WORKSPACE, "number": number}
    title = "Cap the queue of the checkout gateway at " if of_ours else "Alert when the retries exceed "
    theirs = {"owner": text_of("U", number % 5000), "team_id": ours.id + 1 + number % TEAMS, "state": _state(number)}
    mine = {"owner": READER, "state": State.IN_PROGRESS.value}
    of_incident = {"incident_id": (number - 1) // TO_AN_INCIDENT + 1}
    return plain | {"title": text_of(title, number), "details": "x" * 200} | of_incident | (mine if of_ours else theirs)


def _state(number: Of) -> Of:
    """Most are closed."""
    return case((number % 10 < 7, State.CLOSED.value), (number % 10 < 9, State.NOT_STARTED.value), else_="in_progress")


def _span(number: Of, ours: Team, *, of_ours: bool) -> dict[str, Any]:
    due = (NOW + timedelta(days=30)).date()
    span = first_span(Facts(ours.id, State.IN_PROGRESS, due, due, blocked=False), instant(MADE))._asdict()
    team_id = {} if of_ours else {"team_id": ours.id + 1 + number % TEAMS}
    return {"workspace": WORKSPACE, "item_number": number} | span | team_id


def _theme(number: Of) -> dict[str, Any]:
    name = text_of("theme ", number % THEMES)
    return {"workspace": WORKSPACE, "item_number": number, "theme_key": name, "theme": name, "position": 0}


if __name__ == "__main__":
    run()
