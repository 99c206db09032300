"""The guard of an item: what would tell us if its improvement were removed tomorrow (R64, R65), and its loss (B13)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved
from bot.domain.lifecycle import Action, State
from bot.domain.slack_ids import is_person
from bot.domain.tickets import Did

WATCHED_EVERY = timedelta(days=7)
WATCHED = frozenset({State.VERIFIED, State.CLOSED})
"""In these states something is said to tell us."""
LINK = re.compile(r"https?://[^\s<>|\"“”]+")
PREFIX = "What would tell us: "
NO_PREFIX = "Nothing would tell us: "


@dataclass(frozen=True)
class Guard:
    """A guard on record, by the address that is looked at. `question` is what its owner was asked (`GuardQuestion`).

    `seen`: it was there once. `gone_since`: since when it is not.
    """

    workspace: str
    number: int
    url: str
    seen: bool = False
    looked_at: datetime | None = None
    gone_since: datetime | None = None
    question: str = ""


def links_in(text: str) -> Iterator[str]:
    """The addresses in what somebody named."""
    for found in LINK.finditer(text):
        yield found[0].rstrip(".,;:!?)")


def file_name(url: str) -> str:
    """The end of its address, which is what people know of a file or check."""
    return url.partition("#")[0].partition("?")[0].rstrip("/").rpartition("/")[2] or url


def looked(guard: Guard, *, is_there: bool | None, now: datetime) -> Guard:
    """After a look; None where it could not be told. Of two looks at once the later moment stays."""
    now = max(now, guard.looked_at or now)
    if is_there is None:
        return replace(guard, looked_at=now)
    if is_there:
        return replace(guard, seen=True, looked_at=now, gone_since=None)
    return replace(guard, looked_at=now, gone_since=guard.gone_since or now)


def asked_about(item: Item, guard: Guard) -> str:
    """Who is asked about a guard that is not there: the owner; of what never was there, whoever named it."""
    named_by = item.verified.by if item.verified else ""
    return named_by if is_person(named_by) and not guard.seen else item.owner


def lose_guard(item: Item, url: str, by: By, *, seen: bool) -> Moved:
    """A line of history: what would tell us is not there any more; without `seen`, it was not found."""
    did = Did.GUARD_LOST if seen else Did.GUARD_MISSING
    detail = {"did": did.value, "ticket": file_name(url), "url": url}
    return moved(item, item, Action.TICKET, by, detail=detail)


def name_guard(item: Item, by: By, guard: str, why_not: str) -> Moved:
    """Another guard, or why nothing would tell us; a status in words, for the history."""
    if item.state not in WATCHED or item.verified is None:
        raise Refused("It is not verified: what would tell us is asked with “Verify”.")
    if not guard and not why_not:
        raise Refused("Name or link the test, alert or monitor that would tell us, or say why nothing would.", "guard")
    verified = replace(item.verified, guard=guard, no_guard_because="" if guard else why_not)
    touched = replace(item, verified=verified)
    said = PREFIX + guard if guard else NO_PREFIX + why_not
    return moved(item, touched, Action.UPDATE, by, said, {"guard": guard, "why_not": why_not})
