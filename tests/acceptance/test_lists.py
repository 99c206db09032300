"""Lists and search: what is asked for, quick wins first, a page at a time, and nothing private to outsiders."""

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.endings import stranger
from tests.acceptance.mornings import in_days
from tests.acceptance.test_life_of_an_item import create, create_many, submit, walk_to

MAJOR = {"Effort": "5 – a quarter"}
FILL_IN = {"Impact": "1 – one rarely used path"}


@pytest.mark.walk
def test_incident_channel_lists_the_incidents_items_by_default(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    answer = priya.command("/actionitem list", channel=channel)
    assert label in answer.text
    assert answer.ephemeral


def test_elsewhere_it_lists_my_open_items(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    sam = stranger(world)
    sam.post("join", {"channel": "C0PAYMENTS"})
    mine = create(world, priya, channel, Owner=sam.id)
    theirs = create(world, priya, channel, Action="Cap the other retry queue at 10,000")
    text = sam.command("/actionitem list", channel="C0PAYMENTS").text
    assert f"*{mine}*" in text
    assert f"*{theirs}*" not in text


@pytest.mark.walk
def test_quick_wins_come_first_and_fill_ins_after_high_impact(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    fill_in = create(world, priya, channel, Action="Colour the dashboard's legend", **FILL_IN)
    major = create(world, priya, channel, Action="Split the database by region", **MAJOR)
    quick = create(world, priya, channel, Action="Cap the retry queue at 10,000")
    text = priya.command("/actionitem list incident", channel=channel).text
    assert text.index(f"*{quick}*") < text.index(f"*{major}*") < text.index(f"*{fill_in}*")


def test_public_list_is_posted_in_the_channel(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    create(world, priya, channel)
    assert priya.command("/actionitem list incident public", channel=channel).ephemeral is False


def test_public_list_of_mine_says_whose_it_is_and_goes_on_with_theirs(world: World) -> None:
    priya, marco = world.person("U0PRIYA"), world.person("U0MARCO")
    titles = [f"Bound numbat cache {number} at 2 GB" for number in range(16)]
    create_many(world, priya, world.incident_channel(), titles, Owner="U0PRIYA")
    priya.command("/actionitem list mine public", channel="C0PAYMENTS")
    posted = eventually(lambda: find(marco.messages("C0PAYMENTS"), "Open items of Priya Raman"))
    assert "Your open items" not in posted.text
    posted.button("More").click()
    rest = marco.messages("C0PAYMENTS")[-1]
    assert rest.is_ephemeral
    assert "Open items of Priya Raman" in rest.text
    assert "Marco Rossi" not in rest.text


@pytest.mark.walk
def test_long_list_goes_on_behind_a_button(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    titles = [f"Cap retry queue number {number} at 10,000 messages" for number in range(17)]
    labels = create_many(world, priya, world.incident_channel(), titles)
    first = priya.command("/actionitem search Cap retry queue number", channel=channel)
    shown = {label for label in labels if f"*{label}*" in first.text}
    assert len(shown) == 15
    first.messages[-1].button("More").click()
    rest = priya.messages(channel)[-1]
    assert {label for label in labels if f"*{label}*" in rest.text} == set(labels) - shown


@pytest.mark.walk
def test_list_of_a_team_and_of_a_person(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    create(
        world,
        priya,
        channel,
        Action="Cap the team's retry queue at 10,000",
        Impact="5 – shared infrastructure or every service",
    )
    assert "Open items of Payments" in priya.command("/actionitem list team payments", channel="C0GENERAL").text
    assert "Open items of Marco Rossi" in priya.command("/actionitem list <@U0MARCO>", channel="C0GENERAL").text
    assert "There is no team “Nobody”" in priya.command("/actionitem list team Nobody", channel="C0GENERAL").text


def test_closed_items_leave_my_list(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, Owner="U0PRIYA")
    walk_to(priya, channel, label, "closed")
    assert f"*{label}*" not in priya.command("/actionitem list mine", channel="C0GENERAL").text


@pytest.mark.walk
def test_search_finds_all_words_anywhere_in_the_item(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, Action="Shed load at 100% of quota_limit", **{"Root cause": "zebra traffic"})
    assert label in priya.command("/actionitem search ZEBRA quota_limit", channel=channel).text
    assert label in priya.command("/actionitem search 100%", channel=channel).text
    assert "No item says" in priya.command("/actionitem search quotaXlimit", channel=channel).text


@pytest.mark.walk
def test_search_forgives_a_letter_and_says_so(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    titles = [f"Give the wombat shard {number} a bulkhead" for number in range(17)]
    labels = create_many(world, priya, channel, titles, **{"Root cause": "A kookaburra on the line"})
    for words in ("womabt bulkhed", "kookaburra bulkheadd"):
        found = priya.command(f"/actionitem search {words}", channel=channel)
        assert f"No item says “{words}”." in found.text
        assert "bulkhead”* · 1–15 of 17" in found.text
    found.messages[-1].button("More").click()
    rest = [each for each in priya.messages(channel) if each.is_ephemeral][-1]
    assert "16–17 of 17" in rest.text
    assert sum(f"*{label}*" in found.text or f"*{label}*" in rest.text for label in labels) == 17


def test_search_that_forgives_says_nothing_of_what_is_private(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(private=True)
    create(world, priya, channel, Action="Rotate the keys of the axolotl vault")
    assert "axolotl" in priya.command("/actionitem search axolottl", channel=channel).text.replace("axolottl", "")
    said = world.person("U0LENA").command("/actionitem search axolottl", channel="C0GENERAL").text
    assert said.splitlines()[0] == "No item says “axolottl”."


def test_list_offers_only_what_its_reader_may_do(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    create(world, priya, channel, Action="Bound the quokka cache at 2 GB", Owner="U0PRIYA")
    listed = priya.command("/actionitem search quokka", channel=channel).messages[-1]
    assert listed.buttons == ["Start"]
    sam = stranger(world)
    sam.post("join", {"channel": "C0PAYMENTS"})
    assert sam.command("/actionitem search quokka", channel="C0PAYMENTS").messages[-1].buttons == ["Details"]
    priya.command("/actionitem list incident public", channel=channel)
    public = eventually(lambda: find(priya.messages(channel), "quokka cache at 2 GB\n")).buttons
    assert "Details" in public
    assert "Start" not in public


def test_lists_say_how_they_are_sorted(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    create(world, priya, channel)
    for title in ("Rehearse the failover to Mars", "Rehearse the failover to Venus"):
        priya.command(f"/actionitem idea {title}", channel=channel)
    ideas = priya.command("/actionitem list ideas", channel=channel).text
    assert "The newest comes first." in ideas
    assert ideas.index("Venus") < ideas.index("Mars")
    assert "In order of priority: quick wins first." in priya.command("/actionitem list incident", channel=channel).text


def test_lists_button_brings_the_item_further(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    listed = priya.command("/actionitem list incident", channel=channel)
    answer = listed.messages[-1].button("Start").click()
    assert f"*{label}* is in progress" in answer.text


def test_unknown_list_says_which_there_are(world: World) -> None:
    text = world.person("U0PRIYA").command("/actionitem list everything", channel="C0GENERAL").text
    assert "There is no list “everything”" in text
    assert "overdue" in text


@pytest.mark.walk
def test_private_channels_items_are_seen_by_members_and_owner_alone(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(private=True)
    marker = "Zanzibar breach: rotate the vault keys every day"
    label = create(world, priya, channel, Action=marker, Owner="U0AISHA")
    lena, aisha, marco = (world.person(user) for user in ("U0LENA", "U0AISHA", "U0MARCO"))
    assert label in marco.command(f"/actionitem show {label}", channel="C0GENERAL").text
    assert label in aisha.command(f"/actionitem show {label}", channel="C0GENERAL").text
    for words in (f"show {label}", f"start {label}", f"verify {label}", f"edit {label}"):
        answer = lena.command(f"/actionitem {words}", channel="C0GENERAL")
        assert f"{label} does not exist" in answer.text
        assert not answer.opened
    for words in ("list all", "search Zanzibar", "list team Payments", "list <@U0AISHA>"):
        assert "Zanzibar breach" not in lena.command(f"/actionitem {words}", channel="C0GENERAL").text


def test_private_item_and_incident_stay_out_of_public_answers(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(private=True, name="quetzal")
    create(world, priya, world.incident_channel())  # there is an incident to choose
    label = create(world, priya, channel, Action="Quetzal: rotate the vault keys every day")
    assert "Quetzal" not in priya.command("/actionitem list all public", channel="C0PAYMENTS").text
    refused = priya.command(f"/actionitem show {label} public", channel="C0PAYMENTS")
    assert "belongs to a private channel" in refused.text
    assert refused.ephemeral
    lena = world.person("U0LENA")
    lena.command("/actionitem new", channel="C0GENERAL")
    assert not [title for title in lena.modal.options("Incident") if "uetzal" in title]
    lena.modal.cancel()


def test_leaving_the_private_channel_ends_access(world: World) -> None:
    priya, marco = world.person("U0PRIYA"), world.person("U0MARCO")
    channel = world.incident_channel(private=True)
    label = create(world, priya, channel, Owner="U0PRIYA")
    assert label in marco.command(f"/actionitem show {label}", channel="C0GENERAL").text
    marco.act("leave", {"channel": channel})
    assert eventually(lambda: "does not exist" in marco.command(f"/actionitem show {label}", channel="C0GENERAL").text)


@pytest.mark.walk
def test_overdue_list_is_empty_before_the_due_date(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, **{"Due date": in_days(1)})
    assert f"*{label}*" not in priya.command("/actionitem list overdue", channel=channel).text
    assert find(priya.messages(channel), label)


@pytest.mark.walk
def test_ideas_of_every_incident_are_listed_wherever_it_is_asked(world: World) -> None:
    priya = world.person("U0PRIYA")
    priya.command("/actionitem idea Rehearse the numbat failover", channel=world.incident_channel())
    text = priya.command("/actionitem list ideas", channel=world.incident_channel()).text
    assert "Rehearse the numbat failover" in text
    assert "An idea of Priya Raman, no commitment" in text
    assert "due" not in text


@pytest.mark.walk
def test_themes_are_set_by_edit_and_listed(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label, other = create(world, priya, channel), create(world, priya, channel, Action="Cap the third retry queue")
    submit(priya, channel, f"edit {label}", {"Themes": "Retry storms, capacity"}, "Save")
    submit(priya, channel, f"edit {other}", {"Themes": "dns"}, "Save")
    for words in ("retry-storms", "Storms", "capacity"):
        text = priya.command(f"/actionitem list theme {words}", channel="C0PAYMENTS").text
        assert f"*{label}*" in text
        assert f"*{other}*" not in text
    assert "Retry storms, capacity" in priya.command(f"/actionitem show {label}", channel=channel).text
    assert "No item has the theme “aliens”" in priya.command("/actionitem list theme aliens", channel=channel).text
    assert "Name the theme" in priya.command("/actionitem list theme", channel=channel).text


def test_edit_suggests_the_themes_that_the_item_speaks_of(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, Action="Limit the flux capacitor to 88 requests a second")
    submit(priya, channel, f"edit {label}", {"Themes": "flux capacitor"}, "Save")
    later = create(world, priya, channel, Action="Alert when the flux capacitor is over 80 % for 5 minutes")
    priya.command(f"/actionitem edit {later}", channel=channel)
    assert "This speaks of: flux capacitor" in str(priya.modal.blocks)


@pytest.mark.parametrize("quoted", ["“{}”", '"{}"', "‘{}’", "'{}'"])
def test_quotes_around_the_words_of_a_list_or_an_item_are_no_part_of_them(world: World, quoted: str) -> None:
    priya = world.person("U0PRIYA")
    listed = priya.command(f"/actionitem list {quoted.format('all')} {quoted.format('public')}", channel="C0PAYMENTS")
    assert (listed.ephemeral, "There is no list" in listed.text) == (False, False)
    # Read as a number, and so found or not; else it would be asked which item is meant.
    shown = priya.command(f"/actionitem show {quoted.format('AI-999')}", channel="C0PAYMENTS")
    assert shown.text.startswith("AI-999 does not exist.")
