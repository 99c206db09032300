"""How a person is found in the database, or replaced. What is not in `may_hold` is searched all the same."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
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

from bot.domain.erase import NAME, Traces
from storage import tables
from storage.may_hold import COLUMNS, MayHold
from storage.queued import QueueContent
from storage.search_index import settle_all
from storage.tables.base import Base, table_of
from storage.tables.delivery import HeldRow, OutboxRow, SentMessage
from storage.tables.incident import IncidentChangeRow
from storage.tables.item import ChangeRow
from storage.tables.ritual import QuestionRow, SnoozeRow, ToldRow
from storage.tables.surface import SurfaceRow
from storage.tables.team import TeamMemberRow, TeamRow
from storage.tables.tracker import TrackerAccountRow
from storage.tables.workspace import PersonRow

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
    # Before, so that no text that an item had is replaced where it is noted, and after, so that none is left there.
    settle_all(session, workspace)
    done: Counter[str] = Counter()
    done.update(_forget_what_is_theirs(session, workspace, traces.user))
    done.update(_erase_person(session, workspace, traces))
    with _altering_history(session):
        for table in all_tables():
            for row in _rows(session, table, workspace, traces):
                if values := _replaced(table, row, traces):
                    session.execute(update(table).where(_is(table, row)).values(values))
                    done[table.name] += 1
    settle_all(session, workspace)
    done[QUEUE] += _erase_queued(session, queue, workspace, traces)
    return +done


def teams_led_by(session: Session, workspace: str, user: str) -> list[str]:
    """The names of the teams that they lead."""
    query = select(TeamRow.name).where(TeamRow.workspace == workspace, TeamRow.lead == user)
    return list(session.scalars(query.order_by(TeamRow.name_key)))


def all_tables() -> list[Table]:
    """Every table of ours, whoever has used it in this process."""
    # A module that nobody has imported has not told of its tables, and somebody would stay in them.
    for module in iter_modules(tables.__path__):
        import_module(f"{tables.__name__}.{module.name}")
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
