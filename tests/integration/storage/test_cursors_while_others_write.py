"""Pages of the API while others write between them: nothing twice, nothing left out, whatever is done."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import strategies as st
from sqlalchemy import select

from bot.api.caller import Caller
from bot.api.items_query import ItemsQuery
from bot.api.reading import page_of
from bot.deps import Deps
from bot.domain.item import By
from bot.domain.token import Token, TokenScope
from bot.domain.update import update
from storage import items
from storage.engine import Database
from storage.private import record_private
from storage.tables.item import ItemRow
from tests.builders import NOW, WORKSPACE, created
from tests.examples import for_each

READS, SEES_ALL = TokenScope.ITEMS_READ, TokenScope.PRIVATE_READ
Write = tuple[str, int]
WRITES = st.lists(
    st.tuples(st.sampled_from(["make", "make private", "change", "hide"]), st.integers(0, 50)), max_size=4
)


class Shop:
    """A database in which others write, each at a moment of their own, and a token reads."""

    def __init__(self, db: Database, scopes: frozenset[TokenScope]) -> None:
        self.db, self.caller = db, Caller(Token(WORKSPACE, 1, "mirror", scopes, NOW), {})
        self.deps = cast("Deps", SimpleNamespace(db=db, clock=lambda: NOW))
        self.public: set[int] = set()
        self.private: set[int] = set()

    @property
    def seen(self) -> set[int]:
        """What the token may see now."""
        return self.public | (self.private if self.caller.viewer is None else set())

    def write(self, what: str, which: int) -> None:
        """Makes an item, changes one, or lets one become private, by a clock that goes where it likes."""
        at = NOW + timedelta(minutes=(which * 37) % 60 - 30)
        with self.db.begin() as session:
            if what.startswith("make"):
                private = what != "make"
                channel = f"C0{'VAULT' if private else 'INC'}{len(self.public | self.private)}"
                item = items.record_item(session, WORKSPACE, replace(created(channel=channel, private=private), at=at))
                (self.private if private else self.public).add(item.number)
                return
            if not (known := sorted(self.public | self.private)):
                return
            item = items.get_item_for_change(session, WORKSPACE, known[which % len(known)], None)
            if what == "change":
                items.record_moved(session, update(item, By(item.owner, at), "It goes on"))
            elif item.number in self.public:
                record_private(session, WORKSPACE, [str(item.channel)])
                self.public.discard(item.number)
                self.private.add(item.number)

    def page(self, **asked: Any) -> tuple[list[dict[str, Any]], str | None, str]:
        """A page: its items, the next cursor, and where the next reading begins."""
        body, as_of = page_of(self.deps, self.caller, ItemsQuery(limit=2, **asked))
        return body["items"], body["next_cursor"], as_of


def shop(db: Database, scopes: frozenset[TokenScope]) -> Shop:
    """With what earlier examples have left in it."""
    found = Shop(db, scopes)
    with db.read() as session:
        for private, number in _numbers(session):
            (found.private if private else found.public).add(number)
    return found


def _numbers(session: Any) -> list[tuple[bool, int]]:
    return [(row.private, row.number) for row in session.execute(select(ItemRow.private, ItemRow.number))]


SCOPES = pytest.mark.parametrize("scopes", [frozenset({READS}), frozenset({READS, SEES_ALL})], ids=["public", "all"])


@SCOPES
def test_no_page_repeats_or_skips_an_item(db: Database, scopes: frozenset[TokenScope]) -> None:
    @for_each(db, 8, between=st.lists(WRITES, min_size=1, max_size=5))
    def holds(between: list[list[Write]]) -> None:
        here, turns = shop(db, scopes), iter(between)
        for number in range(3):
            here.write("make", number)
        always, got, cursor = here.seen, list[int](), None
        while True:
            found, cursor, _as_of = here.page(cursor=cursor)
            got += [each["number"] for each in found]
            if cursor is None:
                break
            for write in next(turns, []):
                here.write(*write)
            always &= here.seen  # what was there all the time
        assert len(got) == len(set(got))
        assert always <= set(got)


@SCOPES
def test_who_reads_what_is_new_again_and_again_has_all_of_it(db: Database, scopes: frozenset[TokenScope]) -> None:
    @for_each(db, 12, rounds=st.lists(WRITES, min_size=1, max_size=5))
    def holds(rounds: list[list[Write]]) -> None:
        here = shop(db, scopes)
        mirror: dict[int, dict[str, Any]] = {}
        since: str | None = "2020-01-01T00:00:00Z"
        for writes in [*rounds, []]:
            cursor, begins = None, ""
            while True:
                found, cursor, as_of = here.page(updated_since=since, cursor=cursor)
                begins = begins or as_of
                mirror |= {each["number"]: each for each in found}
                if cursor is None:
                    break
            assert here.seen <= set(mirror)
            since = begins or since
            for write in writes:
                here.write(*write)
        now, cursor = {}, None
        while True:
            found, cursor, _as_of = here.page(cursor=cursor)
            now |= {each["number"]: each["last_progress_at"] for each in found}
            if cursor is None:
                break
        assert now == {number: mirror[number]["last_progress_at"] for number in now}
