"""Every example of `docs/measures.md`, run: what it says happened, and what it says the report says."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.lifecycle import State
from bot.domain.measures import DEFINITIONS, MeasureKey
from bot.domain.measures_json import as_json
from bot.domain.month import Month
from bot.domain.team import Team
from storage.engine import Database
from storage.reports import report
from storage.teams import record_team
from tests.builders import WORKSPACE
from tests.measuring import Began, Event, History, write

DOCUMENT = (Path(__file__).parents[3] / "docs" / "measures.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```example\n(.*?)```", DOCUMENT, re.DOTALL)
MOMENT = r"(\d{4}-\d\d-\d\d(?: \d\d:\d\d)?)"
STATES = {
    "closed": State.CLOSED, "will not do": State.WONT_DO, "risk accepted": State.RISK_ACCEPTED,
    "merged": State.MERGED, "deferred": State.DEFERRED, "resumed": State.NOT_STARTED, "reopened": State.NOT_STARTED,
    "declined": State.DECLINED,
}  # fmt: skip
OCTOBER = Month(2026, 10)


class Example:
    """An example as it is written: settings, incidents, items, and what is said."""

    def __init__(self, text: str) -> None:
        self.zone, self.asked = ZoneInfo("Europe/Berlin"), datetime(2027, 6, 1, tzinfo=UTC)
        self.items: list[History] = []
        self.began: list[Began] = []
        self.said: list[list[str]] = []
        for line in text.splitlines():
            self._read(line)

    def _read(self, line: str) -> None:
        first, _, rest = line.partition(" ")
        if first == "→":
            self.said.append(rest.split())
        elif first == "zone":
            self.zone = ZoneInfo(rest)
        elif first == "asked":
            self.asked = self._at(rest)
        elif first in ("first", "again"):
            self.began.append(Began(self._at(rest.removeprefix("incident ")), 0 if first == "again" else None))
        else:
            self.items.append(self._item(rest.split(", ")))

    def _item(self, parts: list[str]) -> History:
        how, _, at = parts[0].partition(" ")
        state = {"created": State.NOT_STARTED, "idea": State.FUTURE_CONSIDERATION}[how]
        due = date.fromisoformat(parts[1].removeprefix("due "))
        of_first = parts[-1] == "of the first incident"
        events = tuple(self._event(part) for part in parts[2 : len(parts) - of_first])
        return History(self._at(at), due, 0, state, events, 0 if of_first else None)

    def _event(self, said: str) -> Event:
        if found := re.fullmatch(rf"moved to {MOMENT} on {MOMENT}", said):
            return Event(self._at(found[2]), due=date.fromisoformat(found[1]))
        if found := re.fullmatch(rf"promoted {MOMENT} for {MOMENT}", said):
            return Event(self._at(found[1]), State.NOT_STARTED, date.fromisoformat(found[2]))
        if found := re.fullmatch(rf"to another team {MOMENT}", said):
            return Event(self._at(found[1]), team=1)
        found = re.fullmatch(rf"(.+?) {MOMENT}", said)
        assert found, said
        return Event(self._at(found[2]), STATES[found[1]])

    def _at(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.zone)


@pytest.mark.parametrize("text", EXAMPLES)
def test_example_of_the_document_is_what_the_report_says(db: Database, text: str) -> None:
    example = Example(text)
    with db.begin() as session:
        teams = [
            record_team(session, Team(WORKSPACE, 0, name, "C0", "U0MARCO", timezone=str(example.zone)))
            for name in ("Payments", "Search")
        ]
        write(session, teams, example.items, example.began)
        found = as_json(report(session, WORKSPACE, teams[0], OCTOBER, example.asked, None))
    assert example.said
    for name, value, *band in example.said:
        if not band:
            assert found["counts"][name] == int(value), name
            continue
        expected = None if value == "none" else pytest.approx(float(value), rel=1e-12)
        assert (found["metrics"][name]["value"], [found["metrics"][name]["band"]]) == (expected, band), name


def test_every_measure_is_defined_and_has_its_example() -> None:
    for key in MeasureKey:
        assert f"| `{key.value}` | {DEFINITIONS[key].words} |" in DOCUMENT
        assert any(f"→ {key.value} " in text for text in EXAMPLES)
