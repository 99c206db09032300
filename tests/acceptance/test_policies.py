"""Three severities through ninety days of spring: what is due when, who is told when, each once (P13, P14)."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from bot.domain.days import add_working_days, next_working_day
from bot.domain.policy import SEVERITIES
from bot.domain.team import Team
from bot.services.days_off import days_off
from tests.acceptance.api_client import clients
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import FIELDS, submit
from tests.people import Message
from tests.running import RunningBot

BERLIN = ZoneInfo("Europe/Berlin")
OFF = days_off(Team("T0ACME", 1, "Payments", "C0PAYMENTS", "U0MARCO", holidays="DE"))
START = next_working_day(date(datetime.now(UTC).year + 1, 3, 1), OFF)
"""In the spring that comes: Easter and the change of the clocks lie within ninety days."""
DAYS = 90
A_DAY = timedelta(days=1)
LINK = "https://pm.example.com/7"


class Spring:
    """The bot on a day of that spring, and what a person does in the channel of an incident of then."""

    def __init__(self, world: World) -> None:
        self.world, self.bot = world, cast("RunningBot", world.bot)
        self.priya, self.marco = world.person("U0PRIYA"), world.person("U0MARCO")
        self.at(START)
        self.run("team", "set", "Payments", "--holidays", "DE")

    def at(self, day: date, hour: int = 10, minute: int = 5) -> datetime:
        """Makes it that time in Berlin."""
        moment = datetime.combine(day, time(hour, minute), BERLIN).astimezone(UTC)
        self.bot.now = lambda: moment
        return moment

    def run(self, *words: str) -> str:
        """What a command prints; it must succeed."""
        done = self.bot.command(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def incident(self, name: str, **facts: object) -> str:
        """An incident that began this morning; its channel."""
        channel = self.world.incident_channel(name=name)
        began = self.bot.now() - timedelta(hours=2, minutes=10)
        submit(self.priya, channel, "incident", {"Title": name, "When it began": began, **facts}, "Save")
        return channel

    def item(self, channel: str, title: str, **changes: object) -> str:
        """An item with the due date that the form proposes; its label."""
        self.priya.command("/actionitem new", channel=channel)
        fields = {name: value for name, value in FIELDS.items() if name != "Due date"}
        assert self.priya.modal.fill(fields | {"Action": title} | changes).submit("Create") == {}
        return self.world.card(channel, title).text.split()[0].strip("*")

    def days(self, *days: date) -> None:
        """`tick` at five past ten of each of the days."""
        # By the clock of that day, for the bot's own ticker looks at it too: whoever comes first says it, once.
        for day in days:
            self.bot.each([("tick", "--at", self.at(day).isoformat())])

    def asked(self, channel: str) -> list[Message]:
        """The questions for a post-mortem in a channel, answered or not."""
        words = ("and has no post-mortem", "and has neither", "No post-mortem is needed", "has its post-mortem and")
        return [message for message in self.priya.messages(channel) if any(map(message.text.__contains__, words))]


@pytest.mark.walk
def test_three_severities_through_ninety_days(own_world: World) -> None:
    spring = Spring(own_world)
    spring.run(
        "policy",
        "set",
        "--severity",
        "Critical",
        "--due-days",
        "14",
        "--postmortem-days",
        "2",
        "--escalate-days",
        "3",
        "--leadership-days",
        "10",
    )
    spring.run("policy", "set", "--severity", "Major", "--due-days", "30")
    spring.run("policy", "set", "--severity", "Minor")
    spring.priya.command("/actionitem incident", channel=own_world.incident_channel(name="words"))
    assert spring.priya.modal.options("Severity") == ["Critical", "Major", "Minor"]
    spring.priya.modal.cancel()

    critical = spring.incident("Checkout down", Severity="Critical", Lead="U0PRIYA")
    major = spring.incident("Search slow", Severity="Major")
    minor = spring.incident("Typo on the page", Severity="Minor")
    due_dates_follow_the_policy(spring, critical, minor)
    said = spring.priya.command("/actionitem incident ended", channel=critical).text
    assert "*Checkout down* has ended. It lasted 2 hours 10 minutes. Its post-mortem is due" in said
    assert "ended already" in spring.priya.command("/actionitem incident ended", channel=critical).text
    for channel in (major, minor):
        submit(spring.priya, channel, "incident", {"Ended": spring.bot.now()}, "Save")
    early = spring.item(critical, "Cap the retries of the checkout client at three", Owner="U0PRIYA")
    # From now on other days hold, and not for what is past.
    spring.at(START, minute=6)
    spring.run(
        "policy",
        "set",
        "--severity",
        "Critical",
        "--postmortem-days",
        "20",
        "--escalate-days",
        "30",
        "--leadership-days",
        "60",
    )
    spring.run("policy", "remove", "--severity", "Minor")

    due = in_days(14)
    late = spring.item(major, "Drop the second index of search", Owner="U0PRIYA", **{"Due date": due})
    escalated = (next_working_day(due + timedelta(days=4), OFF), next_working_day(due + timedelta(days=8), OFF))

    fast, slow = (weekly(add_working_days(START, after + 1, OFF)) for after in (2, 5))
    spring.days(fast[0] - A_DAY)
    assert [spring.asked(each) for each in (critical, major, minor)] == [[], [], []]
    spring.days(fast[0], fast[0] + A_DAY, slow[0], fast[1] - A_DAY)
    the_first_question(spring, critical, minor)
    spring.days(fast[1])
    the_second_question(spring, critical)
    # In some years the third question would fall on the day of the escalation, which is looked at below.
    spring.days(*sorted(day for day in {slow[1], fast[2], escalated[0] - A_DAY} if day < escalated[0]))
    assert not find(spring.marco.direct_messages(), "been overdue for")
    spring.days(escalated[0])
    assert early in eventually(lambda: find(spring.marco.direct_messages(), "longer than its severity allows")).text
    spring.days(slow[2], escalated[1])
    both = eventually(lambda: find(spring.marco.direct_messages(), "2 items of Payments have been overdue for"))
    assert f"*{late}*" in both.text
    # Nobody answers the third: it is asked each week once, over Easter and the change of the clocks.
    for day in slow:
        if day > escalated[1]:
            spring.days(day)
    spring.days(slow[-1] + A_DAY)
    assert [len(spring.asked(each)) for each in (critical, major, minor)] == [2, len(slow), 1]
    assert len(told_as_lead(spring, "Search slow")) == len(slow) - 1
    report_says_how_policies_were_kept(spring)


def the_first_question(spring: Spring, critical: str, minor: str) -> None:
    """By the policy in force when the end was said; “None needed” wants a reason, and then it is quiet."""
    [asked] = spring.asked(critical)
    assert "<@U0PRIYA>, you led it" in asked.text
    assert asked.buttons == ["Add the link", "None needed"]
    [other] = spring.asked(minor)
    assert "has neither a post-mortem nor action items" in other.text
    assert other.buttons == ["Add the link", "Add items", "None needed"]
    assert other.button("None needed").click().opened
    assert list(spring.priya.modal.submit("None needed")) == ["Why?"]
    assert spring.priya.modal.fill({"Why?": "A typo in a footer"}).submit("None needed") == {}
    answered = eventually(lambda: find(spring.priya.messages(minor), "No post-mortem is needed for"))
    assert answered.ts == other.ts
    assert answered.buttons == []
    assert told_as_lead(spring, "Checkout down") == []


def the_second_question(spring: Spring, critical: str) -> None:
    """A week later, in place of the first; now the team's lead knows; with a link it is quiet."""
    before, again = spring.asked(critical)
    assert (before.buttons, again.buttons) == ([], ["Add the link", "None needed"])
    assert "The lead of Payments is told too, as this was asked 2 times." in again.text
    assert len(told_as_lead(spring, "Checkout down")) == 1
    assert again.button("Add the link").click().opened
    assert list(spring.priya.modal.fill({"Post-mortem link": "tomorrow"}).submit("Add")) == ["Post-mortem link"]
    other = next(said for said in spring.marco.messages(critical) if said.ts == again.ts)
    assert other.button("None needed").click().opened
    assert spring.priya.modal.fill({"Post-mortem link": LINK}).submit("Add") == {}
    refused = spring.marco.modal.fill({"Why?": "It was a drill"}).submit("None needed")
    assert refused == {"Why?": f"Its post-mortem is there now: {LINK}. Nothing was changed."}
    spring.marco.modal.cancel()
    eventually(lambda: find(spring.priya.messages(critical), "has its post-mortem and its action items now"))


def report_says_how_policies_were_kept(spring: Spring) -> None:
    """By severity, in the month in which each fell due; the exception that was asked about counts there."""
    month = f"{START:%Y-%m}"
    found = json.loads(spring.run("report", "--team", "Payments", "--month", month, "--format", "json"))["policies"]
    assert list(found) == ["Critical", "Major", "Minor"]
    # The link came a week after its day, and nobody closed anything.
    assert found["Critical"]["postmortems_in_time"] == {"value": 0.0, "numerator": 0, "denominator": 1}
    assert found["Critical"]["items_in_time"]["denominator"] == 3
    assert found["Critical"]["exceptions"] == 1
    assert (found["Major"]["exceptions"], found["Minor"]["none_needed"]) == (0, 1)


def told_as_lead(spring: Spring, incident: str) -> list[Message]:
    """What the team's lead was told of an incident that nobody answers for."""
    said = spring.marco.direct_messages()
    return [message for message in said if incident in message.text and "nobody has answered" in message.text]


def weekly(first: date) -> list[date]:
    """The days on which something is asked until the ninety days are over: a week later, on a working day."""
    days = [first]
    while (day := next_working_day(days[-1] + timedelta(days=7), OFF)) <= in_days(DAYS):
        days.append(day)
    return days


def in_days(days: int) -> date:
    """So many days after the first one."""
    return START + timedelta(days=days)


def due_dates_follow_the_policy(spring: Spring, critical: str, minor: str) -> None:
    """Pre-filled, and a later date asks why; where the policy asks for no day, nothing is proposed."""
    spring.priya.command("/actionitem new", channel=minor)
    assert not spring.priya.modal.shown("Due date")
    spring.priya.modal.cancel()
    latest = START + timedelta(days=14)
    spring.priya.command("/actionitem new", channel=critical)
    assert spring.priya.modal.shown("Due date") == latest.isoformat()
    modal = spring.priya.modal.fill(FIELDS | {"Due date": latest + timedelta(days=1)})
    assert modal.submit("Create") == {}
    assert "Critical* asks for" in spring.priya.modal.text
    assert "Why later?" in spring.priya.modal.labels
    assert list(spring.priya.modal.submit("Create")) == ["Why later?"]
    assert spring.priya.modal.fill({"Why later?": "The vendor ships in spring"}).submit("Create") == {}
    label = spring.world.card(critical, str(FIELDS["Action"])).text.split()[0].strip("*")
    history = spring.priya.command(f"/actionitem show {label}", channel=critical).text
    assert "due later than Critical asks for" in history
    assert "The vendor ships in spring" in history
    kept = spring.item(critical, "Alert when more than two in a hundred checkouts fail for five minutes")
    assert "by the policy of Critical: due" in spring.priya.command(f"/actionitem show {kept}", channel=critical).text


@pytest.mark.walk
def test_standard_items_are_offered_and_ticked_one_by_one(own_world: World) -> None:
    priya, bot = own_world.person("U0PRIYA"), own_world.bot
    restore, fail_over = "Restore the newest backup on staging every night", "Fail over to the second region by itself"
    for words in (
        ("set", "Database", "--service", "postgres", "--item", restore, "--item", fail_over),
        ("set", "Critical", "--severity", "SEV1 – critical", "--item", "Page the second on call after five minutes"),
    ):
        assert bot.command("template", *words).returncode == 0
    assert [line["name"] for line in bot.lines("template", "list")] == ["Critical", "Database"]
    channel = own_world.incident_channel(name="postgres")
    facts = {"Title": "Postgres down", "Services": "Postgres, checkout", "Severity": "SEV2 – major"}
    submit(priya, channel, "incident", facts, "Save")
    offer = eventually(lambda: find(priya.messages(channel), "Standard items for Postgres down"))
    assert "Page the second on call" not in offer.text
    assert offer.button("Standard items").click().opened
    assert priya.modal.shown_options(next(b["element"] for b in priya.modal.blocks if b["block_id"] == "items")) == []
    assert list(priya.modal.submit("Create")) != []
    how = {"Due date": in_days(14), "How will we verify it?": "Look at the log of the drill"}
    assert priya.modal.fill({fail_over: True, **how}).submit("Create") == {}
    assert fail_over in eventually(lambda: find(priya.messages(channel), "Owner Priya Raman")).text
    left = eventually(
        lambda: (found := find(priya.messages(channel), restore)) and fail_over not in found.text and found
    )
    assert left.ts == offer.ts
    assert bot.command("template", "remove", "nothing").returncode == 1
    assert bot.command("template", "remove", "database").returncode == 0


def with_policies(world: World, **due_days: str) -> Spring:
    spring = Spring(world)
    for severity, days in due_days.items():
        spring.run("policy", "set", "--severity", severity, "--due-days", days)
    return spring


def test_idea_that_is_promoted_says_why_it_is_due_later_than_its_severity_asks_for(own_world: World) -> None:
    spring = with_policies(own_world, Critical="14")
    priya, channel = spring.priya, spring.incident("Checkout down", Severity="Critical")
    kept = priya.command("/actionitem idea Cap the retries of the checkout client at three", channel=channel).text
    number = kept.split()[0].strip("*").removeprefix("AI-")
    priya.command(f"/actionitem promote {number}", channel=channel)
    assert priya.modal.shown("Due date") == in_days(14).isoformat()
    fields = {name: FIELDS[name] for name in ("Owner", "How will we verify it?")}
    assert priya.modal.fill(fields | {"Due date": in_days(15)}).submit("Promote") == {}
    assert "Critical* asks for" in priya.modal.text
    assert list(priya.modal.submit("Promote")) == ["Why later?"]
    assert priya.modal.fill({"Why later?": "The vendor ships in spring"}).submit("Promote") == {}
    spring.world.card(channel, f"AI-{number}")
    history = priya.command(f"/actionitem show {number}", channel=channel).text
    assert "due later than Critical asks for" in history
    assert "The vendor ships in spring" in history
    found = json.loads(spring.run("report", "--month", f"{START:%Y-%m}", "--format", "json"))["policies"]
    assert found["Critical"]["exceptions"] == 1


def test_due_date_follows_the_incident_that_is_chosen_later_unless_somebody_chose_another(own_world: World) -> None:
    spring = with_policies(own_world, Critical="14", Minor="60")
    critical = spring.incident("Checkout down", Severity="Critical")
    spring.incident("Typo", Severity="Minor")
    spring.incident("Drill")
    spring.priya.command("/actionitem new", channel=critical)
    for incident, proposed in (("Typo", 60), ("Checkout down", 14)):
        spring.priya.modal.fill({"Incident": incident})
        assert spring.priya.modal.shown("Due date") == in_days(proposed).isoformat()
    spring.priya.modal.fill({"Incident": "Drill"})
    assert not spring.priya.modal.shown("Due date")
    spring.priya.modal.fill({"Incident": "Typo"})
    spring.priya.modal.fill({"Due date": in_days(7), "Incident": "Checkout down"})
    assert spring.priya.modal.shown("Due date") == in_days(7).isoformat()


def test_workspace_without_any_policy_behaves_as_before(own_world: World) -> None:
    spring = Spring(own_world)
    channel = spring.incident("Checkout down", Severity="SEV1 – critical", Ended=spring.bot.now())
    spring.priya.command("/actionitem incident", channel=channel)
    assert spring.priya.modal.options("Severity") == list(SEVERITIES)
    spring.priya.modal.cancel()
    spring.priya.command("/actionitem new", channel=channel)
    assert not spring.priya.modal.shown("Due date")
    spring.priya.modal.cancel()
    # A year away, and nobody asks why.
    label = spring.item(channel, str(FIELDS["Action"]), Owner="U0PRIYA", **{"Due date": in_days(365)})
    assert "polic" not in spring.priya.command(f"/actionitem show {label}", channel=channel).text
    assert "policies" not in json.loads(spring.run("report", "--month", f"{START:%Y-%m}", "--format", "json"))


def test_incident_without_a_channel_is_asked_about_in_a_direct_message_of_its_teams_lead(own_world: World) -> None:
    spring = Spring(own_world)
    ended = (spring.at(START) - timedelta(hours=1)).isoformat()
    with clients(own_world) as client:
        facts = {"title": "Mail delayed", "started_at": ended, "ended_at": ended}
        made = client("incidents:write").post("/incidents", json=facts)
    assert made.status_code == 201, made.text
    first = add_working_days(START, 6, OFF)
    again = next_working_day(first + timedelta(days=7), OFF)
    spring.days(first - A_DAY)
    assert not find(spring.marco.direct_messages(), "Mail delayed")
    spring.days(first)
    asked = eventually(lambda: find(spring.marco.direct_messages(), "has neither a post-mortem nor action items"))
    spring.days(again)
    second = eventually(
        lambda: (found := find(spring.marco.direct_messages(), "Mail delayed")).ts != asked.ts and found
    )
    assert (second.buttons, "is told too" in second.text) == (["Add the link", "Add items", "None needed"], False)
    # One question stands open, and nobody was told beside it.
    said = [each for each in spring.marco.direct_messages() if "Mail delayed" in each.text]
    assert [each.buttons for each in said] == [[], second.buttons]
    second.button("Add items").click()
    fields = FIELDS | {"Due date": in_days(30), "Owner": "U0MARCO"}
    assert spring.marco.modal.fill(fields).submit("Create") == {}
    assert second.button("Add the link").click().opened
    assert spring.marco.modal.fill({"Post-mortem link": LINK}).submit("Add") == {}
    eventually(lambda: find(spring.marco.direct_messages(), "has its post-mortem and its action items now"))
