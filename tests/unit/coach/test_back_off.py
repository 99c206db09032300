"""The last resorts of the coach: mistyped verbs, sentences it cannot read, items that name next to nothing."""

import pytest

from bot.coach import review, spelling
from bot.coach.lexicon import nouns


def labels(text: str) -> set[str]:
    return {finding.label.value for finding in review(text)}


@pytest.mark.parametrize(
    ("written", "verb"),
    [
        ("investigte", "investigate"),  # a letter missing
        ("considder", "consider"),  # one too many
        ("imporve", "improve"),  # two swapped
        ("evaluste", "evaluate"),  # one wrong
        ("dockerise", "dockerise"),  # made up, but a verb by its ending
    ],
)
def test_a_mistyped_verb_is_recognised(written: str, verb: str) -> None:
    assert spelling.meant(written) == verb


@pytest.mark.parametrize("word", ["identity", "analyst", "preview", "exercise", "explorer", "resolver", "queue", "cat"])
def test_a_real_word_is_not_taken_for_a_mistyped_verb(word: str) -> None:
    assert spelling.meant(word) is None


@pytest.mark.parametrize("text", ["The fix landed in 4.2", "Our runbook says nothing about the second region"])
def test_a_sentence_about_what_is_there_is_told_not_promised(text: str) -> None:
    assert labels(text) == {"not_an_action"}


@pytest.mark.parametrize(
    ("thin", "enough"),
    [
        ("Expand the on-call team", "Expand the on-call team to six people"),
        ("Automate rollbacks", "Automate rollbacks of the checkout service"),
        ("Audit of the bridge", "Audit log for the bridge contracts"),
        ("Upgrade hardware", "Upgrade hosts to Debian 13"),
        ("Support customers during outages", "Support rotating the signing key without a restart"),
    ],
)
def test_what_names_next_to_nothing_is_vague_until_it_names_something(thin: str, enough: str) -> None:
    assert labels(thin) == {"vague"}
    assert labels(enough) == set()


@pytest.mark.parametrize("text", ["Rotate the signing key", "Delete the old bucket", "Drop armel builds"])
def test_one_object_is_enough_for_a_plain_change(text: str) -> None:
    assert labels(text) == set()


@pytest.mark.parametrize(
    ("judged", "checkable"),
    [
        ("Ensure that upgrades are thoroughly tested", "Ensure that upgrades run on a copy of production first"),
        ("Ensure business continuity", "Ensure the deploy lock is released when the job is cancelled"),
        ("Make sure documentation is complete", "Make sure that replicas are in different zones (anti-affinity rule)"),
    ],
)
def test_an_assurance_needs_something_that_can_be_seen(judged: str, checkable: str) -> None:
    assert labels(judged) == {"vague"}
    assert labels(checkable) == set()


@pytest.mark.parametrize(
    ("word", "abstract"),
    [("continuity", True), ("readiness", True), ("governance", True), ("instance", False), ("latency", False)],
)
def test_abstract_nouns_are_known_by_their_ending(word: str, abstract: bool) -> None:
    assert nouns.is_abstract(word) is abstract


def test_a_rhythm_is_asked_for_its_interval() -> None:
    finding = review("Regular testing of backups")[0]
    assert "how often" in finding.message
    assert finding.suggestion.startswith("Regular testing of backups: every *[interval]*")


def test_a_judgement_is_asked_for_what_can_be_seen() -> None:
    finding = review("Ensure that the failover works as expected")[0]
    assert finding.suggestion == "Ensure that the failover works *[as expected: what anyone can observe]*"


def test_what_may_be_worth_doing_becomes_a_plain_command() -> None:
    assert review("It may be worth splitting the table")[0].suggestion.startswith("Split the table, done when")
