"""Every action on an item in every state is recorded with a line that explains it, whoever does it.

Who may is tried in `tests/unit/domain/test_every_role.py`, for every role and without a database.
"""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.domain import roles
from bot.domain.item import By, Item, Moved
from bot.domain.lifecycle import Action, Change, State
from bot.domain.queries import Viewer
from bot.domain.team import Team
from storage import changes, items
from storage.engine import Database
from tests.actions import HELPER, LEAD, OWNER, PEOPLE, WAYS, Try, tries_with
from tests.builders import NOW, WORKSPACE, created


def _made(session: Session, payments: Team, way: Iterable[str], tries: dict[str, Try]) -> Item:
    facts = created(LEAD, channel="C0INC", team_id=payments.id, collaborators=(HELPER,))
    if "idea" in way:
        facts = replace(facts, state=State.FUTURE_CONSIDERATION)
    item = items.record_item(session, WORKSPACE, replace(facts, awaits_acceptance="ask" in way))
    for step in way:
        if step not in ("idea", "ask"):
            who = OWNER if step.startswith("OWNER ") else LEAD
            moved = tries[step.removeprefix("OWNER ")].does(item, By(who, NOW, None, who == LEAD))
            item = items.record_moved(session, moved)
    return item


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_action_of_who_may_is_recorded_with_a_line_that_explains_it(
    db: Database, payments: Team, way: tuple[str, ...]
) -> None:
    with db.begin() as session:
        into = items.record_item(session, WORKSPACE, created(LEAD, channel="C0INC", team_id=payments.id))
        tries = tries_with(into)
        item = _made(session, payments, way, tries)
        lines = changes.list_changes(session, WORKSPACE, item.number)
        for tried in tries.values():
            for user in _who_differ(item, tried):
                done = tried.does(item, By(user, NOW, None, roles.decides(user, PEOPLE[user], payments)))
                _check_done(session, item, done, lines, asked=user in tried.asks)
        assert items.get_item(session, WORKSPACE, item.number, Viewer(LEAD)) == item


def _who_differ(item: Item, tried: Try) -> list[str]:
    """Of those who may, one who does it and one who only asks: what is recorded of the others differs in the name."""
    may = [user for user in PEOPLE if tried.is_allowed(item, user)]
    return [*[user for user in may if user not in tried.asks][:1], *[user for user in may if user in tried.asks][:1]]


def _waits(item: Item) -> bool:
    return item.request is not None and item.request.is_pending


def _check_done(session: Session, item: Item, moved: Moved, lines: list[Change], *, asked: bool) -> None:
    """It is recorded with one more line that says so; somebody who only asks changes no state. Then it is undone."""
    with session.begin_nested() as savepoint:
        changed = items.record_moved(session, moved)
        told = changes.list_changes(session, WORKSPACE, item.number)
        assert told[:-1] == lines
        last = told[-1]
        assert (last.before, last.after, last.by) == (item.state, changed.state, moved.change.by)
        assert last.action in set(Action)
        assert changed.owner in PEOPLE
        assert not (asked and changed.state is not item.state)
        assert not asked or _waits(changed)
        savepoint.rollback()
