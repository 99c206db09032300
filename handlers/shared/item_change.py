"""The unit of work of every request about one item: looked at in one reading, changed in one transaction.

    with item_change(deps, asked, number) as change:
        started = change.record(start(change.item, change.by))

No Slack call belongs inside either block: its answer can take seconds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from typing import Self, TypeVar

from sqlalchemy.orm import Session

from bot.blocks.done import done
from bot.deps import Deps
from bot.domain import roles
from bot.domain.errors import NotFound, Refused
from bot.domain.item import By, Item, Moved, refuse_if_ended
from bot.domain.lifecycle import Action, Change, after
from bot.domain.messages import Live, Message, Post
from bot.domain.person import Person
from bot.domain.queries import Viewer
from bot.domain.subjects import AskedOwner, ChangeOf, RequestOf
from bot.domain.team import Team
from bot.services.notifications import messages_about
from bot.slack.names import names_in
from handlers.gateway.asked import AlreadyDone, Asked
from storage import changes, inbox, items, teams
from storage.people import known_people

T = TypeVar("T")
WITHOUT_A_STEP = (Action.UPDATE, Action.ASSIGN, Action.MOVE_DUE_DATE, Action.EDIT)
"""What may be done in every state that is no end."""
ASKING = (Action.ASK, Action.ASSIGN, Action.PROMOTE)
QUESTIONS = (AskedOwner.subject, RequestOf.subject)
"""What asks a person, and the messages that do."""


@dataclass
class ItemLook:
    """An item as somebody sees it who may act on it; while its block lasts, `session` reads more about it.

    `others` are further items that were asked for, by number; whether they may act on these is not looked at yet.
    """

    deps: Deps
    asked: Asked
    session: Session
    item: Item
    team: Team | None
    person: Person | None
    viewer: Viewer
    others: Mapping[int, Item] = field(default_factory=dict)

    @cached_property
    def by(self) -> By:
        """Who acts. The item's last move is looked up only where it must be told: see `check`."""
        return By(self.asked.user, self.deps.clock(), None, roles.decides(self.asked.user, self.person, self.team))

    @property
    def today(self) -> date:
        """The day it is where the item's team is."""
        return self.deps.today(self.item.zone)

    @property
    def lead(self) -> Person | None:
        """What is known of the lead of the item's team."""
        return self.known(self.team.lead) if self.team else None

    def known(self, user: str) -> Person | None:
        """What Slack said last of somebody."""
        return known_people(self.session, self.asked.workspace, [user]).get(user)

    def of(self, number: int) -> Self:
        """Another of the items, in the same session; what is said of it goes the same way. Raises as `item_look`."""
        item = self.others[number]
        same = item.team_id == self.item.team_id
        team = self.team if same else teams.get_team_by_id(self.session, item.team_id) if item.team_id else None
        other = replace(self, item=item, team=team)
        _refuse_stranger(other)
        return other

    def check(self, rule: Callable[[By], object]) -> None:
        """Raises `Refused` where *rule* does, about the item."""
        try:
            rule(self.by)
        except Refused:
            # Only a refusal tells who moved the item last, and most forms open: a query less for each of them.
            by = replace(self.by, last=changes.find_last_move(self.session, self.item.workspace, self.item.number))
            with about(self.item):
                rule(by)
            raise

    def check_possible(self, action: Action) -> None:
        """Raises `Refused` when *action* cannot be done to the item as it stands, before a form is filled in."""

        def rule(by: By) -> None:
            # These have no line in the table of transitions.
            if action in WITHOUT_A_STEP:
                refuse_if_ended(self.item)
            else:
                after(self.item.state, action, self.item.label, by.last)

        self.check(rule)


@dataclass
class ItemChange(ItemLook):
    """An item that is locked, and what is to be said of what becomes of it. `others` are locked too."""

    messages: list[Message] = field(default_factory=list)
    changes: list[tuple[Item, Change]] = field(default_factory=list)

    @cached_property
    def by(self) -> By:
        """Who acts, and who moved the item last."""
        by = By(self.asked.user, self.deps.clock(), None, roles.decides(self.asked.user, self.person, self.team))
        return replace(by, last=changes.find_last_move(self.session, self.item.workspace, self.item.number))

    def record(self, moved: Moved) -> Item:
        """The item as it is from now on, with its line of history and everything that is said of it."""
        # `was` is kept: who was asked until now must read that it is over.
        was, self.item = self.item, items.record_moved(self.session, moved)
        self.messages += messages_about(self.session, was, self.item, moved.change)
        self.changes.append((self.item, moved.change))
        return self.item

    def say(self, messages: Sequence[Message]) -> None:
        """In the delivery of this change, behind what is said already."""
        self.messages += messages


@contextmanager
def item_look(
    deps: Deps, asked: Asked, number: int, *, and_more: bool = False, also: Sequence[int] = ()
) -> Iterator[ItemLook]:
    """The item and who acts, in one reading that waits for nobody; `viewer` is who looks. *also* are `others`.

    `and_more`: more than the item is looked at, so that the viewer must see all that they may.
    Raises `NotFound` for who may not see it, `Refused` for who may not act on it.
    """

    def look(session: Session, viewer: Viewer) -> ItemLook:
        item = items.get_item(session, asked.workspace, number, viewer)
        team = teams.get_team_by_id(session, item.team_id) if item.team_id else None
        others = {each: items.get_item(session, asked.workspace, each, viewer) for each in also}
        return ItemLook(deps, asked, session, item, team, person, viewer, others)

    person = remember_asker(deps, asked)
    found, reading = _seen(deps, asked, deps.db.read, look, whole=and_more)
    with reading:
        _refuse_stranger(found)
        yield found


@contextmanager
def item_change(deps: Deps, asked: Asked, number: int, *, also: Sequence[int] = ()) -> Iterator[ItemChange]:
    """The item, locked until the block ends; what was recorded and is to be said is committed then, or none of it.

    *also* are numbers of further items that are locked, in an order that nobody crosses. Raises `AlreadyDone` when
    this very request was carried out before, `NotFound` and `Refused` as `item_look`. A refusal within the block is
    about the item.
    """

    def begin(session: Session, viewer: Viewer) -> ItemChange:
        # In the transaction of the change: rolled back with it, the same request may come again.
        if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
            raise AlreadyDone
        found = locked(session, asked.workspace, {number, *also}, viewer)
        item = found[number]
        team = teams.get_team_by_id(session, item.team_id) if item.team_id else None
        return ItemChange(deps, asked, session, item, team, person, viewer, found)

    person = remember_asker(deps, asked)
    change, transaction = _seen(deps, asked, deps.db.begin, begin)
    with transaction:
        _refuse_stranger(change)
        with about(change.item):
            yield change
        # One delivery for all that is said of it, about two milliseconds to enqueue; and one by one in this order.
        name = ChangeOf(change.item.last_change_id).key
        deps.outbox.enqueue(change.session, asked.workspace, name, change.messages)
        if change.changes:
            asked.done.append(_what_was_done(change))


def _what_was_done(change: ItemChange) -> str:
    """The first of what was recorded is what was asked for; the rest follows from it, but for what waits for somebody:
    an edit that takes the item to another team."""
    (item, made), *more = change.changes
    acts = {each.action for _item, each in change.changes}
    told = who_was_told(change.messages, change.asked.user, asks=not acts.isdisjoint(ASKING))
    asks_too = Action.ASK in {each.action for _item, each in more}
    item = replace(item, request=change.item.request) if asks_too else item
    approver = item.request.approver if item.request else ""
    names = names_in(change.session, item.workspace, {item.owner, approver, *told} - {""})
    return done(item, made, told, names, asks_too=asks_too)


def who_was_told(messages: Sequence[Message], asker: str, *, asks: bool) -> list[str]:
    """The people whom a new message reaches, but for who caused it; *asks*: somebody is asked something by a message
    that is drawn anew later, and then tells nobody."""
    told = [
        message.to
        for message in messages
        if isinstance(message, Post) or (asks and isinstance(message, Live) and message.subject in QUESTIONS)
    ]
    return [person for person in dict.fromkeys(told) if person[:1] in ("U", "W") and person != asker]


def locked(session: Session, workspace: str, numbers: set[int], viewer: Viewer) -> dict[int, Item]:
    """The items, locked by ascending number, so that two requests never wait for each other."""
    return {each: items.get_item_for_change(session, workspace, each, viewer) for each in sorted(numbers)}


def remember_asker(deps: Deps, asked: Asked) -> Person | None:
    """The asker, so that messages can name them and the rules know who they are; None, whom Slack does not know, is no
    permission. Raises `Unavailable` where what Slack said last is older than five minutes: they may have left since."""
    return deps.directory.person(asked.workspace, asked.user)


def as_seen(deps: Deps, asked: Asked, do: Callable[[Viewer], T]) -> T:
    """Does it as the asker sees things; when that finds nothing, once more with what Slack says of them now."""
    return _twice(deps, asked, deps.directory.viewer(asked.workspace, asked.user), do)


def as_asker(deps: Deps, asked: Asked, read: Callable[[Session, Viewer], T]) -> T:
    """What *read* finds in one reading, of all that the asker may see."""
    found, reading = _seen(deps, asked, deps.db.read, read, whole=True)
    reading.close()
    return found


class _Incomplete(Exception):
    """What is at hand of the asker's channels is too little for what they look at."""


def _check_sees_all(deps: Deps, session: Session, workspace: str, viewer: Viewer) -> None:
    if not deps.directory.sees_all(session, workspace, viewer):
        raise _Incomplete


def as_seen_at_hand(deps: Deps, asked: Asked, do: Callable[[Viewer], T]) -> T:
    """As `as_seen`, for one item: what is kept of their channels will do until something is not found."""
    return _twice(deps, asked, deps.directory.viewer_at_hand(asked.workspace, asked.user), do)


def _twice(deps: Deps, asked: Asked, viewer: Viewer, do: Callable[[Viewer], T]) -> T:
    try:
        return do(viewer)
    except NotFound:
        # They may have joined the channel a moment ago, or the item may be nobody's: only then is Slack asked.
        fresh = deps.directory.viewer(asked.workspace, asked.user, fresh=True)
        # Slack says what was known: asking the database once more would find as little.
        if fresh == viewer:
            raise
        return do(fresh)


def _seen(
    deps: Deps,
    asked: Asked,
    begin: Callable[[], AbstractContextManager[Session]],
    look: Callable[[Session, Viewer], T],
    *,
    whole: bool = False,
) -> tuple[T, ExitStack]:
    """What *look* finds in a transaction that is still open, and what ends it. *whole*: of all that they may see."""

    def try_as(viewer: Viewer, *, check: bool = False) -> tuple[T, ExitStack]:
        with ExitStack() as opened:
            session = opened.enter_context(begin())
            if check:
                _check_sees_all(deps, session, asked.workspace, viewer)
            found = look(session, viewer)
            # The transaction outlives this function; where *look* raises, it is rolled back here.
            return found, opened.pop_all()

    try:
        return as_seen_at_hand(deps, asked, partial(try_as, check=whole))
    except _Incomplete:
        # Slack has just said it: who has joined or left a channel since is not to be asked about for ever.
        return as_seen(deps, asked, try_as)


def _refuse_stranger(look: ItemLook) -> None:
    with about(look.item):
        roles.refuse_stranger(look.item, look.asked.user, look.person, look.team)


@contextmanager
def about(item: Item) -> Iterator[None]:
    """A refusal within it is about the item, so that the step that is missing can be a button."""
    try:
        yield
    except NotFound:
        raise
    except Refused as refused:
        # Not of a `NotFound`: a button would say that the item is there.
        refused.item = item.number
        raise
