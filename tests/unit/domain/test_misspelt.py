"""Search forgives a letter: what was meant by a word that no item says."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.domain.misspelt import likeliest, pieces

TITLES = ["Alert when checkout latency is over 2 s", "Cap the retry queue", "Alerts for the retry queue"]
WORDS = st.text(string.ascii_lowercase, min_size=4, max_size=12)


def meant(*words: str, said: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    return likeliest(words, [(title, [word in said for word in words]) for title in TITLES], OSA.distance)


@pytest.mark.parametrize("typed", ["chekout", "checkoutt", "checkuot", "chackout", "CHEKOUT"])
def test_letter_that_is_missing_additional_wrong_or_swapped_is_forgiven(typed: str) -> None:
    assert meant(typed) == ("checkout",)


def test_two_letters_are_not_forgiven() -> None:
    assert meant("chekuot") is None


def test_beginning_of_a_word_is_enough_as_it_is_in_a_search() -> None:
    assert likeliest(["alret"], [("Alerts for the retry queue", [False])], OSA.distance) == ("alert",)


def test_short_words_are_taken_as_they_are() -> None:
    assert meant("cpa") is None
    assert meant("2") is None


def test_word_that_the_item_says_elsewhere_stays_as_it_was_typed() -> None:
    assert meant("Zebra", "chekout", said=("Zebra",)) == ("Zebra", "checkout")


def test_all_words_must_be_meant_by_one_title() -> None:
    assert meant("chekout", "queu") is None


def test_what_most_titles_say_is_meant() -> None:
    assert meant("quewe") == ("queue",)
    titles = [("A chart", [False]), ("The cards", [False]), ("Cards", [False])]
    assert likeliest(["carts"], titles, OSA.distance) == ("cards",)


@given(WORDS, st.integers(0, 11), st.sampled_from(string.ascii_lowercase))
def test_whatever_is_forgiven_is_found_by_the_pieces_that_the_database_looks_for(word: str, at: int, new: str) -> None:
    at %= len(word)
    typos = [word[:at] + word[at + 1 :], word[:at] + new + word[at:], word[:at] + new + word[at + 1 :]]
    if at + 1 < len(word):
        typos.append(word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    for typed in typos:
        if len(typed) >= 4:
            assert any(piece in word for piece in pieces(typed)), typed
            assert likeliest([typed], [(word, [False])], OSA.distance) == (word,)
