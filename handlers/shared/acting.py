"""The three hops of every request about an item: load, decide, record together with its messages."""

import json
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from slack_sdk.models.views import View
from sqlalchemy.orm import Session

from bot.blocks.fields import filled
from bot.deps import Deps
from bot.domain import roles
from bot.domain.errors import NotFound, Refused
from bot.domain.item import By, Item, Moved, refuse_if_ended
from bot.domain.lifecycle import Action, LastMove, after
from bot.domain.messages import Message
from bot.domain.person import Person
from bot.domain.queries import Viewer
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Handler
from handlers.shared.notifications import messages_about
from handlers.shared.typed import Reads, as_text
from storage import changes, inbox, items, teams

T = TypeVar("T")
Decide = Callable[[Item, By], Moved]
Draw = Callable[[Item, str, date], View]
Check = Callable[[Session], None]
Then = Callable[[Session, Item, By], list[Message]]


def load(deps: Deps, asked: Asked, number: int) -> Item:
    """The item, when it exists and the asker may see it. Raises `NotFound` otherwise."""

    def look(viewer: Viewer) -> Item:
        with deps.db.read() as session:
            return items.get_item(session, asked.workspace, number, viewer)

    return as_seen(deps, asked, look)


def change(
    deps: Deps,
    asked: Asked,
    number: int,
    decide: Decide,
    check: Check | None = None,
    then: Then | None = None,
    also: tuple[int, ...] = (),
) -> Item | None:
    """Changes the item as *decide* says, in one transaction with its history and its messages.

    *check* may read the database first, in that transaction, and raise `Refused`; *then* may record more and say more.
    *also* are numbers of further items that are locked, in an order that nobody crosses. Who may not act on the item
    is refused. Returns the changed item, or None when this very request was carried out before.
    """
    person = remember_asker(deps, asked)

    def act(viewer: Viewer) -> Item | None:
        with deps.db.begin() as session:
            if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
                return None
            item = _locked(session, asked.workspace, number, also, viewer)
            by = _by(session, deps, asked, item, person)
            moved = _decided(item, by, check, decide, session)
            changed = items.record_moved(session, moved)
            messages = messages_about(session, item, changed, moved.change)
            if then:
                messages += then(session, changed, by)
            deps.outbox.enqueue(session, asked.workspace, f"change:{changed.last_change_id}", messages)
        return changed

    return as_seen(deps, asked, act)


def opens(deps: Deps, action: Action, draw: Draw, usage: str, reads: Reads = as_text) -> Handler:
    """A handler that opens the modal of *action* for a command or a button, unless it is refused already.

    What a command says behind the number is filled in as *reads* understands it.
    """

    def open_modal(asked: Asked) -> Answer | None:
        number, rest = number_and_rest(asked.value or asked.text, usage)
        item = load(deps, asked, number)
        refuse_early(deps, asked, item, action)
        view = draw(item, metadata_for(asked, item), deps.today(item.zone))
        asked.open(filled(view, reads(deps, asked, rest)) if rest else view)
        return None

    return open_modal


def who_asks(deps: Deps, asked: Asked, item: Item) -> By:
    """The asker as the rules see them. Raises `Refused` when they may not act on the item."""
    person = remember_asker(deps, asked)
    with deps.db.begin() as session:
        return _by(session, deps, asked, item, person)


def refuse_early(deps: Deps, asked: Asked, item: Item, action: Action) -> None:
    """Raises `Refused` when the asker cannot do *action* to the item as it stands, before a form is filled in."""
    by = who_asks(deps, asked, item)
    try:
        if action in (Action.UPDATE, Action.ASSIGN, Action.MOVE_DUE_DATE, Action.EDIT):
            refuse_if_ended(item)
        else:
            after(item.state, action, item.label, by.last)
    except Refused as refused:
        raise about(item, refused) from None


def metadata_for(asked: Asked, item: Item) -> str:
    """What a modal about *item* carries back: its number, the newest change its reader has seen, and the review that
    it was opened from."""
    carried = {"number": item.number, "seen": item.last_change_id, "channel": asked.channel}
    if "review" in asked.metadata and asked.view:
        carried["review"] = asked.metadata["review"] | {"view": asked.view["id"]}
    return json.dumps(carried)


def last_move(session: Session, item: Item) -> LastMove | None:
    """Who changed the item's state last, by name."""
    return changes.find_last_move(session, item.workspace, item.number)


def remember_asker(deps: Deps, asked: Asked) -> Person | None:
    """The asker, so that messages can name them and the rules know who they are. While Slack is away: what it said
    last; else they are shown as a mention, and None is no permission."""
    return deps.directory.person_as_last_known(asked.workspace, asked.user)


def as_seen(deps: Deps, asked: Asked, do: Callable[[Viewer], T]) -> T:
    """Does it as the asker sees things; when that finds nothing, once more with what Slack says of them now."""
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    try:
        return do(viewer)
    except NotFound:
        fresh = deps.directory.viewer(asked.workspace, asked.user, fresh=True)
        if fresh == viewer:
            raise
        return do(fresh)


def _locked(session: Session, workspace: str, number: int, also: tuple[int, ...], viewer: Viewer) -> Item:
    """The item; it and the others are locked by ascending number, so that two requests never wait for each other."""
    found = {each: items.get_item_for_change(session, workspace, each, viewer) for each in sorted({number, *also})}
    return found[number]


def _by(session: Session, deps: Deps, asked: Asked, item: Item, person: Person | None) -> By:
    team = teams.get_team_by_id(session, item.team_id) if item.team_id else None
    try:
        roles.refuse_stranger(item, asked.user, person, team)
    except Refused as refused:
        raise about(item, refused) from None
    decides = roles.decides(asked.user, person, team)
    return By(asked.user, deps.clock(), last_move(session, item), decides)


def _decided(item: Item, by: By, check: Check | None, decide: Decide, session: Session) -> Moved:
    try:
        if check:
            check(session)
        return decide(item, by)
    except Refused as refused:
        raise about(item, refused) from None


def about(item: Item, refused: Refused) -> Refused:
    """The refusal with its item, so that the step that is missing can be a button."""
    if not isinstance(refused, NotFound):
        refused.item = item.number
    return refused
