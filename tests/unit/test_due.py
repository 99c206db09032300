"""What is due is taken one after another, and Slack is asked about what comes next meanwhile."""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from threading import Event

from bot.domain.errors import Unavailable
from scheduler.due import HEARD, Look, Ways, take_each
from scheduler.runs import Run
from storage.schedules import Schedule

FIRST, SECOND, THIRD, FOURTH = (
    Schedule("T1", team, "weekly-digest", date(2026, 11, 30), datetime(2026, 11, 30, 9, tzinfo=UTC))
    for team in (1, 2, 3, 4)
)


def looking(*batches: list[Schedule], let_go: Callable[[set[Schedule]], None] = lambda _: None) -> Look[Schedule]:
    left = iter(batches)
    return Look(lambda _tried: next(left, []), let_go, ahead=2)


def test_slack_is_asked_about_the_next_batch_before_this_one_is_taken() -> None:
    asked_about_second, taken = Event(), []

    def ask(schedule: Schedule) -> None:
        if schedule == SECOND:
            asked_about_second.set()

    def take(schedule: Schedule, _answer: None) -> list[Run]:
        assert asked_about_second.wait(60)
        taken.append(schedule)
        return []

    failures: list[Exception] = []
    assert list(take_each(looking([FIRST], [SECOND]), Ways(ask, take), failures)) == []
    assert (taken, failures) == ([FIRST, SECOND], [])


def test_what_slack_was_asked_for_is_read_by_the_thread_that_takes_and_only_the_rest_is_asked_in_full() -> None:
    heard, taken, asked = set[Schedule](), dict[Schedule, str](), list[Schedule]()

    def ask(schedule: Schedule) -> str:
        asked.append(schedule)
        return "asked"

    def at_hand(due: Collection[Schedule]) -> dict[Schedule, str]:
        return {each: "at hand" for each in due if each == FIRST or (each == SECOND and each in heard)}

    def hear(schedule: Schedule) -> object:
        heard.add(schedule)
        return HEARD if schedule != FOURTH else "all there is"

    def take(schedule: Schedule, answer: str) -> list[Run]:
        taken[schedule] = answer
        return []

    failures: list[Exception] = []
    ways = Ways(ask, take, hear, at_hand)
    assert list(take_each(looking([FIRST, SECOND, THIRD, FOURTH]), ways, failures)) == []
    assert taken == {FIRST: "at hand", SECOND: "at hand", THIRD: "asked", FOURTH: "all there is"}
    assert (heard, asked, failures) == ({SECOND, THIRD, FOURTH}, [THIRD], [])


def test_what_fails_holds_up_nothing_and_is_let_go_when_all_is_done() -> None:
    taken: list[Schedule] = []
    let_go: list[set[Schedule]] = []

    def ask(schedule: Schedule) -> None:
        if schedule == FIRST:
            raise Unavailable("Slack did not answer.")

    def take(schedule: Schedule, _answer: None) -> list[Run]:
        assert let_go == []
        if schedule == SECOND:
            raise ValueError("a mistake")
        taken.append(schedule)
        return []

    failures: list[Exception] = []
    look = looking([FIRST, SECOND, THIRD], let_go=let_go.append)
    assert list(take_each(look, Ways(ask, take), failures)) == []
    assert taken == [THIRD]
    assert list(map(type, failures)) == [Unavailable, ValueError]
    assert let_go == [{FIRST, SECOND}]
