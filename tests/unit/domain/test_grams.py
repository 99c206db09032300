"""Letters in a row: whoever says a word has all of its grams."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.grams import BLOCK, bits_of, both, count, either, fold, grams_of_text, grams_of_word, numbers

LETTERS = st.text(st.sampled_from("aAäÄßẞİIıiΣσςK\u0307é 9%_"), max_size=12)


def test_letters_that_a_database_makes_small_alike_are_alike() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    assert [letter for letter in every if fold(letter.lower()) != fold(letter)] == []


@given(LETTERS, LETTERS, LETTERS)
def test_a_text_has_every_gram_of_a_word_that_stands_in_it(before: str, word: str, after: str) -> None:
    text = before + word + after
    assert grams_of_word(word) <= grams_of_text(text)
    assert grams_of_word(word.lower()) <= grams_of_text(text.lower())
    assert grams_of_word(word.upper()) <= grams_of_text(text.upper())


def test_a_short_word_goes_by_its_two_letters_and_a_single_one_by_nothing() -> None:
    assert grams_of_word("DB") == {"db"}
    assert grams_of_word("x") == frozenset()
    assert grams_of_word("Alert") == {"ale", "ler", "ert"}


def test_numbers_are_found_again_in_their_blocks() -> None:
    some, more = {0: bits_of([1, 7, BLOCK - 1]), 3: bits_of([3 * BLOCK])}, {0: bits_of([7, 8]), 2: bits_of([2 * BLOCK])}
    assert sorted(numbers(some)) == [1, 7, BLOCK - 1, 3 * BLOCK]
    assert list(numbers(both(some, more))) == [7]
    assert sorted(numbers(either(some, more))) == [1, 7, 8, BLOCK - 1, 2 * BLOCK, 3 * BLOCK]
    assert count(some) == 4
