"""10,000 linked items of which 500 changed in the tracker within an hour: calls, seconds, memory; and nothing new."""

import resource
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
from cryptography.fernet import Fernet
from slack_sdk import WebClient
from sqlalchemy import func, insert, select

from bot.deps import Deps
from bot.domain.tickets import Stage
from bot.domain.tracker import Connection, TrackerKind
from bot.sandbox.trackers.github import LocalGitHub
from bot.sandbox.trackers.github_repository import Issue
from bot.services.tracker_clients import keys_of
from bot.settings import Settings
from bot.slack.directory import Directory
from handlers.shared.ticket_news import take_event
from scheduler.tracker_changes import TrackerChanges
from storage.engine import Database
from storage.migrate import migrate
from storage.outbox import Outbox
from storage.spans import rebuild_spans
from storage.tables.base import table_of
from storage.tables.item import ChangeRow, ItemRow
from storage.tables.tracker import TicketRow
from storage.trackers import record_tracker
from storage.workspaces import record_workspace
from tests.benchmarks.postgresql import on_both_databases

WORKSPACE, OWNER = "T0BENCH", "U0READER"
LINKED, CHANGED = 10_000, 500
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=30)


def fill(database: Database, github: LocalGitHub, settings: Settings) -> Connection:
    """So many items, each with its ticket, and the connection."""
    sealed = keys_of(settings).seal(github.token)
    with database.begin() as session:
        record_workspace(session, WORKSPACE)
        wanted = Connection(0, WORKSPACE, "main", TrackerKind.GITHUB, github.url, github.repository.name)
        made = record_tracker(session, wanted, sealed, "", NOW - timedelta(hours=1))
        for first in range(1, LINKED + 1, 1000):
            numbers = range(first, first + 1000)
            session.execute(insert(ItemRow), [_item(number) for number in numbers])
            session.execute(insert(table_of(ChangeRow)), [_created(number) for number in numbers])
            rebuild_spans(session, WORKSPACE, numbers)
            session.execute(insert(TicketRow), [_ticket(made.id, number, github) for number in numbers])
    for number in range(1, LINKED + 1):
        issue = Issue(number, _title(number), "", "octocat", LONG_AGO, LONG_AGO)
        github.repository.issues[number] = issue
    return made


def change(github: LocalGitHub) -> None:
    """Every twentieth ticket is renamed, within the last hour."""
    for place, number in enumerate(range(1, LINKED + 1, LINKED // CHANGED)):
        issue = github.repository.issues[number]
        issue.title, issue.at = f"{issue.title} or 1 GB", NOW - timedelta(minutes=55) + timedelta(seconds=5 * place)


def _title(number: int) -> str:
    return f"Cap the retry queue {number} at 10,000 messages"


def _item(number: int) -> dict[str, Any]:
    return {
        "workspace": WORKSPACE, "number": number, "title": _title(number), "details": "", "owner": OWNER,
        "state": "not_started", "due": NOW.date(), "original_due": NOW.date(), "created_at": LONG_AGO,
        "created_by": OWNER, "last_progress_at": LONG_AGO, "root_cause": "", "verification": "", "references": "",
        "ticket_url": f"https://tickets.example/{number}", "impact": 3, "urgency": 3, "effort": 3,
    }  # fmt: skip


def _created(number: int) -> dict[str, Any]:
    return {
        "workspace": WORKSPACE, "item_number": number, "action": "create", "before": None, "after": "not_started",
        "by_user": OWNER, "at": LONG_AGO, "why": "", "detail": {},
    }  # fmt: skip


def _ticket(tracker_id: int, number: int, github: LocalGitHub) -> dict[str, Any]:
    seen = {"title": _title(number), "stage": Stage.TO_DO.value, "assignee": ""}
    return {
        "workspace": WORKSPACE, "item_number": number, "tracker_id": tracker_id, "mark": f"{number:016x}",
        "ref": str(number), "name": f"acme/shop#{number}", "url": f"{github.url}/acme/shop/issues/{number}",
        "seen": seen, "sent": seen, "as_of": LONG_AGO, "written": {},
    }  # fmt: skip


def measure(url: str) -> str:
    """A line of figures for the database at *url*; the reference reads the same pages and does nothing with them."""
    settings = Settings.model_validate({"token_encryption_keys": Fernet.generate_key().decode()})
    database = Database(url)
    migrate(database)
    with LocalGitHub(clock=lambda: NOW) as github:
        connection = fill(database, github, settings)
        change(github)
        client = WebClient()
        directory = Directory(database, lambda _: client, lambda: NOW)
        deps = Deps(settings, database, Outbox(database), lambda: NOW, lambda _: client, directory, lambda *_: None)
        changes = TrackerChanges(deps, partial(take_event, deps))
        held, began = _megabytes(), time.perf_counter()
        changes.read_all(WORKSPACE, NOW)
        seconds, calls = time.perf_counter() - began, len(github.calls)
        github.calls.clear()
        changes.read_all(WORKSPACE, NOW)
        again = len(github.calls)
        reference = _reference(github, connection)
        with database.read() as session:
            taken = session.scalar(select(func.count()).select_from(ChangeRow))
    database.close()
    assert taken == LINKED + CHANGED, taken
    return (
        f"{calls:3} calls   {seconds:5.1f} s ({seconds / reference:4.1f} × reading alone)   "
        f"+{_megabytes() - held:3.0f} MB   nothing new: {again} calls"
    )


def _reference(github: LocalGitHub, connection: Connection) -> float:
    began = time.perf_counter()
    headers = {"Authorization": f"Bearer {github.token}"}
    params = {"state": "all", "sort": "updated", "direction": "asc", "per_page": "100"}
    assert connection.created_at
    since = connection.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    address: str | None = f"{github.url}/repos/{connection.place}/issues"
    with httpx.Client(headers=headers, trust_env=False) as asks:
        answer = asks.get(address, params=params | {"since": since})
        while address := answer.links.get("next", {}).get("url"):
            answer = asks.get(address)
    return time.perf_counter() - began


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run() -> None:
    """Prints the figures on both databases."""
    print(f"{LINKED:,} linked items, {CHANGED} changed there within an hour\n")
    on_both_databases(measure)


if __name__ == "__main__":
    run()
