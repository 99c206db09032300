"""The second opinion: where it speaks, where it doubts, and where it has nothing to say."""

import pytest

from bot.coach import review
from bot.coach.facts import facts
from bot.coach.reading import Reading, read
from bot.coach.second_opinion import BIAS, KINDS_TOLD_APART, _weights, is_committed, opinion


def reading(text: str) -> Reading:
    found = read(text)
    assert found is not None
    return found


def test_a_wish_is_likelier_weak_than_a_change_that_is_named() -> None:
    wish, change = (reading(text) for text in ("Foster a culture of testing", "Set max_conns of db02 to 400"))
    assert opinion(wish).weak > 0.7
    assert opinion(change).weak < 0.3


@pytest.mark.parametrize(
    "text",
    [
        "Rotate the signing key",
        "Alert on replication lag",
        "Investigate and fix the memory leak in the session service",
        "The build should break if generated code is out of date",
        "Expand the on-call team to six people",
    ],
)
def test_what_the_rules_know_to_be_an_action_is_left_alone(text: str) -> None:
    assert is_committed(reading(text))
    assert review(text) == []


def test_facts_hold_no_word_of_a_trade() -> None:
    one, other = "Rotate the Kafka key", "Rotate the Envoy key"
    assert facts(reading(one)) == facts(reading(other))


def test_every_regression_has_its_bias_and_few_weights() -> None:
    weights = _weights()
    assert set(weights) == {"weak", *(label.value for label in KINDS_TOLD_APART)}
    assert all(BIAS in one and len(one) < 400 for one in weights.values())
