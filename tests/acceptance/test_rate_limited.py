"""Slack asks to be left alone, for each of its methods in turn: what somebody sees is as before, or waits; it is never
less than they may see, and never more.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import system_clock
from bot.sandbox.webapi.registry import METHODS
from tests.acceptance.conftest import World, eventually
from tests.acceptance.test_life_of_an_item import create
from tests.people import Person
from tests.running import ROOT

AWAY = "Slack did not answer"
USED = sorted(name for name in METHODS if name in (ROOT / "docs" / "slack.md").read_text(encoding="utf-8"))
PRIVATE, PUBLIC = "Rotate the keys of the quokka vault every 24 hours", "Alert when the numbat queue is over 500"
Look = Callable[[], str]


@pytest.fixture(scope="module", autouse=True)
def noon(world: World) -> None:
    """It is noon, and these tests together let two hours pass: no day and no week ends meanwhile."""
    now = system_clock()
    ahead = now.replace(hour=12, minute=0) - now + timedelta(days=now.hour >= 12)
    world.bot.now = lambda: system_clock() + ahead


@pytest.fixture(scope="module")
def vault(world: World, noon: None) -> str:
    """A private channel of Priya and Marco, with an item; another item is public."""
    assert world.bot.command("team", "set", "Payments", "--member", "U0LENA", "--member", "U0PRIYA").returncode == 0
    priya, channel = world.person("U0PRIYA"), world.incident_channel(private=True, name="quokka")
    create(world, priya, channel, Action=PRIVATE, Owner="U0MARCO")
    create(world, priya, "C0PAYMENTS", Action=PUBLIC, Owner="U0PRIYA")
    return channel


@pytest.fixture(scope="module")
def usual() -> dict[str, str]:
    """What each look shows while nothing is limited, read once for all methods; empty once something was made."""
    return {}


@pytest.fixture(autouse=True)
def nothing_limited(world: World, vault: str) -> None:
    """What another test limited may be asked again."""
    seen = looks(world, vault)
    for name in ("list of a member", "list in the private channel"):
        eventually(lambda look=seen[name]: PRIVATE in look(), pause=0.25)


def looks(world: World, vault: str) -> dict[str, Look]:
    """What people look at, by its name; each gives what they read, or that Slack is away."""
    priya, lena, gil = (world.person(user) for user in ("U0PRIYA", "U0LENA", "U0GIL"))
    return {
        "list of a member": lambda: answered(priya, "list team Payments", "C0PAYMENTS"),
        "list in the private channel": lambda: answered(priya, "list incident", vault),
        "list of somebody outside": lambda: answered(lena, "list all", "C0GENERAL"),
        "list of a guest": lambda: answered(gil, "list all", "C0INC"),
        "list for all": lambda: answered(lena, "list team Payments public", "C0GENERAL"),
        "home of a member": lambda: home(priya),
        "home of somebody outside": lambda: home(lena),
        "digest": lambda: digest(world),
        "form": lambda: form(priya, vault),
    }


def answered(person: Person, words: str, channel: str) -> str:
    return person.command(f"/actionitem {words}", channel=channel).text


def home(person: Person) -> str:
    return person.home().text


def digest(world: World) -> str:
    done = world.bot.command("ritual", "weekly-digest", "--team", "Payments", "--dry-run")
    return done.stderr if done.returncode else done.stdout


def form(person: Person, channel: str) -> str:
    answer = person.command("/actionitem new", channel=channel)
    if not answer.opened:
        return answer.text
    modal = person.modal
    shown = f"{modal.text} {modal.labels}"
    modal.cancel()
    return shown


@contextmanager
def limited(world: World, method: str, seconds: int = 1) -> Iterator[None]:
    """Slack answers every call of the method with 429."""
    http = world.person("U0PRIYA").http
    fault: dict[str, Any] = {"method": method, "kind": "429", "retry_after": seconds, "times": None}
    http.post("/sandbox/faults", json=fault).raise_for_status()
    try:
        yield
    finally:
        http.delete("/sandbox/faults").raise_for_status()


@pytest.mark.parametrize("method", USED)
def test_no_view_is_poorer_or_wider_while_slack_limits(
    world: World, vault: str, usual: dict[str, str], method: str
) -> None:
    seen = looks(world, vault)
    before = usual or {name: look() for name, look in seen.items()}
    usual |= before
    assert PRIVATE in before["list of a member"]
    assert PRIVATE in before["list in the private channel"]
    assert PRIVATE in before["home of a member"]
    assert PUBLIC in before["list of somebody outside"]
    assert PUBLIC in before["digest"]
    with limited(world, method):
        lately = {name: look() for name, look in seen.items()}
        pass_six_minutes(world)  # what was kept of Slack's answers is too old
        long_ago = {name: look() for name, look in seen.items()}
    for during in (lately, long_ago):
        assert {name: text for name, text in during.items() if text != before[name] and AWAY not in text} == {}
    for name, look in seen.items():
        eventually(lambda name=name, look=look: look() == before[name], pause=0.25)


def pass_six_minutes(world: World) -> None:
    later = world.bot.now() - system_clock() + timedelta(minutes=6)
    world.bot.now = lambda: system_clock() + later


def calls(world: World, method: str) -> int:
    return sum(entry.kind == "call" and entry.method == method for entry in list(world.sandbox.inspector.entries))


def test_nothing_asks_again_before_the_time_that_slack_named(world: World, vault: str) -> None:
    seen = looks(world, vault)
    pass_six_minutes(world)
    before = calls(world, "users.conversations")
    with limited(world, "users.conversations", seconds=10):
        assert AWAY in seen["list of a member"]()
    for _ in range(2):
        assert AWAY in seen["list of a member"]()
    assert calls(world, "users.conversations") == before + 1
    eventually(lambda: PRIVATE in seen["list of a member"](), pause=1)


@pytest.mark.walk
def test_home_that_could_not_be_drawn_is_drawn_when_slack_may_be_asked(
    world: World, vault: str, usual: dict[str, str]
) -> None:
    priya = world.person("U0PRIYA")
    usual.clear()
    assert PRIVATE in priya.home().text
    title = "Alert when the bettong cache is under 80 %"
    with limited(world, "views.publish"):
        create(world, priya, "C0PAYMENTS", Action=title, Owner="U0PRIYA")
        assert title not in priya.home().text
    eventually(lambda: title in priya.home(reopen=False).text)
    pass_six_minutes(world)
    again = "Alert when the potoroo cache is under 70 %"
    with limited(world, "users.conversations"):
        priya.home()
        assert PRIVATE in priya.home(reopen=False).text
    eventually(lambda: PRIVATE in looks(world, vault)["list of a member"]())
    create(world, priya, "C0PAYMENTS", Action=again, Owner="U0PRIYA")
    eventually(lambda: again in priya.home(reopen=False).text)
