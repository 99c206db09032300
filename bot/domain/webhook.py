"""Outgoing webhooks: which events there are, who wants which, where they may go, and how long it is tried."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from bot.domain.errors import Refused
from bot.domain.lifecycle import Action, Change
from bot.domain.words import Text

GIVE_UP_AFTER = timedelta(hours=24)
"""How long a delivery is tried."""
DISABLE_AFTER = timedelta(days=5)
"""How long nothing may be taken before no more is sent."""
ROTATION = timedelta(days=1)
"""How long the secret of before is valid beside the new one."""
GONE = 410
ESCALATED = "escalated"
"""Overdue for too long: the lead was told."""
DELETED = "deleted"
"""Not there any more for who may know of nothing private: what it was made in became private."""
NOTED = (ESCALATED, DELETED)
"""What no line of the history says."""
TYPES = (
    "item.created", "item.updated", "item.state_changed", "item.deferred", "item.blocked", "item.escalated",
    "item.deleted", "incident.created", "incident.updated",
)  # fmt: skip
PRIVATE = "private_item."
"""In the place of `item.` where the item belongs to a private channel."""
URL_LIMIT = 2000


@dataclass(frozen=True)
class Webhook:
    """Where events of a workspace go. `failing_since`: nothing was taken since then, and something was tried."""

    workspace: str
    id: int
    url: str
    events: tuple[str, ...]
    private: bool
    private_network: bool
    created_at: datetime
    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    disabled_because: str = ""

    @property
    def line(self) -> str:
        """Names where its deliveries wait. Not its id alone, which SQLite gives again: they would wait behind those of
        a webhook that was removed, and whose receiver asked for an hour's patience."""
        return f"{self.id}.{int(self.created_at.timestamp())}"

    def wants(self, kind: str) -> bool:
        """Whether an event of that type goes there."""
        if kind.startswith(PRIVATE) and not self.private:
            return False
        return any(fnmatchcase(kind, pattern) for pattern in self.events)


def type_of(change: Change, *, private: bool) -> str:
    """The event of a line of an item's history."""
    return event_of(_what(change), private=private)


def event_of(what: str, *, private: bool = False) -> str:
    """The event of that having happened to an item."""
    return f"{PRIVATE if private else 'item.'}{what}"


def _what(change: Change) -> str:
    if change.before is None:
        return "created"
    if change.action == Action.DEFER:
        return "deferred"
    if change.action == Action.BLOCK:
        return "blocked"
    return "state_changed" if change.before is not change.after else "updated"


def check_url(url: str) -> str:
    """The address without white space around it. Raises `Refused` for what is none that could be sent to."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or len(url) > URL_LIMIT or any(letter.isspace() or not letter.isprintable() for letter in url):
        raise Refused("Give an address that begins with https://, such as https://hooks.example.com/actionitem.")
    if "@" in parts.netloc:
        raise Refused("Leave name and password out of the address: webhooks are signed.")
    return url


def check_patterns(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns; all events where there are none. Raises `Refused` for one that no event fits."""
    for pattern in patterns:
        kinds = [*TYPES, *(kind.replace("item.", PRIVATE) for kind in TYPES if kind.startswith("item."))]
        if not any(fnmatchcase(kind, pattern) for kind in kinds):
            known = ", ".join(TYPES)
            raise Refused(
                Text(
                    "No event fits “{pattern}”. Events: {known}; item.* is all of items.", pattern=pattern, known=known
                )
            )
    return patterns or ("*",)


def is_inner(address: str) -> bool:
    """Whether an address is of this machine, its network, or nobody's: where no webhook goes by itself.

    Every form of IPv6 that carries an address of IPv4 is judged by that one.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        carried = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if carried is None and (found in _NAT64 or found in _COMPATIBLE):
            carried = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if carried is not None:
            return is_inner(str(carried))
    return not found.is_global or found.is_multicast or found.is_reserved or found.is_unspecified


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
