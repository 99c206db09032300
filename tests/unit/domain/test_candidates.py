"""Several items in one text are recognised; prose and lists within one item are not taken apart."""

import pytest

from bot.domain.candidates import CandidateLine, candidates, lines_of


@pytest.mark.parametrize(
    "text",
    [
        "- Cap the queue\n- Add an alert",
        "1. Cap the queue\n2) Add an alert",
        "[ ] Cap the queue\n\n[x] Add an alert",
        "Actions:\n• Cap the queue\n• Add an alert",
        "| Action | Owner |\n|---|---|\n| Cap the queue | Sam |\n| Add an alert | Kim |",
    ],
)
def test_lines_of_a_list_are_items(text: str) -> None:
    assert candidates(text) == ["Cap the queue", "Add an alert"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Cap the queue",
        "- Cap the queue",
        "Cap the queue\n\nIt grew to 10,000.",
        "Cap the queue\n- one\n- two",
        "1.5 s\n2.5 s",
    ],
)
def test_one_item_is_not_taken_apart(text: str) -> None:
    assert candidates(text) == []


def test_cell_full_of_blanks_names_its_people_as_any_other() -> None:
    assert CandidateLine("x", who="Kim" + " " * 100_000 + "and\tSam , ").people == ["Kim", "Sam"]


@pytest.mark.parametrize(
    "mark", [*"-*+–•◦▪‣⁃∙·●○■→", "▪️", "1.", "2)", "(3)", "[ ]", "[]", "☐", "□", "⬜", "- [ ]", "1. [ ]", "• []"]
)
def test_mark_of_a_list_is_no_part_of_a_candidate(mark: str) -> None:
    assert lines_of(f"{mark} Cap the queue") == [CandidateLine("Cap the queue")]


@pytest.mark.parametrize("mark", ["- [x]", "1. [x]", "✅", "‣ ✔", "● [X]"])
def test_ticked_line_is_done(mark: str) -> None:
    assert lines_of(f"{mark} Cap the queue") == [CandidateLine("Cap the queue", done=True)]


@pytest.mark.parametrize(
    "table",
    [
        "| Action | Owner | Due |\n|---|:-:|---|\n| Cap the queue | Sam | 2026-12-20 |",
        "Action | Owner | Due\n--- | :-: | ---\nCap the queue | Sam | 2026-12-20",
        "| Action | Owner | Due\n|---|---|---\n| Cap the queue | Sam | 2026-12-20",
    ],
)
def test_table_needs_no_bars_around_its_rows(table: str) -> None:
    row = CandidateLine("Cap the queue", who="Sam", when="2026-12-20")
    assert lines_of(f"{table}\n\nText:\n- Add a | b to the parser's tests") == [
        row, CandidateLine("Add a | b to the parser's tests"),
    ]  # fmt: skip
