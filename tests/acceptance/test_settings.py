"""A team is set up in Slack as by the command line: by its lead and by admins, checked field by field."""

from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import World, eventually
from tests.acceptance.test_answered import said
from tests.acceptance.test_slack_in_trouble import trouble

SOMEWHERE = {"Channel": "C0PAYMENTS", "Lead": "U0MARCO"}


def team_of(world: World, name: str) -> dict[str, object]:
    return next(team for team in world.bot.lines("team", "list") if team["name"] == name)


@pytest.fixture
def restored(world: World) -> Iterator[None]:
    """Payments as the other tests know it."""
    yield
    world.bot.command(
        "team", "set", "Payments", "--channel", "C0PAYMENTS", "--lead", "U0MARCO", "--timezone", "Europe/Berlin",
        "--member", "U0PRIYA", "--leadership-channel", "C0GENERAL",
        "--quota", "5", "--lenient-coach", "--reaction", "pushpin", "--leadership-summary", "monthly",
    )  # fmt: skip


def test_team_opens_the_same_form(world: World) -> None:
    marco = world.person("U0MARCO")
    marco.command("/actionitem team Payments", channel="C0GENERAL")
    assert marco.modal.title == "Team settings"
    assert marco.modal.shown("Lead") == "U0MARCO"


@pytest.mark.walk
@pytest.mark.usefixtures("restored")
def test_lead_sets_everything_that_the_command_line_can(world: World) -> None:
    marco = world.person("U0MARCO")
    marco.command("/actionitem settings", channel="C0GENERAL")
    form = marco.modal
    assert form.title == "Team settings"
    assert (form.shown("Channel"), form.shown("Lead"), form.shown("Time zone")) == (
        "C0PAYMENTS", "U0MARCO", "Europe/Berlin",
    )  # fmt: skip
    form.fill({
        "Members": ["U0PRIYA", "U0AISHA"], "Time zone": "America/New_York", "Holidays": "US", "Digest": "tue 10:30",
        "Items per incident": "3", "Reserved capacity in percent": "15", "Leadership channel": "C0GENERAL",
        "Wording coach": "Strict: findings must be fixed", "Reaction for ideas": ":bulb:",
        "Leadership summary": "Quarterly",
    })  # fmt: skip
    assert form.submit("Save") == {}
    digest = "its digest comes on Tue at 10:30 (America/New_York) in #payments."
    answer = f"*Payments* is saved: Marco Rossi leads it, and {digest}"
    assert said(marco, "C0GENERAL").replace("<#C0PAYMENTS>", "#payments") == answer
    saved = team_of(world, "Payments")
    assert saved["members"] == ["U0AISHA", "U0PRIYA"]
    wanted = {
        "timezone": "America/New_York", "holidays": "US", "digest": "tue 10:30", "quota": 3, "capacity": 15,
        "leadership_channel": "C0GENERAL", "strict_coach": True, "reaction": "bulb",
        "leadership_every": "quarterly",
    }  # fmt: skip
    assert {name: saved[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("label", "value", "told"),
    [
        ("Time zone", "Berlin", "is not a time zone"),
        ("Holidays", "Atlantis", "No holidays are known"),
        ("Digest", "someday", "is not a day and time"),
        ("Reserved capacity in percent", "150", "0 to 100 percent"),
        ("Reserved capacity in percent", "ten", "Write a number"),
        ("Reaction for ideas", "two words", "is not the name of an emoji"),
        ("Lead", "U0GIL", "Choose a full member as lead"),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_its_field(world: World, label: str, value: str, told: str) -> None:
    marco = world.person("U0MARCO")
    before = team_of(world, "Payments")
    marco.command("/actionitem settings payments", channel="C0GENERAL")
    assert "Payments" in marco.modal.text
    errors = marco.modal.fill({label: value}).submit("Save")
    assert told in errors[label]
    assert team_of(world, "Payments") == before
    marco.modal.cancel()


def vault(world: World, name: str) -> str:
    """A private channel of Marco's without the bot."""
    made = world.person("U0MARCO").post("create_channel", {"name": f"vault-{name}", "private": True})
    return str(made["channel"]["id"])


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("label", ["Channel", "Leadership channel"])
def test_private_channel_is_taken_once_the_bot_is_in_it(world: World, label: str) -> None:
    marco, made = world.person("U0MARCO"), vault(world, label[:4].lower())
    marco.command("/actionitem settings payments", channel="C0GENERAL")
    assert marco.modal.fill({label: made}).submit("Save") == {
        label: "I am not in that channel. Write `/invite @Action Items` there, then save again."
    }
    assert made not in team_of(world, "Payments").values()
    marco.post("invite", {"channel": made, "user": "U0BOT"})
    assert marco.modal.submit("Save") == {}
    assert made in team_of(world, "Payments").values()


@pytest.mark.usefixtures("restored")
def test_settings_are_saved_while_slack_does_not_say_who_is_in_a_channel(world: World) -> None:
    marco, made = world.person("U0MARCO"), vault(world, "unknown")
    marco.command("/actionitem settings payments", channel="C0GENERAL")
    with trouble(world, method="conversations.info", kind="http", status=503, times=None):
        assert marco.modal.fill({"Leadership channel": made}).submit("Save") == {}


@pytest.mark.parametrize("words", ["settings", "settings Payments"])
def test_member_is_told_whom_to_ask(world: World, words: str) -> None:
    world.person("U0MARCO").command("/actionitem list", channel="C0GENERAL")
    text = world.person("U0PRIYA").command(f"/actionitem {words}", channel="C0GENERAL").text
    assert "Leads and admins set teams up" in text
    assert "an admin" in text


def test_lead_does_not_make_new_teams(world: World) -> None:
    text = world.person("U0MARCO").command("/actionitem settings new", channel="C0GENERAL").text
    assert "Only an admin creates a team" in text


@pytest.mark.walk
def test_admin_makes_a_team_and_finds_it_in_the_home(world: World) -> None:
    aisha = world.person("U0AISHA")
    assert "Settings" in aisha.home().buttons
    aisha.command("/actionitem settings new", channel="C0GENERAL")
    assert aisha.modal.title == "New team"
    assert aisha.modal.fill({"Name": "Payments"} | SOMEWHERE).submit("Save") == {
        "Name": "There is a team of that name already. Choose another name."
    }
    assert aisha.modal.fill({"Name": "Storage", "Lead": "U0AISHA"}).submit("Save") == {}
    assert team_of(world, "Storage")["lead"] == "U0AISHA"
    assert eventually(lambda: "*Storage*" in aisha.home(reopen=False).text)
    answer = aisha.home().button("Settings").click()
    assert answer.opened
    aisha.modal_click("Storage")
    assert aisha.modal.title == "Team settings"
    assert aisha.modal.shown("Lead") == "U0AISHA"
    world.bot.command("team", "list")


def test_members_home_has_no_settings(world: World) -> None:
    assert "Settings" not in world.person("U0PRIYA").home().buttons
