"""The summary for leadership: whose need is greatest, what a quarter is, capacity, and what comes back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.blocks.fitting import fitting
from bot.blocks.leadership import leadership_blocks, leadership_in_words
from bot.blocks.parts import as_dicts
from bot.domain.capacity import Load, load
from bot.domain.costly import Risk, costliest
from bot.domain.leadership import Escalated, RiskDebt, Summary, TeamLine, by_need, months_told, over
from bot.domain.lifecycle import Action
from bot.domain.measures import DAY, Recurrence, Tally, measure
from bot.domain.month import Month
from bot.domain.patterns import Happened, PatternKind, patterns
from bot.domain.request import Request
from bot.domain.trend import trend_of
from bot.sandbox.checks.messages import check_message
from tests.builders import NOW, WORKSPACE, item, names, team
from tests.people import visible_text

BEGAN = datetime(2026, 6, 1, tzinfo=UTC)
OCTOBER = Month(2026, 10)


def line(name: str, tally: Tally, **changes: object) -> TeamLine:
    plain = TeamLine(name, measure(tally, {}), measure(Tally(), {}), tally, (), RiskDebt(), load({}, 3, 10))
    return replace(plain, **changes)  # type: ignore[arg-type]


def said(*lines: TeamLine, **changes: object) -> str:
    blocks = as_dicts(leadership_blocks(summary_of(*lines, **changes), names))
    check_message({"text": "Summary", "blocks": blocks})
    return visible_text(blocks)


def summary_of(*lines: TeamLine, **changes: object) -> Summary:
    told = by_need(lines or [line("Quiet", Tally())])
    plain = Summary((OCTOBER,), NOW, told, trend_of("October 2026", [(OCTOBER, Tally(created=2, open=2))], {}))
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_team_with_most_red_flags_comes_first_then_what_is_watched() -> None:
    fine, watched = line("Fine", Tally(created=1, closed=2)), line("Watched", Tally(open=30))
    red = line("Red", Tally(open=60, created=4, closed=1))
    assert [one.team for one in by_need([fine, watched, red])] == ["Red", "Watched", "Fine"]
    text = said(fine, red)
    assert "• Red takes on more than it ends: 4 created, 1 ended; decide what not to take on." in text
    assert text.index("• Red") < text.index("• Fine is on target: 2 ended, 0 of 0 overdue; nothing to decide.")


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
    assert (
        "Busy has more work than time: what is open takes about 8 months of the time reserved; fund it or drop some."
        in said(line("Busy", Tally(open=7), load=found))
    )


def test_nothing_reserved_is_too_much_as_soon_as_there_is_work() -> None:
    assert load({2: 1}, people=4, percent=0).is_too_much
    assert not load({}, people=4, percent=0).is_too_much
    text = said(line("Busy", Tally(open=3), load=Load(5, 0, 4, 0)))
    assert "Busy has 3 open and no time reserved for them; reserve some or drop some." in text


def test_recurrences_risk_debt_and_repeated_deferrals_are_named() -> None:
    came_back = Recurrence(2, "Checkout down again", BEGAN, "Checkout down", (7,))
    debt = RiskDebt(3, date(2026, 3, 4), ((4, "Cap the retry queue", 3),))
    text = said(line("Payments", Tally(recurrences=1), recurrences=(came_back,), debt=debt))
    assert "Payments saw an incident come back before its items were done; decide who finishes those first." in text
    assert "*Came back before their items were done*: Checkout down again (Payments)." in text
    assert "*Deferred again and again*: AI-4 Cap the retry queue (3×)." in text


STALLED = Tally(created=9, open=33, overdue=32, due=12, completed=1, ages=(70 * DAY,) * 33)
"""Nothing ended of it."""


@pytest.mark.parametrize(
    ("tally", "says"),
    [
        (STALLED, "has stalled: nothing ended, 32 of 33 overdue; decide what to drop and who does the rest."),
        (replace(STALLED, closed=1), "is behind: 32 of 33 overdue; decide what to drop and which dates are real."),
        (Tally(open=60, closed=2, created=1), "has 60 open items, more than anybody follows; decide what to drop."),
        (Tally(open=2, closed=2, ages=(95 * DAY,) * 2), "has old items: one in ten is older than 95 days; decide"),
        (Tally(open=1, closed=9, due=9, completed=2), "misses its dates: 2 of 9 closed in time; decide whether dates"),
        (Tally(open=1, closed=9, first_due=9, on_time=3), "misses its dates: 3 of 9 closed in time; decide whether"),
        (Tally(open=30, closed=2, created=1), "is nearly on target: watch the number of open items; nothing to decide"),
        (Tally(open=2, created=2), "has ended nothing yet: 2 created, none overdue; nothing to decide yet."),
        (Tally(), "has nothing open; nothing to decide."),
    ],
)
def test_each_team_is_one_sentence_that_says_what_is_wrong_and_what_to_decide(tally: Tally, says: str) -> None:
    assert f"• Payments {says}" in said(line("Payments", tally))


def test_team_whose_overdue_items_are_verified_has_not_stalled() -> None:
    done = replace(STALLED, overdue=7, open=9)
    text = said(line("Payments", done, verified_overdue=7))
    assert "• Payments verified all that is overdue, 7 of 9, and has not closed it; decide who does." in text
    assert "Payments has stalled" in said(line("Payments", done, verified_overdue=6))


def test_two_minutes_begin_with_how_many_teams_need_a_decision() -> None:
    text = said(line("Payments", STALLED), line("Search", Tally(created=1, closed=4, open=8)))
    first, second = text.splitlines()[:2]
    assert first == "*Action items · October 2026* – 1 of 2 teams needs a decision."
    assert "No request waits for approval." in text
    assert "Nothing waits for a decision." not in text
    assert second == "The backlog grew by 6: 10 created, 4 ended. 41 open, 32 overdue."
    assert said(line("Search", Tally(closed=4))).startswith(
        "*Action items · October 2026* – there is nothing to decide."
    )


def test_risks_are_those_that_came_back_most_and_longest_then_the_oldest() -> None:
    old, once = risk(1, open_days=400), risk(2, returns=1)
    long, short = risk(3, returns=1, lasted=timedelta(hours=5)), risk(4, returns=2, lasted=timedelta(minutes=4))
    assert [each.number for each in costliest([old, once, long, short])] == [4, 3, 2]
    text = said(risks=(long, once, old))
    assert "1. Checkout down came back once, 5 hours in all, since *AI-3* Cap the queue was opened 90 days ago" in text
    assert "2. Checkout down came back once since *AI-2* Cap the queue was opened 90 days ago (Payments)." in text
    assert "3. *AI-1* Cap the queue has been open for 400 days (Payments)." in text


def risk(number: int, **changes: object) -> Risk:
    return replace(Risk(number, "Cap the queue", "Payments", "Checkout down", 90), **changes)  # type: ignore[arg-type]


def test_what_waits_is_said_with_whom_and_for_how_long() -> None:
    asked = Request(WORKSPACE, 7, 12, Action.DROP, "U0PRIYA", "U0MARCO", NOW - timedelta(days=23))
    waits = item(team_name="Payments", title="Shard the ledger", request=asked)
    text = said(waiting=(waits,) * 5)
    assert text.count("*AI-12* Shard the ledger (Payments): “will not do”, with Marco Rossi for 23 days.") == 3
    assert "and 2 more." in text
    assert "Nothing waits for a decision." in said()


def test_what_is_overdue_for_three_weeks_is_escalated_by_name() -> None:
    found = Escalated((("Payments", 19), ("Platform", 2)), item(title="Rotate the vault keys"), 80)
    assert (
        "*Escalated: overdue for more than 21 days* – 21 items (Payments 19, Platform 2). "
        "Longest: *AI-12* Rotate the vault keys, Priya Raman, overdue 80 days."
    ) in said(escalated=found)
    assert "Escalated" not in said()


def test_trend_is_a_chart_and_the_figures_are_a_table_in_words_where_slack_draws_none() -> None:
    summary = summary_of(line("Payments", STALLED))
    kinds = [block["type"] for block in as_dicts(leadership_blocks(summary, names))]
    assert kinds.index("data_visualization") + 1 == kinds.index("data_table")
    table = next(block for block in as_dicts(leadership_blocks(summary, names)) if block["type"] == "data_table")
    assert [cell["text"] for cell in table["rows"][1]] == [
        "Payments", "8 % (1 of 12)", "no items", "no items", "33", "70 days", "9 : 0", "0", "0", "nothing open",
    ]  # fmt: skip
    words = visible_text(as_dicts(leadership_in_words(summary)))
    assert "October 2026: 2 created, 0 ended, 2 open." in words
    assert "Payments: In time 8 % (1 of 12); By the first date no items" in words


@pytest.mark.parametrize("mark", ["", "&", "🔥", "*"])
def test_sixty_teams_and_two_hundred_fit_into_one_message_those_that_need_it_most_with_a_sentence(mark: str) -> None:
    for many in (60, 200):
        lines = [
            line(f"Team {number} {mark * 60}", STALLED if number < many / 2 else Tally()) for number in range(many)
        ]
        shown = {"risks": [risk(1, title=mark * 200)] * 3, "waiting": (), "escalated": Escalated()}
        blocks = as_dicts(leadership_blocks(summary_of(*lines, **shown), names))
        check_message({"text": "Summary", "blocks": blocks})
        assert fitting(blocks) == blocks
        text = visible_text(blocks)
        assert "has stalled: nothing ended, 32 of 33 overdue" in text
        assert "Nothing open: " in text
        if not mark and many == 60:
            assert all(f"Team {number}" in text for number in range(60))
        if many > 60:
            assert " more" in text


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
