"""What changes what is being decided ends a request that waits; what only keeps books leaves it."""

from typing import Any

import pytest

from bot.domain.lifecycle import Action
from bot.domain.request import ends_request
from tests.builders import change

LEAVES = {
    Action.UPDATE, Action.ACCEPT, Action.ASK, Action.WITHDRAW, Action.TURN_DOWN, Action.KEEP, Action.HOLD,
    Action.TICKET,
}  # fmt: skip


@pytest.mark.parametrize("action", Action)
def test_every_action_ends_a_request_or_leaves_it(action: Action) -> None:
    assert ends_request(change(action=action.value, detail={})) == (action not in LEAVES)


@pytest.mark.parametrize("did", ["made", "linked", "unlinked", "commented", "named", "merged", "guard_lost"])
def test_ticket_or_pull_request_ends_no_request(did: str) -> None:
    assert not ends_request(change(action=Action.TICKET.value, detail={"did": did}))


@pytest.mark.parametrize(
    ("field", "ends"),
    [("title", True), ("team_id", True), ("impact", True), ("details", True), ("themes", False), ("root_cause", False)],
)
def test_edit_ends_a_request_by_what_it_changes(field: str, ends: bool) -> None:
    detail: dict[str, Any] = {field: {"from": "a", "to": "b"}}
    assert ends_request(change(action=Action.EDIT.value, detail=detail)) == ends
    assert ends_request(change(action=Action.EDIT.value, detail={**detail, "title": {"from": "a", "to": "b"}}))
