"""People read what is theirs in the language of their Slack, and a channel in that of its team (P12)."""

from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.mornings import monday, nine
from tests.acceptance.test_life_of_an_item import IN_A_WEEK, create
from tests.people import Person

FIELDS = {
    "Maßnahme": "Alert when the payout queue holds more than 500 jobs for 10 minutes",
    "Verantwortlich": "U0MARCO",
    "Fällig am": IN_A_WEEK,
    "Art der Abhilfe": "Monitoring",
    "Wirkung": "4 – mehrere Dienste",
    "Dringlichkeit": "5 – kann jeden Tag wieder geschehen",
    "Aufwand": "1 – Stunden",
    "Wie prüfen wir es?": "Den Alarm in Staging absichtlich auslösen",
}


@pytest.fixture(scope="module")
def jonas(world: World) -> Person:
    """Somebody whose Slack speaks German."""
    team = world.sandbox.state.users["U0PRIYA"].team
    user = world.sandbox.state.add_user(team, "Jonas Weber", locale="de-DE", tz="Europe/Berlin").id
    return world.person(user)


def test_form_speaks_the_language_of_whoever_opens_it(world: World, jonas: Person) -> None:
    channel = world.incident_channel()
    world.person("U0PRIYA").post("invite", {"channel": channel, "user": jonas.id})
    jonas.command("/actionitem new", channel=channel)
    assert jonas.modal.title == "Neue Maßnahme"
    assert jonas.modal.fill(FIELDS).submit("Anlegen") == {}
    card = eventually(lambda: find(jonas.messages(channel), "payout queue"))
    assert "Owner Marco Rossi" in card.text
    world.person("U0PRIYA").command("/actionitem new", channel=channel)
    assert world.person("U0PRIYA").modal.title == "New action item"


@pytest.mark.walk
def test_direct_message_speaks_the_language_of_its_reader_and_the_channel_stays_english(
    world: World, jonas: Person
) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.post("invite", {"channel": channel, "user": jonas.id})
    label = create(world, priya, channel, Action="Cap the translated retry queue at 10,000", Owner=jonas.id)
    told = eventually(lambda: find(jonas.direct_messages(), "translated retry queue"))
    assert told.text.startswith(f"Dir gehört jetzt *{label} ")
    assert {"Beginnen", "Aktualisieren"} <= set(told.buttons)
    card = eventually(lambda: find(priya.messages(channel), "translated retry queue"))
    assert {"Start", "Update"} <= set(card.buttons)
    assert "Owner Jonas Weber" in card.text
    assert jonas.command(f"/actionitem start {label}", channel=channel).text == f"*{label}* ist in Arbeit."
    assert eventually(lambda: any("Jonas Weber started it" in line.text for line in card.thread))


def test_home_speaks_the_language_of_whoever_opens_it(world: World, jonas: Person) -> None:
    home = jonas.home()
    assert "Deine Maßnahmen" in home.text
    assert "Neue Maßnahme" in home.buttons


def test_refusal_speaks_the_language_of_whoever_is_refused(world: World, jonas: Person) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.post("invite", {"channel": channel, "user": jonas.id})
    label = create(world, priya, channel, Owner=jonas.id)
    answer = jonas.command(f"/actionitem close {label}", channel=channel)
    assert answer.text.startswith(f"{label} kann noch nicht abgeschlossen werden: niemand hat sie begonnen.")
    jonas.command(f"/actionitem due {label}", channel=channel)
    errors = jonas.modal.fill({"Neuer Termin": IN_A_WEEK}).submit()
    assert errors == {"Neuer Termin": "Das ist schon der Termin. Wähle einen anderen Tag."}
    assert "cannot be closed yet" in priya.command(f"/actionitem close {label}", channel=channel).text


def test_what_everybody_in_the_channel_reads_is_english(world: World, jonas: Person) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.post("invite", {"channel": channel, "user": jonas.id})
    create(world, priya, channel)
    assert "nicht begonnen" in jonas.command("/actionitem list", channel=channel).text
    assert "not started" in jonas.command("/actionitem list public", channel=channel).text


def test_help_speaks_the_language_of_whoever_asks(world: World, jonas: Person) -> None:
    channel = world.incident_channel()
    world.person("U0PRIYA").post("invite", {"channel": channel, "user": jonas.id})
    said = jonas.command("/actionitem help all", channel=channel).text
    assert "*Voranbringen*" in said
    assert "`/actionitem verify N [text]` zeigt den Nachweis, dass sie wirkt" in said


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("list nothing-of-the-kind", "Die Liste „nothing-of-the-kind“ gibt es nicht."),
        ("show 99999", "AI-99999 gibt es nicht."),
        ("report team Nobody", "Das Team „Nobody“ gibt es nicht. Teams: Payments."),
        ("report smarch", "„smarch“ ist kein Monat."),
        ("settings", "Frag Marco Rossi oder einen Admin."),
        ("review sometime", "Diese Durchsicht gibt es nicht."),
        ("export everything", "Sag es so: `/actionitem export"),
    ],
)
def test_refusal_with_values_speaks_german_too(world: World, jonas: Person, command: str, said: str) -> None:
    world.person("U0PRIYA").post("invite", {"channel": "C0PAYMENTS", "user": jonas.id})
    assert said in jonas.command(f"/actionitem {command}", channel="C0PAYMENTS").text


def test_coach_explains_in_the_language_of_whoever_writes_and_leaves_their_text_as_it_is(
    world: World, jonas: Person
) -> None:
    channel = world.incident_channel()
    world.person("U0PRIYA").post("invite", {"channel": channel, "user": jonas.id})
    jonas.command("/actionitem new", channel=channel)
    jonas.modal.fill(FIELDS | {"Maßnahme": "Improve monitoring"}).submit("Anlegen")
    assert "„Improve monitoring“" in jonas.modal.text or "“Improve monitoring”" in jonas.modal.text
    assert "Nenne" in jonas.modal.text
    assert "does not say" not in jonas.modal.text
    jonas.modal.cancel()


@pytest.mark.walk
def test_report_speaks_the_language_of_whoever_asks_and_english_to_the_channel(world: World, jonas: Person) -> None:
    world.person("U0PRIYA").post("invite", {"channel": "C0PAYMENTS", "user": jonas.id})
    report = jonas.command("/actionitem report team Payments", channel="C0PAYMENTS").text
    assert "Erledigt innerhalb der Frist" in report
    assert not [word for word in ("created", "within the deadline", "no items") if word in report]
    public = jonas.command("/actionitem report team Payments public", channel="C0PAYMENTS").text
    assert "Completion within the deadline" in public


def test_lead_reads_the_review_of_the_backlog_in_their_language(world: World, jonas: Person) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    create(world, priya, channel, Action="Cap the reviewed retry queue at 10,000", Owner="U0PRIYA")
    posts = world.bot.command("ritual", "hygiene-review", "--team", "Payments", "--dry-run").stdout
    assert "to review" in posts
    world.bot.command("team", "set", "Payments", "--lead", jonas.id)
    try:
        posts = world.bot.command("ritual", "hygiene-review", "--team", "Payments", "--dry-run").stdout
        assert "durchzusehen" in posts
        assert "Behalten" in posts
        assert "days old" not in posts
    finally:
        world.bot.command("team", "set", "Payments", "--lead", "U0MARCO")


@pytest.fixture
def german(world: World) -> Iterator[None]:
    """Payments reads German together."""
    done = world.bot.command("team", "set", "Payments", "--language", "de")
    assert done.returncode == 0, done.stderr
    yield
    world.bot.command("team", "set", "Payments", "--language", "en")


@pytest.mark.walk
@pytest.mark.usefixtures("german")
def test_channel_of_a_german_team_reads_german_and_its_people_their_own_language(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel, Action="Cap the German retry queue at 10,000", Owner="U0MARCO")
    card = eventually(lambda: find(priya.messages(channel), "German retry queue"))
    assert "Verantwortlich Marco Rossi" in card.text
    assert {"Beginnen", "Aktualisieren"} <= set(card.buttons)
    told = eventually(lambda: find(world.person("U0MARCO").direct_messages(), "German retry queue"))
    assert told.text.startswith("You now own")
    assert (
        world.person("U0MARCO").command(f"/actionitem start {label}", channel=channel).text
        == f"*{label}* is in progress."
    )
    assert eventually(lambda: any("Marco Rossi hat sie begonnen" in line.text for line in card.thread))
    assert "1 Maßnahme" in priya.command("/actionitem list public", channel=channel).text
    late = monday(2)
    world.bot.lines("ritual", "weekly-digest", "--team", "Payments", "--at", nine(late).isoformat())
    title = f"*Payments · Woche vom {late.day}. "
    digest = eventually(lambda: find(priya.messages("C0PAYMENTS"), title))
    assert "*Überfällig*" in digest.text
    assert not [word for word in ("open", "overdue", "created") if word in digest.text]
    report = priya.command("/actionitem report team Payments public", channel="C0PAYMENTS").text
    assert "Erledigt innerhalb der Frist" in report


def test_language_that_is_not_spoken_is_refused_with_those_that_are(world: World) -> None:
    done = world.bot.command("team", "set", "Payments", "--language", "fr")
    assert done.returncode == 1
    assert done.stderr.strip() == "“fr” is no language that I speak. Choose one: en, de."
