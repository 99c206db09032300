"""The sample data of the demo."""

import json
from datetime import datetime, timedelta

import pytest

from bot.blocks.card import card
from bot.blocks.parts import as_dicts
from bot.commands.demo_sample import ITEMS
from bot.commands.demo_steps import STEPS
from bot.domain.freeze import FIRST_MONTHS
from bot.domain.lifecycle import State
from bot.domain.month import Month
from tests.builders import TODAY, item, names

NINE = datetime.fromisoformat("2026-12-01T09:00")


@pytest.mark.parametrize("days", range(31))
def test_team_of_the_newcomer_takes_items_in_on_every_day_of_a_month(days: int) -> None:
    now = NINE + timedelta(days=days)
    first = min(now - timedelta(days=item.age) for item in ITEMS if item.team == "Payments")
    # In a team's first two months nothing is frozen.
    assert Month(first.year, first.month).plus(FIRST_MONTHS) > Month(now.year, now.month)


def test_step_about_a_verification_is_open_until_its_item_is_verified() -> None:
    """Its words stood on no card any more, and the step was done from the start."""
    (step,) = [each for each in STEPS if each.until]
    said = {state: json.dumps(as_dicts(card(item(state=state), names, TODAY))) for state in State}
    assert step.until in said[State.IMPLEMENTED]
    assert not any(step.until in said[state] for state in (State.VERIFIED, State.CLOSED, State.IN_PROGRESS))
