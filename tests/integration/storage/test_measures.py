"""Measures against a naive program: any history, several teams and zones, changes of the clock, both databases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.errors import Refused
from bot.domain.freeze import Flow
from bot.domain.lifecycle import State
from bot.domain.measures import MeasureKey, Report
from bot.domain.measures_json import as_json
from bot.domain.month import Month, period_at
from bot.domain.queries import Viewer
from bot.domain.team import Team
from storage.engine import Database
from storage.items import record_item
from storage.measures import Stretch, count_flows
from storage.reports import list_recurrences, report, scopes_of
from storage.spans import rebuild_spans
from storage.tables.item import ItemRow
from storage.tables.span import SpanRow
from storage.teams import record_team
from tests.builders import WORKSPACE, created
from tests.examples import for_each
from tests.measuring import Began, Event, History, naive, write

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")
NOW = datetime(2027, 1, 15, 12, tzinfo=UTC)
AFTER = {
    State.NOT_STARTED: [State.CLOSED, State.DEFERRED, State.RISK_ACCEPTED, State.WONT_DO, State.MERGED],
    State.DEFERRED: [State.NOT_STARTED, State.RISK_ACCEPTED, State.WONT_DO],
    State.CLOSED: [State.NOT_STARTED],
    State.RISK_ACCEPTED: [State.NOT_STARTED],
    State.WONT_DO: [State.NOT_STARTED],
    State.FUTURE_CONSIDERATION: [State.NOT_STARTED, State.DECLINED],
}
DAYS = st.sampled_from(
    [
        date(2026, month, day)
        for month, day in ((9, 30), (10, 1), (10, 4), (10, 24), (10, 25), (10, 31), (11, 1), (12, 1))
    ]
)
"""Few, so that things meet: the borders of months, and days on which clocks change."""
MOST = [timedelta(microseconds=micro) for micro in (-1, 0, 1)] + [timedelta(hours=13)]


def moments(zones: Sequence[str]) -> st.SearchStrategy[datetime]:
    """Just before, at and just after midnights of these zones, and in the day."""

    def at(day: date, zone: str, days: int, off: timedelta) -> datetime:
        return (datetime.combine(day + timedelta(days=days), time(), ZoneInfo(zone)) + off).astimezone(UTC)

    return st.builds(at, DAYS, st.sampled_from(zones), st.integers(0, 1), st.sampled_from(MOST))


@st.composite
def histories(draw: st.DrawFn, incidents: int, zones: Sequence[str]) -> History:
    """An item with up to six things that happen to it, some of them at the same moment."""
    at, *later = sorted(draw(st.lists(moments(zones), min_size=1, max_size=7)))
    state = draw(st.sampled_from([State.NOT_STARTED, State.NOT_STARTED, State.NOT_STARTED, State.FUTURE_CONSIDERATION]))
    first, events = state, []
    for moment in later:
        event = draw(_events(moment, state))
        state = event.state or state
        events.append(event)
    incident = draw(st.none() | st.integers(0, incidents - 1)) if incidents else None
    return History(at, draw(DAYS), draw(st.integers(0, 1)), first, tuple(events), incident)


def _events(at: datetime, state: State) -> st.SearchStrategy[Event]:
    moves = st.sampled_from(AFTER.get(state, [state]))
    if state is State.FUTURE_CONSIDERATION:
        return st.builds(Event, st.just(at), moves, DAYS, st.none() | st.integers(0, 1))
    kinds = [st.builds(Event, st.just(at), team=st.integers(0, 1))]
    kinds += [st.builds(Event, st.just(at), moves)] * (2 if state in AFTER else 0)
    if state is State.NOT_STARTED:
        kinds += [st.builds(Event, st.just(at), due=DAYS), st.builds(Event, st.just(at), blocked=st.booleans())]
    return st.one_of(kinds)


@dataclass(frozen=True)
class Drawn:
    """Two teams' zones, their items, and incidents of which some repeat an earlier one."""

    zones: tuple[str, str]
    items: list[History]
    began: list[Began]
    now: datetime


@st.composite
def worlds(draw: st.DrawFn) -> Drawn:
    """Worlds with up to fifteen items, seen while they happen or long after."""
    zones = draw(st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES)))
    times = draw(st.lists(moments(zones), max_size=4))
    began = [
        Began(at, draw(st.none() | st.integers(0, index - 1)) if index else None) for index, at in enumerate(times)
    ]
    items = draw(st.lists(histories(len(began), zones), max_size=15))
    return Drawn(zones, items, began, draw(st.just(NOW) | moments(zones)))


def two_teams(session: Session, zones: Sequence[str]) -> list[Team]:
    names = ("Payments", "Search")
    return [
        record_team(session, Team(WORKSPACE, 0, name, "C0", "U0MARCO", timezone=zone))
        for name, zone in zip(names, zones, strict=True)
    ]


def same(found: Report, expected: dict[str, Fraction | int | None]) -> None:
    for key, measured in found.measures.items():
        wanted = expected[key.value]
        assert measured.value == (None if wanted is None else pytest.approx(float(wanted), rel=1e-12)), key


def test_every_measure_of_every_month_is_what_the_naive_program_finds(db: Database) -> None:
    @for_each(db, 24, world=worlds())
    def check(world: Drawn) -> None:
        with db.begin() as session:
            teams = two_teams(session, world.zones)
            write(session, teams, world.items, world.began)
            for index, team in enumerate(teams):
                for month in (Month(2026, number) for number in (9, 10, 11, 12)):
                    expected = naive(world.items, world.began, index, team.zone, month.first_day, world.now)
                    if world.now < datetime.combine(month.first_day, time(), team.zone):
                        continue
                    found = report(session, WORKSPACE, team, month, world.now, None)
                    same(found, expected.values)
                    assert found.tally.counts() == expected.counts
                    period = period_at(month, team.zone, world.now)
                    assert period is not None
                    flows = count_flows(session, [team.id], Stretch(period.begins, period.cutoff))
                    flow = flows.get(team.id, Flow(0, 0, 0))
                    assert flow == Flow(*(expected.counts[name] for name in ("created", "ended", "merged")))
            session.rollback()


def test_spans_written_with_each_change_are_those_of_the_whole_history(db: Database) -> None:
    @for_each(db, 16, world=worlds())
    def check(world: Drawn) -> None:
        with db.begin() as session:
            write(session, two_teams(session, world.zones), world.items, world.began)
            session.flush()
            query = select(SpanRow.__table__).order_by(SpanRow.item_number, SpanRow.since)
            kept = session.execute(query).all()
            rebuild_spans(session, WORKSPACE, session.scalars(select(ItemRow.number)))
            assert session.execute(query).all() == kept
            session.rollback()


def test_workspace_is_the_sum_of_its_teams_each_in_its_own_zone(db: Database) -> None:
    @for_each(db, 12, world=worlds())
    def check(world: Drawn) -> None:
        with db.begin() as session:
            teams = two_teams(session, world.zones)
            write(session, teams, world.items, world.began)
            month = Month(2026, 10)
            whole = report(session, WORKSPACE, None, month, NOW, None)
            parts = [report(session, WORKSPACE, team, month, NOW, None).tally for team in teams]
            assert whole.tally.counts() == (parts[0] + parts[1]).counts()
            assert sorted(whole.tally.ages) == sorted(parts[0].ages + parts[1].ages)
            session.rollback()


def test_old_month_says_the_same_after_an_item_is_reopened_deferred_and_moved(db: Database) -> None:
    closed = Event(datetime(2026, 10, 9, tzinfo=UTC), State.CLOSED)
    before = History(datetime(2026, 10, 1, tzinfo=UTC), date(2026, 10, 10), events=(closed,))
    later = [
        Event(datetime(2026, 11, 5, tzinfo=UTC), State.NOT_STARTED),
        Event(datetime(2026, 11, 6, tzinfo=UTC), due=date(2026, 12, 1)),
        Event(datetime(2026, 11, 7, tzinfo=UTC), team=1),
        Event(datetime(2026, 11, 8, tzinfo=UTC), State.DEFERRED),
    ]
    with db.begin() as session:
        teams = two_teams(session, ("UTC", "UTC"))
        write(session, teams, [before, replace(before, events=(closed, *later))])
        october = report(session, WORKSPACE, teams[0], Month(2026, 10), NOW, None)
        assert october.measures[MeasureKey.COMPLETION_RATE].numerator == 2
        assert october.tally.closed == 2
        november = report(session, WORKSPACE, teams[1], Month(2026, 11), NOW, None)
        assert (november.tally.deferred_open, november.tally.closed) == (1, 0)


def test_month_that_has_not_begun_is_refused(db: Database) -> None:
    with db.begin() as session, pytest.raises(Refused, match="2027-02 has not begun"):
        report(session, WORKSPACE, None, Month(2027, 2), NOW, None)


def test_private_items_count_for_those_who_see_them_and_for_nobody_else(db: Database) -> None:
    with db.begin() as session:
        team = two_teams(session, ("UTC", "UTC"))[0]
        at = datetime(2026, 10, 5, tzinfo=UTC)
        record_item(session, WORKSPACE, created(at=at, team_id=team.id, due=date(2026, 10, 9)))
        hidden = created(at=at, channel="G0SECRET", private=True, team_id=team.id, owner="U0AISHA")
        record_item(session, WORKSPACE, hidden)

        def seen(viewer: Viewer | None) -> int:
            return report(session, WORKSPACE, team, Month(2026, 10), NOW, viewer).tally.open

        assert seen(None) == 2
        assert seen(Viewer("", frozenset({"C0PAYMENTS"}))) == 1
        assert seen(Viewer("U0MARCO", frozenset({"G0SECRET"}))) == 2
        assert seen(Viewer("U0AISHA")) == 2
        assert seen(Viewer("U0GUEST", frozenset({"G0SECRET"}), frozenset({"G0SECRET"}))) == 1


def test_recurrences_are_named_with_the_items_that_were_unfinished(db: Database) -> None:
    first, again = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 8, tzinfo=UTC)
    open_item = History(first, date(2026, 9, 30), incident=0)
    done = replace(open_item, events=(Event(datetime(2026, 9, 9, tzinfo=UTC), State.CLOSED),))
    with db.begin() as session:
        teams = two_teams(session, ("UTC", "UTC"))
        write(session, teams, [open_item, done], [Began(first), Began(again, 0)])
        scopes = scopes_of(session, WORKSPACE, teams[0])
        (found,) = list_recurrences(session, WORKSPACE, scopes, Month(2026, 10), NOW, None)
        assert (found.title, found.earlier_title, found.items) == ("Incident 1", "Incident 0", (1,))
        assert as_json(report(session, WORKSPACE, teams[0], Month(2026, 10), NOW, None))["metrics"][
            "recurrences_despite_item"
        ] == {"value": 1, "numerator": 1, "denominator": None, "band": "red_flag", "previous": 0}
