"""Where most items fail: the coach in the form, the quota, ideas, the intake freeze, owners who are asked."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.endings import stranger
from tests.acceptance.test_life_of_an_item import FIELDS, create, create_by_form, create_many, submit
from tests.people import Message, Person

GOOD = (
    "Alert when checkout's error rate exceeds 2 % for 5 minutes",
    "Cap the retry queue of the payment worker at 10,000 messages",
    "Reject deploys to production without a rollback step in CI",
    "Add a circuit breaker with a 2 s timeout to the ledger client",
    "Restore last night's backup into a scratch database every day",
    "Roll filter rules out to 1 %, 10 % and 100 % of traffic",
    "Page the on-call when replica lag exceeds 60 seconds",
)


def open_form(world: World, person: Person, channel: str, **changes: object) -> None:
    """The form, filled in and not yet submitted."""
    person.command("/actionitem new", channel=channel)
    person.modal.fill(FIELDS | changes)


def fill_quota(world: World, person: Person, channel: str, count: int) -> list[str]:
    """*count* items in the incident of the channel."""
    return create_many(world, person, channel, GOOD[:count])


def test_weak_wording_gets_findings_in_the_same_form_with_a_better_version(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    open_form(world, priya, channel, Action="Improve monitoring")
    modal = priya.modal.fill(FIELDS | {"Action": "Improve monitoring"})
    assert modal.submit("Create") == {}
    assert priya.modal.title == "New action item"
    assert "“Improve monitoring”" in priya.modal.text
    assert "For example:" in priya.modal.text
    assert priya.modal.shown("Owner") == "U0MARCO"


def test_changed_wording_creates_the_item(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem new", channel=channel)
    priya.modal.fill(FIELDS | {"Action": "Improve monitoring"}).submit("Create")
    assert priya.modal.fill({"Action": GOOD[0]}).submit("Create") == {}
    assert eventually(lambda: find(priya.messages(channel), GOOD[0]))


@pytest.mark.walk
def test_kept_wording_creates_the_item_and_is_recorded(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem new", channel=channel)
    priya.modal.fill(FIELDS | {"Action": "Improve monitoring"}).submit("Create")
    assert priya.modal.fill({"Keep my wording": True}).submit("Create") == {}
    card = eventually(lambda: find(priya.messages(channel), "Improve monitoring"))
    label = card.text.split()[0].strip("*")
    assert "wording kept (vague)" in priya.command(f"/actionitem show {label}", channel=channel).text


def test_same_weak_wording_without_the_tick_is_refused_at_the_action(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem new", channel=channel)
    priya.modal.fill(FIELDS | {"Action": "Improve monitoring"}).submit("Create")
    assert "Keep my wording" in priya.modal.submit("Create")["Action"]


def test_strict_team_has_no_box_to_keep_a_weak_wording(world: World) -> None:
    world.bot.command("team", "set", "Payments", "--strict-coach")
    try:
        priya, channel = world.person("U0PRIYA"), world.incident_channel()
        priya.command("/actionitem new", channel=channel)
        priya.modal.fill(FIELDS | {"Action": "Improve monitoring"}).submit("Create")
        assert "Wording" not in priya.modal.labels
        priya.modal.fill({"Action": "Better monitoring"}).submit("Create")
        assert "For example:" in priya.modal.text
        assert priya.modal.fill({"Action": GOOD[1]}).submit("Create") == {}
    finally:
        world.bot.command("team", "set", "Payments", "--lenient-coach")


def test_training_alone_is_flagged_until_it_is_kept(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem new", channel=channel)
    fields = FIELDS | {"Action": "Run a failover drill with the on-call in week 50", "Remedy": "Training"}
    priya.modal.fill(fields).submit("Create")
    assert "fades" in priya.modal.text
    assert priya.modal.fill({"Keep my wording": True}).submit("Create") == {}
    assert eventually(lambda: find(priya.direct_messages(), "is training, which fades"))


def test_documentation_asks_for_whom_it_is_and_where_it_will_stand(world: World) -> None:
    priya = world.person("U0PRIYA")
    priya.command("/actionitem new", channel=world.incident_channel())
    priya.modal.fill({"Remedy": "Documentation"})
    assert "for whom it is and where they will find it" in priya.modal.text


def test_owner_s_load_is_shown_beside_the_field_as_they_are_picked(world: World) -> None:
    priya, channel, ada = world.person("U0PRIYA"), world.incident_channel(), stranger(world, "Ada Byron")
    create(world, priya, channel, Owner=ada.id)
    priya.command("/actionitem new", channel=channel)
    priya.modal.fill({"Owner": ada.id})
    assert "Ada Byron has 1 open item." in priya.modal.text


def test_owner_who_leads_the_team_is_warned_about(world: World) -> None:
    priya = world.person("U0PRIYA")
    priya.command("/actionitem new", channel=world.incident_channel())
    priya.modal.fill({"Owner": "U0MARCO"})
    assert "Marco Rossi leads Payments" in priya.modal.text


def test_people_of_the_incident_are_suggested_as_owner(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    create(world, priya, channel)  # from now on the bot knows them both
    priya.command("/actionitem new", channel=channel)
    priya.modal.button("Marco Rossi").click()
    assert "leads Payments" in priya.modal.text
    fields = {name: value for name, value in FIELDS.items() if name != "Owner"}
    assert priya.modal.fill(fields | {"Action": GOOD[2]}).submit("Create") == {}
    assert "Owner Marco Rossi" in eventually(lambda: find(priya.messages(channel), GOOD[2])).text


@pytest.mark.parametrize(
    ("scales", "said"),
    [
        ({"Impact": "5 – shared infrastructure or every service", "Effort": "5 – a quarter"}, "major project"),
        ({"Impact": "1 – one rarely used path", "Effort": "5 – a quarter"}, "Reconsider"),
    ],
)
def test_form_says_what_impact_and_effort_mean_together(world: World, scales: dict[str, str], said: str) -> None:
    priya = world.person("U0PRIYA")
    priya.command("/actionitem new", channel=world.incident_channel())
    priya.modal.fill(scales)
    assert said in priya.modal.text


def test_reconsider_can_be_declined_at_once_with_its_reason(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem new", channel=channel)
    priya.modal.fill({"Impact": "1 – one rarely used path", "Effort": "5 – a quarter"})
    rest = {name: value for name, value in FIELDS.items() if name not in ("Impact", "Effort")}
    title = "Cap the ledger client's cache at 2 GB"
    fields = rest | {"Action": title, "Decline it, because": "The ledger client goes away in March"}
    assert priya.modal.fill(fields).submit("Create") == {}
    card = eventually(lambda: find(priya.messages(channel), title))
    assert "_declined_" in card.text
    assert not find(world.person("U0MARCO").direct_messages(), title)


def test_owner_elsewhere_is_asked_and_accepts(world: World) -> None:
    priya, aisha, channel = world.person("U0PRIYA"), world.person("U0AISHA"), world.incident_channel()
    label = create_by_form(priya, channel, Owner="U0AISHA")
    assert "Waits for Aisha Okafor to accept" in world.card(channel, label).text
    message = eventually(lambda: find(aisha.direct_messages(), f"asks you to own *{label}"))
    assert message.buttons == ["Accept", "Hand over", "Cannot take it"]
    message.button("Accept").click()
    eventually(lambda: "Waits for" not in world.card(channel, label).text)
    owned = eventually(lambda: find(aisha.direct_messages(), f"You now own *{label}"))
    assert owned.ts == message.ts
    assert "Update" in owned.buttons
    assert "Accept" not in owned.buttons


def test_owner_who_was_in_the_incident_is_not_asked(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create_by_form(priya, channel, Owner="U0MARCO")
    assert "Waits for" not in world.card(channel, label).text


def test_owner_who_cannot_take_it_gives_it_back_and_the_lead_is_told(world: World) -> None:
    priya, aisha, channel = world.person("U0PRIYA"), world.person("U0AISHA"), world.incident_channel()
    label = create(world, priya, channel, Owner="U0AISHA")
    asked_to_own(aisha, label).button("Cannot take it").click()
    assert aisha.modal.fill({"Why?": "On leave until March"}).submit("Cannot take it") == {}
    eventually(lambda: "Owner Priya Raman" in world.card(channel, label).text)
    told = eventually(lambda: find(world.person("U0MARCO").direct_messages(), f"cannot take *{label}"))
    assert "On leave until March" in told.text
    assert eventually(lambda: find(aisha.direct_messages(), f"You could not take *{label}")).buttons == []
    told.button("Assign").click()
    assert world.person("U0MARCO").modal.title == "Assign"


def test_owner_who_is_asked_can_hand_over(world: World) -> None:
    priya, aisha, channel = world.person("U0PRIYA"), world.person("U0AISHA"), world.incident_channel()
    label = create(world, priya, channel, Owner="U0AISHA")
    asked_to_own(aisha, label).button("Hand over").click()
    assert aisha.modal.fill({"New owner": "U0MARCO", "Why?": "He knows the queue"}).submit("Hand over") == {}
    eventually(lambda: "Owner Marco Rossi" in world.card(channel, label).text)
    assert "Waits for" not in world.card(channel, label).text
    assert eventually(lambda: find(aisha.direct_messages(), f"You handed *{label}")).buttons == []


def test_lead_can_accept_for_the_owner_and_a_stranger_cannot(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, Owner="U0LENA")
    refused = world.card(channel, label).button("Accept for the owner").click()
    assert "Only the owner" in refused.text
    world.card(channel, label, "U0MARCO").button("Accept for the owner").click()
    eventually(lambda: "Waits for" not in world.card(channel, label).text)
    owned = eventually(lambda: find(world.person("U0LENA").direct_messages(), f"You now own *{label}"))
    assert "Marco Rossi confirmed it for you" in owned.text
    assert "Accept" not in owned.buttons


def test_question_to_own_what_was_ended_meanwhile_is_over(world: World) -> None:
    priya, aisha, channel = world.person("U0PRIYA"), world.person("U0AISHA"), world.incident_channel()
    label = create(world, priya, channel, Owner="U0AISHA")
    asked_to_own(aisha, label)
    marco = world.person("U0MARCO")
    assert submit(marco, channel, f"drop {label}", {"Why?": "The queue goes away"}) == {}
    assert "Accept" not in eventually(lambda: find(aisha.direct_messages(), "there is nothing to answer")).buttons


def asked_to_own(person: Person, label: str) -> Message:
    """The message that asks somebody to own an item."""
    return eventually(lambda: find(person.direct_messages(), f"asks you to own *{label}"))


@pytest.mark.walk
def test_sixth_item_of_an_incident_becomes_an_idea(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    fill_quota(world, priya, channel, 5)
    priya.command("/actionitem new", channel=channel)
    assert "5 of 5 items" in priya.modal.text
    assert "Override, because" not in priya.modal.labels
    assert priya.modal.fill(FIELDS | {"Action": GOOD[5]}).submit("Create idea") == {}
    line = eventually(lambda: find(priya.messages(channel), "*1 idea, no commitment:*"))
    assert GOOD[5] in line.text
    said = eventually(lambda: [each.text for each in priya.messages(channel) if "is kept as an idea: " in each.text])
    assert "5 of 5 items" in said[-1]
    assert GOOD[5] in priya.command("/actionitem list ideas", channel=channel).text


@pytest.mark.walk
def test_lead_overrides_the_quota_with_a_reason_that_is_recorded(world: World) -> None:
    priya, marco, channel = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    fill_quota(world, priya, channel, 5)
    marco.command("/actionitem new", channel=channel)
    fields = FIELDS | {"Action": GOOD[5], "Override, because": "The regulator asks for it"}
    assert marco.modal.fill(fields).submit() == {}
    card = eventually(lambda: find(priya.messages(channel), GOOD[5]))
    assert "_not started_" in card.text
    label = card.text.split()[0].strip("*")
    assert "The regulator asks for it" in priya.command(f"/actionitem show {label}", channel=channel).text


def test_form_says_that_the_quota_is_used_up_when_its_incident_is_chosen(world: World) -> None:
    priya, marco, full = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    fill_quota(world, priya, full, 5)
    marco.command("/actionitem new", channel=full)
    incident = marco.modal.shown("Incident")["text"]["text"]
    marco.modal.cancel()
    marco.command("/actionitem new", channel="C0PAYMENTS")
    assert marco.modal.submit_label == "Create"
    modal = marco.modal.fill(FIELDS | {"Action": GOOD[5], "Incident": incident})
    assert "5 of 5 items" in modal.text
    assert modal.submit_label == "Create idea"
    assert "Override, because" in modal.labels
    modal.fill({"Incident": None})
    assert (modal.submit_label, "5 of 5 items" in modal.text) == ("Create", False)
    assert modal.fill({"Incident": incident, "Override, because": "The auditor asks for it"}).submit() == {}
    card = eventually(lambda: find(priya.messages(full), GOOD[5]))
    assert "_not started_" in card.text


def test_form_that_promotes_says_that_the_idea_stays_one_when_a_full_incident_is_chosen(world: World) -> None:
    priya, marco, full = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    fill_quota(world, priya, full, 5)
    marco.command("/actionitem new", channel=full)
    incident = marco.modal.shown("Incident")["text"]["text"]
    marco.modal.cancel()
    label = marco.command("/actionitem idea Cap the retry queue at 9", channel="C0PAYMENTS").text.split()[0].strip("*")
    marco.command(f"/actionitem promote {label}", channel="C0PAYMENTS")
    modal = marco.modal.fill({"Incident": incident})
    assert f"{label} stays an idea. To add it anyway, say why." in modal.text
    assert "What you write is kept as an idea" not in modal.text
    assert modal.submit_label == "Promote"
    modal.cancel()


@pytest.mark.walk
def test_two_people_submitting_the_fifth_and_the_sixth_at_once_make_one_item_and_one_idea(world: World) -> None:
    priya, marco, channel = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    fill_quota(world, priya, channel, 4)
    modals = []
    for person, title in ((priya, GOOD[5]), (marco, GOOD[6])):
        person.command("/actionitem new", channel=channel)
        modals.append(person.modal.fill(FIELDS | {"Action": title}))
    with ThreadPoolExecutor(2) as both:
        assert list(both.map(lambda modal: modal.submit(), modals)) == [{}, {}]
    cards = [eventually(lambda title=title: find(priya.messages(channel), title)).text for title in GOOD[5:7]]
    assert sorted("no commitment:" in text for text in cards) == [False, True]


@pytest.mark.walk
def test_idea_is_written_down_without_a_form_and_promoted_when_there_is_room(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    answer = priya.command("/actionitem idea Cap the retry queue at 10,000", channel=channel)
    label = answer.text.split()[0].strip("*")
    fields = {name: value for name, value in FIELDS.items() if name != "Action"}
    assert submit(priya, channel, f"promote {label}", fields, "Promote") == {}
    eventually(lambda: "_not started_" in world.card(channel, label).text)


def test_idea_cannot_be_promoted_while_the_quota_is_used_up(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    fill_quota(world, priya, channel, 5)
    answer = priya.command("/actionitem idea Cap the retry queue at 10,000", channel=channel)
    label = answer.text.split()[0].strip("*")
    refused = priya.command(f"/actionitem promote {label}", channel=channel).text
    assert refused.startswith(
        f"The quota of this incident is used up: it has 5 of 5 items. {label} stays an idea: merge"
    )
    assert "*" not in refused
    line = eventually(lambda: find(priya.messages(channel), label))
    assert line.choose("Promote an idea", f"{label} Cap the retry queue at 10,000").text == refused


def test_lead_promotes_over_the_quota_by_saying_why(world: World) -> None:
    priya, marco, channel = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    fill_quota(world, priya, channel, 5)
    label = priya.command(f"/actionitem idea {GOOD[5]}", channel=channel).text.split()[0].strip("*")
    fields = {name: value for name, value in FIELDS.items() if name != "Action"}
    refused = submit(marco, channel, f"promote {label}", fields, "Promote")
    assert f"{label} stays an idea. To add it anyway, say why." in refused["Override, because"]
    assert refused["Override, because"] in marco.modal.text
    assert marco.modal.fill({"Override, because": "The regulator asks for it"}).submit("Promote") == {}
    eventually(lambda: "_not started_" in world.card(channel, label).text)


def test_item_cannot_be_moved_into_an_incident_whose_quota_is_used_up(world: World) -> None:
    priya, full, channel = world.person("U0PRIYA"), world.incident_channel(), world.incident_channel()
    fill_quota(world, priya, full, 5)
    priya.command("/actionitem new", channel=full)
    incident = priya.modal.shown("Incident")["text"]["text"]
    priya.modal.cancel()
    label = create(world, priya, channel, Action=GOOD[5])
    refused = submit(priya, channel, f"edit {label}", {"Incident": incident}, "Save")
    assert "5 of 5 items" in refused["Incident"]
    assert priya.modal.fill({"Incident": None}).submit("Save") == {}
    idea = priya.command(f"/actionitem idea {GOOD[6]}", channel=channel).text.split()[0].strip("*")
    fields = {"Incident": incident, "Remedy": "Process", "How will we verify it?": FIELDS["How will we verify it?"]}
    assert submit(priya, channel, f"edit {idea}", fields, "Save") == {}


def test_idea_is_declined_with_a_reason(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    answer = priya.command("/actionitem idea Rewrite the worker in another language", channel=channel)
    label = answer.text.split()[0].strip("*")
    eventually(lambda: find(priya.messages(channel), f"*1 idea, no commitment:* *{label}*"))
    priya.command(f"/actionitem show {label}", channel=channel).messages[0].button("Decline").click()
    assert priya.modal.fill({"Why?": "The worker goes away in March"}).submit("Decline") == {}
    eventually(lambda: find(priya.messages(channel), "No idea is left here."))
    assert "_declined_" in priya.command(f"/actionitem show {label}", channel=channel).text


@pytest.mark.walk
def test_similar_open_item_is_shown_and_the_new_one_can_be_merged_into_it(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    first = create(world, priya, channel, Action="Throttle webhook retries of the billing gateway to 50 a second")
    second = create_by_form(priya, channel, Action="Throttle the webhook retries of billing gateway to 50 a second")
    message = eventually(lambda: find(priya.direct_messages(), f"*{second}* says nearly the same"))
    assert first in message.text
    message.button("Add to this one instead").click()
    assert priya.modal.submit("Merge") == {}
    eventually(lambda: "_merged_" in world.card(channel, second).text)
    over = eventually(lambda: find(priya.direct_messages(), f"*{second}* is merged now: there is nothing to answer."))
    assert over.ts == message.ts
    assert "Add to this one instead" not in over.buttons


@pytest.mark.parametrize("ends", ["the other", "its own"])
def test_question_about_two_alike_is_over_once_either_has_ended(world: World, ends: str) -> None:
    priya, marco, channel = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    action = f"Throttle retries of {ends} ledger gateway to 40 a second"
    first = create(world, marco, channel, Action=action)
    second = create_by_form(priya, channel, Action=f"{action} each")
    message = eventually(lambda: find(priya.direct_messages(), f"*{second}* says nearly the same"))
    assert "Add to this one instead" in message.buttons
    ended = first if ends == "the other" else second
    assert submit(marco, channel, f"drop {ended}", {"Why?": "The new client covers it"}, "Will not do") == {}
    over = eventually(lambda: find(priya.direct_messages(), f"*{ended}* is marked “will not do” now"))
    assert over.ts == message.ts
    assert "Add to this one instead" not in over.buttons
    assert submit(marco, channel, f"reopen {ended}", {"Why?": "It does not"}, "Reopen") == {}
    eventually(lambda: "Add to this one instead" in find(priya.direct_messages(), f"*{second}* says nearly").buttons)
