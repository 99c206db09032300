"""The coach against sentences of our own, the seed's pairs, and the floor it must not fall below.

A test holds a whole list to what it says and names the sentences that break it: one each would be thousands of tests,
which cost more to collect and to report than to run.
"""

from functools import cache

import pytest

from bot.coach import Finding, Label
from bot.coach import review as reviewed_anew
from bot.coach.lexicon import qualities
from tests.benchmarks import coach as bench
from tests.unit.coach.corpus import labelled_items, misread_sentences, ok_sentences, real_items, weak_sentences

SEED = labelled_items("seed.jsonl")


@cache
def review(text: str) -> list[Finding]:
    """Once for each of the thousands of texts, which several tests read."""
    return reviewed_anew(text)


def labels(text: str) -> set[str]:
    return {finding.label.value for finding in review(text)}


def is_weak(text: str) -> bool:
    return bool(review(text))


def suggestions(text: str) -> list[str]:
    return [finding.suggestion for finding in review(text) if finding.suggestion]


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
    tally = bench.weak(bench.read_items(), is_weak)
    assert tally.precision >= 0.95
    assert tally.recall >= 0.90


def test_on_the_items_of_two_raters_precision_and_recall_stay() -> None:
    tally = bench.weak(bench.read_items(bench.SECOND), is_weak)
    assert tally.precision >= 0.92
    assert tally.recall >= 0.90


@pytest.mark.parametrize("name", list(bench.OWN))
def test_on_batches_of_our_own_the_targets_are_met(name: str) -> None:
    tally = bench.weak(bench.read_items(bench.OWN[name]), is_weak)
    assert tally.precision >= 0.92
    assert tally.recall >= 0.80


def test_coach_has_nothing_to_say_of_what_it_suggests_for_real_items() -> None:
    assert [written for text in real_items() for written in suggestions(text) if review(written)] == []


def test_coach_has_nothing_to_say_of_what_it_suggests_for_our_own() -> None:
    assert [written for _, text in weak_sentences() for written in suggestions(text) if review(written)] == []


def test_most_real_findings_have_a_better_version() -> None:
    found = [finding for text in real_items() for finding in review(text)]
    assert sum(bool(finding.suggestion) for finding in found) > len(found) * 0.7


def test_no_suggestion_for_blame_repeats_it() -> None:
    texts = [*real_items(), *(text for _, text in weak_sentences())]
    blamed = [text for text in texts if any(finding.label is Label.BLAME for finding in review(text))]
    said = [written.lower() for text in blamed for written in suggestions(text)]
    assert said
    assert not [one for one in said if any(f" {phrase} " in f" {one} " for phrase in qualities.CARE_PHRASES)]


def test_every_finding_is_calm_and_offers_a_way_on() -> None:
    found = [(text, finding) for _, text in weak_sentences() for finding in review(text)]
    assert found
    for text, finding in found:
        assert "!" not in finding.message + finding.suggestion
        assert finding.suggestion != text
        assert finding.message.endswith("."), text
