"""The weekly digest of a team with nothing, one item, ten, and a thousand: within Slack's limits, and worth reading."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.conftest import World, eventually
from tests.acceptance.endings import NOT_NOW
from tests.acceptance.mornings import monday, nine
from tests.acceptance.test_life_of_an_item import submit
from tests.people import Message

COLUMNS = ("title", "owner", "team", "state", "created_at", "due", "deferred_at", "revisit_on", "private_channel")
LONGEST = "<!channel> & *Cap* _the_ `retry` queue at 10,000 – "
MADE = datetime(2026, 1, 5, 9, tzinfo=UTC)


def team_with(world: World, folder: Path, name: str, count: int, **cells: str) -> None:
    """A team of Marco's in #payments, and so many items of Priya's, imported."""
    lead = ("--lead", "U0MARCO", "--member", "U0PRIYA", "--timezone", "Europe/Berlin")
    assert world.bot.command("team", "set", name, "--channel", "C0PAYMENTS", *lead).returncode == 0
    plain = {"owner": "U0PRIYA", "team": name, "state": "not_started", "created_at": MADE.isoformat()}
    file = folder / "items.csv"
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, COLUMNS, restval="")
        writer.writeheader()
        for number in range(count):
            due = (monday(0) + timedelta(days=number % 40 - 5)).isoformat()
            writer.writerow(plain | {"title": f"{LONGEST}{number} ".ljust(300, "x"), "due": due} | cells)
    if count:
        done = world.bot.command("import", str(file))
        assert done.returncode == 0, done.stderr


def digest_of(world: World, name: str, week: int = 0) -> Message:
    """What stands in the channel once it is posted."""
    runs = world.bot.lines("ritual", "weekly-digest", "--team", name, "--at", nine(monday(week)).isoformat())
    assert [(run["team"], run["status"], run["messages"]) for run in runs] == [(name, "posted", 1)]
    day = monday(week)
    return eventually(lambda: found(world, f"*{name} · week of {day.day} {day:%b}*"))


def found(world: World, heading: str) -> Message | None:
    said = [m for m in world.person("U0PRIYA").messages("C0PAYMENTS") if heading in m.text and not m.is_ephemeral]
    return said[-1] if said else None


@pytest.mark.parametrize(
    ("count", "says", "listed", "button"),
    [
        (0, "Nothing is open. Nothing is due this week.", 0, None),
        (1, "1 open · 1 overdue", 1, "Open the list"),
        (10, "10 open · 5 overdue · 5 due this week", 10, "Open the list"),
        (1000, "1,000 open · 125 overdue · 175 due this week · ", 10, "All 1,000 items"),
    ],
)
def test_digest_of_any_size_is_one_message_that_reads_well(
    world: World, tmp_path: Path, count: int, says: str, listed: int, button: str | None
) -> None:
    name = f"Team of {count}"
    team_with(world, tmp_path, name, count)
    digest = digest_of(world, name)
    assert says in digest.text
    assert digest.text.count("&lt;!channel&gt; &amp;") == listed
    assert "<!channel>" not in str(digest.blocks)
    late = {0: 0, 1: 1, 10: 5, 1000: 125}[count]
    assert digest.fallback == f"{name}, week of {monday(0).day} {monday(0):%b}: {count} open, {late} overdue"
    assert digest.buttons == ([button] if button else [])
    if button:
        answer = digest.button(button).click()
        assert answer.ephemeral
        assert f"{count:,} item" in answer.text


@pytest.mark.walk
def test_list_behind_a_digest_of_a_thousand_goes_on_page_by_page(world: World, tmp_path: Path) -> None:
    team_with(world, tmp_path, "Paging", 40)
    digest_of(world, "Paging").button("All 40 items").click()
    priya, seen = world.person("U0PRIYA"), set[str]()
    for last in (False, False, True):
        page = next(m for m in reversed(priya.messages("C0PAYMENTS")) if m.is_ephemeral)
        numbers = {word for word in page.text.replace("*", " ").split() if word.startswith("AI-")}
        assert not numbers & seen
        seen |= numbers
        assert ("More" in page.buttons) is not last
        if not last:
            page.button("More").click()
    assert len(seen) == 40


@pytest.mark.walk
def test_what_awaits_a_decision_stands_under_who_decides_and_of_many_their_number(world: World, tmp_path: Path) -> None:
    team_with(world, tmp_path, "Waiting", 7)
    priya, marco = world.person("U0PRIYA"), world.person("U0MARCO")
    listed = priya.command("/actionitem list team Waiting", channel="C0PAYMENTS").text
    labels = [word.strip("*") for word in listed.split() if word.startswith("*AI-")]
    for label in labels:
        assert submit(priya, "C0PAYMENTS", f"defer {label}", NOT_NOW, "Defer") == {}
    digest = digest_of(world, "Waiting")
    heading = "*Waiting for a decision* · <@U0MARCO> decides"
    assert digest.text.index(heading) > digest.text.index("*Due this week*")
    assert digest.text.count("deferral asked by Priya Raman, waiting since") == 5
    assert "More requests wait: their approvers were asked." in digest.text
    assert str(digest.blocks).count("<@U0") == 1, "who decides is mentioned once, and nobody else"
    assert all(digest.text.count(f"*{label}*") == 1 for label in labels)
    assert digest.buttons.count("Review") == 5
    for person, may in ((priya, False), (marco, True)):
        seen = next(m for m in reversed(person.messages("C0PAYMENTS")) if m.ts == digest.ts)
        answer = seen.button("Review").click()
        assert answer.ephemeral
        assert ({"Approve", "Decline"} <= {name for one in answer.messages for name in one.buttons}) is may
    approved = answer.messages[-1].button("Approve").click()
    assert "is deferred until " in approved.text


@pytest.mark.walk
def test_risk_debt_says_how_much_and_how_old_and_private_items_are_only_counted(world: World, tmp_path: Path) -> None:
    since = {"state": "deferred", "deferred_at": "2026-03-09T12:00:00Z", "revisit_on": "2027-06-01"}
    team_with(world, tmp_path, "Indebted", 3, **since)
    team_with(world, tmp_path, "Indebted", 2, private_channel="C0VAULT", title="Okapi: rotate the vault keys")
    digest = digest_of(world, "Indebted")
    assert "Risk debt: 3 deferred, oldest since" in digest.text
    assert "9 Mar 2026" in digest.text
    assert "2 private items not shown." in digest.text
    assert "Okapi" not in str(digest.raw)
    assert "Nothing public is open" in digest.text


def test_next_weeks_digest_takes_every_button_of_this_weeks_away(world: World, tmp_path: Path) -> None:
    team_with(world, tmp_path, "Renewed", 12)
    priya = world.person("U0PRIYA")
    listed = priya.command("/actionitem list team Renewed", channel="C0PAYMENTS").text
    label = next(word.strip("*") for word in listed.split() if word.startswith("*AI-"))
    assert submit(priya, "C0PAYMENTS", f"defer {label}", NOT_NOW, "Defer") == {}
    first = digest_of(world, "Renewed")
    assert set(first.buttons) == {"Review", "All 12 items"}
    second = digest_of(world, "Renewed", week=1)
    assert set(second.buttons) == {"Review", "All 12 items"}
    past = eventually(lambda: next(m for m in priya.messages("C0PAYMENTS") if m.ts == first.ts))
    assert past.buttons == []
    assert past.fallback == first.fallback
    assert "Waiting for a decision" in past.text
    assert "A newer digest has taken its place." in past.text
