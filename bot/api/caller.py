"""Who asks: the token of a request, what it may, and that it was used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from threading import Lock, Timer

import structlog
from fastapi.security import HTTPAuthorizationCredentials
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request

from bot.api.edge import HEADERS
from bot.api.limits import TokenRates
from bot.api.problems import HttpProblem, invalid, unknown_parameters
from bot.deps import Deps
from bot.domain.item import By
from bot.domain.queries import EVERYBODY, Viewer
from bot.domain.token import PREFIX, Token, TokenScope, digest
from storage.tokens import find_token, record_uses

log = structlog.get_logger()
WRITTEN_AFTER_S = 1.0
REALM = 'Bearer realm="actionitem"'


@dataclass(frozen=True)
class Caller:
    """A token that may ask. `headers` belong to every answer that it gets."""

    token: Token
    headers: dict[str, str]

    @property
    def workspace(self) -> str:
        """The one workspace that it belongs to."""
        return self.token.workspace

    @property
    def viewer(self) -> Viewer | None:
        """What it sees: what everybody may, or with `private:read` all."""
        return None if self.token.may(TokenScope.PRIVATE_READ) else EVERYBODY

    def by(self, now: datetime) -> By:
        """Who acts, for the rules: it decides about nothing."""
        return By(self.token.actor, now)

    def check(self, scope: TokenScope) -> None:
        """Raises `HttpProblem` where it has not that scope."""
        if not self.token.may(scope):
            raise HttpProblem(
                HTTPStatus.FORBIDDEN, "scope-missing", "The token may not do this",
                f"It needs the scope {scope}. Make one: actionitem token create NAME --scope {scope}",
                headers={"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{scope}"'},
            )  # fmt: skip


class TokenDoor:
    """Lets tokens in, and counts their use."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._limits = TokenRates()
        self._uses = Uses(deps)

    def enter(self, request: Request, bearer: HTTPAuthorizationCredentials | None, scope: TokenScope) -> Caller:
        """Who asks, when their token has that scope. Raises `HttpProblem` as `admit`, and where it has not, or
        sends a parameter that the address does not know."""
        caller = self.let_in(request, bearer.credentials if bearer else "")
        caller.check(scope)
        if unknown := unknown_parameters(request):
            raise invalid(unknown)
        return caller

    def let_in(self, request: Request, secret: str) -> Caller:
        """As `admit`; whatever the answer will be, also an error, has the caller's headers."""
        caller = self.admit(secret)
        getattr(request.state, HEADERS, {}).update(caller.headers)
        return caller

    def admit(self, secret: str) -> Caller:
        """Who comes with that token. Raises `HttpProblem` for one unknown, over or revoked, or that asks too often."""
        if not secret:
            raise _stranger("Send a token: Authorization: Bearer ait_…")
        now = self._deps.clock()
        with self._deps.db.read() as session:
            token = find_token(session, digest(secret)) if secret.startswith(PREFIX) else None
        if token is None:
            raise _stranger("This token is unknown.", "invalid_token")
        if (state := token.state(now)) != "active":
            raise _stranger(f"This token is {state}.", "invalid_token")
        self._uses.count(token, now)
        return Caller(token, self._limits.take(token.id))

    def close(self) -> None:
        """Writes what was counted and not written yet: for a process that ends."""
        self._uses.write()


class Uses:
    """Counts in memory and writes a second later, so that a reading costs no write of its own."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._lock = Lock()
        self._waiting: dict[int, tuple[int, datetime]] = {}

    def count(self, token: Token, now: datetime) -> None:
        """The token was used once more."""
        self._add({token.id: (1, now)})

    def _add(self, used: Mapping[int, tuple[int, datetime]]) -> None:
        with self._lock:
            begins = not self._waiting
            for token_id, (more, now) in used.items():
                before, last = self._waiting.get(token_id, (0, now))
                self._waiting[token_id] = (before + more, max(last, now))
        if begins and used:
            timer = Timer(WRITTEN_AFTER_S, self.write)
            timer.daemon = True
            timer.start()

    def write(self) -> None:
        """Writes what was counted; what cannot be written is counted with what follows."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        try:
            with self._deps.db.begin() as session:
                record_uses(session, waiting)
        except SQLAlchemyError as error:
            log.warning("token_use_not_written", error=type(error).__name__)
            self._add(waiting)


def _stranger(detail: str, error: str = "") -> HttpProblem:
    challenge = f'{REALM}, error="{error}"' if error else REALM
    return HttpProblem(
        HTTPStatus.UNAUTHORIZED, "unauthorized", "No valid token", detail, headers={"WWW-Authenticate": challenge}
    )
