"""docs/slack.md names what is used of Slack, with the tier that the sandbox holds the bot to."""

import re

from bot.sandbox.webapi.registry import METHODS
from bot.slack.scopes import OPTIONAL
from tests.running import ROOT, manifest
from tests.unit.slack.test_manifest import methods_called, sources

TEXT = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in TEXT.splitlines() if line.startswith("| `")]
COLUMNS = 5
"""Of the table of methods: method, scopes, tier, for, when it is refused."""


def test_every_method_is_told_with_its_tier() -> None:
    called = methods_called(list(sources()))
    of_methods = [row for row in ROWS if len(row) == COLUMNS]
    told = {name: row for row in of_methods for name in re.findall(r"`([a-z]+\.[A-Za-z.]+)`", row[0])}
    assert sorted(called - told.keys()) == []
    tiers = {name: row[2] for name, row in told.items() if name in METHODS and re.match(r"\d($|;)", row[2])}
    assert {name: tier[0] for name, tier in tiers.items()} == {name: str(METHODS[name].tier) for name in tiers}


def test_every_event_and_every_scope_that_may_be_declined_is_told() -> None:
    told = {name for row in ROWS for name in re.findall(r"`([a-z_.:]+)`", row[0])}
    assert set(manifest()["settings"]["event_subscriptions"]["bot_events"]) <= told
    assert OPTIONAL.keys() <= told
