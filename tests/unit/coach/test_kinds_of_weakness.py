"""Weaknesses that people met in the field: persons, nobody, lists, documents, checks, alerts, placeholders."""

import pytest

from bot.coach import Label, review


def found(text: str) -> dict[Label, str]:
    return {finding.label: finding.message for finding in review(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Bob should have checked the config before deploying",
        "Retrain him",
        "Remind Bob to silence the pager",
        "Dave needs to be more careful",
        "Alice forgot to rotate the key",
        "The operator should have read the runbook",
    ],
)
def test_a_person_as_the_fault_or_the_remedy_is_blame(text: str) -> None:
    assert "is about a person" in found(text).get(Label.BLAME, "") or "more care" in found(text).get(Label.BLAME, "")


@pytest.mark.parametrize("text", ["The tests should have caught this", "Terraform should have refused the plan"])
def test_a_system_that_should_have_is_an_observation_not_blame(text: str) -> None:
    assert set(found(text)) == {Label.NOT_AN_ACTION}


@pytest.mark.parametrize(
    "text", ["Someone please fix the pager", "Can somebody look at the ingest queue", "Fix the pager, someone please"]
)
def test_somebody_is_no_owner(text: str) -> None:
    assert Label.PSEUDO_OWNER in found(text)


def test_assigning_somebody_to_a_duty_has_no_pseudo_owner() -> None:
    assert Label.PSEUDO_OWNER not in found("Assign someone to be the hammer on Fridays")


@pytest.mark.parametrize(
    "text",
    [
        "Rotate the signing keys; delete the old bucket",
        "Add a timeout to the importer; add an index on orders.customer_id",
        "Upgrade Kafka to 3.6, also migrate the mail service to SES",
        "Rotate the signing keys + delete the old bucket",
        "Alert on replication lag over 30 s + runbook for the failover",
    ],
)
def test_several_items_in_one_are_found_however_they_are_joined(text: str) -> None:
    assert Label.MULTIPLE_ACTIONS in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Add a timeout to the importer; test it in staging",
        "Fix the race in the payment queue, add a regression test, verify in staging",
        "Migrate the mounts + the NGINX configuration to ovh2",
    ],
)
def test_what_belongs_to_one_change_is_one_item(text: str) -> None:
    assert Label.MULTIPLE_ACTIONS not in found(text)


@pytest.mark.parametrize("text", ["Add documentation", "Write documentation about deployments"])
def test_a_document_without_readers_and_place_is_asked_for_them(text: str) -> None:
    assert "for whom and where" in found(text)[Label.VAGUE]


def test_a_check_is_asked_what_it_refuses() -> None:
    assert "would refuse" in found("Add a check to the deploy")[Label.VAGUE]
    assert found("Add a check in CI that refuses migrations without a lock timeout") == {}


def test_an_alert_is_asked_for_its_signal_and_its_component() -> None:
    assert "what it watches" in found("Add alerts to the billing service")[Label.VAGUE]
    assert "what it watches" in found("Alert based on elevated error rates")[Label.VAGUE]
    assert found("Alert when the disk of the billing service is over 90 %") == {}


@pytest.mark.parametrize("text", ["TBD", "Add an alert for TBD", "Rotate the ??? key", "Owner to be decided"])
def test_a_placeholder_is_said_to_be_one(text: str) -> None:
    assert "still open" in found(text)[Label.VAGUE]


def test_training_and_observations_have_their_own_reasons() -> None:
    assert "passing on knowledge" in found("Train the on-call engineers on failover")[Label.TRAINING_ONLY]
    assert "how things are" in found("The alert is too noisy")[Label.NOT_AN_ACTION]
