"""What makes two titles about different things, however alike they are."""

from itertools import combinations

import pytest
from rapidfuzz import fuzz, utils

from bot.services.similar_titles import numbers_in, pairs_alike


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


TITLES = [
    "Cap the retry queue at 10,000", "the queue: cap the RETRY at 10,000", "  ", "", "–", "Straße  prüfen\tİstanbul",
    "Istanbul prüfen, Straße", "Cap the retry queue of the payment worker at 10,000", "Rotate the key of eu-west-1",
    "Rotate the key of eu-west-2.", "Rotate the keys",
]  # fmt: skip


def test_titles_are_as_alike_as_the_library_says() -> None:
    """Their words are put in order once, and not by the library for each pair."""
    titles = dict(enumerate(TITLES))
    alike = [
        (one, other)
        for one, other in combinations(titles, 2)
        if fuzz.token_sort_ratio(titles[one], titles[other], processor=utils.default_process, score_cutoff=88)
    ]
    assert pairs_alike(titles) == alike
    assert (0, 1) in alike
