"""An item as people name it in a command, and what is no name of one."""

import pytest

from bot.domain.errors import NotFound, Refused
from handlers.gateway.numbers import number_and_rest


@pytest.mark.parametrize(
    "written",
    [
        "12",
        "AI-12",
        "AI–12",
        "AI—12",
        "AI−12",
        "AI‑12",
        "ai-12",
        "Ai-12",
        "#12",
        "012",
        "12:",
        "AI-12,",
        "12.",
        "“AI-12”",
        '"12"',
        "‘AI-12’",
        "'12'",
        "„AI–12“",
        "«12»",
    ],
)
def test_item_is_named_by_its_number(written: str) -> None:
    assert number_and_rest(written, "show N") == (12, written[len(written.rstrip(":,.")) :])


@pytest.mark.parametrize("written", ["12 trailing words", "AI-12  trailing words", "12\ntrailing words"])
def test_what_follows_the_number_is_kept(written: str) -> None:
    assert number_and_rest(written, "show N") == (12, "trailing words")


@pytest.mark.parametrize("written", ["", "-1", "AI--1", "AI 12", "1.5", "12x", "x12", "1,5", "٣", "12\x00", "twelve"])
def test_what_is_no_number_is_answered_with_how_it_is_written(written: str) -> None:
    with pytest.raises(Refused, match=r"Say which item: `/actionitem show N`."):
        number_and_rest(written, "show N")


@pytest.mark.parametrize(
    ("written", "label"), [("2147483648", "AI-2147483648"), ("AI-" + "9" * 4000, "AI-99999999999…")]
)
def test_number_that_no_item_can_have_is_of_no_item(written: str, label: str) -> None:
    with pytest.raises(NotFound, match=f"^{label} does not exist"):
        number_and_rest(written, "show N")
