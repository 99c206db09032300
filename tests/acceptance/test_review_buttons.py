"""Every button of the deferral review and of the monthly review: pressed, pressed again, and by who may no longer."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.blocks.ids import Button
from tests.acceptance.conftest import World, eventually
from tests.acceptance.endings import ACCEPTED, DROPPED, NOT_NOW, is_in, request_to, stranger
from tests.acceptance.mornings import BERLIN, last, monday, nine, tick
from tests.acceptance.test_hygiene_review import first_working_day
from tests.acceptance.test_life_of_an_item import create, create_many, submit
from tests.people import Answer, Message

FAR = timedelta(days=600)
DEFERRALS = ("Resume", "Defer again", "Accept the risk")
REVIEWED = ("Keep", "Re-prioritise", "Merge", "Will not do")
HIGHEST = {"Impact": "5 – shared infrastructure or every service"}


@pytest.fixture
def world(own_world: World) -> World:
    """For each test alone: of what others left, a message shows three items and hides this one behind a button."""
    return own_world


def deferred_until(world: World, title: str, day: date, owner: str = "U0PRIYA") -> tuple[str, str]:
    """An item that Marco deferred until that day; its channel and label."""
    marco, channel = world.person("U0MARCO"), world.incident_channel()
    label = create(world, marco, channel, Action=title, Owner=owner, **{"Due date": day + FAR})
    assert submit(marco, channel, f"defer {label}", NOT_NOW | {"Revisit on": day}, "Defer") == {}
    is_in(world, channel, label, "deferred")
    return channel, label


def comes_back(world: World, label: str, day: date, owner: str = "U0PRIYA") -> tuple[Message, Message]:
    """The messages of that morning in which the deferral comes back: to its owner and to the lead."""
    assert "deferral-review" in [ritual for ritual, _ in tick(world, nine(day))]
    return last(world, owner, f"*{label}*"), last(world, "U0MARCO", f"*{label}*")


def nothing_to_press(world: World, label: str) -> None:
    """Whoever was asked reads that it is answered, and has no button for it any more."""
    for user in ("U0PRIYA", "U0MARCO"):
        eventually(lambda user=user: not {*DEFERRALS} & {*last(world, user, f"*{label}*").buttons})


def review(world: World, months: int, titles: tuple[str, ...]) -> tuple[Message, list[str]]:
    """The monthly review to Marco, and the labels of new items of Priya's that stand in it first."""
    due = {"Due date": (datetime.now(BERLIN) + timedelta(days=months + 1)).date()}
    labels = create_many(
        world, world.person("U0PRIYA"), world.incident_channel(), titles, **{"Owner": "U0PRIYA", **due}
    )
    at = datetime.combine(first_working_day(months), time(11), BERLIN)
    assert "hygiene-review" in [run["ritual"] for run in world.bot.lines("tick", "--at", at.isoformat())]
    return last(world, "U0MARCO", " review*"), labels


def press(message: Message, name: str, label: str) -> Answer:
    """The button of that item, where a message has many."""
    number = label.removeprefix("AI-")
    for block in message.blocks:
        for element in block.get("elements") or []:
            if element.get("text", {}).get("text") == name and str(element["value"]).partition(":")[0] == number:
                return message._report(block, element, None)
    raise AssertionError((name, label, message.text))


def test_resume_says_so_and_whoever_does_it_again_is_told_who_did_it(world: World) -> None:
    day = monday(3)
    channel, label = deferred_until(world, "Cap the retry queue of the mailer at 100", day)
    to_owner, to_lead = comes_back(world, label, day)
    assert set(DEFERRALS) <= set(to_owner.buttons) & set(to_lead.buttons)
    assert press(to_owner, "Resume", label).text == f"*{label}* is open again and waits to be started."
    is_in(world, channel, label, "not started")
    nothing_to_press(world, label)
    again = world.person("U0MARCO").command(f"/actionitem resume {label}", channel=channel)
    assert f"{label} is already not started: Priya Raman did that. Nothing was changed." in again.text


def test_owner_who_defers_again_asks_and_the_lead_decides_at_once(world: World) -> None:
    day, later = monday(5), {"Revisit on": monday(20)}
    channel, label = deferred_until(world, "Shed load of the search edge at 3,000", day)
    to_owner, to_lead = comes_back(world, label, day)
    priya, marco = world.person("U0PRIYA"), world.person("U0MARCO")
    assert press(to_owner, "Defer again", label).opened
    assert (priya.modal.title, priya.modal.submit_label) == ("Defer", "Defer")
    assert priya.modal.fill(NOT_NOW | later).submit("Defer") == {}
    assert "wants to defer" in request_to(world, "U0MARCO", label).text
    again = press(to_owner, "Defer again", label)
    assert not again.opened
    assert f"{label} waits for a decision already (deferral)." in again.text
    assert press(to_lead, "Defer again", label).opened
    assert marco.modal.fill(NOT_NOW | later).submit("Defer") == {}
    shown = priya.command(f"/actionitem show {label}", channel=channel).text
    assert "Deferred 2 times" in shown
    assert later["Revisit on"].strftime("%d %b %Y").lstrip("0") in shown


def test_accepted_risk_of_a_deferral_ends_it_and_leaves_nothing_to_press(world: World) -> None:
    day = monday(7)
    channel, label = deferred_until(world, "Rotate the signing keys every month", day)
    to_owner, to_lead = comes_back(world, label, day)
    priya, marco = world.person("U0PRIYA"), world.person("U0MARCO")
    assert press(to_owner, "Accept the risk", label).opened
    assert priya.modal.fill(ACCEPTED).submit("Accept the risk") == {}
    assert "wants to accept the risk of" in request_to(world, "U0MARCO", label).text
    assert "waits for a decision already" in press(to_owner, "Accept the risk", label).text
    assert press(to_lead, "Accept the risk", label).opened
    assert marco.modal.fill(ACCEPTED).submit("Accept the risk") == {}
    is_in(world, channel, label, "risk accepted")
    nothing_to_press(world, label)


def test_buttons_of_a_deferral_are_refused_to_who_owned_it_and_may_no_longer_change_it(world: World) -> None:
    day, sam = monday(9), stranger(world)
    channel, label = deferred_until(world, "Fence the old primary before a failover", day, owner=sam.id)
    to_owner, _ = comes_back(world, label, day, owner=sam.id)
    handed = {"New owner": "U0PRIYA", "Why?": "Sam has moved to Search"}
    assert submit(world.person("U0MARCO"), channel, f"assign {label}", handed) == {}
    for name in DEFERRALS:
        answer = press(to_owner, name, label)
        assert not answer.opened
        assert f"You cannot change {label}: it belongs to Payments." in answer.text
    is_in(world, channel, label, "deferred")


@pytest.mark.walk
def test_each_button_of_the_monthly_review_does_what_it_says_and_goes_then(world: World) -> None:
    titles = tuple(f"Give shard {number} a backup of its own" for number in range(5))
    message, (kept, weighed, merged, dropped, into) = review(world, 4, titles)
    marco = world.person("U0MARCO")
    assert press(message, "Keep", kept).text == f"*{kept}* is kept."
    assert press(message, "Re-prioritise", weighed).opened
    assert list(marco.modal.submit()) == ["Impact"]
    assert marco.modal.fill(HIGHEST).submit("Re-prioritise") == {}
    assert "*Impact* 5" in marco.command(f"/actionitem show {weighed}", channel="C0PAYMENTS").text
    assert press(message, "Merge", merged).opened
    (found,) = marco.modal.searched("Merge into", into)
    assert marco.modal.fill({"Merge into": found}).submit("Next") == {}
    assert marco.modal.submit("Merge") == {}
    marco.modal.cancel()
    assert press(message, "Will not do", dropped).opened
    assert marco.modal.fill(DROPPED).submit("Will not do") == {}
    eventually(lambda: {kept, weighed, merged, dropped, into} & asks_about(world, message) == {into})


def asks_about(world: World, message: Message) -> set[str]:
    """The items that the message, as it stands now, offers to keep."""
    now = next(one for one in world.person("U0MARCO").direct_messages() if one.ts == message.ts)
    elements = [each for block in now.blocks for each in block.get("elements") or []]
    return {f"AI-{each['value'].partition(':')[0]}" for each in elements if each.get("action_id") == Button.KEEP}


@pytest.mark.parametrize("name", REVIEWED)
def test_button_of_the_monthly_review_is_refused_to_who_leads_no_longer(world: World, name: str) -> None:
    months = 5 + REVIEWED.index(name)
    message, (label,) = review(world, months, (f"Alert when replica {months} lags 30 seconds",))
    assert world.bot.command("team", "set", "Payments", "--lead", "U0LENA").returncode == 0
    answer = press(message, name, label)
    assert world.bot.command("team", "set", "Payments", "--lead", "U0MARCO").returncode == 0
    assert not answer.opened
    assert f"You cannot change {label}: it belongs to Payments." in answer.text
    assert "not started" in world.person("U0PRIYA").command(f"/actionitem show {label}", channel="C0PAYMENTS").text
