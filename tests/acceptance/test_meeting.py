"""The review meeting: many candidates are listed, ranked, chosen, owned and created in one modal (B17)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import FIELDS, IN_A_WEEK, create, create_many, submit
from tests.acceptance.test_moment_of_creation import GOOD
from tests.people import Answer, Message, Person

TEN = (
    *GOOD,
    "Rotate the signing keys of the gateway every 30 days",
    "Draw the queue's length on the on-call dashboard",
    "Shed load at the gateway when its queue exceeds 1,000 requests",
)
SIGNS = ("- ", "* ", "1. ", "- [ ] ", "• ", "☐ ", "2) ", "+ ", "", "– ")
QUICK, MAJOR, FILL = "Quick win", "Major project", "Fill-in"


def pasted(texts: tuple[str, ...] = TEN) -> str:
    """The candidates as notes have them: a heading, empty lines, and marks of every kind."""
    return "Action items:\n\n" + "\n\n".join(sign + text for sign, text in zip(SIGNS, texts, strict=False))


def owned(texts: tuple[str, ...], owner: str = "U0MARCO", **changes: Any) -> dict[str, Any]:
    """Who, when and how of each."""
    said = {"Owner": owner, "Due": IN_A_WEEK, "Verify": "Watch it for a day"} | changes
    return {f"{name} – {text}": value for text in texts for name, value in said.items()}


def to_owners(person: Person, channel: str, text: str, ranks: dict[str, str] | None = None) -> None:
    """Up to the last form, with what is proposed."""
    assert person.command("/actionitem meeting", channel=channel).opened
    assert person.modal.fill({"Candidates": text}).submit("Rank") == {}
    assert person.modal.fill(ranks or {}).submit("Choose") == {}
    assert person.modal.submit("Owners") == {}


def counted(person: Person) -> list[tuple[str, Any]]:
    """What the person does from now on that reaches the bot."""
    acts: list[tuple[str, Any]] = []
    act = person.act

    def noted(path: str, body: Any, **more: Any) -> Answer:
        acts.append((path, body))
        return act(path, body, **more)

    person.act = noted  # type: ignore[method-assign]
    return acts


def the_meeting(person: Person, channel: str) -> Message:
    return eventually(lambda: find(person.messages(channel), "Review of"))


@pytest.mark.walk
def test_ten_pasted_candidates_become_five_items_and_five_ideas_in_one_message(world: World) -> None:
    priya, marco, channel = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    eventually(lambda: find(priya.messages(channel), "I keep the action items"))
    before, there = len(marco.direct_messages()), {each.ts for each in priya.messages(channel)}
    acts = counted(priya)
    priya.command("/actionitem meeting", channel=channel)
    modal = priya.modal
    assert modal.title == "Review meeting"
    assert modal.fill({"Candidates": pasted()}).submit("Rank") == {}
    assert priya.modal.title == "Rank"
    assert priya.modal.labels == list(TEN)
    ranks = dict.fromkeys(TEN[5:8], QUICK) | {TEN[0]: FILL, TEN[9]: "Reconsider"}
    assert priya.modal.fill(ranks).submit("Choose") == {}
    assert priya.modal.title == "Choose"
    assert "room for 5 more: it has 0 of 5 items" in priya.modal.text
    assert [name.rstrip("…") for name in priya.modal.options("Commit to")][:3] == [text[:74] for text in TEN[5:8]]
    assert len(priya.modal.shown("Commit to")) == 5
    assert priya.modal.submit("Owners") == {}
    assert priya.modal.title == "Owners"
    chosen = (*TEN[5:8], *TEN[1:3])
    assert priya.modal.labels == [f"{what} – {text}" for text in chosen for what in ("Owner", "Due", "Verify")]
    fields = owned(chosen[:3]) | owned(chosen[3:], "U0PRIYA")
    assert priya.modal.fill(fields).submit("Create") == {}
    assert not priya.has_modal
    assert [path for path, _body in acts] == ["command", *["submit"] * 4]
    message = the_meeting(priya, channel)
    assert all(text in message.text for text in chosen)
    line = next(text for text in message.text.splitlines() if "Ideas, no commitment" in text)
    assert all(text[:60] in line for text in TEN if text not in chosen)
    cards = eventually(lambda: message.thread if len(message.thread) == 5 else None)
    assert [text in card.text for text, card in zip(chosen, cards, strict=True)] == [True] * 5
    assert "quick win" in cards[0].text
    assert [each.ts for each in priya.messages(channel) if not each.is_ephemeral and each.ts not in there] == [
        message.ts
    ]
    said = [each.text for each in priya.messages(channel) if each.is_ephemeral]
    assert said == ["5 items committed. 5 ideas kept. Told: Marco Rossi."]
    told = eventually(lambda: find(marco.direct_messages(), "you own 3 items"))
    assert all(text in told.text for text in chosen[:3])
    assert len(marco.direct_messages()) == before + 1
    assert eventually(lambda: find(priya.direct_messages(), "you own 2 items"))
    assert len(eventually(lambda: priya.command("/actionitem list ideas", channel=channel)).blocks) > 5


def test_ideas_are_in_the_list_and_what_is_chosen_of_them_is_promoted(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    for text in GOOD[:2]:
        priya.command(f"/actionitem idea {text}", channel=channel)
    priya.command("/actionitem meeting", channel=channel)
    shown = priya.modal.shown("Candidates")
    assert all(text in shown for text in GOOD[:2])
    number = shown.split(f" {GOOD[0]}")[0].splitlines()[-1]
    again = f"{shown}\n\n{GOOD[1].upper()}.\n{GOOD[2]} @marco by tomorrow"
    assert priya.modal.fill({"Candidates": again}).submit("Rank") == {}
    assert priya.modal.labels == list(GOOD[:3])
    assert priya.modal.fill({GOOD[1]: "Reconsider", GOOD[2]: QUICK}).submit("Choose") == {}
    priya.modal.fill({GOOD[1][:74] + "…" if len(GOOD[1]) > 75 else GOOD[1]: False}).submit("Owners")
    modal = priya.modal
    assert modal.shown(f"Owner – {GOOD[2]}") == "U0MARCO"
    assert modal.shown(f"Due – {GOOD[2]}")
    fields = owned(GOOD[:1]) | {f"Owner – {GOOD[2]}": "U0AISHA", f"Verify – {GOOD[2]}": "Try it"}
    assert modal.fill(fields).submit("Create") == {}
    message = the_meeting(priya, channel)
    assert f"{number}* {GOOD[0]}" in message.text
    asked = eventually(lambda: find(world.person("U0AISHA").direct_messages(), "asks you to own 1 item"))
    asked.button("Accept").click()
    answered = eventually(lambda: find(world.person("U0AISHA").direct_messages(), "you own 1 item"))
    assert (answered.ts, "Accept" in answered.buttons) == (asked.ts, False)
    line = eventually(lambda: find(priya.messages(channel), "*1 idea, no commitment:*"))
    assert GOOD[1] in line.text


def test_notes_of_others_are_understood_as_far_as_they_say_something_and_the_rest_is_named(world: World) -> None:
    priya, channel, elsewhere = world.person("U0PRIYA"), world.incident_channel(), world.incident_channel()
    number = create(world, priya, elsewhere)
    table = (
        "| Action | Owner | Due | Status |\n|---|---|---|---|\n"
        f"| {GOOD[0]} | TBD | next sprint | open |\n| {GOOD[1]} | Marco Rossi, Jane Doe | | |\n| {GOOD[2]} | | | Done |"
    )
    text = f"{table}\n- [x] Page us\n{number}\nAI-99999\n- {TEN[7]} @nobody by TBD"
    priya.command("/actionitem meeting", channel=channel)
    assert priya.modal.fill({"Candidates": text}).submit("Rank") == {}
    assert priya.modal.labels == [GOOD[0], GOOD[1], TEN[7]]
    said = priya.modal.text
    assert f"it is done: “{GOOD[2][:59]}" in said
    assert "“Page us”" in said
    assert f"these exist already: *{number}*" in said
    assert "No such item: AI-99999" in said
    assert "Not found as owners: “TBD”, “Jane Doe”, “@nobody”." in said
    assert "days to come: “next sprint”, “TBD”." in said
    assert priya.modal.submit("Choose") == {}
    thrown = [each for each in priya.modal.options("Throw away") if each.startswith(TEN[7][:60])]
    assert priya.modal.fill({"Throw away": thrown}).submit("Owners") == {}
    assert priya.modal.labels == [f"{what} – {text}" for text in GOOD[:2] for what in ("Owner", "Due", "Verify")]
    assert priya.modal.shown(f"Owner – {GOOD[1]}") == "U0MARCO"
    assert f"Thrown away: {TEN[7][:70]}" in priya.modal.text
    assert priya.modal.fill(owned(GOOD[:2])).submit("Create") == {}
    said = [each.text for each in priya.messages(channel) if each.is_ephemeral]
    assert said == ["2 items committed. 1 candidate thrown away. Told: Marco Rossi."]
    assert TEN[7] not in the_meeting(priya, channel).text


def test_several_lines_for_one_new_item_are_taken_into_a_meeting_by_one_press(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command(f"/actionitem new - {GOOD[0]} <@U0MARCO> by tomorrow\n- {GOOD[1]}", channel=channel)
    assert "A review meeting takes several actions at once." in priya.modal.text
    priya.modal.button("Review meeting").click()
    assert priya.modal.title == "Review meeting"
    assert priya.modal.submit("Rank") == {}
    assert priya.modal.labels == list(GOOD[:2])
    assert priya.modal.submit("Choose") == {}
    assert priya.modal.submit("Owners") == {}
    assert priya.modal.shown(f"Owner – {GOOD[0]}") == "U0MARCO"


def test_idea_that_is_dropped_is_declined_and_two_ideas_become_one(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    ideas = [priya.command(f"/actionitem idea {text}", channel=channel).text.split("*")[1] for text in GOOD[:3]]
    priya.command(f"/actionitem drop {ideas[0]} nobody needs it", channel=channel)
    assert priya.modal.title == "Decline"
    assert priya.modal.submit("Decline") == {}
    assert eventually(lambda: f"*{ideas[0]}* is declined." in [message.text for message in priya.messages(channel)])
    priya.command(f"/actionitem merge {ideas[1]} {ideas[2]}", channel=channel)
    assert priya.modal.labels == ["These items end", "Action", "Effort", "Why?"]
    assert priya.modal.submit("Merge") == {}
    assert f"*{ideas[1]}* is merged into *{ideas[2]}*." in priya.modal.text
    priya.modal.cancel()
    shown = eventually(lambda: priya.command(f"/actionitem show {ideas[2]}", channel=channel)).text
    assert f"Contains {ideas[1]}" in shown


def test_what_was_typed_survives_back_and_closing(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    text = f"{GOOD[0]} by tomorrow\n{GOOD[1]}"
    to_owners(priya, channel, text, {GOOD[1]: QUICK})
    priya.modal.fill({f"Verify – {GOOD[1]}": "Fill it in staging"}).button("Back").click()
    assert priya.modal.title == "Choose"
    priya.modal.button("Back").click()
    assert priya.modal.title == "Rank"
    assert priya.modal.shown(GOOD[1])["text"]["text"] == QUICK
    priya.modal.fill({GOOD[0]: FILL}).button("Back").click()
    assert priya.modal.title == "Review meeting"
    assert priya.modal.shown("Candidates").splitlines() == list(GOOD[:2])
    priya.modal.cancel()
    priya.command("/actionitem meeting", channel=channel)
    assert priya.modal.submit("Rank") == {}
    assert priya.modal.shown(GOOD[0])["text"]["text"] == FILL
    assert priya.modal.submit("Choose") == {}
    assert priya.modal.submit("Owners") == {}
    assert priya.modal.shown(f"Verify – {GOOD[1]}") == "Fill it in staging"
    assert priya.modal.shown(f"Due – {GOOD[0]}")
    priya.modal.cancel()


def test_each_field_says_what_is_wrong_with_it_and_a_guest_owns_nothing(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    to_owners(priya, channel, "\n".join(GOOD[:2]))
    past = IN_A_WEEK.replace(year=IN_A_WEEK.year - 1)
    wrong = owned(GOOD[:1], "U0GIL") | owned(GOOD[1:2], Due=past)
    errors = priya.modal.fill(wrong).submit("Create")
    assert "guest" in errors[f"Owner – {GOOD[0]}"]
    assert "in the past" in errors[f"Due – {GOOD[1]}"]
    assert priya.modal.fill(owned(GOOD[:2])).submit("Create") == {}


def test_full_quota_is_swapped_and_what_is_unticked_becomes_an_idea(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    labels = create_many(world, priya, channel, GOOD[:5])
    priya.command("/actionitem meeting", channel=channel)
    priya.modal.fill({"Candidates": GOOD[5] + "\n" + GOOD[0]}).submit("Rank")
    assert f"*{labels[0]}* {GOOD[0]}" in priya.modal.text
    priya.modal.submit("Choose")
    modal = priya.modal
    assert "used up: it has 5 of 5 items" in modal.text
    assert modal.shown("Commit to") == []
    assert len(modal.options("Already committed")) == 5
    new = modal.options("Commit to")[0]
    assert "room for 0, and 1 are ticked" in modal.fill({new: True}).submit("Owners")["Commit to"]
    old = next(each for each in modal.options("Already committed") if each.startswith(labels[0]))
    assert priya.modal.fill({old: False}).submit("Owners") == {}
    assert f"{labels[0]}* {GOOD[0]} becomes an idea again" in priya.modal.text
    assert priya.modal.fill(owned(GOOD[5:6], "U0PRIYA")).submit("Create") == {}
    message = the_meeting(priya, channel)
    assert f"Ideas again, to make room: *{labels[0]}*" in message.text
    eventually(lambda: "future consideration" in world.card(channel, labels[0]).text)
    told = eventually(lambda: find(world.person("U0MARCO").direct_messages(), "1 item of yours is an idea again"))
    assert labels[0] in told.text


def test_lead_goes_past_the_quota_and_the_channel_reads_by_how_much_and_why(world: World) -> None:
    marco, channel = world.person("U0MARCO"), world.incident_channel()
    create_many(world, marco, channel, GOOD[:4])
    marco.command("/actionitem meeting", channel=channel)
    notes = f"{GOOD[4]}\n{GOOD[5]} (Marco) due {IN_A_WEEK}"
    assert marco.modal.fill({"Candidates": notes}).submit("Rank") == {}
    marco.modal.submit("Choose")
    ticks = dict.fromkeys(marco.modal.options("Commit to"), True)
    assert marco.modal.fill(ticks | {"Override, because": "The auditor asks for it"}).submit("Owners") == {}
    assert marco.modal.shown(f"Due – {GOOD[5]}") == str(IN_A_WEEK)
    assert marco.modal.shown(f"Owner – {GOOD[5]}") == "U0MARCO"
    assert marco.modal.fill(owned(GOOD[4:6])).submit("Create") == {}
    message = the_meeting(marco, channel)
    assert "2 items committed" in message.text
    assert "1 item past the quota of 5: The auditor asks for it" in message.text


@pytest.mark.walk
def test_two_meetings_at_once_take_no_more_than_the_quota_and_nothing_twice(world: World) -> None:
    priya, marco, channel = world.person("U0PRIYA"), world.person("U0MARCO"), world.incident_channel()
    create_many(world, priya, channel, GOOD[:3])
    for person in (priya, marco):
        to_owners(person, channel, "\n".join(GOOD[3:5]))
        person.modal.fill(owned(GOOD[3:5]))
    modals = [person.modal.fill(owned(GOOD[3:5])) for person in (priya, marco)]
    with ThreadPoolExecutor(2) as both:
        assert list(both.map(lambda modal: modal.submit("Create"), modals)) == [{}, {}]
    second = next(person for person in (priya, marco) if person.has_modal)
    assert second.modal.title == "Choose"
    assert "room for 0" in second.modal.text
    second.modal.cancel()
    listed = priya.command("/actionitem list incident", channel=channel).text
    assert [listed.count(text) for text in GOOD[:5]] == [1] * 5


def test_same_submission_twice_makes_it_once(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    to_owners(priya, channel, GOOD[0])
    modal = priya.modal.fill(owned(GOOD[:1]))
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: priya.post("submit", {"view": modal.view["id"], "values": modal.values}), range(2)))
    the_meeting(priya, channel)
    assert priya.command("/actionitem list incident", channel=channel).text.count(GOOD[0]) == 1


def test_strict_team_has_its_wording_fixed_among_the_owners(world: World) -> None:
    world.bot.command("team", "set", "Payments", "--strict-coach")
    try:
        priya, channel = world.person("U0PRIYA"), world.incident_channel()
        priya.command("/actionitem meeting", channel=channel)
        priya.modal.fill({"Candidates": "Improve monitoring"}).submit("Rank")
        assert "“Improve monitoring”" in priya.modal.text
        priya.modal.submit("Choose")
        priya.modal.submit("Owners")
        fields = owned(("Improve monitoring",), "U0PRIYA")
        assert "strict" in priya.modal.fill(fields).submit("Create")["Action – Improve monitoring"]
        assert priya.modal.fill(fields | {"Action – Improve monitoring": GOOD[0]}).submit("Create") == {}
        assert GOOD[0] in the_meeting(priya, channel).text
    finally:
        world.bot.command("team", "set", "Payments", "--lenient-coach")


def test_private_incident_keeps_its_meeting_to_itself(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(private=True, name="sealed")
    texts = ("Rotate the wallaby keys every 30 days", "Seal the wallaby vault after 5 minutes")
    to_owners(priya, channel, "\n".join(texts))
    assert priya.modal.fill(owned(texts, "U0PRIYA")).submit("Create") == {}
    assert texts[0] in the_meeting(priya, channel).text
    assert "wallaby" not in world.person("U0AISHA").command("/actionitem list all", channel="C0GENERAL").text


def test_update_of_a_card_in_the_meetings_thread_says_of_which_item_it_speaks(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    to_owners(priya, channel, f"{GOOD[0]}\n{GOOD[1]}")
    assert priya.modal.fill(owned(GOOD[:2], "U0PRIYA")).submit("Create") == {}
    message = the_meeting(priya, channel)
    eventually(lambda: len(message.thread) == 2)
    label = message.thread[0].text.split()[0].strip("*")
    priya.command(f"/actionitem start {label}", channel=channel)
    line = eventually(lambda: find(message.thread, "started it"))
    assert line.text.startswith(f"*{label}* · Priya Raman started it")


def test_button_opens_it_wherever_the_incident_is_shown(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    create(world, priya, channel)
    priya.command("/actionitem incident", channel=channel)
    priya.modal.button("Review meeting").click()
    assert priya.modal.title == "Review meeting"
    assert priya.modal.fill({"Candidates": GOOD[0]}).submit("Rank") == {}
    assert priya.modal.title == "Rank"
    for _ in range(2):
        priya.modal.cancel()
    listed = priya.command("/actionitem list incident", channel=channel).messages[0]
    listed.button("Review meeting").click()
    assert priya.modal.title == "Review meeting"
    assert str(FIELDS["Action"]) not in str(priya.modal.shown("Candidates"))


def test_guest_holds_no_meeting(world: World) -> None:
    priya, gil, channel = world.person("U0PRIYA"), world.person("U0GIL"), world.incident_channel()
    priya.post("invite", {"channel": channel, "user": "U0GIL"})
    assert "Guests see this incident" in gil.command("/actionitem meeting", channel=channel).text


@pytest.mark.parametrize(
    ("channel", "said"), [("C0GENERAL", "No incident was handled"), ("direct", "in the channel where the incident")]
)
def test_elsewhere_it_says_where_it_is_held(world: World, channel: str, said: str) -> None:
    priya = world.person("U0PRIYA")
    place = str(priya.post("open_dm", {})["channel"]["id"]) if channel == "direct" else channel
    assert said in priya.command("/actionitem meeting", channel=place).text


def test_idea_that_an_item_says_already_is_merged_into_it(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    idea = priya.command(f"/actionitem idea {GOOD[3]}", channel=channel).text.split("*")[1]
    eventually(lambda: find(priya.messages(channel), "1 idea, no commitment"))
    assert submit(priya, channel, f"merge {idea} {label}", {}, "Merge") == {}
    eventually(lambda: find(priya.messages(channel), "No idea is left here."))
    eventually(lambda: f"Contains {idea}" in world.card(channel, label).text)
    assert f"Merged into {label}" in priya.command(f"/actionitem show {idea}", channel=channel).text
    priya.modal.button("Undo").click()
    eventually(lambda: find(priya.messages(channel), f"*1 idea, no commitment:* *{idea}*"))
