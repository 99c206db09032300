"""The sample data of the demo."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from bot.commands.demo_sample import ITEMS
from bot.domain.intake import FREEZE_FROM

NINE = datetime.fromisoformat("2026-12-01T09:00")


@pytest.mark.parametrize("days", range(31))
def test_team_of_the_newcomer_takes_items_in_on_every_day_of_a_month(days: int) -> None:
    now = NINE + timedelta(days=days)
    months = Counter((now - timedelta(days=item.age)).month for item in ITEMS if item.team == "Payments")
    del months[now.month]  # the running month freezes nothing
    assert all(count < FREEZE_FROM for count in months.values())
