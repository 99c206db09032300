"""Tokens of the HTTP API: made, found by their hash, revoked; and how often each was used."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.domain.errors import NotFound, Refused
from bot.domain.token import Token, TokenScope
from bot.domain.words import Text
from storage.tables.base import table_of
from storage.tables.token import TokenRow


def record_token(
    session: Session,
    workspace: str,
    name: str,
    hashed: str,
    scopes: frozenset[TokenScope],
    *,
    at: datetime,
    expires_at: datetime | None,
) -> Token:
    """A new token. Raises `Refused` where one of that name is there and not revoked."""
    row = TokenRow(
        workspace=workspace, name=name, hash=hashed, scopes=" ".join(sorted(scopes)), created_at=at,
        expires_at=expires_at, uses=0,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Refused(
            Text("There is a token “{name}” already. Revoke it first, or choose another name.", name=name),
            field="name",
        ) from None
    return _token(row)


def find_token(session: Session, hashed: str) -> Token | None:
    """The token with that hash, also one that is revoked or over."""
    row = session.scalars(select(TokenRow).where(TokenRow.hash == hashed)).one_or_none()
    return _token(row) if row else None


def list_tokens(session: Session, workspace: str) -> list[Token]:
    """Every token that the workspace ever had, by name, those of one name from the oldest on."""
    query = select(TokenRow).where(TokenRow.workspace == workspace).order_by(TokenRow.name, TokenRow.id)
    return [_token(row) for row in session.scalars(query)]


def revoke_token(session: Session, workspace: str, name: str, at: datetime, token_id: int | None = None) -> None:
    """It lets nobody in from now on; with *token_id* that one. Raises `NotFound` when there is none that could."""
    is_it = TokenRow.name == name if token_id is None else TokenRow.id == token_id
    here = (TokenRow.workspace == workspace, is_it, TokenRow.revoked_at.is_(None))
    done = session.execute(update(TokenRow).where(*here).values(revoked_at=at).returning(TokenRow.id))
    if done.first() is None:
        raise NotFound(Text("There is no token “{name}”. `actionitem token list` shows them.", name=name))


def record_uses(session: Session, used: Mapping[int, tuple[int, datetime]]) -> None:
    """Adds to the uses of tokens: id → how many more, and when last."""
    columns = table_of(TokenRow).c
    for token_id, (more, last) in sorted(used.items()):  # in one order, so that two processes never wait for each other
        # Of two processes the one that was used last may write first.
        newest = func.coalesce(columns.last_used_at, last)
        session.execute(update(table_of(TokenRow)).where(columns.id == token_id).values(uses=columns.uses + more))
        session.execute(
            update(table_of(TokenRow)).where(columns.id == token_id, newest <= last).values(last_used_at=last)
        )


def _token(row: TokenRow) -> Token:
    return Token(
        workspace=row.workspace,
        id=row.id,
        name=row.name,
        scopes=frozenset(TokenScope(scope) for scope in row.scopes.split()),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
        uses=row.uses,
    )
