"""A connection to a tracker, and what can be wrong with one. Knows no HTTP and no secret."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.errors import Refused
from bot.domain.slack_ids import is_person
from bot.domain.words import Text

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
TOKEN_TOLD_BEFORE = timedelta(days=14)
ACCOUNT_SHOWN = 20
"""Characters of an account's name in a history: who did it is stored in 32."""


class TrackerKind(StrEnum):
    """The trackers that are known; the values are words of the command line."""

    GITHUB = "github"
    GITLAB = "gitlab"
    JIRA = "jira"
    LINEAR = "linear"

    @property
    def words(self) -> str:
        """As its makers write it."""
        return {"github": "GitHub", "gitlab": "GitLab"}.get(self.value, self.value.capitalize())


class TicketProblem(StrEnum):
    """Why something waits or is lost."""

    AWAY = "away"
    LIMITED = "limited"
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    REFUSED = "refused"
    MISSING = "missing"
    PRIVATE = "private"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Connection:
    """A connection of a workspace. `url` is the address of its interface, `place` a repository, project or team.

    `cursor` is how far its changes were read, by the tracker's own clock.
    """

    id: int
    workspace: str
    name: str
    kind: TrackerKind
    url: str
    place: str
    options: Mapping[str, str] = field(default_factory=dict)
    cursor: str = ""
    has_webhook: bool = False
    created_at: datetime | None = None
    read_at: datetime | None = None
    webhook_at: datetime | None = None
    problem: Mapping[str, str] | None = None
    problem_since: datetime | None = None
    token_ends_at: datetime | None = None

    def token_ends_soon(self, now: datetime) -> bool:
        """Whether somebody should make another token."""
        return self.token_ends_at is not None and self.token_ends_at <= now + TOKEN_TOLD_BEFORE

    @property
    def title(self) -> str:
        """As people know it: `GitHub (acme/shop)`."""
        return f"{self.kind.words} ({self.place})"


def check_name(name: str) -> str:
    """The name of a connection, which stands in an address. Raises `Refused`."""
    if not NAME.fullmatch(name):
        raise Refused(
            Text("“{name}” is no name of a connection. Use letters, digits and dashes, like main.", name=name)
        )
    return name


def no_such_tracker(name: str, known: list[str]) -> Refused:
    """What is said when nobody knows the connection *name*."""
    names = ", ".join(known) or Text("none yet")
    return Refused(Text("There is no tracker “{name}”. Trackers: {names}.", name=name, names=names))


def actor(account: str, kind: TrackerKind, mapped: str | None) -> str:
    """Who did something there, for the history: the person in Slack, or the account and where it is."""
    if mapped and is_person(mapped):
        return mapped
    return f"{account[:ACCOUNT_SHOWN]} ({kind.words})" if account else kind.words
