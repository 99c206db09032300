"""After a restore: what may come twice, which numbers stay free, and lengths of time as people write them."""

from datetime import timedelta

import pytest

from bot.domain.messages import Live, Post, Refresh
from bot.domain.restored import comes_twice, number_after, parse_length


@pytest.mark.parametrize("message", [Post("a", "C1", "Hello"), Live("card:1", "C1", "card", "1")])
def test_message_comes_twice_unless_it_stands_already(message: Post | Live) -> None:
    assert comes_twice(message, stands=False)
    assert not comes_twice(message, stands=True)


def test_surface_looks_the_same_when_it_is_drawn_again() -> None:
    assert not comes_twice(Refresh("home:U1", "home:U1"), stands=False)


@pytest.mark.parametrize(("last", "after"), [(0, 0), (1, 100), (99, 100), (100, 200), (157, 200)])
def test_numbers_up_to_the_next_hundred_stay_free(last: int, after: int) -> None:
    assert number_after(last) == after


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("0m", timedelta(0)),
        ("90m", timedelta(minutes=90)),
        (" 2H ", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
        ("2", None),
        ("h", None),
        ("-1h", None),
        ("1h30m", None),
    ],
)
def test_length_of_time_is_read_as_it_is_written(text: str, length: timedelta | None) -> None:
    assert parse_length(text) == length
