"""A suggestion is a sound item itself, or there is none; blame is not said twice."""

from functools import cache

import pytest

from bot.coach import Finding, Label
from bot.coach import review as reviewed_anew
from bot.coach.lexicon import qualities
from tests.unit.coach.corpus import real_items, weak_sentences


@cache
def review(text: str) -> list[Finding]:
    """Once for each of the thousands of texts, which several tests read."""
    return reviewed_anew(text)


def suggestions(text: str) -> list[str]:
    return [finding.suggestion for finding in review(text) if finding.suggestion]


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


@pytest.mark.parametrize("text", ["Bob should have checked the config", "Retrain him", "Dave needs to be more careful"])
def test_a_person_is_not_named_again(text: str) -> None:
    said = " ".join(suggestions(text)).lower()
    assert said
    assert not {"bob", "him", "dave", "careful", "retrain"} & set(said.split())


@pytest.mark.parametrize(
    "text",
    ["The tests should have caught this", "I think the deploy went well", "Add an alert for the thing TBD, maybe"],
)
def test_where_nothing_better_can_be_made_of_it_nothing_is_suggested(text: str) -> None:
    assert review(text)
    assert suggestions(text) == []


def test_a_gerund_becomes_a_command() -> None:
    assert suggestions("Adding a message on the job description?")[0].startswith(
        "Add a message on the job description,"
    )


def test_a_name_keeps_its_capital() -> None:
    assert suggestions("Prometheus monitoring for backups")[0].startswith("Add Prometheus monitoring for backups:")
