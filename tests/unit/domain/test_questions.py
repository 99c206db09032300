"""A message that asks about several items: what is answered loses its buttons, the rest keeps them."""

from datetime import timedelta
from typing import Any

import pytest

from bot.blocks.hygiene import rows as review_rows
from bot.blocks.morning import message
from bot.blocks.morning_of_leads import LeadPart
from bot.blocks.parts import as_dicts
from bot.blocks.questions import answered, asked_about
from bot.domain.item import Item
from bot.domain.item_values import Ending
from bot.domain.lifecycle import State
from bot.domain.morning import Notice, NoticeReason, shown_first
from bot.domain.questions import asks_whether_it_held, may_answer
from bot.sandbox.checks.messages import check_message
from tests.builders import NOW, TODAY, item, names

CLOSED = [item(number=number, state=State.CLOSED, ending=Ending(NOW - timedelta(days=30))) for number in (7, 8)]
OPEN = [item(number=number) for number in (7, 8)]
TOMORROW = NOW + timedelta(days=1)


def morning() -> list[dict[str, Any]]:
    """Two items of which it is asked whether they held, and an overdue one."""
    found = [Notice(item(number=6), (NoticeReason.OVERDUE,)), *(Notice(each, (NoticeReason.HOLD,)) for each in CLOSED)]
    return as_dicts(message(found, TODAY, NOW, {}, [], names))


def review() -> list[dict[str, Any]]:
    return as_dicts(review_rows(OPEN, names, TODAY))


def buttons(blocks: list[dict[str, Any]]) -> list[str]:
    rows = (block["elements"] for block in blocks if block["type"] == "actions")
    return [each["text"]["text"] for row in rows for each in row if each["type"] == "button"]


def redrawn(blocks: list[dict[str, Any]], *known: Item) -> list[dict[str, Any]]:
    """The message as it stands with these items; Slack would take it."""
    drawn = answered(blocks, {each.number: each for each in known}, TODAY)
    check_message({"text": "x", "blocks": drawn})
    return drawn


def test_whether_it_held_is_asked_among_the_three_that_are_shown() -> None:
    overdue = [Notice(item(number=number), (NoticeReason.OVERDUE,)) for number in range(1, 5)]
    held = Notice(CLOSED[0], (NoticeReason.HOLD,))
    assert [each.item.number for each in shown_first([*overdue, held], 3)] == [1, 2, 7]
    assert [each.item.number for each in shown_first([*overdue, held], 1)] == [1]
    assert [each.item.number for each in shown_first([overdue[0], held], 3)] == [1, 7]
    drawn = as_dicts(message([*overdue, held], TODAY, NOW, {}, [], names))
    assert asked_about(drawn) == [7]


def test_only_questions_are_asked_about() -> None:
    assert asked_about(morning()) == [7, 8]
    assert asked_about(review()) == [7, 8]


def test_what_nobody_answered_stays_as_it_was_said() -> None:
    assert redrawn(morning(), *CLOSED) == morning()
    assert redrawn(review(), *OPEN) == review()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reviewed_on": TODAY}, "Yes, it holds."),
        ({"state": State.IN_PROGRESS, "ending": None}, "No, it was opened again."),
        ({"ending": Ending(TOMORROW)}, "No, it was opened again."),
    ],
)
def test_answer_whether_it_held_replaces_yes_and_no_of_that_item_alone(changes: dict[str, Any], said: str) -> None:
    drawn = redrawn(morning(), item(number=7, **{"state": State.CLOSED, "ending": Ending(NOW)} | changes), CLOSED[1])
    assert said in str(drawn)
    assert (buttons(drawn).count("Yes"), buttons(drawn).count("No")) == (1, 1)
    assert buttons(drawn).count("Details") == buttons(morning()).count("Details")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reviewed_on": TODAY}, "Kept:"),
        ({"state": State.WONT_DO}, "It is"),
        ({"state": State.MERGED}, "It is merged"),
    ],
)
def test_what_was_reviewed_loses_its_four_buttons(changes: dict[str, Any], said: str) -> None:
    drawn = redrawn(review(), item(number=7, **changes), OPEN[1])
    assert said in str(drawn)
    assert buttons(drawn) == ["Keep", "Re-prioritise", "Merge", "Will not do"]


def test_item_that_its_reader_may_not_see_any_more_stays_as_it_was_said() -> None:
    assert redrawn(review(), OPEN[1]) == review()


def test_only_an_answer_or_an_ending_redraws_what_was_asked() -> None:
    was = item()
    assert not may_answer(was, item(title="Other words"))
    assert may_answer(was, item(reviewed_on=TODAY))
    assert may_answer(was, item(state=State.WONT_DO))
    assert asks_whether_it_held(CLOSED[0], TODAY)


def test_rank_that_was_chosen_stands_in_place_of_its_menu() -> None:
    unranked = item(number=7, impact=None)
    part = LeadPart("Payments", [Notice(unranked, (NoticeReason.UNRANKED,))], [], "team:3:2026-11-23")
    asked = as_dicts(message([], TODAY, NOW, {}, [part], names))
    assert asked_about(asked) == [7]
    assert redrawn(asked, unranked) == asked
    ranked = item(number=7, impact=4, effort=2)
    assert may_answer(unranked, ranked)
    after = redrawn(asked, ranked)
    assert "Ranked: quick win." in str(after)
    assert "item.rank" not in str(after)
    assert buttons(after) == ["Reassign", "Open"]
