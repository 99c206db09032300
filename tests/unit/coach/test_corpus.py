"""The coach against sentences of our own, the seed's pairs, and the floor it must not fall below.

A test holds a whole list to what it says and names the sentences that break it: one each would be thousands of tests,
which cost more to collect and to report than to run.
"""

import pytest

from bot.coach import review
from tests.benchmarks import coach as bench
from tests.unit.coach.corpus import labelled_items, misread_sentences, ok_sentences, weak_sentences

SEED = labelled_items("seed.jsonl")


def labels(text: str) -> set[str]:
    return {finding.label.value for finding in review(text)}


def test_a_concrete_action_has_no_finding() -> None:
    assert {text: found for text in ok_sentences() if (found := labels(text))} == {}


def test_a_weak_item_gets_its_label() -> None:
    found = [(label, text, labels(text)) for label, text in weak_sentences()]
    assert found
    assert [one for one in found if one[0] not in one[2] and not (one[0] == "weak" and one[2])] == []


def test_what_is_listed_as_misread_still_is() -> None:
    """One that is read rightly now belongs into `own_ok.txt` or `own_weak.txt`."""
    assert [text for label, text in misread_sentences() if bool(labels(text)) is not (label == "ok")] == []


def test_a_weak_seed_item_is_flagged_with_its_reason() -> None:
    weak = [item for item in SEED if item["kind"] == "weak"]
    expected = {item["text"]: {label.removesuffix("_in_text") for label in item["labels"]} for item in weak}
    assert expected
    assert {text: labels(text) for text in expected} == expected


def test_an_improved_seed_item_is_not_flagged() -> None:
    improved = [item[field] for item in SEED if item["kind"] == "improved" for field in ("text", "raw")]
    assert improved
    assert {text: found for text in improved if (found := labels(text))} == {}


def test_on_the_development_items_precision_and_recall_stay() -> None:
    tally = bench.weak(bench.read_items(), bench.by_coach)
    assert tally.precision >= 0.95
    assert tally.recall >= 0.90


def test_on_the_items_of_two_raters_precision_and_recall_stay() -> None:
    tally = bench.weak(bench.read_items(bench.SECOND), bench.by_coach)
    assert tally.precision >= 0.92
    assert tally.recall >= 0.90


@pytest.mark.parametrize("name", list(bench.OWN))
def test_on_batches_of_our_own_the_targets_are_met(name: str) -> None:
    tally = bench.weak(bench.read_items(bench.OWN[name]), bench.by_coach)
    assert tally.precision >= 0.92
    assert tally.recall >= 0.80
