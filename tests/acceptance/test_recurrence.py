"""An incident that happened before: what is shown of the earlier one, linking the two, and reviewing the process."""

from itertools import cycle

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import create, submit, walk_to
from tests.people import Message, Person, option_names

_things = cycle(("walrus", "quartz", "lantern", "meadow", "pepper", "violin", "cobalt", "dragon", "jigsaw", "thimble",
                 "hamlet", "oyster", "pumice", "sextant", "turbine", "wicker"))  # fmt: skip
NOTICE = "This may have happened before"
RECURS = "This is a recurrence"


def named(world: World, words: str, *, private: bool = False) -> str:
    return world.incident_channel(name=words.replace(" ", "-"), private=private)


def unlike_others() -> str:
    """A title that no other test's incident is like."""
    thing = next(_things)
    return f"{thing}gateway {thing}melts"


def notice(world: World, channel: str, words: str = NOTICE) -> Message:
    return eventually(lambda: find(world.person("U0PRIYA").messages(channel), words))


def registered(person: Person, channel: str) -> None:
    person.command("/actionitem incident", channel=channel)
    person.modal.submit("Save")


@pytest.mark.walk
def test_registering_an_incident_shows_similar_earlier_ones_with_their_unfinished_items(world: World) -> None:
    priya, title = world.person("U0PRIYA"), unlike_others()
    first = named(world, title)
    label = create(world, priya, first)
    second = named(world, f"{title} again")
    registered(priya, second)
    text = notice(world, second).text
    assert title in text.lower()
    assert "the same title" in text
    assert f"*{label}*" in text
    assert "Its item is not done" in text
    assert find(priya.messages(first), NOTICE) is None


@pytest.mark.walk
def test_same_as_links_the_two_and_can_be_undone(world: World) -> None:
    priya, title = world.person("U0PRIYA"), unlike_others()
    label = create(world, priya, named(world, title))
    second = named(world, f"{title} again")
    create(world, priya, second, Action="Page the on-call when the gateway is over 80 °C")
    notice(world, second).button("Same as").click()
    linked = notice(world, second, RECURS)
    assert f"*{label}*" in linked.text
    assert "Finish them first" in linked.text
    assert find(priya.messages(second), NOTICE) is None
    replies = eventually(lambda: [reply.text for reply in linked.thread if "linked this" in reply.text])
    assert replies[0].startswith("Priya Raman linked this to")
    linked.button("Not the same").click()
    assert label in notice(world, second).text


@pytest.mark.walk
def test_coming_back_although_all_was_closed_asks_the_lead_for_a_review(world: World) -> None:
    priya, marco, title = world.person("U0PRIYA"), world.person("U0MARCO"), unlike_others()
    first = named(world, title)
    label = create(world, priya, first, Owner="U0PRIYA")
    walk_to(priya, first, label, "closed")
    second = named(world, f"{title} again")
    priya.command("/actionitem recurrence", channel=second).messages[-1].button("Same as").click()
    linked = notice(world, second, RECURS)
    assert "closed before, and it happened again" in linked.text
    asked = marco.wait_for(f"{title} again", seconds=60)
    assert "Review the process" in asked.text
    linked.button("Plan a review").click()
    assert priya.modal.title == "New action item"
    assert "came back as" in str(priya.modal.blocks)


def test_recurrence_command_offers_earlier_incidents_that_are_not_alike(world: World) -> None:
    priya, title = world.person("U0PRIYA"), unlike_others()
    first, second = named(world, title), named(world, "zebra crossing")
    label = create(world, priya, first)
    answer = priya.command("/actionitem recurrence", channel=second)
    assert answer.ephemeral
    assert "No earlier incident is like this one" in answer.text
    option = next(known for known in options(answer.messages[-1]) if title[:5] in known.lower())
    answer.messages[-1].choose("Same as another one", option)
    assert label in notice(world, second, RECURS).text
    assert "It came back 1 time" in priya.command("/actionitem recurrence", channel=first).text


def options(message: Message) -> list[str]:
    [(block, menu)] = [
        (block, element)
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "external_select"
    ]
    return option_names(message._asked_for(block, menu, ""))


def test_outside_incidents_the_command_shows_the_teams_recurrences(world: World) -> None:
    priya, title = world.person("U0PRIYA"), unlike_others()
    label = create(world, priya, named(world, title))
    second = named(world, f"{title} again")
    priya.command("/actionitem recurrence", channel=second).messages[-1].button("Same as").click()
    text = priya.command("/actionitem recurrence", channel="C0PAYMENTS").text
    assert f"{title} again* is a recurrence of" in text.lower().replace(",", "")
    assert label in text


@pytest.mark.walk
def test_same_root_cause_and_same_service_are_recurrences_too(world: World) -> None:
    priya, cause = world.person("U0PRIYA"), f"Retries without back-off exhaust pool {unlike_others()}"
    first = named(world, "heron")
    create(world, priya, first, **{"Root cause": cause})
    second = named(world, "stork")
    create(world, priya, second, **{"Root cause": cause.lower()})
    assert "the same root cause" in notice(world, second).text
    third, fourth = named(world, "egret"), named(world, "crane")
    service = f"Service {cause[-10:]}"
    for channel in (third, fourth):
        submit(priya, channel, "incident", {"Services": f"{service}, dns"}, "Save")
    assert "the same services: " in notice(world, fourth).text


def test_private_incidents_and_items_are_not_shown_to_the_channel(world: World) -> None:
    priya, title = world.person("U0PRIYA"), unlike_others()
    hidden = named(world, title, private=True)
    label = create(world, priya, hidden)
    second = named(world, f"{title} again")
    registered(priya, second)
    own = create(world, priya, second)
    world.card(second, own)
    assert find(priya.messages(second), NOTICE) is None
    seen = priya.command("/actionitem recurrence", channel=second)
    assert label in seen.text
    seen.messages[-1].button("Same as").click()
    assert "private channel" in priya.messages(second)[-1].text
    assert find(priya.messages(second), RECURS) is None
    assert label not in world.person("U0MARCO").command("/actionitem recurrence", channel="C0PAYMENTS").text


@pytest.mark.parametrize("button", ["Same as", "Not the same"])
def test_guests_do_not_link(world: World, button: str) -> None:
    priya, guest, title = world.person("U0PRIYA"), world.person("U0GIL"), unlike_others()
    first, second = named(world, title), named(world, f"{title} again")
    create(world, priya, first)
    for channel in (first, second):
        priya.post("invite", {"channel": channel, "user": guest.id})
    create(world, priya, second, Action="Page the on-call when the gateway is over 90 °C")
    shown = notice(world, second)
    if button == "Not the same":
        shown.button("Same as").click()
        shown = notice(world, second, RECURS)
    pressed = next(m for m in guest.messages(second) if m.ts == shown.ts)
    pressed.button(button).click()
    assert "Ask a full member" in guest.messages(second)[-1].text


def test_theme_of_two_incidents_is_made_one_project(world: World) -> None:
    priya, theme = world.person("U0PRIYA"), f"theme {unlike_others()}"
    labels = []
    for number in range(2):
        channel = world.incident_channel(name="osprey")
        labels.append(create(world, priya, channel, Action=f"Limit the queue of shard {theme[-9:]}{number} to 500"))
        submit(priya, channel, f"edit {labels[-1]}", {"Themes": theme}, "Save")
    answer = priya.command("/actionitem recurrence", channel="C0PAYMENTS")
    assert f"*{theme}* · 2 open items of 2 incidents" in answer.text
    assert answer.messages[-1].button("Make it one project").click().opened
    assert theme in priya.command("/actionitem recurrence", channel="C0PAYMENTS").text
    assert priya.modal.submit("Merge") == {}
    said = priya.modal.text
    assert "merged into" in said
    assert all(label in said for label in labels)
    assert theme not in priya.command("/actionitem recurrence", channel="C0PAYMENTS").text
