"""An item and its ticket in a tracker: what goes out, what is news from there, and what news means. Pure.

Two records say what is known of a ticket: `sent`, what the item last brought there, `seen`, what was last seen there.
Both are `TicketFacts`; a fact that a ticket does not show (its due date, in a GitHub issue without our section, or its
title, where it is confidential) is missing in `seen`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.domain.item import TITLE_LIMIT, By, Item, Moved, moved
from bot.domain.lifecycle import Action, State
from bot.domain.start import start

TicketFacts = Mapping[str, str]
"""`title`, `text` (a fingerprint), `stage`, `due` (ISO, "" for none), `assignee` ("" for nobody or an unknown one)."""
TITLE, TEXT, STAGE, DUE, ASSIGNEE = "title", "text", "stage", "due", "assignee"
NOT_IMPLEMENTED = frozenset({State.NOT_STARTED, State.IN_PROGRESS})
"""In these states a ticket that is over is ahead of its item, and its owner is asked."""
WRITTEN_KEPT = 5
"""Values of ours that are remembered for each fact: so many of our writes can be under way in one second."""


TITLE_THERE = 255
"""Characters of a title that every tracker takes; an item's may be longer."""


class Stage(StrEnum):
    """Where a ticket stands, whatever its tracker calls that."""

    TO_DO = "to_do"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    NOT_PLANNED = "not_planned"

    @property
    def is_over(self) -> bool:
        """Closed there, in whichever way."""
        return self in (Stage.DONE, Stage.NOT_PLANNED)


class Did(StrEnum):
    """What a line of history tells of a ticket."""

    MADE = "made"
    LINKED = "linked"
    UNLINKED = "unlinked"
    COMMENTED = "commented"
    MOVED = "moved"
    ASSIGNED = "assigned"
    GONE = "gone"
    NAMED = "named"
    MERGED = "merged"
    DEPLOYED = "deployed"
    GUARD_LOST = "guard_lost"
    GUARD_MISSING = "guard_missing"


class TicketAsk(StrEnum):
    """What somebody is asked because of news from a tracker."""

    DONE = "done"
    NOT_PLANNED = "not_planned"
    REOPENED = "reopened"
    ASSIGNEE = "assignee"


@dataclass(frozen=True)
class SeenTicket:
    """A ticket as its tracker showed it at the moment `at`. `due` None: it shows none, "" is no date.

    `ref` is how it is called in addresses, `name` how people call it (`acme/shop#12`, `OPS-7`).
    """

    ref: str
    name: str
    url: str
    title: str
    stage: Stage
    at: datetime
    assignee: str = ""
    due: str | None = None
    by: str = ""
    """The account of whoever changed it last, where the tracker says so."""
    assignee_name: str = ""
    """How people call the assignee, where the account is not what they know."""
    confidential: bool = False
    """Whether not everybody who reads the place may read it: its title is for nobody else then."""

    @property
    def facts(self) -> dict[str, str]:
        """What is compared."""
        found = {STAGE: self.stage.value, ASSIGNEE: self.assignee}
        found |= {} if self.confidential else {TITLE: self.title}
        return found if self.due is None else found | {DUE: self.due}


@dataclass(frozen=True)
class Wrote:
    """What of one fact was written there lately, and when by the tracker's clock."""

    at: datetime
    values: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """An item's ticket on record; `ref` "" until it is made. `gone` says why it is out of reach.

    `consented`: somebody who sees the private item said yes to its readers there. `attempted_at`: since when one of our
    requests may have been taken without our knowing. `question` is what its owner is asked (`TicketQuestion`), `looked`
    whether the change that closed the ticket was asked for.
    """

    workspace: str
    number: int
    connection_id: int
    mark: str
    ref: str = ""
    name: str = ""
    url: str = ""
    requested_by: str = ""
    consented: bool = False
    attempted_at: datetime | None = None
    sent: TicketFacts = field(default_factory=dict)
    seen: TicketFacts = field(default_factory=dict)
    written: Mapping[str, Wrote] = field(default_factory=dict)
    as_of: datetime | None = None
    problem: Mapping[str, str] | None = None
    problem_since: datetime | None = None
    gone: str = ""
    question: str = ""
    looked: bool = False
    change_url: str = ""
    said_change: int = 0

    @property
    def is_out_of_step(self) -> bool:
        """Whether something waits or is lost."""
        return bool(self.problem or self.gone or not self.ref)

    def is_ahead_of(self, item: Item) -> bool:
        """Whether it is over there while the item is not implemented here."""
        return Stage(self.seen.get(STAGE, Stage.TO_DO)).is_over and item.state in NOT_IMPLEMENTED

    @property
    def is_done(self) -> bool:
        """Whether it was last seen closed as completed."""
        return self.seen.get(STAGE) == Stage.DONE


def fingerprint(text: str) -> str:
    """The same for the same text."""
    return sha256(text.encode()).hexdigest()[:32]


def title_there(item: Item) -> str:
    """The item's title as its ticket has it: cut where trackers would refuse it."""
    return item.title if len(item.title) <= TITLE_THERE else item.title[: TITLE_THERE - 1].rstrip() + "…"


def stage_wanted(item: Item) -> Stage:
    """Where the item wants its ticket: open, done, or closed as not planned. A deferral is said in a comment."""
    if item.state is State.CLOSED:
        return Stage.DONE
    ended = item.state in (State.WONT_DO, State.RISK_ACCEPTED, State.MERGED)
    return Stage.NOT_PLANNED if ended else Stage.TO_DO


def ours(item: Item, account: str, text: str) -> dict[str, str]:
    """What the item says now. *account* is its owner's there, *text* what the ticket's text says of it."""
    return {
        TITLE: title_there(item),
        TEXT: fingerprint(text),
        STAGE: stage_wanted(item).value,
        DUE: item.due.isoformat(),
        ASSIGNEE: account,
    }


def to_write(now: TicketFacts, sent: TicketFacts, seen: TicketFacts) -> dict[str, str]:
    """What is to be written there: what the item says anew, unless it stands there already."""
    new = {name: value for name, value in now.items() if sent.get(name) != value}
    # A fact that the tracker does not keep is not written either; the text is never read back.
    return {
        name: value for name, value in new.items() if name == TEXT or (name in seen and not _is_so(name, value, seen))
    }


def not_there_yet(wanted: TicketFacts, shown: SeenTicket) -> dict[str, str]:
    """What of *wanted* the ticket does not show: an earlier attempt whose answer was lost may have brought it there.

    The text is not shown; whoever writes it compares.
    """
    there = {name: shown.facts[name] for name in wanted if name in shown.facts}
    return {name: value for name, value in wanted.items() if name not in there or not _is_so(name, value, there)}


def _is_so(name: str, value: str, seen: TicketFacts) -> bool:
    # Open is open: whether somebody has begun there is the tracker's own business.
    if name == STAGE:
        return seen[name] == value or (value == Stage.TO_DO and not Stage(seen[name]).is_over)
    return seen[name] == value


def dropped(link: Link, item: Item) -> Link:
    """The link when what waits to go out is given up; its text goes on being written."""
    said = {TITLE: title_there(item), STAGE: stage_wanted(item).value, DUE: item.due.isoformat()}
    return replace(link, sent={**link.sent, **said})


def has_written(link: Link, wrote: TicketFacts, now: TicketFacts, at: datetime) -> Link:
    """The link after *wrote* was written; the tracker showed the ticket so at the moment *at*."""
    written = dict(link.written)
    for name, value in wrote.items():
        before = written.get(name)
        kept = before.values if before and before.at == at else ()
        written[name] = Wrote(at, (*kept, value)[-WRITTEN_KEPT:])
    seen = {**link.seen, **{name: value for name, value in wrote.items() if name in link.seen}}
    return replace(link, sent=dict(now), seen=seen, written=written)


def news(link: Link, ticket: SeenTicket) -> dict[str, str]:
    """What the ticket shows that was not known; nothing where it is older than what was taken, or is our own echo."""
    if link.as_of and ticket.at < link.as_of:
        return {}
    return {name: value for name, value in ticket.facts.items() if _is_news(link, name, value, ticket.at)}


def _is_news(link: Link, name: str, value: str, at: datetime) -> bool:
    # What is seen for the first time, a title that was confidential until now, was not changed by anybody.
    if link.seen.get(name, value) == value:
        return False
    wrote = link.written.get(name)
    # Trackers count seconds: within that of our write, what we wrote is our echo, and anything else is somebody's.
    return wrote is None or at > wrote.at or (at == wrote.at and value not in wrote.values)


def has_seen(link: Link, ticket: SeenTicket) -> Link:
    """The link once the news of *ticket* is taken."""
    if link.as_of and ticket.at < link.as_of:
        return link
    found = news(link, ticket)
    # What is older than our own write of it stays as we wrote it.
    kept = {name: value for name, value in ticket.facts.items() if name in found or name not in link.seen}
    seen = {**link.seen, **kept}
    return replace(link, seen=seen, as_of=ticket.at, name=ticket.name, url=ticket.url)


@dataclass(frozen=True)
class Taken:
    """What news made of an item: its moves in order, and what is to be asked."""

    item: Item
    moves: tuple[Moved, ...] = ()
    asks: tuple[TicketAsk, ...] = ()


def take(item: Item, link: Link, found: TicketFacts, by: By, *, is_person: bool = True, assignee: str = "") -> Taken:
    """What the news *found* means for the item. Never ends it: done there is implemented here, at most.

    `by.user` is who changed it there; `is_person` False is a machine, which is no progress. `assignee` is a name.
    """
    taken = Taken(item)
    if not item.is_over:
        taken = _due(_title(taken, link, found, by), link, found, by)
    if STAGE in found:
        taken = _stage(taken, link, found, by, is_person=is_person)
    if found.get(ASSIGNEE) and found[ASSIGNEE] != link.sent.get(ASSIGNEE) and not item.is_over:
        told = tell(taken.item, link, Did.ASSIGNED, by, account=assignee or found[ASSIGNEE])
        taken = replace(_moved(taken, told), asks=(*taken.asks, TicketAsk.ASSIGNEE))
    return taken


def commented(item: Item, link: Link, by: By) -> Moved:
    """Somebody commented there, which is progress (R51). What they wrote stays there: not all who read here may."""
    return tell(replace(item, last_progress_at=by.at), link, Did.COMMENTED, by)


def tell(item: Item, link: Link, did: Did, by: By, **more: str) -> Moved:
    """A line of history about the ticket; *item* is as it is afterwards."""
    return moved(item, item, Action.TICKET, by, detail={"did": did.value, **_place(link), **more})


def _place(link: Link) -> dict[str, str]:
    return {"ticket": link.name, "url": link.url}


def _title(taken: Taken, link: Link, found: TicketFacts, by: By) -> Taken:
    item, title = taken.item, found.get(TITLE, "").strip()
    if not title or title in (item.title, title_there(item)) or len(title) > TITLE_LIMIT:
        return taken
    detail: dict[str, Any] = {"title": {"from": item.title, "to": title}, **_place(link)}
    return _moved(taken, moved(item, replace(item, title=title), Action.EDIT, by, detail=detail))


def _due(taken: Taken, link: Link, found: TicketFacts, by: By) -> Taken:
    item = taken.item
    due = date.fromisoformat(found[DUE]) if found.get(DUE) else item.due
    if due == item.due:
        return taken
    detail: dict[str, Any] = {"due": {"from": item.due.isoformat(), "to": due.isoformat()}, **_place(link)}
    changed = replace(item, due=due, slips=item.slips + (due > item.due))
    return _moved(taken, moved(item, changed, Action.MOVE_DUE_DATE, by, detail=detail))


def _stage(taken: Taken, link: Link, found: TicketFacts, by: By, *, is_person: bool) -> Taken:
    item, stage = taken.item, Stage(found[STAGE])
    was = Stage(link.seen.get(STAGE, Stage.TO_DO))
    # What is done was begun: without this “Implemented” would be refused for a step that nobody needs.
    begun = stage in (Stage.IN_PROGRESS, Stage.DONE)
    if begun and item.state is State.NOT_STARTED and not item.blocked:
        made = start(item, by)
        change = replace(made.change, detail={**made.change.detail, **_place(link)})
        taken = _moved(taken, replace(made, change=change))
    elif is_person and not item.is_over:
        touched = replace(item, last_progress_at=by.at)
        taken = _moved(taken, tell(touched, link, Did.MOVED, by, stage=stage.value))
    asked = _asked(item, was, stage)
    return replace(taken, asks=(*taken.asks, asked)) if asked else taken


def _asked(item: Item, was: Stage, stage: Stage) -> TicketAsk | None:
    waits = item.state in NOT_IMPLEMENTED
    if stage is Stage.DONE and waits:
        return TicketAsk.DONE
    if stage is Stage.NOT_PLANNED and waits:
        return TicketAsk.NOT_PLANNED
    done = item.state in (State.IMPLEMENTED, State.VERIFIED, State.CLOSED)
    return TicketAsk.REOPENED if was.is_over and not stage.is_over and done else None


def _moved(taken: Taken, made: Moved) -> Taken:
    return replace(taken, item=made.item, moves=(*taken.moves, made))
