"""Every kind of tracker is a line in one table, and nothing else of the product asks which it has before it."""

import re
from pathlib import Path

from bot.domain.tracker import TrackerKind
from bot.trackers.known import KNOWN

ROOT = Path(__file__).parents[3]
ASKS = re.compile(r"TrackerKind\.[A-Z]")
MAY = {"bot/trackers/known.py", "bot/commands/demo_trackers.py"}


def test_every_kind_has_its_line_and_its_name() -> None:
    assert set(KNOWN) == set(TrackerKind)
    assert [kind.words for kind in TrackerKind] == ["GitHub", "GitLab", "Jira", "Linear"]


def test_nothing_else_asks_which_tracker_it_is() -> None:
    rooms = ("bot", "handlers", "scheduler", "storage")
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    named = {str(path.relative_to(ROOT)) for path in files if ASKS.search(path.read_text(encoding="utf-8"))}
    assert named == MAY


def test_address_is_named_by_the_tracker_whose_it_is() -> None:
    addresses = {
        "https://github.com/acme/shop/issues/12": "acme/shop#12",
        "https://github.com/acme/shop/pull/41/files": "acme/shop#41",
        "https://gitlab.com/acme/web/shop/-/issues/12": "acme/web/shop#12",
        "https://gitlab.com/acme/shop/-/work_items/12": "acme/shop#12",
        "https://acme.atlassian.net/browse/OPS-7": "OPS-7",
        "https://linear.app/acme/issue/ENG-7/x": "ENG-7",
    }
    for url, name in addresses.items():
        assert {found for each in KNOWN.values() if (found := each.name_of(url))} == {name}, url
