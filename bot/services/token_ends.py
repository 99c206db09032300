"""A token of a connection that is about to end: put on record, and told to the admins once, while it still works."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.blocks.tickets import token_text
from bot.deps import Deps
from bot.domain.messages import Message, Post
from bot.domain.tracker import Connection
from bot.slack.names import speaking_to
from storage import inbox, trackers
from storage.people import list_admins


def note_end(deps: Deps, connection: Connection, ends_at: datetime | None) -> None:
    """Costs nothing where it is known and far."""
    now, seen = deps.clock(), replace(connection, token_ends_at=ends_at)
    if ends_at == connection.token_ends_at and not seen.token_ends_soon(now):
        return
    with deps.db.begin() as session:
        trackers.record_token_end(session, connection, ends_at)
        # Once for each token: another one ends at another time.
        key = f"tracker:{connection.id}:token:{ends_at.isoformat() if ends_at else ''}"
        if not seen.token_ends_soon(now):
            return
        # Where no admin is known yet, the next reading looks again.
        said = _to_admins(session, seen, key)
        if said and inbox.claim(session, connection.workspace, key, now):
            deps.outbox.enqueue(session, connection.workspace, key, said)


def _to_admins(session: Session, connection: Connection, key: str) -> list[Message]:
    told: list[Message] = []
    for admin in list_admins(session, connection.workspace):
        with speaking_to(session, connection.workspace, admin):
            told.append(Post(f"{key}:{admin}", admin, token_text(connection)))
    return told
