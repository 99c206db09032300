"""Connections to trackers, and whose account is whose. Secrets stand here sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.errors import Refused
from bot.domain.tracker import Connection, TrackerKind, no_such_tracker
from bot.domain.words import Text
from storage.once import write_latest
from storage.tables.team import TeamRow
from storage.tables.tracker import DeploymentRow, PullRow, TicketRow, TrackerAccountRow, TrackerRow
from storage.tickets import list_numbers

MORE = "|"
"""Behind it stands what a cursor remembers beside its time."""
STILL_LINKED = (
    "{name} is connected to {tracker}, where items have tickets. Give the new connection another name, or take this "
    "one away first: actionitem tracker disconnect {name}"
)


def record_tracker(
    session: Session, connection: Connection, secret: str, webhook_secret: str, now: datetime
) -> Connection:
    """Creates the connection, or changes the one of that name. Both secrets are sealed already."""
    row = _row(session, connection.workspace, connection.name)
    if row is None:
        row = TrackerRow(workspace=connection.workspace, name=connection.name, created_at=now, cursor="")
        session.add(row)
    elif (row.url, row.place) != (connection.url, connection.place):
        # The tickets of one place mean nothing in another.
        if list_numbers(session, row.id):
            was = _connection(row)
            raise Refused(Text(STILL_LINKED, name=was.name, tracker=was.title))
        row.cursor = row.cursor_more = ""
    row.kind, row.url, row.place = connection.kind.value, connection.url, connection.place
    row.options, row.secret, row.webhook_secret = dict(connection.options), secret, webhook_secret
    row.problem = row.problem_since = row.token_ends_at = None
    session.flush()
    return _connection(row)


def find_tracker(session: Session, workspace: str, name: str) -> Connection | None:
    """The connection of that name, if there is one."""
    row = _row(session, workspace, name)
    return _connection(row) if row else None


def get_tracker(session: Session, workspace: str, name: str) -> Connection:
    """Raises `Refused`, naming the connections that there are."""
    found = find_tracker(session, workspace, name)
    if found is None:
        raise no_such_tracker(name, [each.name for each in list_trackers(session, workspace)])
    return found


def get_tracker_by_id(session: Session, tracker_id: int) -> Connection:
    """The connection with that key; it is the program's mistake when there is none."""
    return _connection(session.get_one(TrackerRow, tracker_id))


def list_trackers(session: Session, workspace: str | None = None) -> list[Connection]:
    """Every connection of the workspace, or of all, by name."""
    query = select(TrackerRow).order_by(TrackerRow.workspace, TrackerRow.name)
    rows = session.scalars(query.where(TrackerRow.workspace == workspace) if workspace else query)
    return [_connection(row) for row in rows]


def has_trackers(session: Session, workspace: str) -> bool:
    """Whether anything is connected."""
    return session.scalar(select(TrackerRow.id).where(TrackerRow.workspace == workspace).limit(1)) is not None


def list_named(session: Session, kind: TrackerKind, name: str) -> list[tuple[Connection, str]]:
    """The connections of that name in whichever workspace, each with its sealed webhook secret."""
    query = select(TrackerRow).where(TrackerRow.kind == kind.value, TrackerRow.name == name)
    return [(_connection(row), row.webhook_secret) for row in session.scalars(query) if row.webhook_secret]


def get_secret(session: Session, tracker_id: int) -> str:
    """The sealed secret with which the tracker is asked."""
    return session.get_one(TrackerRow, tracker_id).secret


def claim_reading(session: Session, connection: Connection, now: datetime, before: datetime) -> bool:
    """Whether the caller reads its changes now: of several replicas one does, unless it was done since *before*."""
    due = or_(TrackerRow.read_at.is_(None), TrackerRow.read_at < before)
    done = session.execute(update(TrackerRow).where(TrackerRow.id == connection.id, due).values(read_at=now))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def record_cursor(session: Session, connection: Connection, cursor: str) -> None:
    """How far its changes are read, and that nothing is wrong with it."""
    row = session.get_one(TrackerRow, connection.id)
    row.cursor, _sep, row.cursor_more = cursor.partition(MORE)
    row.problem = row.problem_since = None


def record_tracker_problem(session: Session, connection_id: int, problem: dict[str, str], now: datetime) -> bool:
    """Why its changes cannot be read; whether that is new."""
    row = session.get_one(TrackerRow, connection_id)
    is_new = row.problem is None
    row.problem, row.problem_since = problem, row.problem_since or now
    return is_new


def record_token_end(session: Session, connection: Connection, ends_at: datetime | None) -> None:
    """When its token ends, as its tracker says."""
    session.execute(update(TrackerRow).where(TrackerRow.id == connection.id).values(token_ends_at=ends_at))


def record_webhook(session: Session, connection: Connection, now: datetime) -> None:
    """That a webhook came."""
    session.execute(update(TrackerRow).where(TrackerRow.id == connection.id).values(webhook_at=now))


def remove_tracker(session: Session, connection: Connection) -> int:
    """Takes the connection and its links away; items keep the addresses. How many tickets it had."""
    tickets = session.execute(delete(TicketRow).where(TicketRow.tracker_id == connection.id))
    for row in (TrackerAccountRow, PullRow, DeploymentRow):
        session.execute(delete(row).where(row.tracker_id == connection.id))
    of_it = (TeamRow.workspace == connection.workspace, TeamRow.tracker == connection.name)
    session.execute(update(TeamRow).where(*of_it).values(tracker="", auto_ticket=False))
    session.execute(delete(TrackerRow).where(TrackerRow.id == connection.id))
    return int(tickets.rowcount)  # type: ignore[attr-defined]


def record_account(session: Session, connection: Connection, user: str, account: str) -> None:
    """Whose account it is; "": none is known for the person."""
    key = {"tracker_id": connection.id, "user": user}
    write_latest(session, TrackerAccountRow, key, {"workspace": connection.workspace, "account": account})


def find_account(session: Session, tracker_id: int, user: str) -> str | None:
    """The person's account; "" where it was looked for in vain, None where nobody has looked."""
    row = session.get(TrackerAccountRow, (tracker_id, user))
    return row.account if row else None


def find_user(session: Session, tracker_id: int, account: str) -> str | None:
    """Whose account that is."""
    here = (TrackerAccountRow.tracker_id == tracker_id, TrackerAccountRow.account == account)
    return session.scalar(select(TrackerAccountRow.user).where(*here).limit(1)) if account else None


def _row(session: Session, workspace: str, name: str) -> TrackerRow | None:
    query = select(TrackerRow).where(TrackerRow.workspace == workspace, TrackerRow.name == name)
    return session.scalars(query).one_or_none()


def _cursor(row: TrackerRow) -> str:
    return f"{row.cursor}{MORE}{row.cursor_more}" if row.cursor_more else row.cursor


def _connection(row: TrackerRow) -> Connection:
    options: dict[str, Any] = row.options
    return Connection(
        row.id, row.workspace, row.name, TrackerKind(row.kind), row.url, row.place, options, _cursor(row),
        bool(row.webhook_secret), row.created_at, row.read_at, row.webhook_at, row.problem, row.problem_since,
        row.token_ends_at,
    )  # fmt: skip
