"""What `actionitem coach` prints, without the terminal."""

import json

import pytest

from bot.commands.coach import BadLine, coach_lines, coach_text


def test_a_text_becomes_a_plain_dictionary() -> None:
    result = coach_text("Improve monitoring")
    assert result["id"] is None
    assert [set(finding) for finding in result["findings"]] == [{"label", "message", "suggestion"}]
    assert json.loads(json.dumps(result)) == result


def test_a_concrete_text_has_no_findings() -> None:
    assert coach_text("Add an index on orders.customer_id") == {"id": None, "findings": []}


def test_lines_keep_their_id_and_empty_ones_are_passed_over() -> None:
    lines = ['{"id": "a-1", "text": "Fix the bug"}\n', "\n", '{"text": "Rotate the deploy token"}']
    assert [(row["id"], len(row["findings"])) for row in coach_lines(lines)] == [("a-1", 1), ("3", 0)]


@pytest.mark.parametrize("item_id", [7, 0, "7", "", 1.5])
def test_id_comes_back_as_it_came(item_id: object) -> None:
    (row,) = coach_lines([json.dumps({"id": item_id, "text": "Fix the bug"})])
    assert (row["id"], type(row["id"])) == (item_id, type(item_id))


@pytest.mark.parametrize("line", ["{", "[]", "1", '{"id": 1}', '{"text": 5}', "[" * 100_000])
def test_a_bad_line_is_named(line: str) -> None:
    with pytest.raises(BadLine, match="Line 2 "):
        list(coach_lines(['{"text": "Fix the bug"}', line]))


def test_lines_are_read_one_at_a_time() -> None:
    rows = coach_lines(iter(['{"text": "Fix the bug"}', "{"]))
    assert next(rows)["findings"]
