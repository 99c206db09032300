"""Tokens of the HTTP API: made, listed, revoked, on the command line as in Slack."""

import secrets
from collections.abc import Iterable

from bot.deps import Deps
from bot.domain.token import PREFIX, Token, check_name, digest, expiry, parse_scopes
from storage import tokens
from storage.workspaces import record_workspace

BYTES = 32


def create_token(deps: Deps, workspace: str, name: str, scopes: Iterable[str], days: int | None) -> tuple[Token, str]:
    """A new token, and the secret that is shown now and never again. Raises `Refused`."""
    secret = PREFIX + secrets.token_urlsafe(BYTES)
    now = deps.clock()
    named, may, until = check_name(name), parse_scopes(scopes), expiry(days, now)
    with deps.db.begin() as session:
        record_workspace(session, workspace)
        made = tokens.record_token(session, workspace, named, digest(secret), may, at=now, expires_at=until)
    return made, secret


def list_all(deps: Deps, workspace: str) -> list[Token]:
    """Every token that the workspace ever had."""
    with deps.db.read() as session:
        return tokens.list_tokens(session, workspace)


def revoke(deps: Deps, workspace: str, name: str, token_id: int | None = None) -> None:
    """It lets nobody in any more; with *token_id* that one, and none that got its name since. Raises `NotFound`."""
    with deps.db.begin() as session:
        tokens.revoke_token(session, workspace, name.strip(), deps.clock(), token_id)
