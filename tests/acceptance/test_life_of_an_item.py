"""An item from `/actionitem new` to closed, as people walk it: commands, modals, buttons. On both databases."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.submitting import submit_new
from tests.people import Person

IN_A_WEEK = datetime.now(UTC).date() + timedelta(days=7)
FIELDS = {
    "Action": "Add a latency P99 alert for /checkout with a 500 ms threshold",
    "Owner": "U0MARCO",
    "Due date": IN_A_WEEK,
    "Remedy": "Monitoring",
    "Impact": "4 – several services",
    "Urgency": "5 – can recur any day",
    "Effort": "1 – hours",
    "How will we verify it?": "Fire the alert on purpose in staging",
}
VERIFIED = {
    "Verification method": "Alert fired on purpose",
    "Evidence": "Fired in staging at 14:02, the page came at 14:07",
    "If this improvement were removed tomorrow, would we know?": "Yes",
    "What would tell us?": "https://ci.example.com/jobs/alert-test",
    "Result": "It works",
}
IMPLEMENTED = {"Link to the change": "https://git.example.com/pull/7"}


def create_by_form(person: Person, channel: str, **changes: object) -> str:
    """Creates an item through the modal and returns its label, once its card is there."""
    person.command("/actionitem new", channel=channel)
    assert person.modal.fill(FIELDS | changes).submit("Create") == {}
    return _label(person, channel, changes)


def create(world: World, person: Person, channel: str, **changes: object) -> str:
    """The same without the modal, for what is about the item and not about how it was made."""
    if world.bot.product is None:  # it is a process of its own
        return create_by_form(person, channel, **changes)
    person.settle()
    submit_new(world.bot.product.deps, "T0ACME", person.id, channel, FIELDS | changes)
    return _label(person, channel, changes)


def _label(person: Person, channel: str, changes: dict[str, object]) -> str:
    title = str((FIELDS | changes)["Action"])
    card = eventually(lambda: find(person.messages(channel), title))
    return card.text.split()[0].strip("*")


def create_many(world: World, person: Person, channel: str, titles: Sequence[str], **changes: object) -> list[str]:
    """Items of one incident, by their labels: the first through the modal, the others as copies of it."""
    label = create(world, person, channel, Action=titles[0], **changes)
    return [label, *world.copies(label, titles[1:])]


def walk_to(person: Person, channel: str, label: str, state: str) -> None:
    """Takes an item forward, step by step, until it is in *state*."""
    steps = {
        "in progress": lambda: person.command(f"/actionitem start {label}", channel=channel),
        "implemented": lambda: submit(person, channel, f"implement {label}", IMPLEMENTED, "Implemented"),
        "verified": lambda: submit(person, channel, f"verify {label}", VERIFIED, "Verify"),
        "closed": lambda: submit(person, channel, f"close {label}", {"Post-mortem link": "https://pm.example.com/1"}),
    }
    for name, step in steps.items():
        step()
        if name == state:
            return


def submit(
    person: Person, channel: str, command: str, fields: dict[str, object], label: str | None = None
) -> dict[str, str]:
    """Opens the modal of a command, fills it in and submits it; returns the errors beside its fields."""
    answer = person.command(f"/actionitem {command}", channel=channel)
    assert answer.opened, answer.text
    return person.modal.fill(fields).submit(label)


def test_new_item_gets_a_card_in_its_channel_and_its_owner_a_message(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create_by_form(priya, channel)
    card = world.card(channel, label)
    assert "Owner Marco Rossi" in card.text
    assert "quick win" in card.text
    assert "not started" in card.text
    assert "Verify by: Fire the alert on purpose in staging" in card.text
    message = eventually(lambda: find(world.person("U0MARCO").direct_messages(), label))
    assert "You now own" in message.text


@pytest.mark.walk
def test_item_walks_from_created_to_closed_with_every_modal(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create_by_form(priya, channel)
    for state in ("in progress", "implemented", "verified", "closed"):
        words = {
            "in progress": lambda: world.card(channel, label).button("Start").click(),
            "implemented": lambda: submit(priya, channel, f"implement {label}", IMPLEMENTED, "Implemented"),
            "verified": lambda: submit(priya, channel, f"verify {label}", VERIFIED, "Verify"),
            "closed": lambda: submit(
                priya, channel, f"close {label}", {"Post-mortem link": "https://pm.example.com/7"}, "Close"
            ),
        }[state]
        words()
        eventually(lambda state=state: f"_{state}_" in world.card(channel, label).text)
    history = priya.command(f"/actionitem show {label}", channel=channel).text
    for line in ("created it", "started it", "marked it as implemented", "verified it", "closed it"):
        assert f"Priya Raman {line}" in history


def test_there_is_one_card_that_is_edited_and_its_thread_tells_the_story(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    priya.command(f"/actionitem start {label}", channel=channel)
    submit(priya, channel, f"update {label}", {"What happened?": "The dashboard is ready"}, "Update")
    card = world.card(channel, label)
    eventually(lambda: "The dashboard is ready" in " ".join(reply.text for reply in card.thread))
    cards = [message for message in priya.messages(channel) if label in message.text and not message.is_ephemeral]
    assert len(cards) == 1


@pytest.mark.parametrize(
    ("state", "command", "refusal"),
    [
        (None, "implement", "cannot be marked as implemented yet"),
        (None, "verify", "cannot be verified yet"),
        (None, "close", "cannot be closed yet"),
        (None, "reopen", "cannot be reopened"),
        ("in progress", "start", "already in progress"),
        ("in progress", "verify", "cannot be verified yet"),
        ("in progress", "close", "cannot be closed yet"),
        ("implemented", "start", "cannot be started"),
        ("implemented", "implement", "already implemented"),
        ("implemented", "close", "cannot be closed yet: nobody has verified it"),
        ("verified", "start", "cannot be started"),
        ("verified", "implement", "cannot be marked as implemented"),
        ("verified", "verify", "already verified"),
        ("closed", "start", "cannot be started"),
        ("closed", "close", "already closed"),
        ("closed", "update", "has ended"),
        ("closed", "assign", "has ended"),
        ("closed", "due", "has ended"),
        ("closed", "edit", "has ended"),
    ],
)
def test_forbidden_step_is_refused_and_changes_nothing(
    world: World, state: str | None, command: str, refusal: str
) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    if state:
        walk_to(priya, channel, label, state)
    before = priya.command(f"/actionitem show {label}", channel=channel).text
    answer = priya.command(f"/actionitem {command} {label}", channel=channel)
    assert not answer.opened
    assert refusal in answer.text
    assert answer.ephemeral
    assert priya.command(f"/actionitem show {label}", channel=channel).text == before


def test_refusal_offers_the_step_that_is_missing(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    walk_to(priya, channel, label, "implemented")
    answer = priya.command(f"/actionitem close {label}", channel=channel)
    answer.messages[-1].button("Verify").click()
    assert priya.modal.title == "Verify"


def test_failed_verification_sends_the_item_back_and_tells_the_owner(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    walk_to(priya, channel, label, "implemented")
    failed = VERIFIED | {"Result": "It does not", "Evidence": "The page never came"}
    assert submit(priya, channel, f"verify {label}", failed) == {}
    eventually(lambda: "_in progress_" in world.card(channel, label).text)
    message = eventually(lambda: find(world.person("U0MARCO").direct_messages(), "The page never came"))
    assert f"*{label}" in message.text
    assert "does not work yet" in message.text
    shown = priya.command(f"/actionitem show {label}", channel=channel).text
    assert "In production since" not in shown
    assert "in production since" in shown


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ({"What would tell us?": None}, "What would tell us?"),
        ({"If this improvement were removed tomorrow, would we know?": "No"}, "Why not?"),
    ],
)
def test_verification_needs_a_regression_guard_or_the_reason_why_there_is_none(
    world: World, answer: dict[str, object], missing: str
) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    walk_to(priya, channel, label, "implemented")
    assert missing in submit(priya, channel, f"verify {label}", VERIFIED | answer)


def test_what_does_not_work_goes_back_without_evidence(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    walk_to(priya, channel, label, "implemented")
    failed = VERIFIED | {"Result": "It does not", "Evidence": None, "What would tell us?": None}
    priya.command(f"/actionitem verify {label}", channel=channel)
    assert "What would tell us?" in priya.modal.labels
    priya.modal.fill({"Result": "It does not"})
    assert priya.modal.labels == ["Result", "Verification method", "Evidence"]
    priya.modal.cancel()
    assert submit(priya, channel, f"verify {label}", failed, "Verify") == {}
    assert eventually(lambda: find(world.person("U0MARCO").direct_messages(), "sent it back to you."))


def answered(person: Person, channel: str, words: str) -> str:
    said = [message.text for message in person.messages(channel) if message.is_ephemeral and words in message.text]
    return said[-1] if said else ""


def test_word_alone_verifies_and_who_gave_it_is_told_what_is_missing(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    walk_to(priya, channel, label, "implemented")
    assert submit(priya, channel, f"verify {label}", VERIFIED | {"Evidence": "ok"}) == {}
    said = eventually(lambda: answered(priya, channel, f"{label}* is verified"))
    assert "“ok” does not say what was seen." in said
    [command] = re.findall("`/actionitem (update [0-9]+)`", said)
    assert submit(priya, channel, command, {"What happened?": "It fired at 14:02"}) == {}
    another = create(world, priya, channel, Action="Alert when the ledger is 60 seconds behind")
    walk_to(priya, channel, another, "implemented")
    assert submit(priya, channel, f"verify {another}", VERIFIED | {"Evidence": "The page came"}) == {}
    assert "was seen" not in eventually(lambda: answered(priya, channel, f"{another}* is verified"))


def test_what_works_needs_evidence(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    walk_to(priya, channel, label, "implemented")
    assert "Evidence" in submit(priya, channel, f"verify {label}", VERIFIED | {"Evidence": None})


def test_card_and_history_say_so_when_the_owner_verified_it(world: World) -> None:
    marco, channel = world.person("U0MARCO"), world.incident_channel()
    label = create(world, marco, channel)
    walk_to(marco, channel, label, "verified")
    eventually(lambda: "Verified by Marco Rossi (the owner)" in world.card(channel, label).text)
    assert "Marco Rossi verified it as its owner" in marco.command(f"/actionitem show {label}", channel=channel).text


def test_reason_why_nothing_would_tell_us_is_kept(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    walk_to(priya, channel, label, "implemented")
    no = {"If this improvement were removed tomorrow, would we know?": "No", "What would tell us?": None}
    assert submit(priya, channel, f"verify {label}", VERIFIED | no | {"Why not?": "It is retired in May"}) == {}
    shown = priya.command(f"/actionitem show {label}", channel=channel).text
    assert "nothing would tell us, because It is retired in May" in shown


def test_close_asks_for_the_post_mortem_only_when_the_incident_has_none(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    walk_to(priya, channel, label, "verified")
    submit(priya, channel, "incident", {"Post-mortem link": "https://pm.example.com/3"}, "Save")
    answer = priya.command(f"/actionitem close {label}", channel=channel)
    assert not answer.opened
    assert "is closed" in answer.text


def test_closed_item_is_reopened_with_a_reason(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    walk_to(priya, channel, label, "closed")
    assert submit(priya, channel, f"reopen {label}", {"Why?": "It happened again"}, "Reopen") == {}
    eventually(lambda: "_in progress_" in world.card(channel, label).text)
    assert "It happened again" in priya.command(f"/actionitem show {label}", channel=channel).text


@pytest.mark.walk
def test_second_of_two_people_is_told_what_the_first_did(world: World) -> None:
    priya, marco, channel = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    label = create(world, priya, channel)
    walk_to(priya, channel, label, "in progress")
    priya.command(f"/actionitem implement {label}", channel=channel)
    marco.command(f"/actionitem implement {label}", channel=channel)
    assert marco.modal.fill(IMPLEMENTED).submit() == {}
    errors = priya.modal.fill(IMPLEMENTED).submit()
    assert "already implemented: Marco Rossi did that" in " ".join(errors.values())


def test_assigning_gives_it_to_somebody_else_and_tells_them(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, Owner="U0PRIYA")
    fields = {"New owner": "U0AISHA", "Why?": "She runs the alerting stack"}
    assert submit(priya, channel, f"assign {label}", fields, "Assign") == {}
    eventually(lambda: "Owner Aisha Okafor" in world.card(channel, label).text)
    assert eventually(lambda: find(world.person("U0AISHA").direct_messages(), label))


def test_moving_the_due_date_later_asks_why_and_shows_on_the_card(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    later = {"New due date": IN_A_WEEK + timedelta(days=9)}
    assert "Why does it move?" in submit(priya, channel, f"due {label}", later)
    assert priya.modal.fill({"Why does it move?": "The vendor ships later"}).submit("Move") == {}
    eventually(lambda: "moved 1×" in world.card(channel, label).text)


def test_edit_changes_the_wording_everywhere(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    submit(priya, channel, f"edit {label}", {"Action": "Add a P99 alert for /pay at 300 ms"}, "Save")
    assert eventually(lambda: find(priya.messages(channel), "Add a P99 alert for /pay at 300 ms"))


def test_edit_shows_what_somebody_else_changed_meanwhile(world: World) -> None:
    priya, marco, channel = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    label = create(world, priya, channel)
    priya.command(f"/actionitem edit {label}", channel=channel)
    submit(marco, channel, f"edit {label}", {"Root cause": "No alert on latency"})
    priya.modal.fill({"Action": "Alert on checkout P99 over 500 ms"}).submit()
    assert "Marco Rossi edited the root cause" in priya.modal.text
    assert priya.modal.submit("Save") == {}


@pytest.mark.walk
def test_of_two_who_save_an_edit_at_once_the_second_is_shown_what_the_first_changed(world: World) -> None:
    people, channel = [world.person("U0PRIYA"), world.person("U0MARCO")], world.incident_channel()
    label = create(world, people[0], channel)
    for person in people:
        person.command(f"/actionitem edit {label}", channel=channel)
    forms = [person.modal.fill({"Root cause": f"As {person.id} sees it"}) for person in people]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda form: form.submit("Save"), forms)) == [{}, {}]
    again = [person for person in people if person.has_modal]
    assert len(again) == 1
    assert "edited the root cause" in again[0].modal.text
    assert again[0].modal.submit("Save") == {}
    assert not again[0].has_modal


@pytest.mark.walk
def test_item_survives_a_restart_in_the_middle_of_its_life(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    walk_to(priya, channel, label, "implemented")
    world.bot.stop()
    world.bot.start()
    assert submit(priya, channel, f"verify {label}", VERIFIED, "Verify") == {}
    eventually(lambda: "_verified_" in world.card(channel, label).text)


def test_due_date_is_a_whole_day_for_everybody(world: World) -> None:
    due = IN_A_WEEK + timedelta(days=60)
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    create(world, priya, channel, **{"Action": "Cap the retry queue at 10,000", "Due date": due})
    card = world.card(channel, "Cap the retry queue")
    assert f"{due:%a} {due.day} {due:%b %Y}" in card.text
