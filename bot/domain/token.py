"""A token of the HTTP API: what it is called, what it may do, until when. Makes and stores none."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.errors import Refused
from bot.domain.words import Numeral, Text

PREFIX = "ait_"
"""By which scanners for leaked secrets, and people, know it."""
ACTOR = "token:"
"""What the history begins with where a token acted, in the place of a Slack id."""
LONGEST_NAME = 25
"""With `ACTOR` it fits the column of a Slack id."""
NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9 ._-]{{0,{LONGEST_NAME - 1}}}")
LONGEST_DAYS = 3650


class TokenScope(StrEnum):
    """What a token may do."""

    ITEMS_READ = "items:read"
    ITEMS_WRITE = "items:write"
    INCIDENTS_WRITE = "incidents:write"
    MEASURES_READ = "measures:read"
    PRIVATE_READ = "private:read"


@dataclass(frozen=True)
class Token:
    """A token as it is stored: never itself. `expires_at` None: it does not; `uses` counts requests."""

    workspace: str
    id: int
    name: str
    scopes: frozenset[TokenScope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    uses: int = 0

    @property
    def actor(self) -> str:
        """Who acts, for the history."""
        return ACTOR + self.name

    def may(self, scope: TokenScope) -> bool:
        """Whether it has the scope."""
        return scope in self.scopes

    def state(self, now: datetime) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= now else "active"


def is_token(user: str) -> bool:
    """Whether it was a token that acted, and no person: nobody to send a message to."""
    return user.startswith(ACTOR)


def token_named(user: str) -> str:
    """The name of the token that acted."""
    return user.removeprefix(ACTOR)


def digest(secret: str) -> str:
    """What is stored of a token."""
    # A plain hash: 256 bits that a machine drew are not guessed, so a slow one would only slow every request down.
    return hashlib.sha256(secret.encode()).hexdigest()


def check_name(name: str) -> str:
    """The name without white space around it. Raises `Refused` for one that the history could not say."""
    name = name.strip()
    if not NAME.fullmatch(name):
        raise Refused(
            "A token's name has up to 25 letters, digits, spaces, dots, dashes and underscores, like pagerduty.",
            field="name",
        )
    return name


def parse_scopes(given: Iterable[str]) -> frozenset[TokenScope]:
    """The scopes, however they were put together: one by one, with commas or spaces. Raises `Refused`."""
    words = [word for text in given for word in text.replace(",", " ").split()]
    if unknown := [word for word in words if word not in set(TokenScope)]:
        raise Refused(
            Text("There is no scope “{scope}”. Scopes: {known}.", scope=unknown[0][:50], known=", ".join(TokenScope))
        )
    if not words:
        raise Refused(Text("Say what the token may do: --scope, one or more of {known}.", known=", ".join(TokenScope)))
    return frozenset(TokenScope(word) for word in words)


def expiry(days: int | None, now: datetime) -> datetime | None:
    """When a token made *now* ends, that many days on; None: never. Raises `Refused`."""
    if days is None:
        return None
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(Text("A token expires after 1 to {most} days.", most=Numeral(LONGEST_DAYS)))
    return now + timedelta(days=days)
