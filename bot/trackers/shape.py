"""What a tracker can do for us, whichever it is. A module of this folder speaks to one and translates."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from hashlib import sha256
from typing import Any, Protocol, runtime_checkable
from urllib.parse import SplitResult, urlsplit

from bot.domain.errors import Refused
from bot.domain.pulls import Deployment, PullRequest
from bot.domain.tickets import SeenTicket
from bot.domain.tracker import Connection

LABEL = "post-mortem"
"""The label of every ticket that is made here (R45)."""
ConnectOptions = Mapping[str, object]
"""The options of `tracker connect` by their names (`api_url`), None for one that is not given."""
Headers = Mapping[str, str]
"""A request's, by their names in small letters."""


def moment(text: object) -> datetime:
    """A time as trackers write it, in ISO 8601; without an offset it is UTC. What is none is long ago."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(text: object) -> str:
    """A due date as trackers write it, in ISO 8601; "" for none, and for what is no day."""
    try:
        return date.fromisoformat(str(text or "")).isoformat()
    except ValueError:
        return ""


def is_signed(given: str, body: bytes, secret: str, prefix: str = "") -> bool:
    """Whether *given* is the body's HMAC-SHA256 with that secret, in hexadecimal behind *prefix*; no secret signs
    nothing."""
    expected = prefix + hmac.new(secret.encode(), body, sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(given.encode(), expected.encode())


def part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What stands there, empty where there is none, or something else than a part: nobody vouches for what comes in."""
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def parts(of: Mapping[str, Any], name: str) -> Sequence[Any]:
    """The list that stands there, empty where there is none."""
    found = of.get(name)
    return found if isinstance(found, list) else ()


def split(url: str) -> SplitResult:
    """The address in its parts; empty ones of what is none, such as `https://[` or a port of six digits: people write
    these addresses, and they are read again and again."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


class OptionMissing(Refused):
    """An option of `tracker connect` without which the tracker cannot be reached."""


def needed(given: ConnectOptions, option: str) -> str:
    """Its value without white space around it. Raises `OptionMissing`."""
    value = str(given.get(option) or "").strip()
    if not value:
        raise OptionMissing(f"give --{option.replace('_', '-')}")
    return value


@dataclass(frozen=True)
class TrackerPlace:
    """Where the tickets of a connection are, as a `Connection` has it."""

    url: str
    place: str
    options: Mapping[str, str] = field(default_factory=dict)


class Reception(Enum):
    """What an answer means for what was asked."""

    AWAY = "away"  # it was not taken; asking again helps
    UNSURE = "unsure"  # it may have been taken: look before asking again
    LIMITED = "limited"  # not taken; ask again when told
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    REFUSED = "refused"


class TrackerTrouble(Exception):
    """A request that the tracker did not confirm. `said` are its own words; `retry_after` in seconds."""

    def __init__(self, meaning: Reception, said: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{meaning.value}: {said}")
        self.meaning, self.said, self.retry_after = meaning, said, retry_after


@dataclass(frozen=True)
class NewTicket:
    """What a ticket is made of; `text` is Markdown and holds its mark."""

    title: str
    text: str
    due: str
    assignee: str = ""


@dataclass(frozen=True)
class Comment:
    """A comment by a person or a machine. `ref` is its ticket's."""

    id: str
    ref: str
    by: str
    at: datetime
    is_person: bool = True
    who: str = ""
    """How people call them, where the account is not what they know."""


@dataclass(frozen=True)
class Event:
    """What a webhook or a page of changes tells: a ticket as it was, a comment, or that the ticket is gone; or a pull
    request, or a deployment to production, which are no ticket's (`ref` is "")."""

    ref: str
    ticket: SeenTicket | None = None
    comment: Comment | None = None
    gone: str = ""
    pull: PullRequest | None = None
    deployment: Deployment | None = None
    by: str = ""
    is_person: bool = True
    who: str = ""
    """As of a comment."""


@dataclass(frozen=True)
class Page:
    """Some of what changed, oldest first; `cursor` is where the next reading begins, `more` whether to read on now."""

    events: Sequence[Event]
    cursor: str
    more: bool = False


class TrackerClient(Protocol):
    """One connection. All methods raise `TrackerTrouble`; none is called within a transaction."""

    def create(self, new: NewTicket) -> SeenTicket:
        """A ticket with our label."""

    def find(self, mark: str, since: datetime) -> SeenTicket | None:
        """The ticket whose text holds *mark*, made at about *since* or later."""

    def read(self, ref: str) -> SeenTicket:
        """The ticket as it is now."""

    def write(self, ref: str, facts: Mapping[str, str], text: str) -> SeenTicket:
        """Writes those facts (`bot.domain.tickets`), with *text* where `text` is one of them; what people wrote
        around it stays. The ticket as it is afterwards."""

    def comment(self, ref: str, text: str) -> None:
        """Adds a comment, which holds a mark of its own."""

    def has_comment(self, ref: str, mark: str, since: datetime) -> bool:
        """Whether a comment with that mark was added at about *since* or later."""

    def changed_since(self, cursor: str) -> Page:
        """What changed since, as far as one page goes; nothing new costs two requests at most."""

    def closing_change(self, ref: str) -> str:
        """The address of the change that closed the ticket; "" where the tracker knows none."""

    def account_of(self, email: str) -> str:
        """The account with that address; "" where there is none or it is hidden."""

    def check(self) -> Sequence[str]:
        """A line each: reached, as whom, may read, may write, what it found. Raises nothing."""


@runtime_checkable
class CodeHost(Protocol):
    """What a connection can do as well where the code is there too. As `TrackerClient` in all else."""

    def changed_or_deployed_since(self, cursor: str) -> Page:
        """As `changed_since`, with deployments to production: asked while one is waited for."""

    def holds(self, deployed: str, sha: str) -> bool:
        """Whether the commit *deployed* has the commit *sha* in its history."""

    def find_guard(self, path: str) -> bool | None:
        """Whether the file or check is there that `locate_guard` found; None where that cannot be told."""


@runtime_checkable
class TokenEnds(Protocol):
    """A connection whose token may end, and that says so while it still works."""

    @property
    def token_ends(self) -> datetime | None:
        """When, as far as the answers until now told."""


@runtime_checkable
class RollCall(Protocol):
    """A connection that is not told of what was deleted there."""

    def missing(self, refs: Sequence[str]) -> Sequence[str]:
        """Those of the tickets that are not there any more; none where somebody has looked within a day."""


@dataclass(frozen=True)
class KnownTracker:
    """A kind of tracker: all that the product has of it (`bot.trackers.known`)."""

    place_of: Callable[[ConnectOptions], TrackerPlace]
    """Where the options of `tracker connect` point to. Raises `Refused`, for one that is missing `OptionMissing`."""
    client: Callable[[str, str, str, Mapping[str, str]], TrackerClient]
    """Of url, place, secret and options."""
    locate: Callable[[str, str, str], str]
    """The ref of the ticket at an address of a page, of url and place; "" where it is not there."""
    name_of: Callable[[str], str]
    """How people call the ticket at an address of a page; "" where that is none of such a tracker's."""
    is_signed: Callable[[Headers, bytes, str, float], bool]
    """Whether a webhook with these headers and this body is signed with that secret; it is so many milliseconds now."""
    read: Callable[[Connection, Headers, object], tuple[Event | None, str]]
    """What a signed webhook tells, and its name, the same where it is sent again; "" where it has none."""
    locate_guard: Callable[[str, str, str], str] = lambda _url, _api, _place: ""
    """Of one that has the code, too: what `CodeHost.find_guard` looks for at an address of a page."""
    how_to_sign_in: str = "give --token-file F"
