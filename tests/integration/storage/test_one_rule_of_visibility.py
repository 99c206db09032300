"""`may_see` in Python and `visible_to` in SQL are one rule: they agree for everybody about every item."""

from itertools import product

import pytest

from bot.domain.queries import Viewer
from bot.domain.request import Status
from bot.domain.roles import may_be_told, may_see
from storage import items
from storage.approvals import record_decision, record_request
from storage.engine import Database
from tests.builders import NOW, WORKSPACE, ask, created

CHANNELS = (frozenset[str](), frozenset({"C0VAULT"}), frozenset({"C0BOARD"}))
PEOPLE = ("U0PRIYA", "U0HELP", "U0MARCO", "U0LENA", "U0STEN", "")
"""Owner, collaborator, approver of the first request, approver of the second, nobody, a public channel."""
READERS = [Viewer(user, channels) for user, channels in product(PEOPLE, CHANNELS)]
GUESTS = [
    Viewer("U0PRIYA", channels, channels | more) for channels, more in product(CHANNELS, ({"C0INC"}, {"C0VAULT"}))
]
DECIDED = [(), (Status.PENDING,), (Status.APPROVED,), (Status.DECLINED,), (Status.APPROVED, Status.PENDING)]


@pytest.mark.parametrize("requests", DECIDED, ids=lambda requests: "+".join(requests) or "none")
@pytest.mark.parametrize(("channel", "private"), [("C0VAULT", True), ("C0INC", False), (None, False)])
def test_who_may_see_an_item_is_the_same_in_python_and_in_sql(
    db: Database, channel: str | None, private: bool, requests: tuple[Status, ...]
) -> None:
    with db.begin() as session:
        made = items.record_item(
            session, WORKSPACE, created(collaborators=("U0HELP",), channel=channel, private=private)
        )
        for approver, status in zip(("U0MARCO", "U0LENA"), requests, strict=False):
            request = record_request(session, made, ask(approver), asked_by="U0PRIYA", asked_at=NOW)
            if status is not Status.PENDING:
                record_decision(session, request, status, by=approver, at=NOW, why="")
    with db.begin() as session:
        item = items.get_item_as_it_is(session, WORKSPACE, made.number)
        assert item
        for reader in [*READERS, *GUESTS]:
            seen = bool(items.list_visible(session, WORKSPACE, [made.number], reader))
            assert may_see(item, reader) is seen, reader
        assert all(may_be_told(item, user) is may_see(item, Viewer(user)) for user in PEOPLE)
