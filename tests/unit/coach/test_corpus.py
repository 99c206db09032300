"""The coach against sentences of our own, the seed's pairs, and the floor it must not fall below."""

import pytest

from bot.coach import review
from tests.benchmarks import coach as bench
from tests.unit.coach.corpus import labelled_items, misread_sentences, ok_sentences, weak_sentences

SEED = labelled_items("seed.jsonl")


def labels(text: str) -> set[str]:
    return {finding.label.value for finding in review(text)}


@pytest.mark.parametrize("text", ok_sentences())
def test_a_concrete_action_has_no_finding(text: str) -> None:
    assert labels(text) == set()


@pytest.mark.parametrize(("label", "text"), weak_sentences())
def test_a_weak_item_gets_its_label(label: str, text: str) -> None:
    assert label in labels(text) or (label == "weak" and labels(text))


@pytest.mark.parametrize(("label", "text"), misread_sentences())
def test_what_is_listed_as_misread_still_is(label: str, text: str) -> None:
    """One that is read rightly now belongs into `own_ok.txt` or `own_weak.txt`."""
    assert bool(labels(text)) is (label == "ok")


@pytest.mark.parametrize("item", [item for item in SEED if item["kind"] == "weak"], ids=lambda item: item["text"])
def test_a_weak_seed_item_is_flagged_with_its_reason(item: dict[str, list[str]]) -> None:
    expected = {label.removesuffix("_in_text") for label in item["labels"]}
    assert expected == labels(str(item["text"]))


@pytest.mark.parametrize("item", [item for item in SEED if item["kind"] == "improved"], ids=lambda item: item["text"])
@pytest.mark.parametrize("field", ["text", "raw"])
def test_an_improved_seed_item_is_not_flagged(item: dict[str, str], field: str) -> None:
    assert labels(item[field]) == set()


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
