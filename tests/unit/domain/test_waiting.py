"""What came back since an item was opened, and how long that lasted."""

from datetime import timedelta

from bot.domain.waiting import NO_COST, Cost, Incidence, cost_of_waiting
from tests.builders import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPENED = NOW - 30 * DAY


def test_what_came_back_since_it_was_opened_is_counted_with_how_long_it_lasted() -> None:
    linked = [Incidence(OPENED + DAY, 2 * HOUR), Incidence(OPENED + 9 * DAY, HOUR), Incidence(NOW - HOUR)]
    assert cost_of_waiting(OPENED, linked, [], NOW) == Cost(3, 3 * HOUR)


def test_what_happened_before_or_with_it_or_is_still_to_come_costs_nothing() -> None:
    linked = [Incidence(OPENED - DAY, HOUR), Incidence(OPENED, HOUR), Incidence(NOW + HOUR, HOUR)]
    assert cost_of_waiting(OPENED, linked, linked, NOW) == NO_COST
    assert not NO_COST.is_known


def test_what_is_only_like_it_is_a_perhaps_and_adds_no_time() -> None:
    assert cost_of_waiting(OPENED, [], [Incidence(NOW - DAY, HOUR)], NOW) == Cost(perhaps=1)


def test_time_of_which_nobody_knows_is_no_time_and_not_zero() -> None:
    assert cost_of_waiting(OPENED, [Incidence(NOW - DAY)], [], NOW).lasted is None


def test_what_costs_most_comes_first() -> None:
    costs = [NO_COST, Cost(perhaps=2), Cost(1), Cost(1, HOUR), Cost(1, 2 * HOUR), Cost(2)]
    assert sorted(costs, key=lambda cost: cost.rank) == costs[::-1]
