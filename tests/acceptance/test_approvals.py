"""Who decides: the owner asks, the approver answers; once, by whoever comes first, and everybody concerned is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.endings import ENDINGS, NOT_NOW, asked, is_in, newest_to, owned, request_to, stranger
from tests.acceptance.mornings import monday, nine
from tests.acceptance.test_life_of_an_item import create, submit


@pytest.mark.walk
@pytest.mark.parametrize("subcommand", list(ENDINGS))
def test_owner_asks_and_the_lead_approves(world: World, subcommand: str) -> None:
    priya, channel, label = asked(world, subcommand)
    eventually(lambda: "waits for Marco Rossi" in world.card(channel, label).text)
    assert "_not started_" in world.card(channel, label).text
    request = request_to(world, "U0MARCO", label)
    assert "Priya Raman wants to " in request.text
    answer = request.button("Approve").click()
    assert "Priya Raman was told." in answer.text
    is_in(world, channel, label, ENDINGS[subcommand][2])
    assert "Marco Rossi" in world.card(channel, label).text
    assert newest_to(world, "U0PRIYA", f"*{label} ", "Marco Rossi approved it: ")
    history = priya.command(f"/actionitem show {label}", channel=channel).text
    assert "Priya Raman asked Marco Rossi for" in history
    assert "as Priya Raman asked" in history


def test_message_to_the_approver_follows_the_decision_and_loses_its_buttons(world: World) -> None:
    _priya, _channel, label = asked(world)
    request = request_to(world, "U0MARCO", label)
    request.button("Approve").click()
    marco = world.person("U0MARCO")
    followed = eventually(
        lambda: next((m for m in marco.direct_messages() if m.ts == request.ts and "approved it" in m.text), None)
    )
    assert followed.buttons == []


@pytest.mark.parametrize("subcommand", list(ENDINGS))
def test_decline_says_why_and_the_item_stays(world: World, subcommand: str) -> None:
    _priya, channel, label = asked(world, subcommand)
    request_to(world, "U0MARCO", label).button("Decline").click()
    modal = world.person("U0MARCO").modal
    assert (modal.title, modal.submit_label) == ("Decline", "Decline")
    assert modal.fill({"Why?": "The risk is too high before Christmas"}).submit("Decline") == {}
    message = newest_to(world, "U0PRIYA", f"*{label} ", "Marco Rossi declined")
    assert "Marco Rossi declined" in message.text
    assert "The risk is too high before Christmas" in message.text
    eventually(lambda: "Marco Rossi declined" in world.card(channel, label).text)
    assert "_not started_" in world.card(channel, label).text


def test_decline_without_a_reason_is_refused(world: World) -> None:
    _priya, _channel, label = asked(world)
    request_to(world, "U0MARCO", label).button("Decline").click()
    assert "Why?" in world.person("U0MARCO").modal.submit("Decline")


@pytest.mark.parametrize("subcommand", list(ENDINGS))
@pytest.mark.parametrize("user", ["U0MARCO", "U0AISHA"])
def test_lead_and_admin_decide_at_once_and_the_owner_is_told(world: World, subcommand: str, user: str) -> None:
    _priya, channel, label = owned(world)
    decider = world.person(user)
    if user == "U0AISHA":
        world.person("U0PRIYA").post("invite", {"channel": channel, "user": user})
    fields, button, state = ENDINGS[subcommand]
    assert submit(decider, channel, f"{subcommand} {label}", fields, button) == {}
    is_in(world, channel, label, state)
    assert newest_to(world, "U0PRIYA", f"*{label}")


@pytest.mark.parametrize("subcommand", [*ENDINGS, "start", "block", "update", "assign", "due", "edit", "merge"])
def test_stranger_is_refused_with_who_may_and_nothing_changes(world: World, subcommand: str) -> None:
    priya, channel, label = owned(world)
    sam = stranger(world)
    priya.post("invite", {"channel": channel, "user": sam.id})
    before = priya.command(f"/actionitem show {label}", channel=channel).text
    answer = sam.command(f"/actionitem {subcommand} {label}", channel=channel)
    assert not answer.opened
    assert "belongs to Payments" in answer.text
    assert answer.ephemeral
    assert priya.command(f"/actionitem show {label}", channel=channel).text == before


@pytest.mark.parametrize("subcommand", list(ENDINGS))
def test_member_who_does_not_own_it_can_neither_decide_nor_ask(world: World, subcommand: str) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    answer = priya.command(f"/actionitem {subcommand} {label}", channel=channel)
    assert not answer.opened
    assert "Only the owner" in answer.text


def test_member_of_the_team_acts_on_an_item_that_somebody_else_owns(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    priya.command(f"/actionitem start {label}", channel=channel)
    is_in(world, channel, label, "in progress")


def test_collaborator_from_elsewhere_acts_on_the_item(world: World) -> None:
    sam = stranger(world)
    _priya, channel, label = owned(world, Collaborators=[sam.id])
    world.person("U0PRIYA").post("invite", {"channel": channel, "user": sam.id})
    sam.command(f"/actionitem start {label}", channel=channel)
    is_in(world, channel, label, "in progress")


def test_guest_sees_only_items_of_their_channels_and_changes_none(world: World) -> None:
    priya, channel, label = owned(world)
    gil = world.person("U0GIL")
    priya.post("invite", {"channel": channel, "user": "U0GIL"})
    shown = gil.command(f"/actionitem show {label}", channel=channel)
    assert label in shown.text
    assert "\nStart" not in shown.text
    assert "\nStart" in priya.command(f"/actionitem show {label}", channel=channel).text
    priya.command(f"/actionitem edit {label}", channel=channel)
    errors = priya.modal.fill({"Collaborators": ["U0GIL"]}).submit("Save")
    assert "is a guest here. Choose full members." in errors["Collaborators"]
    priya.modal.cancel()
    assert "belongs to Payments" in gil.command(f"/actionitem start {label}", channel=channel).text
    elsewhere = create(world, priya, world.incident_channel(), Owner="U0PRIYA")
    assert "does not exist" in gil.command(f"/actionitem defer {elsewhere}", channel=channel).text


@pytest.mark.parametrize(
    ("approver", "refusal"), [("U0PRIYA", "cannot approve what you ask"), ("U0GIL", "Only a full member")]
)
def test_approver_who_cannot_approve_is_refused_at_the_field(world: World, approver: str, refusal: str) -> None:
    priya, channel, label = owned(world)
    errors = submit(priya, channel, f"defer {label}", NOT_NOW | {"Approver": approver})
    assert refusal in errors["Approver"]


def test_admin_may_be_asked_instead_of_the_lead(world: World) -> None:
    priya, channel, label = owned(world)
    assert submit(priya, channel, f"defer {label}", NOT_NOW | {"Approver": "U0AISHA"}) == {}
    request_to(world, "U0AISHA", label).button("Approve").click()
    is_in(world, channel, label, "deferred")
    assert "Approved by Aisha Okafor" in world.card(channel, label).text


def test_only_one_request_waits_at_a_time(world: World) -> None:
    priya, channel, label = asked(world)
    answer = priya.command(f"/actionitem drop {label}", channel=channel)
    assert not answer.opened
    assert "waits for a decision already" in answer.text


@pytest.mark.walk
def test_asker_withdraws_and_the_approver_is_told_that_nothing_waits(world: World) -> None:
    _priya, channel, label = asked(world)
    request_to(world, "U0MARCO", label).button("Decline").click()
    modal = world.person("U0MARCO").modal.fill({"Why?": "Not yet"})
    mine = newest_to(world, "U0PRIYA", "You asked Marco Rossi to ", f"*{label} ")
    assert "withdrawn" in mine.button("Withdraw").click().text
    eventually(lambda: "waits for" not in world.card(channel, label).text)
    assert "withdrawn already: Priya Raman did that" in modal.submit("Decline")["Why?"]
    assert "_not started_" in world.card(channel, label).text


def test_request_is_withdrawn_from_the_card_too(world: World) -> None:
    priya, channel, label = asked(world)
    eventually(lambda: "Withdraw the request" in world.card(channel, label).buttons)
    priya.click("Withdraw the request", world.card(channel, label))
    eventually(lambda: "waits for" not in world.card(channel, label).text)


@pytest.mark.walk
def test_request_expires_when_the_item_changes_under_it(world: World) -> None:
    _priya, channel, label = asked(world)
    request_to(world, "U0MARCO", label).button("Decline").click()
    modal = world.person("U0MARCO").modal.fill({"Why?": "Not yet"})
    world.person("U0AISHA").command(f"/actionitem start {label}", channel="C0PAYMENTS")
    message = newest_to(world, "U0PRIYA", f"{label} ", "is not decided any more")
    assert "Aisha Okafor changed the item" in message.text
    assert "expired: Aisha Okafor changed the item meanwhile" in modal.submit("Decline")["Why?"]
    is_in(world, channel, label, "in progress")


def test_status_update_does_not_make_a_request_expire(world: World) -> None:
    priya, channel, label = asked(world)
    submit(priya, channel, f"update {label}", {"What happened?": "Talked to the vendor"})
    request_to(world, "U0MARCO", label).button("Approve").click()
    is_in(world, channel, label, "deferred")


def test_second_of_two_deciders_is_told_what_the_first_did(world: World) -> None:
    _priya, channel, label = asked(world)
    request = request_to(world, "U0MARCO", label)
    request.button("Decline").click()
    modal = world.person("U0MARCO").modal.fill({"Why?": "Not yet"})
    request.button("Approve").click()
    is_in(world, channel, label, "deferred")
    assert any("approved already: Marco Rossi did that" in error for error in modal.submit("Decline").values())


@pytest.mark.walk
def test_of_two_who_decide_at_once_the_second_is_told_what_the_first_did(world: World) -> None:
    _priya, channel, label = asked(world)
    request_to(world, "U0MARCO", label).button("Decline").click()
    marco, aisha = world.person("U0MARCO"), world.person("U0AISHA")
    declines = marco.modal.fill({"Why?": "Not yet"})
    aisha.command(f"/actionitem drop {label}", channel="C0PAYMENTS")
    drops = aisha.modal.fill({"Why?": "The new client covers it"})
    with ThreadPoolExecutor(2) as pool:
        declined, dropped = pool.map(lambda modal: modal.submit(), (declines, drops))
    assert dropped == {}
    is_in(world, channel, label, "will not do")
    if declined:  # she was first
        assert "expired: Aisha Okafor changed the item meanwhile" in declined["Why?"]
        assert newest_to(world, "U0PRIYA", label, "is not decided any more")
    else:
        assert newest_to(world, "U0PRIYA", label, "Marco Rossi declined")


def test_request_survives_a_restart_and_is_in_the_message_of_the_day_after_two_working_days(world: World) -> None:
    priya, channel, label = owned(world)
    assert submit(priya, channel, f"defer {label}", NOT_NOW | {"Approver": "U0AISHA"}, "Defer") == {}
    request_to(world, "U0AISHA", label)
    world.bot.stop()
    world.bot.lines("tick", "--at", (datetime.now(UTC) + timedelta(hours=20)).isoformat())
    assert not find(world.person("U0AISHA").direct_messages(), "has waited since")
    for hours in (0, 8):  # both are in the working hours of wherever she lives
        world.bot.lines("tick", "--at", (nine(monday(1)) + timedelta(hours=hours)).isoformat())
    to_her = world.person("U0AISHA").direct_messages()
    reminders = [message for message in to_her if "has waited since" in message.text and label in message.text]
    world.bot.start()
    assert len(reminders) == 1
    # Without them nobody can decide: why, and at what risk.
    assert "Why not now: The vendor replaces the ledger in spring" in reminders[0].text
    assert "Risk meanwhile: Checkout can stall again" in reminders[0].text
    reminders[0].button("Approve").click()
    is_in(world, channel, label, "deferred")
    assert newest_to(world, "U0AISHA", "has waited since", "It was approved.")


@pytest.mark.parametrize("subcommand", ENDINGS)
def test_where_the_lead_has_left_somebody_else_is_chosen_to_approve(world: World, subcommand: str) -> None:
    lead = stranger(world, f"Lead of {subcommand}")
    assert world.bot.command("team", "set", "Payments", "--lead", lead.id).returncode == 0
    try:
        priya, channel, label = owned(world)
        priya.http.patch(f"/sandbox/people/{lead.id}", json={"deleted": True}).raise_for_status()
        priya.settle()
        fields, button, state = ENDINGS[subcommand]
        assert submit(priya, channel, f"{subcommand} {label}", fields | {"Approver": "U0AISHA"}, button) == {}
        request_to(world, "U0AISHA", label).button("Approve").click()
        is_in(world, channel, label, state)
    finally:
        world.bot.command("team", "set", "Payments", "--lead", "U0MARCO")
