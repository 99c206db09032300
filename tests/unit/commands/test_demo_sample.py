"""The sample data of the demo."""

from datetime import datetime, timedelta

import pytest

from bot.commands.demo_sample import ITEMS
from bot.domain.freeze import FIRST_MONTHS
from bot.domain.month import Month

NINE = datetime.fromisoformat("2026-12-01T09:00")


@pytest.mark.parametrize("days", range(31))
def test_team_of_the_newcomer_takes_items_in_on_every_day_of_a_month(days: int) -> None:
    now = NINE + timedelta(days=days)
    first = min(now - timedelta(days=item.age) for item in ITEMS if item.team == "Payments")
    # In a team's first two months nothing is frozen.
    assert Month(first.year, first.month).plus(FIRST_MONTHS) > Month(now.year, now.month)
