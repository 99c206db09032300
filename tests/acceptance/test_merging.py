"""“Merge”: a form that lists what will end, one message to each owner, “Contains …” on the card, “Undo” for a day."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.queries import Viewer
from tests.acceptance.conftest import World, eventually
from tests.acceptance.endings import is_in, newest_to, stranger
from tests.acceptance.test_life_of_an_item import create, submit
from tests.people import Message, Modal, Person

ENDS = "These items end"


def titled(number: int) -> str:
    return f"Cap the queue of worker {number} at {number}00 messages"


def several(world: World, *owners: str, channel: str = "") -> tuple[str, list[str]]:
    """A channel with an item of each owner."""
    channel = channel or world.incident_channel()
    priya = world.person("U0PRIYA")
    return channel, [
        create(world, priya, channel, Action=titled(number), Owner=owner) for number, owner in enumerate(owners, 3)
    ]


def opened(person: Person, channel: str, words: str) -> Modal:
    answer = person.command(f"/actionitem {words}", channel=channel)
    assert answer.opened, answer.text
    return person.modal


def merged(person: Person, channel: str, label: str, into: str, **fields: object) -> Modal:
    """What the person reads after “Merge”."""
    modal = opened(person, channel, f"merge {label} {into}").fill(fields)
    assert modal.submit("Merge") == {}
    assert person.modal.title == "Merged"
    return person.modal


def told(world: World, user: str, since: int) -> list[Message]:
    """What somebody got in direct messages since they had so many."""
    person = world.person(user)
    person.settle()
    return person.direct_messages()[since:]


@pytest.mark.walk
def test_form_lists_what_ends_and_nothing_is_merged_before_its_submit(world: World) -> None:
    priya = world.person("U0PRIYA")
    channel, (label, into) = several(world, "U0PRIYA", "U0PRIYA")
    modal = opened(priya, channel, f"merge {label} {into} the cap covers both")
    assert (modal.title, modal.submit_label) == ("Merge", "Merge")
    assert modal.labels == [ENDS, "Action", "Owner", "Due date", "Effort", "Why?"]
    assert modal.options(ENDS) == [f"{label} {titled(3)}"]
    assert len(modal.shown(ENDS)) == 1
    assert modal.view["state"]["values"]["title"]["title"]["value"] == titled(4)
    assert f"{into} {titled(4)}* goes on, and contains what you tick." in modal.text
    assert "_merged_" not in world.card(channel, label).text
    assert "required" in modal.fill({ENDS: []}).submit("Merge")[ENDS]
    assert modal.fill({f"{label} {titled(3)}": True}).submit("Merge") == {}
    assert f"{label}* is merged into *{into}*." in priya.modal.text
    is_in(world, channel, label, "merged")
    assert "the cap covers both" in world.card(channel, label).text
    eventually(lambda: f"Contains {label}" in world.card(channel, into).text)
    history = priya.command(f"/actionitem show {into}", channel=channel).text
    assert f"Contains {label}" in history
    assert "Priya Raman merged 1 item into it: the cap covers both" in history


@pytest.mark.walk
def test_one_that_stays_is_renamed_and_re_dated_and_undo_puts_all_of_it_back(world: World) -> None:
    priya, later = world.person("U0PRIYA"), datetime.now(UTC).date() + timedelta(days=80)
    channel, (label, into) = several(world, "U0PRIYA", "U0PRIYA")
    priya.command(f"/actionitem start {label}", channel=channel)
    blocked = {"What blocks it?": "Another team", "Escalated to": "U0MARCO", "Dependency": "A metric of Search",
               "Temporary mitigation": "A human looks"}  # fmt: skip
    priya.command(f"/actionitem block {label}", channel=channel)
    assert priya.modal.fill(blocked).submit() == {}
    eventually(lambda: "Blocked by another team" in world.card(channel, label).text)
    before = world.card(channel, label).text, world.card(channel, into).text
    fields = {"Action": "Cap the queues of all workers", "Due date": later, "Effort": "4 – a month"}
    answer = merged(priya, channel, label, into, **fields)
    eventually(lambda: "Cap the queues of all workers" in world.card(channel, into).text)
    assert "moved 1×" in world.card(channel, into).text
    answer.button("Undo").click()
    assert f"{label}* is back where it was." in priya.modal.text
    eventually(lambda: (world.card(channel, label).text, world.card(channel, into).text) == before)
    shown = priya.command(f"/actionitem show {label}", channel=channel).text
    assert f"merged it into {into}" in shown
    assert f"undid the merge into {into}" in shown
    shown = priya.command(f"/actionitem show {into}", channel=channel).text
    assert "merged 1 item into it, and changed the action, the due date, the effort" in shown
    assert "undid the merge of 1 item" in shown


def test_each_owner_gets_one_message_of_a_merge_and_one_of_its_undo(world: World) -> None:
    theme = "queues without a cap"
    owners = ("U0AISHA", "U0AISHA", "U0LENA", "U0PRIYA")
    labels, channels = [], [world.incident_channel() for _ in owners]
    marco, priya = world.person("U0MARCO"), world.person("U0PRIYA")
    for number, (owner, channel) in enumerate(zip(owners, channels, strict=True)):
        for user in owners:
            priya.post("invite", {"channel": channel, "user": user})
        labels.append(create(world, priya, channel, Action=titled(number + 20), Owner=owner))
        submit(priya, channel, f"edit {labels[-1]}", {"Themes": theme}, "Save")
    answer = marco.command("/actionitem recurrence", channel="C0PAYMENTS")
    had = {user: len(told(world, user, 0)) for user in {*owners, "U0MARCO"}}
    answer.messages[-1].button("Make it one project").click()
    modal = marco.modal
    (stays,) = [label for label in labels if f"*{label} " in modal.text]
    assert {option.split()[0] for option in modal.options(ENDS)} == {*labels} - {stays}
    assert modal.submit("Merge") == {}
    assert "were told" in marco.modal.text
    for user in set(owners):
        said = eventually(lambda user=user: told(world, user, had[user]))[-1]
        mine = [label for label, owner in zip(labels, owners, strict=True) if owner == user]
        assert stays in said.text
        assert all(label in said.text for label in mine)
    assert [len(told(world, user, had[user])) for user in had] == [int(user in owners) for user in had]
    marco.modal.button("Undo").click()
    for user in set(owners):
        eventually(lambda user=user: len(told(world, user, had[user])) == 2)
        assert "undid the merge" in told(world, user, had[user])[-1].text
    for label, channel in zip(labels, channels, strict=True):
        is_in(world, channel, label, "not started")


def of_theme(world: World, theme: str, titles: list[str]) -> None:
    """An item of Marco's for each of the titles, each of an incident of its own; a form each takes half a second."""
    now = datetime.now(UTC)
    rows = [
        f"{title},U0MARCO,Payments,{title} never again,{theme},not_started,{now.isoformat()},{now.date()}"
        for title in titles
    ]
    file = world.bot.folder / "items.csv"
    file.write_text("\n".join(["title,owner,team,incident,themes,state,created_at,due", *rows]))
    done = world.bot.command("import", str(file))
    assert done.returncode == 0, done.stderr


def test_more_than_ten_items_come_in_groups_of_ten(world: World) -> None:
    marco, theme = world.person("U0MARCO"), "disks that fill up"
    of_theme(world, theme, [f"Rotate the log of service {number} at {number + 1} GB" for number in range(12)])
    answer = marco.command("/actionitem recurrence", channel="C0PAYMENTS")
    offer = next(b for b in answer.messages[-1].blocks if theme in str(b))
    element = offer["accessory"]
    answer.messages[-1]._report(offer, element, None)
    modal = marco.modal
    groups = ["These items end (1–10 of 11)", "These items end (11–11 of 11)"]
    assert modal.labels[:2] == groups
    (last,) = modal.options(groups[1])
    labels = [option.split()[0] for group in groups for option in modal.options(group)]
    labels += re.findall(r"\*(AI-\d+) ", modal.text)
    assert len(set(labels)) == 12
    modal.fill({last: False}).submit("Merge")
    assert len([label for label in labels if f"*{label}*" in marco.modal.text]) == 11
    assert f"*{last.split()[0]}*" not in marco.modal.text


def test_undo_on_the_card_is_done_once_however_many_press_it(world: World) -> None:
    priya, marco = world.person("U0PRIYA"), world.person("U0MARCO")
    channel, (label, into) = several(world, "U0PRIYA", "U0PRIYA")
    marco.post("join", {"channel": channel})
    merged(priya, channel, label, into).cancel()
    eventually(lambda: "Undo" in world.card(channel, into).buttons)
    ts = world.card(channel, into).ts
    buttons = [next(m for m in person.messages(channel) if m.ts == ts).button("Undo") for person in (priya, marco)]
    with ThreadPoolExecutor(2) as two:
        said = sorted(answer.text for answer in two.map(lambda button: button.click(), buttons))
    assert [("is back where it was" in text) for text in said].count(True) == 1
    assert any("is undone already: " in text and "Nothing was changed" in text for text in said)
    is_in(world, channel, label, "not started")
    eventually(lambda: "Undo" not in world.card(channel, into).buttons)
    assert "Contains" not in world.card(channel, into).text


def test_undo_leaves_what_others_have_changed_since_and_says_so(world: World) -> None:
    priya, later = world.person("U0PRIYA"), datetime.now(UTC).date() + timedelta(days=80)
    channel, (label, into) = several(world, "U0PRIYA", "U0PRIYA")
    answer = merged(priya, channel, label, into, Action="Cap every queue", **{"Due date": later})
    answer.cancel()
    submit(priya, channel, f"edit {into}", {"Action": "Cap every queue at 500 messages"}, "Save")
    eventually(lambda: "at 500 messages" in world.card(channel, into).text)
    said = world.card(channel, into).button("Undo").click().text
    assert f"{label}* is back where it was." in said
    assert f"*{into}* keeps what was changed since: the action." in said
    eventually(lambda: "moved" not in world.card(channel, into).text)
    assert "Cap every queue at 500 messages" in world.card(channel, into).text


def test_undo_of_a_merge_into_what_has_ended_since_brings_the_others_back(world: World) -> None:
    priya, marco = world.person("U0PRIYA"), world.person("U0MARCO")
    channel, (label, into) = several(world, "U0PRIYA", "U0PRIYA")
    answer = merged(priya, channel, label, into)
    submit(marco, channel, f"drop {into}", {"Why?": "The workers go away"}, "Will not do")
    is_in(world, channel, into, "will not do")
    answer.button("Undo").click()
    assert f"*{into}* has ended since and stays so." in priya.modal.text
    is_in(world, channel, label, "not started")
    is_in(world, channel, into, "will not do")


def test_after_a_day_undo_says_that_it_is_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    priya = world.person("U0PRIYA")
    channel, (label, into) = several(world, "U0PRIYA", "U0PRIYA")
    merged(priya, channel, label, into).cancel()
    eventually(lambda: "Undo" in world.card(channel, into).buttons)
    then = datetime.now(UTC) + timedelta(days=1, minutes=1)
    monkeypatch.setattr(world.bot, "now", lambda: then)
    said = world.card(channel, into).button("Undo").click().text
    assert "“Undo” was there for a day, and that is over. Nothing was changed." in said
    assert "_merged_" in world.card(channel, label).text
    # The card had the button because nothing has happened to the item since.
    eventually(lambda: "Undo" not in world.card(channel, into).buttons)


def test_new_owner_of_the_one_that_stays_gets_one_message_and_undo_gives_it_back(world: World) -> None:
    priya = world.person("U0PRIYA")
    channel, (label, into) = several(world, "U0MARCO", "U0PRIYA")
    priya.post("invite", {"channel": channel, "user": "U0MARCO"})
    had = len(told(world, "U0MARCO", 0))
    answer = merged(priya, channel, label, into, Owner="U0MARCO")
    (said,) = eventually(lambda: told(world, "U0MARCO", had))
    assert f"Priya Raman merged 1 item into your *{into} {titled(4)}*." in said.text
    assert f"*{label}* {titled(3)}" in said.text
    eventually(lambda: "Owner Marco Rossi" in world.card(channel, into).text)
    answer.button("Undo").click()
    eventually(lambda: "Owner Priya Raman" in world.card(channel, into).text)
    eventually(lambda: len(told(world, "U0MARCO", had)) == 2)


def test_merge_takes_back_nothing_that_was_changed_while_its_form_was_open(world: World) -> None:
    priya, marco = world.person("U0PRIYA"), world.person("U0MARCO")
    channel, (label, into) = several(world, "U0PRIYA", "U0PRIYA")
    modal = opened(priya, channel, f"merge {label} {into}")
    submit(marco, channel, f"edit {into}", {"Action": "Cap the queue of worker 4 at 450 messages"}, "Save")
    assert modal.fill({"Effort": "4 – a month"}).submit("Merge") == {}
    eventually(lambda: f"Contains {label}" in world.card(channel, into).text)
    assert "at 450 messages" in world.card(channel, into).text


def test_all_is_merged_or_nothing_where_something_ended_meanwhile(world: World) -> None:
    priya, marco = world.person("U0PRIYA"), world.person("U0MARCO")
    channel, (label, into) = several(world, "U0PRIYA", "U0PRIYA")
    modal = opened(priya, channel, f"merge {label} {into}")
    submit(marco, channel, f"drop {label}", {"Why?": "The worker goes away"}, "Will not do")
    assert f"{label} is marked “will not do”" in modal.submit("Merge")[ENDS]
    assert "Contains" not in world.card(channel, into).text


@pytest.mark.walk
def test_card_and_history_of_a_public_item_name_no_private_one_that_it_contains(world: World) -> None:
    priya, lena, vault = world.person("U0PRIYA"), world.person("U0LENA"), world.incident_channel(private=True)
    channel, (public, into) = several(world, "U0PRIYA", "U0LENA")
    _vault, (private,) = several(world, "U0PRIYA", channel=vault)
    merged(priya, channel, public, into)
    merged(priya, channel, private, into)
    eventually(lambda: f"Contains {public} and 1 item that is not shown" in world.card(channel, into).text)
    assert f"Contains {public}, {private}" in priya.command(f"/actionitem show {into}", channel=channel).text
    lena.post("join", {"channel": channel})
    read = [lena.command(f"/actionitem show {into}", channel=channel).text]
    read += [each.text for each in [*world.card(channel, into).thread, *lena.direct_messages()]]
    assert not any(re.search(rf"{private}\b", text) for text in read)
    assert "Priya Raman merged 1 item into your" in lena.direct_messages()[-1].text
    card = next(m for m in lena.messages(channel) if m.ts == world.card(channel, into).ts)
    said = card.button("Undo").click().text
    assert "Something was merged here that you may not see" in said
    assert private not in said


def test_who_joins_a_channel_while_slack_is_asked_which_they_are_in_is_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya, vault = world.person("U0PRIYA"), world.incident_channel(private=True)
    several(world, "U0PRIYA", channel=vault)
    channel, (label, into) = several(world, "U0PRIYA", "U0PRIYA")
    assert world.bot.product
    directory = world.bot.product.deps.directory
    asked = directory.viewer

    def viewer(*of: Any, **more: Any) -> Viewer:
        found = asked(*of, **more)
        directory.forget_membership("T0ACME", "U0PRIYA")  # as the event does
        return found

    monkeypatch.setattr(directory, "viewer", viewer)
    directory.forget_membership("T0ACME", "U0PRIYA")
    assert opened(priya, channel, f"merge {label} {into}").title == "Merge"


def test_who_may_not_change_an_item_neither_merges_it_nor_undoes_that(world: World) -> None:
    priya, sam = world.person("U0PRIYA"), stranger(world)
    channel, (label, into) = several(world, "U0PRIYA", "U0PRIYA")
    sam.post("join", {"channel": channel})
    answer = sam.command(f"/actionitem merge {label} {into}", channel=channel)
    assert "You cannot change" in answer.text
    merged(priya, channel, label, into).cancel()
    eventually(lambda: "Undo" in world.card(channel, into).buttons)
    card = next(m for m in sam.messages(channel) if m.ts == world.card(channel, into).ts)
    assert "You cannot change" in card.button("Undo").click().text
    is_in(world, channel, label, "merged")


def test_item_is_merged_into_one_of_another_team_by_its_lead_alone_and_both_leads_are_told(world: World) -> None:
    done = world.bot.command("team", "set", "Search", "--channel", "C0GENERAL", "--lead", "U0PRIYA")
    assert done.returncode == 0, done.stderr
    priya, aisha, channel = world.person("U0PRIYA"), world.person("U0AISHA"), world.incident_channel()
    priya.post("invite", {"channel": channel, "user": "U0AISHA"})
    label = create(world, priya, channel, Action=titled(40), Team="Payments", Owner="U0PRIYA")
    into = create(world, priya, channel, Action=titled(41), Team="Search", Owner="U0PRIYA")
    answer = priya.command(f"/actionitem merge {label} {into}", channel=channel)
    assert "Only the lead of Payments or an admin merges it into an item of another team." in answer.text
    merged(aisha, channel, label, into)
    for user in ("U0MARCO", "U0PRIYA"):
        assert newest_to(world, user, "Aisha", label, into)
