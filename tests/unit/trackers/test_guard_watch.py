"""A connection that does not answer is asked for one guard, and keeps those of others waiting no longer."""

from contextlib import nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.tracker import Connection
from bot.services import guards
from bot.services.guards import GuardWatch
from bot.trackers.shape import Reception, TrackerTrouble

NOW = datetime(2026, 11, 29, tzinfo=UTC)


class Watching(GuardWatch):
    """Knows of *acme* that it does not answer; notes what it was asked and what it recorded."""

    def __init__(self) -> None:
        deps: Any = SimpleNamespace(db=SimpleNamespace(read=nullcontext), clock=lambda: NOW)
        clients: Any = None
        super().__init__(deps, clients)
        self.asked: list[str] = []
        self.recorded: list[int] = []

    def _is_there(self, connection: Connection, path: str) -> bool | None:
        self.asked.append(f"{connection.place} {path}")
        if connection.place == "acme":
            raise TrackerTrouble(Reception.AWAY)
        return True

    def _record(self, _workspace: str, number: int, _url: str, _is_there: bool | None, _now: datetime) -> None:
        self.recorded.append(number)


def pages_of(due: list[tuple[int, str]]) -> Any:
    """As `list_due` of storage."""

    def page(_session: Any, _workspace: str, _now: datetime, limit: int, after: int) -> list[tuple[int, str]]:
        return [each for each in due if each[0] > after][:limit]

    return page


def test_connection_that_does_not_answer_is_asked_once_and_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [SimpleNamespace(id=at, place=place) for at, place in enumerate(("acme", "bolt"))]
    due = [(1, "https://acme/1"), (2, "https://acme/2"), (3, "https://bolt/3"), (4, "by hand, https://else/4")]
    monkeypatch.setattr(guards.trackers, "list_trackers", lambda *_asked: known)
    monkeypatch.setattr(guards.guards, "list_due", pages_of(due))
    monkeypatch.setattr(guards, "guard_at", lambda of, url: url.rpartition("/")[2] if of.place in url else "")
    watching = Watching()
    watching.look_at_due("T1", NOW)
    assert watching.asked == ["acme 1", "bolt 3"]
    assert watching.recorded == [3, 4]


@pytest.mark.parametrize("of_acme", [0, 99, 100, 101, 250])
def test_guards_of_a_connection_that_does_not_answer_take_no_place_of_others(
    monkeypatch: pytest.MonkeyPatch, of_acme: int
) -> None:
    known = [SimpleNamespace(id=at, place=place) for at, place in enumerate(("acme", "bolt"))]
    due = [(number, f"https://acme/{number}") for number in range(1, of_acme + 1)]
    due += [(number, f"https://bolt/{number}") for number in range(of_acme + 1, of_acme + 301)]
    monkeypatch.setattr(guards.trackers, "list_trackers", lambda *_asked: known)
    monkeypatch.setattr(guards.guards, "list_due", pages_of(due))
    monkeypatch.setattr(guards, "guard_at", lambda of, url: url.rpartition("/")[2] if of.place in url else "")
    watching = Watching()
    watching.look_at_due("T1", NOW)
    assert watching.recorded == list(range(of_acme + 1, of_acme + 101 - bool(of_acme)))
