"""Themes as people write them: what is one and the same, what is too much, what is suggested."""

import pytest

from bot.domain.errors import Refused
from bot.domain.themes import each_once, parse_themes, suggested_themes, theme_key


@pytest.mark.parametrize("written", ["Retry storms", "retry-storms", "#retry  Storms", " retry_storms "])
def test_themes_are_the_same_however_they_are_written(written: str) -> None:
    assert theme_key(written) == "retry storms"


def test_themes_stand_between_commas_each_once_as_first_written() -> None:
    assert parse_themes("Monitoring, retry storms;monitoring,, \n Retry-Storms") == ("Monitoring", "retry storms")
    assert parse_themes("  ") == ()


def test_too_many_themes_say_nothing_of_an_item() -> None:
    with pytest.raises(Refused, match="11 themes; 10 are enough") as refused:
        parse_themes(",".join(f"theme {number}" for number in range(11)))
    assert refused.value.field == "themes"


def test_sentence_is_not_a_theme() -> None:
    with pytest.raises(Refused, match="up to 60 characters"):
        parse_themes("we should really look at why the retries of the queue pile up again and again")


def test_a_theme_without_a_word_is_none() -> None:
    assert each_once(["#", " - ", "_"]) == ()


def test_known_themes_that_the_item_speaks_of_are_suggested_in_their_order() -> None:
    known = ["capacity", "retry storm", "monitoring", "dns"]
    texts = ("Cap the retry queue; retry storms fill it", "Monitoring, was blind")
    assert suggested_themes(texts, known, have=["Monitoring"]) == ("retry storm",)
    assert suggested_themes(texts, known, have=[]) == ("retry storm", "monitoring")
