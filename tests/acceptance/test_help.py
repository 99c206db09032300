"""Help: what there is and no more, one subcommand closer, the principles; and the first message in a channel."""

from html import unescape

import pytest

from bot.blocks.help import EXAMPLES
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import create


@pytest.mark.walk
def test_help_is_five_tasks_with_buttons_and_the_reference_stands_behind_one(world: World) -> None:
    priya = world.person("U0PRIYA")
    answer = priya.command("/actionitem help", channel="C0GENERAL")
    assert answer.ephemeral
    help_ = answer.messages[-1]
    assert help_.buttons == ["New action item", "My items", "Overdue items", "Review", "Report", "All commands"]
    assert "Ownership is not blame" in answer.text
    for name, said in (("My items", "open items"), ("Report", "so far*")):
        assert said in help_.button(name).click().text
    help_.button("New action item").click()
    assert priya.modal.title == "New action item"
    priya.modal.cancel()
    for reference in (help_.button("All commands").click(), priya.command("/actionitem help all", channel="C0GENERAL")):
        for name in ("new", "idea", "list", "verify N", "help [SUBCOMMAND"):
            assert f"`/actionitem {name}" in reference.text
        assert "Ownership is not blame" in reference.text
        assert all(f"\n{number}. " in reference.text for number in range(1, 11))


@pytest.mark.parametrize("words", ["help verify", "help VERIFY"])
def test_help_about_one_subcommand_gives_a_line_to_type(world: World, words: str) -> None:
    text = world.person("U0PRIYA").command(f"/actionitem {words}", channel="C0GENERAL").text
    assert "/actionitem verify N" in text
    assert "For example: `/actionitem verify 12 Fired in staging" in text
    assert "Ownership is not blame" not in text


@pytest.mark.walk
def test_typo_gets_help_and_a_line_whose_button_does_what_was_meant_with_the_same_number_and_text(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, Owner="U0PRIYA")
    asked = priya.command(f"/actionitem updaet {label} The alert <fires> in staging", channel=channel)
    assert asked.text.splitlines()[0] == "There is no `/actionitem updaet`. Did you mean `/actionitem update`?"
    assert asked.messages[-1].buttons[:2] == [f"update {label}", "New action item"]
    asked.messages[-1].button(f"update {label}").click()
    said = [each.text for each in priya.messages(channel)]
    assert f"The update of *{label}* is recorded." in said
    assert "Did you mean" not in "".join(said)  # it is done: nobody presses it again by mistake
    assert "The alert <fires> in staging" in unescape(priya.command(f"/actionitem show {label}", channel=channel).text)


def test_who_types_digest_leadership_or_themes_reads_where_it_comes_from(world: World) -> None:
    priya = world.person("U0PRIYA")
    digest = priya.command("/actionitem digest", channel="C0GENERAL")
    assert digest.ephemeral
    assert "comes next on" in digest.text
    assert "actionitem ritual weekly-digest --team" in digest.text
    assert "leadership" in priya.command("/actionitem Leadership", channel="C0GENERAL").text
    assert "heme" in priya.command("/actionitem themes", channel="C0GENERAL").text


def test_typo_of_a_form_opens_the_form_with_the_text(world: World) -> None:
    priya = world.person("U0PRIYA")
    priya.command("/actionitem craete Cap the retry queue", channel="C0GENERAL").messages[-1].button("new").click()
    assert priya.modal.shown("Action") == "Cap the retry queue"
    priya.modal.cancel()


def test_typo_with_more_text_than_a_button_carries_is_only_named(world: World) -> None:
    asked = world.person("U0PRIYA").command(f"/actionitem updaet 12 {'long ' * 500}", channel="C0GENERAL")
    assert "Did you mean `/actionitem update`?" in asked.text
    assert asked.messages[-1].buttons[0] == "New action item"


def test_help_about_a_number_offers_the_item_and_not_help_about_it(world: World) -> None:
    asked = world.person("U0PRIYA").command("/actionitem help 12", channel="C0GENERAL")
    assert "Did you mean `/actionitem show 12`?" in asked.text
    assert asked.messages[-1].buttons[:2] == ["show 12", "New action item"]


def test_word_that_is_near_nothing_gets_the_five_tasks(world: World) -> None:
    asked = world.person("U0PRIYA").command("/actionitem xylophone", channel="C0GENERAL")
    assert "There is no `/actionitem xylophone`." in asked.text
    assert "My items" in asked.messages[-1].buttons


@pytest.mark.parametrize("words", ["verfy 12", "help verfy"])
def test_mistyped_subcommand_is_answered_with_the_nearest(world: World, words: str) -> None:
    text = world.person("U0PRIYA").command(f"/actionitem {words}", channel="C0GENERAL").text
    assert "There is no `/actionitem verfy`. Did you mean `/actionitem verify`?" in text
    assert "Write down what must happen" in text  # help stands below


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("AI-12", "show AI-12"), ("done 12", "implement"), ("overdue", "list overdue"), ("craete", "new")],
)
def test_word_that_means_a_subcommand_is_answered_with_it(world: World, typed: str, meant: str) -> None:
    text = world.person("U0PRIYA").command(f"/actionitem {typed}", channel="C0GENERAL").text
    assert f"Did you mean `/actionitem {meant}`?" in text


def test_help_knows_every_subcommand_of_the_contract(world: World) -> None:
    priya = world.person("U0PRIYA")
    names = (
        "new idea list show search start implement verify close reopen update block unblock assign due edit "
        "defer resume risk drop merge promote meeting incident recurrence review report export team settings help"
    )
    for name in names.split():
        text = priya.command(f"/actionitem help {name}", channel="C0GENERAL").text
        assert f"*/actionitem {name}" in text
        assert "For example: `/actionitem " in text


def test_every_subcommand_has_an_example_that_begins_with_it(world: World) -> None:
    text = world.person("U0PRIYA").command("/actionitem help all", channel="C0GENERAL").text
    names = {line.split()[1].strip("`") for line in text.splitlines() if line.startswith("`/actionitem ")}
    assert names <= set(EXAMPLES)
    assert all(example.startswith(name) for name, example in EXAMPLES.items())


@pytest.mark.walk
def test_first_message_in_a_channel_is_one_and_useful(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    said = eventually(lambda: find(priya.messages(channel), "/actionitem help"))
    assert {"New action item", "What can I do?"} <= set(said.buttons)
    assert "Ownership is not blame" in said.button("What can I do?").click().text
    said.button("New action item").click()
    assert priya.modal.title == "New action item"


def test_bot_that_comes_back_does_not_introduce_itself_again(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    eventually(lambda: find(priya.messages(channel), "/actionitem help"))
    priya.post("kick", {"channel": channel, "user": "U0BOT"})
    priya.post("invite", {"channel": channel, "user": "U0BOT"})
    priya.settle()
    priya.command("/actionitem idea Cap the retry queue", channel=channel)
    eventually(lambda: find(priya.messages(channel), "Cap the retry queue"))
    assert len([each for each in priya.messages(channel) if "What can I do?" in each.text]) == 1
