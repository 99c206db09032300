"""No message is longer than Slack takes, whatever stands in it: cut at its end, and it says so."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.digest import digest as digest_blocks
from bot.blocks.fitting import BLOCKS, TOTAL, fits, fitting, size
from bot.blocks.hygiene import review
from bot.blocks.morning import message
from bot.blocks.morning_of_leads import LeadPart
from bot.blocks.parts import as_dicts
from bot.domain.item_values import Blocked, Deferral
from bot.domain.morning import Notice, NoticeReason
from bot.domain.sprawl import Sprawl
from bot.sandbox.checks.messages import check_message
from tests.builders import NOW, TODAY, digest, figures
from tests.people import visible_text
from tests.unit.blocks.drawn import FILLS, extreme, long_names

BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
ROW = {"type": "actions", "elements": [BUTTON]}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def context(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def taken(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    check_message({"text": "x", "blocks": blocks})
    return blocks


def test_message_that_slack_takes_stays_as_it_is() -> None:
    blocks = [section("x" * 3000), ROW, section("x" * 3000), context("x" * 3000)]
    assert fitting(blocks) == blocks


def test_long_texts_are_cut_before_anything_is_left_out() -> None:
    items = [block for _ in range(15) for block in (section("&amp;" * 500), ROW)]
    drawn = taken(fitting([section("Title"), *items]))
    assert [block["type"] for block in drawn] == ["section", *["section", "actions"] * 15]
    assert all(block["text"]["text"].endswith("&amp;…") for block in drawn[1::2])


def test_list_is_cut_before_its_end_and_says_how_many_are_left_out() -> None:
    drawn = taken(fitting([section("Title"), *(section("x" * 390) for _ in range(40)), ROW, context("counted")]))
    assert [block["type"] for block in drawn[-3:]] == ["context", "actions", "context"]
    assert drawn[0] == section("Title")
    shown = sum(block["type"] == "section" for block in drawn) - 1
    assert visible_text(drawn[-3:]) == f"and {40 - shown} more\nGo\ncounted"


def test_row_of_buttons_is_never_left_without_its_item() -> None:
    items = [block for number in range(40) for block in (section(f"{number} {'x' * 300}"), ROW)]
    drawn = taken(fitting([section("Title"), *items]))
    assert [block["type"] for block in drawn[-3:]] == ["section", "actions", "context"]
    shown = sum(block == ROW for block in drawn)
    assert visible_text(drawn).endswith(f"and {40 - shown} more")


def test_more_than_fifty_blocks_are_cut_too() -> None:
    assert len(taken(fitting([section("x")] * 80))) == BLOCKS


@settings(max_examples=60)
@given(st.lists(st.one_of(st.builds(section, st.text("x&<", min_size=1, max_size=3000)), st.just(ROW)), max_size=60))
def test_whatever_is_drawn_fits(blocks: list[dict[str, Any]]) -> None:
    drawn = fitting(blocks)
    assert fits(drawn)
    assert size(drawn) <= TOTAL


def test_slack_refuses_what_was_not_cut() -> None:
    with pytest.raises(Exception, match="msg_blocks_too_long"):
        check_message({"text": "x", "blocks": [section("x" * 2900)] * 5})


@pytest.mark.parametrize("mark", FILLS)
def test_morning_of_the_longest_items_says_how_many_more_there_are(mark: str) -> None:
    found = [
        Notice(
            extreme(mark, number=number, deferral=Deferral(because="&" * 3000), blocked=Blocked()), tuple(NoticeReason)
        )
        for number in range(60)
    ]
    part = LeadPart("&" * 200, found, [], "team:1:0")
    for drawn in (message(found, TODAY, NOW, {}, [], long_names), message([], TODAY, NOW, {}, [part], long_names)):
        blocks = as_dicts(drawn)
        assert fitting(blocks) == blocks
        taken(blocks)
        assert "*AI-0*" in visible_text(blocks)
        assert "All 60 items" in visible_text(blocks)


@pytest.mark.parametrize("mark", FILLS)
def test_review_and_digest_of_the_longest_items_keep_their_buttons(mark: str) -> None:
    items = [extreme(mark, number=number) for number in range(10)]
    reviewed = as_dicts(review("&" * 200, items, 60, Sprawl(by_owner={"U1": 9}), long_names, TODAY, "1:x:0"))
    week = as_dicts(digest_blocks(digest(figures=figures(open=60, overdue=9), items=items, awaiting=()), long_names))
    for blocks in (reviewed, week):
        assert fitting(blocks) == blocks
        taken(blocks)
    assert "more" in visible_text(reviewed)
    assert "All 60 items" in visible_text(week)
