"""One registry of rituals: whoever adds one and forgets a line is told by a test, or nothing starts."""

import pkgutil
import re
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.domain.morning import NoticeReason
from bot.domain.words import speaking
from bot.languages import catalogue
from scheduler import rituals
from scheduler.rituals import due_reminder, stale_nudge
from scheduler.rituals.kinds import PersonalRitual, RequestRitual, Ritual, TeamRitual
from scheduler.rituals.registry import RITUAL_ABOUT, RITUALS, registered, ritual_of
from scheduler.runs import Run
from tests.builders import NOW, WORKSPACE

CONTRACT = {
    "weekly-digest", "due-reminder", "stale-nudge", "deferral-review", "monthly-report", "hygiene-review",
    "leadership-summary", "orphan-sweep", "hold-check", "escalation", "postmortem-check",
}  # fmt: skip
"""The names of the contract that are there already."""
OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"
BY_NAME = pytest.mark.parametrize("ritual", RITUALS.values(), ids=lambda ritual: ritual.name)


def test_registry_has_every_module_of_a_ritual_and_nothing_else() -> None:
    modules = [import_module(f"{rituals.__name__}.{each.name}") for each in pkgutil.iter_modules(rituals.__path__)]
    found = {module.RITUAL.name: module.RITUAL for module in modules if hasattr(module, "RITUAL")}
    assert found == RITUALS


def test_registry_has_every_name_of_the_contract() -> None:
    assert set(RITUALS) == CONTRACT | {"approval-reminder", "ranking"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([stale_nudge.RITUAL], "overdue"),
        ([*RITUALS.values(), due_reminder.RITUAL], "due-reminder"),
        ([*RITUALS.values(), replace(due_reminder.RITUAL, name="other")], "today"),
        ([*RITUALS.values(), replace(RITUALS["weekly-digest"], name="morning")], "morning"),
        ([*RITUALS.values(), replace(RITUALS["weekly-digest"], name="a:b")], "a:b"),
    ],
    ids=["a reason of no ritual", "the same twice", "a reason of two", "a name that keys begin with", "a colon"],
)
def test_registry_in_which_a_message_belongs_to_no_one_ritual_does_not_start(wrong: list[Ritual], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        registered(*wrong)


@pytest.mark.parametrize("kind", [TeamRitual, PersonalRitual, RequestRitual])
def test_ritual_cannot_be_made_without_what_it_is_called_when_it_cannot_be_delivered(kind: type[Ritual]) -> None:
    with pytest.raises(TypeError, match="called"):
        kind(name="a", when="b", to="c")  # type: ignore[call-arg]


@BY_NAME
def test_what_cannot_be_delivered_is_called_something_in_each_language(ritual: Ritual) -> None:
    english = ritual.called("Payments")
    with speaking(catalogue("de-DE")):
        german = ritual.called("Payments")
    assert "Payments" in english
    assert "Payments" in german
    assert english != german


def test_reason_for_which_an_item_is_mentioned_belongs_to_a_ritual() -> None:
    assert set(RITUAL_ABOUT) == set(NoticeReason)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("weekly-digest:1:2026-W49", "weekly-digest"),
        ("monthly-report:1:2026-12", "monthly-report"),
        ("hygiene-review:1:2026-12", "hygiene-review"),
        ("leadership-summary:C0LEADERS:monthly:2026-12", "leadership-summary"),
        ("orphan-sweep:1:2026-12-01:C0VAULT", "orphan-sweep"),
        ("morning:U0PRIYA:2026-11-23", "due-reminder"),
        ("stale-nudge:U0PRIYA:2026-11-23", "stale-nudge"),
        ("lead:morning:1:2026-11-23:Europe/Berlin", "due-reminder"),
        ("lead:stale-nudge:1:2026-11-23:Europe/Berlin", "stale-nudge"),
        ("hold-check:U0PRIYA:2026-11-23", "hold-check"),
        ("request:7:reminder", "approval-reminder"),
    ],
)
def test_message_is_traced_to_its_ritual_by_its_key(key: str, name: str) -> None:
    assert ritual_of(key) is RITUALS[name]


@pytest.mark.parametrize("key", ["change:1:owner", "request:7:decided", "welcome:C0INC", "something else", ""])
def test_message_of_no_ritual_is_traced_to_none(key: str) -> None:
    assert ritual_of(key) is None


def test_help_of_the_command_names_every_ritual_and_who_hears_it() -> None:
    said = CliRunner().invoke(app, ["ritual", "--help"], env={"COLUMNS": "200"}).output
    assert [name for name in RITUALS if f"\n  {name} " not in said] == []
    assert "the owner, and the lead in their message of the day" in " ".join(said.split())


def test_documentation_names_every_ritual_as_the_registry_does() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \| (.+) \|$", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(ritual.name, ritual.when, ritual.to) for ritual in RITUALS.values()]


def test_line_of_a_run_says_what_slack_did_not_take_and_nothing_of_keys() -> None:
    run = Run(
        "weekly-digest", WORKSPACE, "Payments", "2026-W49", NOW - timedelta(hours=1), "posted", 2, keys=("a", "b")
    )
    assert set(run.as_json()) == {"ritual", "workspace", "team", "period", "due_at", "status", "messages"}
    assert replace(run, waiting=1, refused=1).as_json().items() >= {("waiting", 1), ("refused", 1)}
