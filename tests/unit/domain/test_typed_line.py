"""A line that somebody typed, as a button that does the same."""

import pytest

from bot.domain.pressed import LONGEST_VALUE, TypedLine


@pytest.mark.parametrize("line", ["update 12 The alert fires", "list overdue", "help", "new Add\na line"])
def test_line_comes_back_as_it_was_typed(line: str) -> None:
    assert TypedLine.read(line).value == line


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("update AI-12 The alert fires", "update AI-12"),
        ("verify 12", "verify 12"),
        ("list overdue", "list overdue"),
        ("help verify", "help verify"),
        ("search <@U0SAM> checkout", "search"),
        ("new Cap the queue", "new"),
        ("list " + "x" * 200, "list"),
    ],
)
def test_button_names_the_subcommand_and_its_number_and_nothing_that_was_written(line: str, words: str) -> None:
    assert TypedLine.read(line).in_short == words


def test_line_that_is_longer_than_a_buttons_value_does_not_fit() -> None:
    assert TypedLine("new", "x" * (LONGEST_VALUE - 4)).fits
    assert not TypedLine("new", "x" * (LONGEST_VALUE - 3)).fits
