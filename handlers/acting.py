"""The three hops of every request about an item: load, decide, record together with its messages."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import TypeVar

from slack_sdk.models.views import View
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.errors import NotFound, Refused, Unavailable
from bot.domain.items import By, Item, Moved, refuse_if_ended
from bot.domain.lifecycle import Action, LastMove, after
from bot.domain.queries import Viewer
from handlers.numbers import number_and_rest
from handlers.router import Answer, Asked, Handler
from handlers.telling import messages_about
from storage import changes, inbox, items
from storage.people import list_names

T = TypeVar("T")
Decide = Callable[[Item, By], Moved]
Draw = Callable[[Item, str, date], View]


def load(deps: Deps, asked: Asked, number: int) -> Item:
    """The item, when it exists and the asker may see it. Raises `NotFound` otherwise."""

    def look(viewer: Viewer) -> Item:
        with deps.db.begin() as session:
            return items.get_item(session, asked.workspace, number, viewer)

    return _as_seen(deps, asked, look)


def change(
    deps: Deps, asked: Asked, number: int, decide: Decide, check: Callable[[Session], None] | None = None
) -> Item | None:
    """Changes the item as *decide* says, in one transaction with its history and its messages.

    *check* may read the database first, in that transaction, and raise `Refused`. Returns
    the changed item, or None when this very request was carried out before.
    """
    remember_asker(deps, asked)

    def act(viewer: Viewer) -> Item | None:
        with deps.db.begin() as session:
            if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
                return None
            item = items.get_item_for_change(session, asked.workspace, number, viewer)
            if check:
                check(session)
            moved = _decided(item, By(asked.user, deps.clock(), last_move(session, item)), decide)
            changed = items.record_moved(session, moved)
            messages = messages_about(session, changed, moved.change)
            deps.outbox.enqueue(session, asked.workspace, f"change:{changed.last_change_id}", messages)
        return changed

    return _as_seen(deps, asked, act)


def opens(deps: Deps, action: Action, draw: Draw, usage: str) -> Handler:
    """A handler that opens the modal of *action* for a command or a button, unless it is refused already."""

    def open_modal(asked: Asked) -> Answer | None:
        number, _ = number_and_rest(asked.value or asked.text, usage)
        item = load(deps, asked, number)
        refuse_early(deps, item, action)
        asked.open(draw(item, metadata_for(asked, item), deps.today(item.zone)))
        return None

    return open_modal


def refuse_early(deps: Deps, item: Item, action: Action) -> None:
    """Raises `Refused` when *action* cannot be done to the item as it stands, before a form is filled in."""
    if action in (Action.UPDATE, Action.ASSIGN, Action.MOVE_DUE_DATE, Action.EDIT):
        try:
            refuse_if_ended(item)
        except Refused as refused:
            raise _about(item, refused) from None
        return
    with deps.db.begin() as session:
        last = last_move(session, item)
    try:
        after(item.state, action, item.label, last)
    except Refused as refused:
        raise _about(item, refused) from None


def metadata_for(asked: Asked, item: Item) -> str:
    """What a modal about *item* carries back: its number, and the newest change its reader has seen."""
    return json.dumps({"number": item.number, "seen": item.last_change_id, "channel": asked.channel})


def last_move(session: Session, item: Item) -> LastMove | None:
    """Who changed the item's state last, by name."""
    found = changes.find_last_move(session, item.workspace, item.number)
    if found is None:
        return None
    known = list_names(session, item.workspace, {found.by})
    return LastMove(known.get(found.by, "Somebody"), found.action)


def remember_asker(deps: Deps, asked: Asked) -> None:
    """Makes sure that messages can name the asker; when Slack is away, they are shown as a mention."""
    with suppress(Unavailable):
        deps.directory.person(asked.workspace, asked.user)


def _as_seen(deps: Deps, asked: Asked, do: Callable[[Viewer], T]) -> T:
    """Does it as the asker sees things; when that finds nothing, once more with what Slack says of them now."""
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    try:
        return do(viewer)
    except NotFound:
        fresh = deps.directory.viewer(asked.workspace, asked.user, fresh=True)
        if fresh == viewer:
            raise
        return do(fresh)


def _decided(item: Item, by: By, decide: Decide) -> Moved:
    try:
        return decide(item, by)
    except Refused as refused:
        raise _about(item, refused) from None


def _about(item: Item, refused: Refused) -> Refused:
    if not isinstance(refused, NotFound):
        refused.item = item.number
    return refused
