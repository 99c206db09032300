"""What is made in a private channel stays there (P5); guests see the channels that they are in. On both databases."""

import httpx
import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import FIELDS, create, create_by_form, create_many
from tests.people import Person

SAID_ALOUD = "belongs to a private channel. It can be shown publicly only there."


def titles(person: Person, channel: str) -> list[str]:
    person.command("/actionitem new", channel=channel)
    found = person.modal.options("Incident")
    person.modal.cancel()
    return found


def named(person: Person, channel: str, words: str) -> str:
    return next(title for title in titles(person, channel) if words in title)


def test_private_incident_of_another_channel_is_refused_in_a_private_channel(world: World) -> None:
    priya = world.person("U0PRIYA")
    first, second = (world.incident_channel(private=True, name=name) for name in ("okapi", "tapir"))
    create(world, priya, first, Action="Rotate the okapi keys every day")
    other = named(priya, first, "kapi")
    priya.command("/actionitem new", channel=second)
    errors = priya.modal.fill(FIELDS | {"Action": "Rotate the tapir keys", "Incident": other}).submit("Create")
    assert "handled in a private channel" in errors["Incident"]
    assert not find(priya.messages(second), "okapi")


@pytest.mark.walk
def test_item_of_a_private_incident_made_elsewhere_lives_in_the_incidents_channel(world: World) -> None:
    priya, vault = world.person("U0PRIYA"), world.incident_channel(private=True, name="gecko")
    create(world, priya, vault, Action="Rotate the gecko keys every day")
    incident = named(priya, vault, "ecko")
    priya.command("/actionitem new", channel="C0PAYMENTS")
    title = "Revoke gecko tokens after an hour"
    assert priya.modal.fill(FIELDS | {"Action": title, "Incident": incident}).submit("Create") == {}
    assert eventually(lambda: find(priya.messages(vault), title))
    assert not find(priya.messages("C0PAYMENTS"), title)
    assert title not in world.person("U0LENA").command("/actionitem list all", channel="C0GENERAL").text


def test_promoting_an_idea_into_a_private_incident_is_refused(world: World) -> None:
    priya, vault = world.person("U0PRIYA"), world.incident_channel(private=True, name="lemur")
    create(world, priya, vault, Action="Rotate the lemur keys every day")
    incident = named(priya, vault, "emur")
    kept = priya.command("/actionitem idea Cap the retry queue at 10,000", channel="C0PAYMENTS")
    number = kept.text.split("*")[1]
    priya.command(f"/actionitem promote {number}", channel="C0PAYMENTS")
    errors = priya.modal.fill(FIELDS | {"Incident": incident}).submit()
    assert "handled in a private channel" in errors["Incident"]


def test_lead_outside_the_channel_is_not_told_who_cannot_take_a_private_item(world: World) -> None:
    done = world.bot.command("team", "set", "Payments", "--lead", "U0LENA")
    assert done.returncode == 0, done.stderr
    try:
        priya, vault = world.person("U0PRIYA"), world.incident_channel(private=True, name="ibex")
        title = "Rotate the ibex keys every day"
        create(world, priya, vault, Action=title, Owner="U0AISHA")
        aisha = world.person("U0AISHA")
        asked = eventually(lambda: find(aisha.direct_messages(), title))
        asked.button("Cannot take it").click()
        assert aisha.modal.fill({"Why?": "I am away"}).submit() == {}
        assert eventually(lambda: find(priya.direct_messages(), "cannot take"))
        assert not find(world.person("U0LENA").direct_messages(), "ibex")
    finally:
        world.bot.command("team", "set", "Payments", "--lead", "U0MARCO")


@pytest.mark.walk
def test_quota_of_a_public_incident_does_not_count_what_private_channels_hold(world: World) -> None:
    priya, vault = world.person("U0PRIYA"), world.incident_channel(private=True, name="dingo")
    public = world.incident_channel(name="heron")
    create_many(
        world, priya, public, [f"Cap the heron queue {number} at {number + 1},000 messages" for number in range(5)]
    )
    other = world.incident_channel(name="stork")
    create(world, priya, other, Action="Alert when the stork queue is over 10,000 messages")
    incident = named(priya, other, "tork")
    keys = [f"Rotate stork key {number} after {number + 1} days" for number in range(5)]
    world.copies(create_by_form(priya, vault, Action=keys[0], Incident=incident), keys[1:])
    priya.command("/actionitem new", channel=other)
    assert "has its 5" not in priya.modal.text
    assert priya.modal.submit_label == "Create"
    priya.modal.cancel()


@pytest.mark.walk
def test_public_answers_say_only_what_a_guest_in_the_channel_may_see(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(name="wombat")
    elsewhere = create(world, priya, channel, Action="Add a wombat alert at 500 ms")
    here = create(world, priya, "C0INC", Action="Add a quokka alert at 500 ms")
    listed = priya.command("/actionitem list all public", channel="C0INC").text
    assert here in listed
    assert f"*{elsewhere}*" not in listed
    refused = priya.command(f"/actionitem show {elsewhere} public", channel="C0INC")
    assert "Guests may be here" in refused.text
    assert refused.ephemeral
    assert not priya.command(f"/actionitem show {here} public", channel="C0INC").ephemeral
    assert elsewhere in priya.command("/actionitem list all public", channel="C0PAYMENTS").text


def test_merging_is_offered_only_into_an_item_that_would_take_it(world: World) -> None:
    priya, vault = world.person("U0PRIYA"), world.incident_channel(private=True)
    action = "Throttle the potoroo sync of the ledger to 50 a second"
    private = create(world, priya, vault, Action=action)
    public, again = (create(world, priya, world.incident_channel(), Action=action) for _ in range(2))
    into = eventually(lambda: find(priya.direct_messages(), f"*{again}* says nearly the same")).text
    assert public in into
    assert private not in into
    assert not find(priya.direct_messages(), f"*{public}* says nearly the same")
    outsider, channel = someone_new(world), world.incident_channel()
    outsider.post("join", {"channel": channel})
    create(world, outsider, channel, Action=action)
    beside = create(world, priya, vault, Action=f"{action} each")
    assert eventually(lambda: find(priya.direct_messages(), f"*{beside}* says nearly the same"))
    assert not find(outsider.direct_messages(), "says nearly the same")


def someone_new(world: World) -> Person:
    """A full member of the workspace who is in no team."""
    user = world.sandbox.state.add_user("T0ACME", "Sam Novak").id
    world.sandbox.state.direct(user, "U0BOT")
    return Person(world.sandbox, user)


def test_guest_sees_items_of_their_channels_and_changes_none_of_them(world: World) -> None:
    priya, gil = world.person("U0PRIYA"), world.person("U0GIL")
    here = create(world, priya, "C0INC", Action="Add a numbat alert at 500 ms")
    elsewhere = create(world, priya, world.incident_channel(), Action="Add a bilby alert at 500 ms")
    assert "numbat" in gil.command(f"/actionitem show {here}", channel="C0INC").text
    assert f"{elsewhere} does not exist" in gil.command(f"/actionitem show {elsewhere}", channel="C0INC").text
    assert "bilby" not in gil.command("/actionitem list all", channel="C0INC").text
    assert "cannot change" in gil.command(f"/actionitem start {here}", channel="C0INC").text


def test_private_item_cannot_be_named_beside_a_public_one(world: World) -> None:
    priya, vault = world.person("U0PRIYA"), world.incident_channel(private=True, name="civet")
    private = create(world, priya, vault, Action="Rotate the civet keys every day")
    training = FIELDS | {"Action": "Train the on-call engineers to drain the queue", "Remedy": "Training"}
    for person, words in ((priya, "belongs to a private channel"), (world.person("U0LENA"), "does not exist")):
        person.command("/actionitem new", channel="C0PAYMENTS")
        modal = person.modal.fill(training).fill({"Systemic item beside it": private})
        errors = modal.submit("Create") or modal.fill({"Keep my wording": True}).submit("Create")
        assert words in " ".join(errors.values())
        person.modal.cancel()


@pytest.mark.parametrize("method", ["users.conversations", "users.info"])
def test_lost_answer_of_slack_means_no_access(world: World, method: str) -> None:
    priya, vault = world.person("U0PRIYA"), world.incident_channel(private=True, name="skink")
    label = create(world, priya, vault, Action="Rotate the skink keys every day", Owner="U0PRIYA")
    unheard_of = world.sandbox.state.add_user("T0ACME", f"New {method}")  # their `team_join` was lost
    person = Person(world.sandbox, unheard_of.id)
    # They are not heard of by the ticker's look at everybody either, which comes when it comes.
    for lost in (method, "users.list"):
        fault = {"method": lost, "kind": "error", "error": "internal_error", "times": None}
        httpx.post(f"{world.sandbox.url}/sandbox/faults", json=fault).raise_for_status()
    try:
        for channel in (vault, "C0GENERAL"):
            priya.post("invite", {"channel": channel, "user": person.id})
        assert "skink" not in person.command(f"/actionitem show {label}", channel="C0GENERAL").text
    finally:
        httpx.delete(f"{world.sandbox.url}/sandbox/faults")
    assert eventually(lambda: "skink" in person.command(f"/actionitem show {label}", channel="C0GENERAL").text)
