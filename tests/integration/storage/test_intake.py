"""The intake freeze counts as the monthly report does: by the history, so that both say the same of a month."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice

from bot.domain.freeze import Flow, Intake, Sign
from bot.domain.lifecycle import State
from bot.domain.month import Month
from bot.domain.team import Team
from storage.engine import Database
from storage.incidents import record_incident
from storage.intake import gate, intake_of
from storage.items import record_item
from storage.reports import report
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.builders import WORKSPACE, created, team
from tests.measuring import Event, History, write
from tests.unit.domain.test_freeze import TEAM, Told, books_of, cases

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def made(month: int, day: int, *events: Event, state: State = State.NOT_STARTED) -> History:
    return History(at(month, day), date(2026, 12, 15), state=state, events=events)


def intake_in(db: Database, histories: list[History], now: datetime = NOW) -> tuple[Intake, list[Flow]]:
    """How the intake stands, and what the report says of last month and of this one."""
    with db.begin() as session:
        payments: Team = record_team(session, team(timezone="UTC"))
        write(session, [payments], histories)
        found = intake_of(session, payments, now)
        assert gate(session, WORKSPACE, None, payments, now).freeze == found.freeze
        told = [report(session, WORKSPACE, payments, month, now, None).tally for month in (OCTOBER, NOVEMBER)]
        return found, [Flow(tally.created, tally.ended) for tally in told]


def old(month: int = 6, *events: Event) -> History:
    return History(at(month, 1), date(2026, 7, 1), events=events)


def test_team_is_frozen_when_nothing_ended_while_something_was_overdue(db: Database) -> None:
    found, (october, november) = intake_in(db, [old(), old(7), old(8)])
    assert (october, november) == (Flow(0, 0), Flow(0, 0))
    assert found.freeze is not None
    assert (found.before.flow, found.before.overdue) == (october, 3)
    assert found.freeze.control.signs == (Sign.AGE, Sign.OVERDUE)


def test_idea_counts_as_created_in_the_month_of_its_promotion(db: Database) -> None:
    idea = made(9, 3, Event(at(10, 5), State.NOT_STARTED, due=date(2026, 12, 1)), state=State.FUTURE_CONSIDERATION)
    unpromoted = made(10, 3, state=State.FUTURE_CONSIDERATION)
    found, (october, november) = intake_in(db, [old(), idea, unpromoted, made(10, 6), made(10, 7)])
    assert (october, november) == (Flow(3, 0), Flow(0, 0))
    assert found.freeze is not None
    assert found.freeze.before.flow == october


def test_what_was_merged_has_not_ended_for_the_freeze_and_the_report_alike(db: Database) -> None:
    merged = [old(6, Event(at(10, day), State.MERGED)) for day in (3, 4)]
    found, (october, _november) = intake_in(db, [old(), *merged])
    assert found.before.flow == october == Flow(0, 0)
    assert found.freeze is not None


def test_month_that_is_over_stays_as_it_was_when_an_item_is_reopened_after_it(db: Database) -> None:
    reopened = old(7, Event(at(10, 20), State.CLOSED), Event(at(11, 2), State.NOT_STARTED))
    found, (october, november) = intake_in(db, [old(), reopened])
    assert (october, november) == (Flow(0, 1), Flow(0, 0))
    assert found.before.flow == october


def test_backlog_that_comes_under_control_opens_the_intake_for_the_rest_of_the_month(db: Database) -> None:
    parked = old(7, Event(at(11, 6), State.DEFERRED), Event(at(11, 12), State.NOT_STARTED))
    for day, frozen in ((5, True), (7, False), (20, False)):
        with db.begin() as session:
            payments = record_team(session, team(timezone="UTC", name=f"On {day}"))
            write(session, [payments], [parked])
            assert (gate(session, WORKSPACE, None, payments, at(11, day)).freeze is not None) is frozen


def test_new_team_with_an_import_of_old_items_is_as_old_as_they_are(db: Database) -> None:
    found, _ = intake_in(db, [made(10, 1), made(10, 2)])
    assert (found.freeze, found.is_young) == (None, True)
    found, _ = intake_in(db, [made(10, 1), old()])
    assert not found.is_young


def test_any_history_is_frozen_as_the_naive_program_says(db: Database) -> None:
    for number, (told, now) in enumerate(islice(cases(), 12)):
        with db.begin() as session:
            payments = record_team(session, team(timezone="Europe/Berlin", name=f"Team {number}"))
            write(session, [payments], [history_of(one) for one in told])
            found = intake_of(session, payments, now).freeze
            begun = found.before.month.plus(1).first_day if found else None
            assert begun == books_of(told).frozen_since(TEAM, now), (told, now)


def history_of(told: Told) -> History:
    (begun, state, due), *rest = told
    events = [Event(moment, State(after), due=day) for moment, after, day in rest]
    return History(begun, due, state=State(state), events=tuple(events))


def test_private_items_are_not_counted_because_the_freeze_is_shown_to_everybody(db: Database) -> None:
    with db.begin() as session:
        payments = record_team(session, team(timezone="UTC"))
        for day in (1, 2, 3):
            hidden = created(at=at(6, day), team_id=payments.id, private=True, channel="G0SECRET", due=date(2026, 7, 1))
            record_item(session, WORKSPACE, hidden)
        assert gate(session, WORKSPACE, None, payments, NOW).freeze is None
        assert intake_of(session, payments, NOW).is_young


def test_deferred_items_ideas_and_the_rest_of_a_split_use_up_no_quota(db: Database) -> None:
    with db.begin() as session:
        record_workspace(session, WORKSPACE)
        incident = record_incident(session, WORKSPACE, "C0INC", title="Checkout down", began_at=NOW, private=False)
        plain = created(incident_id=incident.id)
        for each in (plain, replace(plain, state=State.DEFERRED), replace(plain, state=State.FUTURE_CONSIDERATION)):
            record_item(session, WORKSPACE, each)
        record_item(session, WORKSPACE, replace(plain, split_from=1))
        assert gate(session, WORKSPACE, incident.id, None, NOW).used == 1
