"""Imports and exports for tests: the product with nothing but a database, and rows as hypothesis makes them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from bot.commands.export import exported
from bot.commands.import_file import Imported, import_file
from bot.domain.form_fields import Holds
from bot.domain.incident import Severity
from bot.domain.item import Remedy
from bot.domain.lifecycle import BLOCKABLE, RESUMABLE, State
from bot.domain.person import Person
from bot.domain.porting.columns import COLUMNS, HOLDS, OF_INCIDENTS
from bot.domain.porting.row import Row
from bot.domain.porting.writing import Format
from storage.engine import Database
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests import builders

IMPORTED_AT = datetime(2030, 1, 1, tzinfo=UTC)
SUFFIX = {Format.CSV: ".csv", Format.JSONL: ".jsonl"}


class EverybodyIsHere:
    """A directory in which every id is a person."""

    def person(self, workspace: str, user: str) -> Person:
        return builders.person(workspace=workspace, user=user)


@contextmanager
def unwatched(_label: str, _total: int) -> Iterator[Callable[[int], None]]:
    """Progress that nobody sees."""
    yield lambda _done: None


def product_on(db: Database) -> Any:
    """As much of the product as imports and exports need."""
    return SimpleNamespace(db=db, deps=SimpleNamespace(directory=EverybodyIsHere(), clock=lambda: IMPORTED_AT))


def new_workspace(db: Database, name: str) -> str:
    """A workspace with the team Payments and nothing else."""
    with db.begin() as session:
        record_workspace(session, name)
        record_team(session, builders.team(workspace=name))
    return name


def import_text(db: Database, workspace: str, text: str, form: Format, *, dry_run: bool = False) -> Imported:
    """What `actionitem import` does with a file of that text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"items{SUFFIX[form]}"
        path.write_bytes(text.encode())
        return import_file(product_on(db), workspace, path, dry_run=dry_run, progress=unwatched)


def export_text(db: Database, workspace: str, form: Format) -> str:
    """What `actionitem export` prints."""
    return "".join(exported(product_on(db), workspace, None, form))


# Rows

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
AWKWARD = st.sampled_from(
    [
        "=1+1",
        "'=1+1",
        "-",
        '"',
        '""',
        "a,b;c",
        "\r\nx\r",
        "\n",
        " lead",
        "trail ",
        "\tx",
        "@all",
        "’",
        "|",
        "ß\u2028",
        "🎉",
    ]
)
ANY = TEXT | AWKWARD | st.builds("{}{}".format, AWKWARD, TEXT)
NAME = ANY.filter(lambda text: bool(text.strip()))
_OF_INCIDENTS = {field.column for field in OF_INCIDENTS}
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
STEP = st.timedeltas(timedelta(0), timedelta(days=40))
TEXTS = [column for column in COLUMNS if HOLDS[column] is Holds.TEXT and column not in _OF_INCIDENTS]
"""A new text of a form is drawn without a word here."""
URL = st.sampled_from(["", "https://example.com/a?b=1&c=2", "http://example.com/=1"])
USERS = ["U0PRIYA", "U0MARCO", "U0AISHA", "W0SAM"]
TIMES = {
    State.NOT_STARTED: (), State.FUTURE_CONSIDERATION: (), State.DECLINED: ("ended_at",),
    State.IN_PROGRESS: ("started_at",), State.IMPLEMENTED: ("started_at", "implemented_at"),
    State.VERIFIED: ("started_at", "implemented_at", "verified_at"),
    State.DEFERRED: ("started_at", "deferred_at"),
    State.CLOSED: ("started_at", "implemented_at", "verified_at", "ended_at"),
    State.RISK_ACCEPTED: ("started_at", "deferred_at", "ended_at"), State.WONT_DO: ("deferred_at", "ended_at"),
    State.MERGED: ("ended_at",),
}  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Any]:
    """A state, and the times that lead to it."""
    state = draw(st.sampled_from(list(State)))
    at = BEGAN + draw(STEP)
    found: dict[str, Any] = {"state": state, "created_at": at}
    for name in TIMES[state]:
        at += draw(STEP)
        needed = name == TIMES[state][-1] and name in ("ended_at", "deferred_at")
        if needed or draw(st.booleans()):
            found[name] = at
    resumed = state in RESUMABLE and draw(st.booleans())
    if resumed:
        found["deferred_at"] = at = at + draw(STEP)
    found["last_progress_at"] = at + draw(STEP) + timedelta(seconds=resumed)
    found["blocked"] = state in BLOCKABLE and draw(st.booleans())
    return found


@st.composite
def incidents(draw: st.DrawFn) -> dict[str, Any]:
    """An incident's columns, or none. All rows of one incident say the same of it."""
    if draw(st.booleans()):
        return {}
    title = draw(st.sampled_from(["Checkout down", "=Search slow", 'Feed "stale"\n']))
    day = draw(st.integers(0, 3))
    began_at = BEGAN + timedelta(days=day)
    again = draw(st.booleans()) and began_at > BEGAN
    return {
        "incident": title, "incident_started_at": began_at, "recurrence_of": f"Long before {title}" if again else "",
        "severity": ["", *(severity.value for severity in Severity)][day], "services": ("Search API", "=dns")[:day],
        "incident_root_cause": ["", "+ a\r\nstorm", " x ", "|"][day],
        "postmortem_url": ["https://example.com/=pm", "", "", "http://pm.example"][day],
    }  # fmt: skip


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """Any item that the product could hold."""
    days = st.dates(date(2024, 1, 1), date(2024, 12, 31))
    scale = st.none() | st.integers(1, 5)
    people = draw(st.lists(st.sampled_from(USERS), unique=True, max_size=3))
    return Row(
        line=0, title=draw(NAME), owner=draw(st.sampled_from(USERS)), team=draw(st.sampled_from(["", "Payments"])),
        due=draw(days), original_due=draw(days), collaborators=tuple(people),
        remedy=draw(st.none() | st.sampled_from(Remedy)),
        themes=tuple(draw(st.sampled_from([(), ("alerts",), ("Retry storms", "=sum", "#db")]))),
        impact=draw(scale), urgency=draw(scale), effort=draw(scale),
        starts_on=draw(st.none() | days), **{column: draw(ANY) for column in TEXTS},
        systemic_item=draw(st.none() | st.integers(1, 9)),
        revisit_on=draw(st.none() | days), ticket_url=draw(URL),
        private_channel=draw(st.sampled_from(["", "", "G0SECRET"])),
        **draw(histories()), **draw(incidents()),
    )  # fmt: skip
