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


@pytest.mark.parametrize("system", ["Jenkins", "Redis", "Kafka", "Consul", "Vault", "Spinnaker", "Postgres", "Envoy"])
@pytest.mark.parametrize("did", ["should have checked the checksum", "failed to rebalance", "should have retried it"])
def test_system_that_is_called_like_a_person_is_not_blamed(system: str, did: str) -> None:
    assert Label.BLAME not in found(f"{system} {did}")


@pytest.mark.parametrize("text", ["Bob's mistake: retrain", "Anna’s carelessness in the deploy", "His fault"])
def test_fault_of_a_person_is_blame_and_is_not_said_again(text: str) -> None:
    (blamed, *_) = [each for each in review(text) if each.label is Label.BLAME]
    assert text.split(maxsplit=1)[0] not in blamed.suggestion


@pytest.mark.parametrize(
    "text",
    [
        "Alert when something is wrong",
        "Alert us when anything fails in the broker",
        "Page on-call if there is a problem with the broker",
        "Add a notification so that on-call is alerted when things go bad",
    ],
)
def test_alert_on_whatever_is_wrong_has_no_signal(text: str) -> None:
    assert "does not say what it watches" in found(text)[Label.VAGUE]


@pytest.mark.parametrize(
    "text",
    [
        "Alert when there are errors over 2 % on the checkout API",
        "Alert when something in the queue is older than ten minutes",
        "Add a backup job to the ledger database; alert when it fails",
    ],
)
def test_alert_with_a_signal_is_sound_whatever_words_it_has(text: str) -> None:
    assert found(text) == {}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Rotate the signing keys; alert on certificate expiry", "Rotate the signing keys"),
        ("1) Rotate the signing keys 2) publish the firewall rules", "Rotate the signing keys"),
        ("Rotate the signing keys / publish the firewall rules", "Rotate the signing keys"),
    ],
)
def test_first_of_several_is_what_stays(text: str, first: str) -> None:
    (finding,) = review(text)
    assert (finding.label, finding.suggestion) == (Label.MULTIPLE_ACTIONS, first)


@pytest.mark.parametrize(
    "text", ["Cap the retry queue; alert on the retry queue", "Add retries + backoff to the client"]
)
def test_parts_of_one_thing_are_one_item(text: str) -> None:
    assert Label.MULTIPLE_ACTIONS not in found(text)


@pytest.mark.parametrize("text", ["TODO", "WIP", "n/a", "None", "see above", "<fill in>", "Placeholder", "TBD"])
def test_what_stands_for_something_open_says_so_and_no_more(text: str) -> None:
    (finding,) = review(text)
    assert "stands for what is still open" in finding.message
    assert finding.suggestion == ""


@pytest.mark.parametrize(
    "text", ["Anyone free: rotate the key", "Please can someone rotate the key", "Whoever deploys it"]
)
def test_whoever_has_time_is_no_owner(text: str) -> None:
    assert Label.PSEUDO_OWNER in found(text)


@pytest.mark.parametrize(
    "text", ["Send the team to a Kafka training", "Enrol the on-call team in the Terraform course"]
)
def test_sending_people_to_a_lesson_is_training_alone(text: str) -> None:
    assert Label.TRAINING_ONLY in found(text)


@pytest.mark.parametrize(
    "text", ["Send alerts of the training cluster to the ML channel", "Register the course service in Consul"]
)
def test_lesson_that_only_names_a_system_teaches_nobody(text: str) -> None:
    assert Label.TRAINING_ONLY not in found(text)
