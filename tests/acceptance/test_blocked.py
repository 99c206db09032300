"""Blocked: five reasons, a form that follows them, and what each of them leads to."""

import pytest

from tests.acceptance.conftest import World, eventually
from tests.acceptance.endings import is_in, newest_to, owned, request_to, stranger
from tests.acceptance.test_life_of_an_item import create, submit, walk_to
from tests.people import Person

WHY = "What blocks it?"
UNDERSTOOD = "I understand that the incident can happen again"
ESCALATED = {
    WHY: "Another team",
    "Escalated to": "U0LENA",
    "Dependency": "Search must publish the canary metric",
    "Temporary mitigation": "The on-call watches the dashboard",
}
WAITS = {WHY: "Infrastructure not available", "Trigger condition": "The new cluster is there"}
SPLIT = {WHY: "Larger than estimated", "Phase one": "Alert on /checkout", "Deferred rest": "Alert on every other path"}


def block(person: Person, channel: str, label: str, fields: dict[str, object]) -> dict[str, str]:
    """Chooses the reason first, as the form needs it; then fills in what the reason asks."""
    return submit(person, channel, f"block {label}", fields)


@pytest.mark.parametrize(
    ("reason", "labels"),
    [
        ("Another team", ["Escalated to", "Dependency", "Temporary mitigation"]),
        ("Infrastructure not available", ["Trigger condition", UNDERSTOOD, "Approver"]),
        ("Larger than estimated", ["Phase one", "Deferred rest", UNDERSTOOD, "Approver"]),
        ("Owner unavailable", ["New owner"]),
        ("Conflicting priorities", ["Decision", "Decided by"]),
    ],
)
def test_form_follows_the_reason(world: World, reason: str, labels: list[str]) -> None:
    priya, channel, label = owned(world)
    priya.command(f"/actionitem block {label}", channel=channel)
    modal = priya.modal
    assert (modal.title, modal.labels) == ("Blocked", [WHY])
    for choice in ("Owner unavailable", reason):
        modal.fill({WHY: choice})
    assert modal.labels == [WHY, *labels]


@pytest.mark.parametrize("fields", [WAITS, SPLIT], ids=["waits", "split"])
def test_nothing_is_deferred_by_who_does_not_acknowledge_that_it_can_happen_again(
    world: World, fields: dict[str, object]
) -> None:
    priya, channel, label = owned(world)
    assert list(block(priya, channel, label, fields | {UNDERSTOOD: False})) == [UNDERSTOOD]
    assert "_not started_" in world.card(channel, label).text
    assert priya.modal.fill({UNDERSTOOD: True}).submit() == {}


def test_form_that_was_not_redrawn_asks_for_the_reason_s_fields_when_submitted(world: World) -> None:
    priya, channel, label = owned(world)
    priya.command(f"/actionitem block {label}", channel=channel)
    modal = priya.modal
    modal.values = {"blocked_because": {"blocked_because": "Another team"}}
    assert modal.submit() == {}
    assert priya.modal.labels == [WHY, "Escalated to", "Dependency", "Temporary mitigation"]


def test_another_team_is_told_and_the_card_says_what_is_needed(world: World) -> None:
    priya, channel, label = owned(world)
    assert block(priya, channel, label, ESCALATED) == {}
    eventually(lambda: "Blocked by another team since" in world.card(channel, label).text)
    card = world.card(channel, label).text
    for words in ("Search must publish the canary metric", "Escalated to Lena Vogel", "watches the dashboard"):
        assert words in card
    message = newest_to(world, "U0LENA", f"*{label} ", "is blocked and needs you")
    assert "Search must publish the canary metric" in message.text


def test_blocked_item_cannot_be_started_until_it_is_unblocked(world: World) -> None:
    priya, channel, label = owned(world)
    block(priya, channel, label, ESCALATED)
    refused = priya.command(f"/actionitem start {label}", channel=channel)
    assert "is blocked. Unblock it first" in refused.text
    refused.messages[-1].button("Unblock").click()
    eventually(lambda: "Blocked" not in world.card(channel, label).text)
    priya.command(f"/actionitem start {label}", channel=channel)
    is_in(world, channel, label, "in progress")


@pytest.mark.walk
def test_blocked_item_is_listed_with_its_reason(world: World) -> None:
    priya, channel, label = owned(world)
    block(priya, channel, label, ESCALATED)
    listed = priya.command("/actionitem list incident", channel=channel)
    assert label in listed.text
    assert "Blocked by another team" in listed.text
    assert listed.messages[-1].buttons == ["Unblock", "Review meeting"]
    assert label in priya.command("/actionitem list blocked", channel=channel).text


def test_item_is_blocked_and_unblocked_from_the_card(world: World) -> None:
    priya, channel, label = owned(world)
    world.card(channel, label).button("Block").click()
    assert priya.modal.title == "Blocked"
    assert priya.modal.fill({WHY: "Another team"}).fill(ESCALATED).submit("Block") == {}
    eventually(lambda: "Unblock" in world.card(channel, label).buttons)
    world.card(channel, label).button("Unblock").click()
    eventually(lambda: "Block" in world.card(channel, label).buttons)
    history = priya.command(f"/actionitem show {label}", channel=channel).text
    assert "says that it is blocked (another team), escalated to Lena Vogel" in history
    assert "Priya Raman unblocked it" in history


@pytest.mark.parametrize("field", ["Escalated to", "Dependency", "Temporary mitigation"])
def test_escalation_without_one_of_its_parts_is_refused_beside_the_field(world: World, field: str) -> None:
    priya, channel, label = owned(world)
    assert list(block(priya, channel, label, ESCALATED | {field: None})) == [field]


@pytest.mark.walk
def test_missing_infrastructure_defers_it_with_its_trigger_once_approved(world: World) -> None:
    priya, channel, label = owned(world)
    assert block(priya, channel, label, WAITS) == {}
    eventually(lambda: "Blocked by infrastructure" in world.card(channel, label).text)
    assert "waits for Marco Rossi" in world.card(channel, label).text
    request_to(world, "U0MARCO", label).button("Approve").click()
    is_in(world, channel, label, "deferred")
    assert "Deferred until “The new cluster is there”" in world.card(channel, label).text
    assert "Blocked" not in world.card(channel, label).text


def test_missing_infrastructure_defers_it_at_once_when_the_lead_says_so(world: World) -> None:
    _priya, channel, label = owned(world)
    assert block(world.person("U0MARCO"), channel, label, WAITS) == {}
    is_in(world, channel, label, "deferred")


@pytest.mark.walk
@pytest.mark.parametrize("user", ["U0PRIYA", "U0MARCO"])
def test_larger_than_estimated_splits_it_and_defers_the_rest(world: World, user: str) -> None:
    priya, channel, label = owned(world)
    assert block(world.person(user), channel, label, SPLIT) == {}
    rest = eventually(lambda: world.card(channel, "Alert on every other path"))
    rest_label = rest.text.split()[0].strip("*")
    assert rest_label != label
    is_in(world, channel, rest_label, "deferred")
    assert f"The rest of {label}" in world.card(channel, rest_label).text
    eventually(lambda: "Alert on /checkout" in world.card(channel, label).text)
    first = world.card(channel, label)
    assert "_not started_" in first.text
    assert "moved" not in first.text
    eventually(lambda: any(f"The rest is {rest_label}" in reply.text for reply in first.thread))
    assert rest_label in priya.command("/actionitem list deferred", channel=channel).text
    if user == "U0PRIYA":
        assert "Not approved yet" in world.card(channel, rest_label).text
        request_to(world, "U0MARCO", rest_label).button("Approve").click()
    eventually(lambda: "Approved by Marco Rossi" in world.card(channel, rest_label).text)


def test_rest_whose_deferral_is_declined_is_open(world: World) -> None:
    priya, channel, label = owned(world)
    block(priya, channel, label, SPLIT)
    rest_label = world.card(channel, "Alert on every other path").text.split()[0].strip("*")
    request_to(world, "U0MARCO", rest_label).button("Decline").click()
    assert world.person("U0MARCO").modal.fill({"Why?": "It fits this month"}).submit("Decline") == {}
    is_in(world, channel, rest_label, "not started")


def test_unavailable_owner_is_replaced_now(world: World) -> None:
    priya, channel, label = owned(world)
    fields = {WHY: "Owner unavailable", "New owner": "U0MARCO"}
    assert block(priya, channel, label, fields) == {}
    eventually(lambda: "Owner Marco Rossi" in world.card(channel, label).text)
    assert newest_to(world, "U0MARCO", f"You now own *{label} ")
    assert "The owner is unavailable" in priya.command(f"/actionitem show {label}", channel=channel).text


def test_reprioritised_item_goes_on_and_who_decided_is_recorded(world: World) -> None:
    priya, channel, label = owned(world)
    fields = {WHY: "Conflicting priorities", "Decision": "Reprioritise", "Decided by": "U0AISHA"}
    assert block(priya, channel, label, fields) == {}
    history = priya.command(f"/actionitem show {label}", channel=channel).text
    assert "recorded a decision: “Reprioritise”, decided by Aisha Okafor" in history
    assert "Blocked" not in world.card(channel, label).text


def test_leadership_that_defers_is_asked_to_approve(world: World) -> None:
    priya, channel, label = owned(world)
    fields = {WHY: "Conflicting priorities", "Decision": "Defer and accept the risk", "Decided by": "U0AISHA"}
    assert block(priya, channel, label, fields) == {}
    request_to(world, "U0AISHA", label).button("Approve").click()
    is_in(world, channel, label, "deferred")
    history = priya.command(f"/actionitem show {label}", channel=channel).text
    assert "decided by Aisha Okafor" in history


@pytest.mark.parametrize("state", ["verified", "closed"])
def test_what_is_verified_or_over_cannot_be_blocked(world: World, state: str) -> None:
    priya, channel, label = owned(world)
    walk_to(priya, channel, label, state)
    assert "cannot be blocked" in priya.command(f"/actionitem block {label}", channel=channel).text


def test_private_item_is_escalated_only_to_who_may_see_it(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(private=True)
    label = create(world, priya, channel, Owner="U0PRIYA")
    errors = block(priya, channel, label, ESCALATED | {"Escalated to": stranger(world).id})
    assert "is not in it. Invite them" in errors["Escalated to"]
