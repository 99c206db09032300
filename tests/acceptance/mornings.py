"""What the acceptance of mornings shares: days at nine, ticks, and what a person was told."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.acceptance.conftest import World
from tests.acceptance.test_life_of_an_item import create
from tests.people import Message

BERLIN = ZoneInfo("Europe/Berlin")
PERSONAL = ("due-reminder", "stale-nudge", "deferral-review", "hold-check")


def in_days(days: int) -> date:
    """So many days from now in Berlin, where the sample people are; asked anew, as a run may go past midnight."""
    return datetime.now(BERLIN).date() + timedelta(days=days)


def monday(weeks: int) -> date:
    """The Monday of *weeks* weeks after the coming one."""
    today = in_days(0)
    return today + timedelta(days=7 - today.weekday() + 7 * weeks)


def nine(day: date) -> datetime:
    """Nine o'clock in Berlin."""
    return datetime.combine(day, time(9), BERLIN)


def item_of_priya(world: World, title: str, due: date, **fields: Any) -> str:
    """An item that Marco, who leads Payments, made for Priya; its label."""
    marco, channel = world.person("U0MARCO"), world.incident_channel()
    return create(world, marco, channel, Action=title, Owner="U0PRIYA", **{"Due date": due}, **fields)


def items_of_priya(world: World, titles: Sequence[str], due: date) -> list[str]:
    """Several of them, of one incident; their labels."""
    first = item_of_priya(world, titles[0], due)
    return [first, *world.copies(first, titles[1:])]


def tick(world: World, moment: datetime) -> list[tuple[str, str]]:
    """Ritual and status of each line about people that `actionitem tick` prints, what was missed left out."""
    runs = world.bot.lines("tick", "--at", moment.isoformat())
    personal = [run for run in runs if run["ritual"] in PERSONAL]
    return [(run["ritual"], run["status"]) for run in personal if run["status"] != "missed"]


def told(world: World, user: str, words: str) -> list[Message]:
    """The direct messages of the bot that say *words*, oldest first."""
    return [message for message in world.person(user).direct_messages() if words in message.text]


def last(world: World, user: str, words: str) -> Message:
    """The newest of them."""
    return told(world, user, words)[-1]
