"""Score, quadrant and the order of lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.priority import EFFORT_WORDS, IMPACT_WORDS, URGENCY_WORDS, Quadrant, quadrant, rank, score
from tests.builders import item

scale = st.integers(1, 5)
said = st.one_of(st.none(), scale)


@pytest.mark.parametrize(("scales", "expected"), [((1, 1, 5), 0.2), ((5, 5, 1), 25), ((4, 3, 2), 6)])
def test_score_is_impact_times_urgency_by_effort(scales: tuple[int, int, int], expected: float) -> None:
    assert score(*scales) == expected


@pytest.mark.parametrize(
    ("impact", "effort", "expected"),
    [
        (3, 2, Quadrant.QUICK_WIN),
        (5, 3, Quadrant.MAJOR_PROJECT),
        (2, 2, Quadrant.FILL_IN),
        (2, 3, Quadrant.RECONSIDER),
    ],
)
def test_three_and_more_counts_as_high(impact: int, effort: int, expected: Quadrant) -> None:
    assert quadrant(impact, effort) is expected


@given(scale, scale, scale, scale, scale, scale)
def test_no_fill_in_stands_before_high_impact(i1: int, u1: int, e1: int, i2: int, u2: int, e2: int) -> None:
    if quadrant(i1, e1) is Quadrant.FILL_IN and i2 >= 3:
        assert rank(i2, u2, e2) < rank(i1, u1, e1)


@given(scale, scale, scale, scale, scale, scale)
def test_quick_wins_come_first(i1: int, u1: int, e1: int, i2: int, u2: int, e2: int) -> None:
    if quadrant(i1, e1) is Quadrant.QUICK_WIN and quadrant(i2, e2) is not Quadrant.QUICK_WIN:
        assert rank(i1, u1, e1) < rank(i2, u2, e2)


@given(scale, scale, scale, scale)
def test_within_a_quadrant_the_higher_score_comes_first(impact: int, effort: int, u1: int, u2: int) -> None:
    first, second = sorted((u1, u2), reverse=True)
    assert rank(impact, first, effort) <= rank(impact, second, effort)


@pytest.mark.parametrize(("impact", "effort"), [(None, 1), (5, None), (None, None)])
def test_without_impact_or_effort_it_is_not_prioritised(impact: int | None, effort: int | None) -> None:
    assert quadrant(impact, effort) is Quadrant.NOT_PRIORITISED
    assert score(impact, 5, effort) == 0


@given(said, scale, scale, scale, scale)
def test_what_is_not_prioritised_stands_between_high_impact_and_fill_ins(
    urgency: int | None, impact: int, u2: int, effort: int, other: int
) -> None:
    unknown = rank(None, urgency, other)
    known = rank(impact, u2, effort)
    assert (known < unknown) is (quadrant(impact, effort) in (Quadrant.QUICK_WIN, Quadrant.MAJOR_PROJECT))


def test_urgency_that_nobody_said_counts_as_the_middle() -> None:
    assert score(4, None, 2) == score(4, 3, 2)


def test_equal_scores_are_ordered_by_due_date_then_number() -> None:
    early, late = item(due=item().due.replace(day=1)), item(number=3)
    assert early.rank < late.rank
    assert item(number=3).rank < item(number=4).rank


@pytest.mark.parametrize("words", [IMPACT_WORDS, URGENCY_WORDS, EFFORT_WORDS])
def test_every_value_of_a_scale_has_words(words: dict[int, str]) -> None:
    assert list(words) == [1, 2, 3, 4, 5]
    assert len(set(words.values())) == 5


def test_ends_of_the_scales_are_worded_as_agreed() -> None:
    assert (IMPACT_WORDS[1], IMPACT_WORDS[5]) == ("one rarely used path", "shared infrastructure or every service")
    assert (URGENCY_WORDS[1], URGENCY_WORDS[5]) == ("can wait", "can recur any day")
    assert list(EFFORT_WORDS.values()) == ["hours", "a day or two", "a week", "a month", "a quarter"]
