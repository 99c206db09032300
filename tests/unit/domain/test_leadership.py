"""The summary for leadership: whose need is greatest, what a quarter is, capacity, and what comes back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.blocks.fitting import fitting
from bot.blocks.leadership import leadership_blocks
from bot.blocks.parts import as_dicts
from bot.domain.capacity import Load, load
from bot.domain.leadership import RiskDebt, Summary, TeamLine, by_need, months_told, over
from bot.domain.measures import Recurrence, Tally, measure
from bot.domain.month import Month
from bot.domain.patterns import Happened, PatternKind, patterns
from bot.sandbox.checks.messages import check_message
from tests.builders import team
from tests.people import visible_text

BEGAN = datetime(2026, 6, 1, tzinfo=UTC)
OCTOBER = Month(2026, 10)


def line(name: str, tally: Tally, **changes: object) -> TeamLine:
    plain = TeamLine(name, measure(tally, {}), measure(Tally(), {}), tally, (), RiskDebt(), load({}, 3, 10))
    return replace(plain, **changes)  # type: ignore[arg-type]


def said(*lines: TeamLine, **changes: object) -> str:
    summary = replace(Summary((OCTOBER,), by_need(lines)), **changes)  # type: ignore[arg-type]
    blocks = as_dicts(leadership_blocks(summary))
    check_message({"text": "Summary", "blocks": blocks})
    return visible_text(blocks)


def test_team_with_most_red_flags_comes_first_then_what_is_watched() -> None:
    fine, watched = line("Fine", Tally(created=1, closed=2)), line("Watched", Tally(open=30))
    red = line("Red", Tally(open=60, created=4, closed=1))
    assert [one.team for one in by_need([fine, watched, red])] == ["Red", "Watched", "Fine"]
    assert "*Red* – red flag: open, created : ended" in said(fine, red)


def test_monthly_team_is_told_of_the_month_before() -> None:
    assert months_told(team(), Month(2026, 11)) == (OCTOBER,)


@pytest.mark.parametrize(
    ("running", "told"),
    [(Month(2026, 11), ()), (Month(2027, 1), (Month(2026, 10), Month(2026, 11), Month(2026, 12)))],
)
def test_quarterly_team_is_told_of_three_months_after_the_quarter(running: Month, told: tuple[Month, ...]) -> None:
    assert months_told(team(leadership_every="quarterly"), running) == told


def test_months_as_one_add_events_and_keep_the_newest_state_of_affairs() -> None:
    first = Tally(created=3, closed=2, open=9, ages=(1, 2), due=4, completed=1)
    second = Tally(created=1, closed=4, open=6, ages=(5,), due=1, completed=1)
    assert over([first, second]) == Tally(created=4, closed=6, open=6, ages=(5,), due=5, completed=2)


def test_load_is_what_open_work_takes_of_the_reserved_time() -> None:
    found = load({1: 4, 3: 2, 5: 1}, people=4, percent=10)
    assert (found.work, found.a_month) == (71, pytest.approx(8.4))
    assert found.is_too_much
    assert "fund it or drop some" in said(line("Busy", Tally(), load=found))


def test_nothing_reserved_is_too_much_as_soon_as_there_is_work() -> None:
    assert load({2: 1}, people=4, percent=0).is_too_much
    assert not load({}, people=4, percent=0).is_too_much
    assert "no time is reserved for it" in said(line("Busy", Tally(), load=Load(5, 0, 4, 0)))


def test_recurrences_risk_debt_and_repeated_deferrals_are_named() -> None:
    came_back = Recurrence(2, "Checkout down again", BEGAN, "Checkout down", (7,))
    debt = RiskDebt(3, date(2026, 3, 4), ((4, "Cap the retry queue", 3),))
    text = said(line("Payments", Tally(recurrences=1), recurrences=(came_back,), debt=debt))
    assert "Came back despite an unfinished item: Checkout down again" in text
    assert "Risk debt: 3 deferred, the oldest since Wed 4 Mar 2026" in text
    assert "deferred again and again: AI-4 Cap the retry queue (3×)" in text


def test_sixty_teams_are_all_named_those_that_need_it_most_with_their_figures() -> None:
    text = said(*(line(f"Team {number}", Tally(open=60 if number < 10 else 1)) for number in range(60)))
    assert all(f"Team {number}" in text for number in range(60))
    assert "*Team 9* – red flag: open\ncompletion" in text
    assert "\nTeam 59 – on target\nAll about a team: `/actionitem report team NAME`." in text


@pytest.mark.parametrize("mark", ["&", "🔥", "*"])
def test_more_teams_than_can_be_named_are_counted(mark: str) -> None:
    lines = [line(f"{number} " + mark * 70, Tally(open=60)) for number in range(200)]
    summary = Summary((OCTOBER,), by_need(lines))
    blocks = as_dicts(leadership_blocks(summary))
    assert fitting(blocks) == blocks
    assert " more teams. All about a team:" in said(*lines)


def happened(number: int, days: int, **about: object) -> Happened:
    return Happened(number, f"Incident {number}", BEGAN + timedelta(days=days), **about)  # type: ignore[arg-type]


def test_service_that_fails_again_after_an_item_was_closed_is_a_pattern() -> None:
    closed = BEGAN + timedelta(days=5)
    first = happened(1, 0, services=("Checkout",), closed_at=(closed,))
    again = happened(2, 9, services=(" checkout ",))
    (found,) = patterns([again, first])
    assert (found.kind, found.what, found.closed) == (PatternKind.SERVICE, "Checkout", 1)
    assert "Service “Checkout”: 2 incidents although 1 item was closed (Incident 1, Incident 2)" in said(
        patterns=(found,)
    )


def test_without_a_closed_item_before_the_last_one_nothing_came_back_all_the_same() -> None:
    first = happened(1, 0, services=("Checkout",))
    again = happened(2, 9, services=("Checkout",), closed_at=(BEGAN + timedelta(days=20),))
    assert patterns([first, again]) == []


def test_root_causes_and_themes_are_compared_too_the_most_frequent_first() -> None:
    closed = (BEGAN + timedelta(days=1),)
    both = {"root_causes": ("Retry storm.",), "closed_at": closed}
    some = [
        happened(1, 0, themes=("caching",), **both),
        happened(2, 3, themes=("Caching",), **both),
        happened(3, 6, **both),
    ]
    assert [(each.kind, len(each.incidents)) for each in patterns(some)] == [
        (PatternKind.ROOT_CAUSE, 3),
        (PatternKind.THEME, 2),
    ]
