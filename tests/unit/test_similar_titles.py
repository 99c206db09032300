"""What makes two titles about different things, however alike they are."""

import pytest

from bot.services.similar_titles import numbers_in


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Cap the retry queue at 10,000", "Cap the retry queue at 20,000", False),
        ("Rotate the key of eu-west-1", "Rotate the key of eu-west-2.", False),
        ("Cap the retry queue at 10,000", "cap the queue for retries at 10,000.", True),
        ("Rotate the key of the edge", "Rotate the keys of the edge", True),
    ],
)
def test_titles_with_other_numbers_are_about_other_things(one: str, other: str, same: bool) -> None:
    assert (numbers_in(one) == numbers_in(other)) is same
