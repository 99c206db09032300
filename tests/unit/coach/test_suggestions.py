"""A suggestion is made of what was written, or there is none. Of whole lists of texts: `test_corpus.py`."""

import pytest

from bot.coach import review


def suggestions(text: str) -> list[str]:
    return [finding.suggestion for finding in review(text) if finding.suggestion]


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
