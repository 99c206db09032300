"""Where people are in the database, column by column; and how one of them is found there, or replaced.

Every column with text is in `COLUMNS`: `test_erase.py` fails for a table or column that is not, so that nobody adds one
with people in it unseen. What is not there is searched all the same.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Row,
    String,
    Table,
    Text,
    and_,
    cast,
    delete,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.schema import Column

import storage.tables
from bot.domain.erase import NAME, Traces
from storage import tables
from storage.queued import QueueContent
from storage.tables import meeting, template, token, webhook  # noqa: F401 – their tables are looked through too
from storage.tables.base import Base, table_of
from storage.tables.delivery import HeldRow, OutboxRow, SentMessage
from storage.tables.incident import IncidentChangeRow
from storage.tables.item import ChangeRow
from storage.tables.ritual import QuestionRow, SnoozeRow, ToldRow
from storage.tables.surface import SurfaceRow
from storage.tables.team import TeamMemberRow, TeamRow
from storage.tables.tracker import TrackerAccountRow
from storage.tables.workspace import PersonRow

for _each in iter_modules(tables.__path__):
    # A table that this process has not used is in the database all the same.
    import_module(f"{tables.__name__}.{_each.name}")


class MayHold(Enum):
    """What a column may hold of a person."""

    PEOPLE = "their id"
    WORDS = "what people wrote, or names them"
    NOBODY = "nothing of anybody: ids of channels and messages, words of ours, secrets"


P, W, N = MayHold.PEOPLE, MayHold.WORDS, MayHold.NOBODY
COLUMNS: dict[str, dict[str, MayHold]] = {
    # Kept for a day, so that the same question is answered alike.
    "api_answers": {"key": W, "workspace": N, "request": N, "body": W, "headers": W},
    "approvals": {
        "workspace": N, "action": N, "asked_by": P, "approver": P, "terms": W, "status": N, "decided_by": P, "why": W,
    },
    "captured_messages": {"workspace": N, "channel": N, "ts": N},
    "changes": {
        "workspace": N, "action": N, "before": N, "after": N, "by_user": P, "why": W, "detail": W,
    },
    "delivery_workers": {"executor": N, "machine": N},
    "deployments": {"ref": N, "workspace": N, "sha": N},
    "guards": {"workspace": N, "url": W, "question": P},
    "held_deliveries": {"workspace": N, "delivery": P, "messages": W},
    "import_pieces": {"workspace": N, "content": W},
    "imports": {"workspace": N, "incidents": N},
    "inbox": {"workspace": N, "key": P},
    "incident_changes": {"workspace": N, "by_user": P, "detail": W},
    "incidents": {
        "workspace": N, "external_id": W,
        "title": W, "channel": N, "severity": W, "postmortem_url": W, "root_cause": W, "services": W,
        "lead": P, "none_needed": W,
    },
    "installations": {
        "workspace": N, "name": N, "bot_user": N, "bot_id": N, "token": N, "scopes": N, "installed_by": P,
    },
    "item_collaborators": {"workspace": N, "user_id": P},
    "item_spans": {"workspace": N, "standing": N},
    "item_themes": {"workspace": N, "theme_key": W, "theme": W},
    "items": {
        "workspace": N, "title": W, "details": W, "owner": P, "state": N, "created_by": P, "root_cause": W, "remedy": N,
        "verification": W, "reference_links": W, "channel": N, "change_url": W, "verified_by": P,
        "verification_method": N, "evidence": W, "regression_guard": W, "no_guard_because": W, "staffing": W,
        "blocked_reason": N, "blocked_on": W, "escalated_to": P, "mitigation": W, "deferred_from": N,
        "deferred_because": W, "deferred_risk": W, "trigger_condition": W, "approved_by": P, "risk_reason": N,
        "ended_because": W, "ticket_url": W, "stale_answer": N, "stalled_by": N,
    },
    "measure_thresholds": {"workspace": N, "key": N},
    "meetings": {"workspace": N, "key": N, "user_id": P, "content": W},
    "morning_runs": {"workspace": N, "timezone": N, "status": N},
    "mornings": {"workspace": N, "timezone": N},
    "moved_channels": {"workspace": N, "old": N, "new": N},
    "oauth_states": {"state": N},
    "organisations": {
        "workspace": N, "name": N, "bot_user": N, "bot_id": N, "token": N, "scopes": N, "installed_by": P,
    },
    "outbox": {"workspace": N, "delivery": P, "messages": W},
    # Their own row is replaced as a whole; that of somebody with the same name stays as it is.
    "people": {"workspace": N, "user_id": P, "name": N, "timezone": N, "locale": N, "team": N},
    "people_listings": {"workspace": N, "cursor": N},
    "policies": {"workspace": N, "severity": N},
    "pull_requests": {
        "ref": N, "workspace": N, "name": N, "url": W, "stage": N, "shas": N, "question": P,
    },
    "questions": {"workspace": N, "reader": P, "key": P, "shown": W},
    "ritual_runs": {"workspace": N, "ritual": N, "period": N, "status": N, "shown": W},
    "ritual_schedules": {"workspace": N, "ritual": N},
    "sent_messages": {
        "workspace": N, "key": P, "recipient": P, "channel": N, "ts": N, "thread_ts": N, "shown": N, "error": W,
    },
    "snoozes": {"workspace": N, "user_id": P},
    "surfaces": {"workspace": N, "key": P, "kept": W},
    "team_members": {"user_id": P},
    "teams": {
        "workspace": N, "name": W, "name_key": W, "channel": N, "lead": P, "timezone": N, "holidays": N, "digest": N,
        "leadership_channel": N, "leadership_every": N, "reaction": N,
        "language": N, "tracker": N,
    },
    "tickets": {
        "workspace": N, "mark": N, "ref": N, "name": N, "url": W, "requested_by": P, "sent": W, "seen": W, "written": W,
        "problem": W, "gone": N, "question": P, "change_url": W,
    },
    "tracker_accounts": {"workspace": N, "user_id": P, "account": W},
    "trackers": {
        "workspace": N, "name": N, "kind": N, "url": N, "place": N, "options": W, "secret": N, "webhook_secret": N,
        "cursor": N, "cursor_more": N, "problem": W,
    },
    "templates": {"workspace": N, "name_key": N, "name": W, "severity": N, "service": W, "items": W},
    "tokens": {"workspace": N, "name": W, "hash": N, "scopes": N},
    "told": {"workspace": N, "user_id": P, "what": P},
    "webhook_deliveries": {
        "id": N, "workspace": N, "kind": N, "subject": N, "body": W, "error": N,
    },
    "webhook_events": {"workspace": N, "kind": N},
    "webhooks": {
        "workspace": N, "url": N, "events": N, "secret": N, "secret_before": N, "disabled_because": N,
    },
    "workspaces": {"id": N, "name": N, "organisation": N},
}  # fmt: skip
"""By the names that the database knows them by."""
QUEUE = "messages under way"


def find_traces(session: Session, workspace: str, traces: Traces) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row that says something of them: the table's name, and the row as a dict."""
    for table in all_tables():
        for row in _rows(session, table, workspace, traces):
            found = dict(row._mapping)
            if table.name == PersonRow.__tablename__ or _replaced(table, row, traces):
                yield table.name, found


def erase(session: Session, queue: QueueContent, workspace: str, traces: Traces) -> Counter[str]:
    """Replaces them everywhere in the workspace, in the caller's transaction; how many rows, by table.

    What is said to them alone is deleted, also what is on its way. The history may be altered within this function.
    """
    if session.get_bind().dialect.name == "sqlite":
        # Else what was replaced stays readable in the file, in room that is free for something else.
        session.execute(text("PRAGMA secure_delete=ON"))
    done: Counter[str] = Counter()
    done.update(_forget_what_is_theirs(session, workspace, traces.user))
    done.update(_erase_person(session, workspace, traces))
    with _altering_history(session):
        for table in all_tables():
            for row in _rows(session, table, workspace, traces):
                if values := _replaced(table, row, traces):
                    session.execute(update(table).where(_is(table, row)).values(values))
                    done[table.name] += 1
    done[QUEUE] += _erase_queued(session, queue, workspace, traces)
    return +done


def teams_led_by(session: Session, workspace: str, user: str) -> list[str]:
    """The names of the teams that they lead."""
    query = select(TeamRow.name).where(TeamRow.workspace == workspace, TeamRow.lead == user)
    return list(session.scalars(query.order_by(TeamRow.name_key)))


def all_tables() -> list[Table]:
    """Every table of ours, whoever has used it in this process."""
    # A module that nobody has imported has not told of its tables, and somebody would stay in them.
    for module in iter_modules(storage.tables.__path__):
        import_module(f"{storage.tables.__name__}.{module.name}")
    return list(Base.metadata.sorted_tables)


def searched(table: Table) -> list[Column[Any]]:
    """The columns of the table in which people are looked for."""
    decided = COLUMNS.get(table.name, {})
    return [
        each for each in table.columns if is_text(each) and decided.get(each.name, MayHold.WORDS) is not MayHold.NOBODY
    ]


def is_text(column: Column[Any]) -> bool:
    """Whether it can hold words: text or JSON."""
    return isinstance(column.type, String | JSON)


def _rows(session: Session, table: Table, workspace: str, traces: Traces) -> list[Row[Any]]:
    columns = searched(table)
    if not columns:
        return []
    # JSON is looked at as text; the database narrows down what is read, and Python decides.
    hits = [cast(each, Text).icontains(one, autoescape=True) for each in columns for one in traces.needles]
    return list(session.execute(select(table).where(_within(table, workspace), or_(*hits))))


def _within(table: Table, workspace: str) -> ColumnElement[bool]:
    if table.name == TeamMemberRow.__tablename__:
        ours = select(TeamRow.id).where(TeamRow.workspace == workspace)
        return table.c.team_id.in_(ours)
    # What is of no one workspace, such as an organisation's installation or an answer kept for a token: all of it.
    if table.name != "workspaces" and "workspace" not in table.c:
        return true()
    if table.name == "organisations":
        return true()
    return (table.c.id if table.name == "workspaces" else table.c.workspace) == workspace


def _replaced(table: Table, row: Row[Any], traces: Traces) -> dict[str, Any]:
    """The columns of the row that must change, with their values."""
    said = {each.key: row._mapping[each] for each in searched(table)}
    without = {name: traces.in_json(value) for name, value in said.items()}
    return {name: value for name, value in without.items() if value != said[name]}


def _is(table: Table, row: Row[Any]) -> ColumnElement[bool]:
    return and_(*(each == row._mapping[each] for each in table.primary_key))


def _forget_what_is_theirs(session: Session, workspace: str, user: str) -> Counter[str]:
    """What was only ever said to them, or drawn for them."""
    done: Counter[str] = Counter()
    for row, theirs in (
        (SnoozeRow, SnoozeRow.user_id == user),
        (ToldRow, ToldRow.user_id == user),
        # Their account there, by which they could be told again.
        (TrackerAccountRow, TrackerAccountRow.user == user),
        (QuestionRow, QuestionRow.reader == user),
        (SurfaceRow, SurfaceRow.key == f"home:{user}"),
    ):
        where = (table_of(row).c.workspace == workspace, theirs)
        done[row.__tablename__] += session.execute(delete(row).where(*where)).rowcount  # type: ignore[attr-defined]
    for waiting in (OutboxRow, HeldRow):
        rows: Iterable[OutboxRow | HeldRow] = session.scalars(select(waiting).where(waiting.workspace == workspace))
        done[waiting.__tablename__] += sum(_without_theirs(session, row, user) for row in rows)
    session.flush()
    # The direct messages with them: where they stand in Slack says who it was.
    to_them = (SentMessage.workspace == workspace, SentMessage.recipient == user)
    session.execute(update(SentMessage).where(*to_them).values(channel=None, ts=None, shown=None, not_before=None))
    return done


def _without_theirs(session: Session, row: OutboxRow | HeldRow, user: str) -> bool:
    """Takes the messages to them out of a row; whether there were any."""
    others = [message for message in row.messages if not _is_for(message, user)]
    if others == row.messages:
        return False
    if others:
        row.messages = others
    else:
        session.delete(row)
    return True


def _erase_person(session: Session, workspace: str, traces: Traces) -> Counter[str]:
    row = session.get(PersonRow, (workspace, traces.user))
    if row is None:
        return Counter()
    # As somebody who has left: their open items are asked about, and nobody may choose them.
    nobody = {"name": NAME, "timezone": "UTC", "locale": "en-US", "deactivated": True, "is_admin": False, "team": ""}
    here = (PersonRow.workspace == workspace, PersonRow.user == traces.user)
    session.expunge(row)
    session.execute(update(table_of(PersonRow)).where(*here).values(user_id=traces.becomes, **nobody))
    return Counter({PersonRow.__tablename__: 1})


def _erase_queued(session: Session, queue: QueueContent, workspace: str, traces: Traces) -> int:
    """What is on its way to them is taken out, what names them elsewhere is rewritten; what is done is forgotten."""
    done = 0
    for each in list(queue.list_undone(session)):
        if each.workspace != workspace:
            continue
        messages = traces.in_json([message for message in each.messages if not _is_for(message, traces.user)])
        if not messages:
            queue.remove(session, [each.workflow])
        elif messages != each.messages:
            queue.rewrite(session, replace(each, messages=messages))
        done += messages != each.messages
    finished = queue.list_done_with(session, workspace, traces.needles)
    queue.remove(session, finished)
    return done + len(finished)


def _is_for(message: Mapping[str, Any], user: str) -> bool:
    """Whether the message, as the outbox stores it, is said to them or draws their Home."""
    return message.get("to") in (user, f"home:{user}")


@contextmanager
def _altering_history(session: Session) -> Iterator[None]:
    """Within the block the triggers that keep both histories from being altered are off, in this transaction alone.

    After an error they are not put back by hand: they come back with the transaction, which is rolled back.
    """
    names, database = (ChangeRow.__tablename__, IncidentChangeRow.__tablename__), session.connection()
    if database.dialect.name != "sqlite":
        for name in names:
            database.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER {name}_append_only")
        yield
        for name in names:
            database.exec_driver_sql(f"ALTER TABLE {name} ENABLE TRIGGER {name}_append_only")
        return
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (:items, :incidents)")
    triggers = list(database.execute(query, dict(zip(("items", "incidents"), names, strict=True))))
    for trigger, _ in triggers:
        database.exec_driver_sql(f"DROP TRIGGER {trigger}")
    yield
    for _, made in triggers:
        database.exec_driver_sql(made)
