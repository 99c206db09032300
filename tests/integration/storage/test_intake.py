"""The intake freeze counts as the monthly report does: by the history, so that both say the same of a month."""

from datetime import UTC, date, datetime, timedelta

from bot.domain.intake import Flow, Freeze
from bot.domain.lifecycle import State
from bot.domain.month import Month
from bot.domain.team import Team
from storage.engine import Database
from storage.intake import gate
from storage.items import record_item
from storage.reports import report
from storage.teams import record_team
from tests.builders import WORKSPACE, created, team
from tests.measuring import Event, History, write

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def made(month: int, day: int, *events: Event, state: State = State.NOT_STARTED) -> History:
    return History(at(month, day), date(2026, 12, 15), state=state, events=events)


def freeze_of(db: Database, histories: list[History], now: datetime = NOW) -> tuple[Freeze | None, list[Flow]]:
    """The freeze, and what the report says of last month and of this one."""
    with db.begin() as session:
        payments: Team = record_team(session, team(timezone="UTC"))
        write(session, [payments], histories)
        frozen = gate(session, WORKSPACE, None, payments, now).freeze
        told = [report(session, WORKSPACE, payments, month, now, None).tally for month in (OCTOBER, NOVEMBER)]
        return frozen, [Flow(tally.created, tally.ended) for tally in told]


def test_idea_counts_as_created_in_the_month_of_its_promotion(db: Database) -> None:
    idea = made(9, 3, Event(at(10, 5), State.NOT_STARTED, due=date(2026, 12, 1)), state=State.FUTURE_CONSIDERATION)
    unpromoted = made(10, 3, state=State.FUTURE_CONSIDERATION)
    frozen, (october, november) = freeze_of(db, [idea, unpromoted, made(10, 6), made(10, 7)])
    assert (october, november) == (Flow(3, 0), Flow(0, 0))
    assert frozen == Freeze(october, to_end=3)


def test_idea_that_is_promoted_now_does_not_count_in_the_month_it_was_written(db: Database) -> None:
    idea = made(10, 3, Event(at(11, 5), State.NOT_STARTED, due=date(2026, 12, 1)), state=State.FUTURE_CONSIDERATION)
    frozen, (october, november) = freeze_of(db, [idea, made(10, 6), made(10, 7)])
    assert (october, november) == (Flow(2, 0), Flow(1, 0))
    assert frozen is None


def test_month_that_is_over_stays_as_it_was_when_an_item_is_reopened_after_it(db: Database) -> None:
    reopened = made(10, 1, Event(at(10, 20), State.CLOSED), Event(at(11, 2), State.NOT_STARTED))
    closed = [made(10, day, Event(at(10, 25), State.CLOSED)) for day in (2, 3)]
    frozen, (october, november) = freeze_of(db, [reopened, *closed])
    assert (october, november) == (Flow(3, 3), Flow(0, 0))
    assert frozen is None


def test_what_ends_now_thaws_the_intake_until_the_month_is_over(db: Database) -> None:
    frozen = [made(10, day) for day in (1, 2)]
    ended = made(10, 3, Event(at(11, 19), State.WONT_DO))
    ended_too_late = made(10, 4, Event(NOW + timedelta(days=1), State.CLOSED))
    found, (october, november) = freeze_of(db, [*frozen, ended, ended_too_late])
    assert (october, november) == (Flow(4, 0), Flow(0, 1))
    assert found == Freeze(october, to_end=3)


def test_private_items_are_not_counted_because_the_freeze_is_shown_to_everybody(db: Database) -> None:
    with db.begin() as session:
        payments = record_team(session, team(timezone="UTC"))
        for day in (1, 2, 3):
            hidden = created(at=at(10, day), team_id=payments.id, private=True, channel="G0SECRET")
            record_item(session, WORKSPACE, hidden)
        assert gate(session, WORKSPACE, None, payments, NOW).freeze is None
