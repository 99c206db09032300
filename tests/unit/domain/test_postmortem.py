"""The post-mortem table: rows of Markdown that no text of people's can break."""

from datetime import timedelta

import pytest

from bot.blocks.postmortem import table_blocks
from bot.domain.item_values import VerificationMethod, Verified
from bot.domain.lifecycle import State
from bot.domain.postmortem import CANVAS_ROWS, canvas, committed, table
from tests.builders import DUE, NOW, item
from tests.unit.blocks.drawn import FILLS, accepted, extreme


def test_row_says_what_will_be_done_until_something_was_seen() -> None:
    _head, _rule, row = table([item()], str)
    assert row.endswith("| not started | Planned: Fire the alert on purpose in staging |")


def test_row_says_what_was_seen() -> None:
    seen = item(state=State.VERIFIED, verified=Verified(NOW, "U1", VerificationMethod.DRILL, "It held"))
    assert table([seen], str)[2].endswith("| verified | Drill or fault injection: It held |")


def test_moved_date_shows() -> None:
    assert f"{DUE.isoformat()} (was 2026-12-01)" in table([item(original_due=DUE - timedelta(days=3))], str)[2]


@pytest.mark.parametrize("state", [State.FUTURE_CONSIDERATION, State.DECLINED, State.MERGED])
def test_what_is_no_commitment_stays_out(state: State) -> None:
    assert committed([item(state=state)]) == []


@pytest.mark.parametrize("text", ["a | b", "a\nb", "![](@U1)", "<!channel>", "`code", "*bold*"])
def test_no_text_breaks_its_cell(text: str) -> None:
    row = table([item(title=text)], str)[2]
    assert "\n" not in row
    assert row.replace("\\|", "").count("|") == 7
    assert "![](" not in row


@pytest.mark.parametrize("mark", FILLS)
def test_longest_items_stay_within_the_limits_of_a_message(mark: str) -> None:
    lines = table([extreme(mark, state=State.IN_PROGRESS) for _ in range(30)], str)
    assert "Markdown" in accepted(table_blocks(lines))


def test_canvas_stays_within_three_hundred_cells_and_says_what_is_left_out() -> None:
    text = canvas("Checkout down", [item(number=number) for number in range(1, 61)], str)
    assert text.count("\n| AI-") == CANVAS_ROWS
    assert f"{60 - CANVAS_ROWS} more" in text
