"""What was answered to requests with an `Idempotency-Key`, so that each is done once, whichever replica is asked."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from bot.domain.token import Token
from storage.forgetting import forget_some
from storage.once import insert_once
from storage.tables.token import AnswerRow

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class KeptAnswer:
    """An answer as it was given. `request` is the hash of what was asked."""

    request: str
    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def find_answer(session: Session, token: Token, key: str, at: datetime) -> KeptAnswer | None:
    """What was answered under the key, where it still counts."""
    row = session.scalars(select(AnswerRow).where(*_row(token.id, key), AnswerRow.at > at - KEPT_FOR)).one_or_none()
    return _answer(row) if row else None


def claim_key(session: Session, token: Token, key: str, request: str, at: datetime) -> KeptAnswer | None:
    """None when the key is new, and from now on it is not; else what was answered then.

    It waits for another transaction that is doing the same request.
    """
    session.execute(delete(AnswerRow).where(*_row(token.id, key), AnswerRow.at <= at - KEPT_FOR))
    values = {"workspace": token.workspace, "request": request, "at": at} | _EMPTY
    if insert_once(session, AnswerRow, {"token_id": token.id, "key": key}, values):
        return None
    return _answer(session.get_one(AnswerRow, (token.id, key), populate_existing=True))


def keep_answer(session: Session, token_id: int, key: str, answer: KeptAnswer) -> None:
    """In the transaction that claimed the key: the change and its answer are kept together, or neither."""
    row = session.get_one(AnswerRow, (token_id, key))
    row.status, row.body, row.headers = answer.status, answer.body, answer.headers


def forget_old_answers(session: Session, now: datetime) -> int:
    """Deletes answers that are older than `KEPT_FOR`, some at a time; returns how many."""
    return forget_some(session, AnswerRow, AnswerRow.at <= now - KEPT_FOR)


_EMPTY = {"status": 0, "body": "", "headers": {}}


def _answer(row: AnswerRow) -> KeptAnswer:
    return KeptAnswer(row.request, row.status, row.body, dict(row.headers))


def _row(token_id: int, key: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return AnswerRow.token_id == token_id, AnswerRow.key == key
