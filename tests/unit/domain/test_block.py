"""What blocks an item, and what each of the five reasons leads to."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import block
from bot.domain.block import Decision, Obstacle, Response
from bot.domain.errors import Refused
from bot.domain.item import TEXT_LIMIT, Item, Moved
from bot.domain.item_values import Blocked, BlockReason
from bot.domain.lifecycle import BLOCKABLE, Action, State
from tests.builders import NOW, by, item

ESCALATED = Obstacle(
    BlockReason.ANOTHER_TEAM,
    escalated_to="U0LENA",
    dependency="Search must publish the canary metric",
    mitigation="The on-call watches it",
)
WAITS = Obstacle(BlockReason.INFRASTRUCTURE, trigger="The new cluster is there")
SPLIT = Obstacle(BlockReason.LARGER, phase_one="Alert on /checkout", rest="Alert on every other path")
REPLACED = Obstacle(BlockReason.OWNER_UNAVAILABLE, new_owner="U0AISHA")
DECIDED = Obstacle(BlockReason.PRIORITIES, decision=Decision.DEFER, decided_by="U0LENA")
OWNER = by("U0PRIYA")
LEAD = replace(by("U0MARCO"), decides=True)


def respond(subject: Item, told: Obstacle, who: Any = OWNER) -> Moved:
    return block.respond(subject, who, told, Response(approver="U0MARCO", asks=True))


@pytest.mark.parametrize("state", sorted(BLOCKABLE))
def test_another_team_flags_the_item_with_whom_what_and_meanwhile(state: State) -> None:
    done = respond(item(state=state), ESCALATED).item
    assert done.state is state
    assert done.blocked == Blocked(
        BlockReason.ANOTHER_TEAM,
        since=NOW,
        on="Search must publish the canary metric",
        escalated_to="U0LENA",
        mitigation="The on-call watches it",
    )


@pytest.mark.parametrize("state", [state for state in State if state not in BLOCKABLE])
def test_what_is_not_under_way_cannot_be_blocked(state: State) -> None:
    with pytest.raises(Refused, match="cannot be blocked"):
        respond(item(state=state), ESCALATED)


def test_blocked_item_is_not_blocked_again_and_not_started() -> None:
    blocked = respond(item(), ESCALATED).item
    with pytest.raises(Refused, match=r"blocked already \(another team\)"):
        respond(blocked, WAITS)


def test_unblocking_takes_everything_back() -> None:
    assert block.unblock(respond(item(), ESCALATED).item, OWNER).item == item()
    with pytest.raises(Refused, match="is not blocked"):
        block.unblock(item(), OWNER)


@pytest.mark.parametrize(
    ("told", "changes", "field"),
    [
        (ESCALATED, {"escalated_to": ""}, "escalated_to"),
        (ESCALATED, {"escalated_to": "U0PRIYA"}, "escalated_to"),
        (ESCALATED, {"dependency": ""}, "dependency"),
        (ESCALATED, {"dependency": "x" * (TEXT_LIMIT + 1)}, "dependency"),
        (ESCALATED, {"mitigation": ""}, "mitigation"),
        (WAITS, {"trigger": ""}, "trigger"),
        (SPLIT, {"phase_one": ""}, "phase_one"),
        (SPLIT, {"rest": ""}, "rest"),
        (SPLIT, {"rest": "x" * 301}, "rest"),
        (REPLACED, {"new_owner": ""}, "new_owner"),
        (REPLACED, {"new_owner": "U0PRIYA"}, "new_owner"),
        (DECIDED, {"decision": None}, "decision"),
        (DECIDED, {"decided_by": ""}, "decided_by"),
    ],
)
def test_what_a_reason_misses_is_refused_at_its_field(told: Obstacle, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        respond(item(), replace(told, **changes))
    assert refused.value.field == field


@pytest.mark.parametrize("told", [WAITS, DECIDED])
def test_reason_that_defers_is_a_deferral_at_once_by_whoever_decides(told: Obstacle) -> None:
    done = respond(item(state=State.IN_PROGRESS), told, LEAD)
    assert done.item.state is State.DEFERRED
    assert done.item.deferral
    assert done.item.deferral.trigger
    assert done.item.deferrals == 1
    assert not done.item.blocked
    assert done.change.detail["blocked_by"] == told.reason.value


@pytest.mark.parametrize("told", [WAITS, DECIDED])
def test_reason_that_defers_blocks_the_owner_s_item_until_it_is_approved(told: Obstacle) -> None:
    done = respond(item(state=State.IN_PROGRESS), told)
    assert done.item.state is State.IN_PROGRESS
    assert done.item.blocked
    assert done.asks
    assert done.asks.approver == "U0MARCO"


@pytest.mark.parametrize("told", [WAITS, SPLIT, DECIDED])
def test_only_the_owner_or_who_decides_defers_by_blocking(told: Obstacle) -> None:
    with pytest.raises(Refused, match="Only the owner"):
        respond(item(), told, by("U0AISHA"))


def test_what_is_in_production_waits_for_infrastructure_without_being_deferred() -> None:
    done = respond(item(state=State.IMPLEMENTED), WAITS, LEAD)
    blocked = Blocked(BlockReason.INFRASTRUCTURE, NOW, "The new cluster is there")
    assert (done.item.state, done.item.blocked, done.asks) == (State.IMPLEMENTED, blocked, None)


def test_phase_one_keeps_the_deadline_and_the_rest_has_the_same_facts() -> None:
    subject = item(root_cause="No alert", collaborators=("U0AISHA",))
    first = respond(subject, SPLIT).item
    assert (first.title, first.due, first.state) == ("Alert on /checkout", subject.due, subject.state)
    rest = block.rest_of(first, SPLIT)
    assert (rest.title, rest.owner, rest.root_cause) == ("Alert on every other path", "U0PRIYA", "No alert")
    assert block.rest_waits(first).trigger == "AI-12 is closed"


def test_unavailable_owner_is_replaced_now() -> None:
    done = respond(item(), REPLACED)
    assert (done.item.owner, done.item.awaits_acceptance) == ("U0AISHA", True)
    assert done.change.action == Action.ASSIGN
    assert not done.item.blocked


def test_reprioritised_item_goes_on_and_the_decision_is_recorded() -> None:
    done = respond(item(), replace(DECIDED, decision=Decision.REPRIORITISE))
    assert done.item == item()
    assert done.change.detail == {
        "reason": "Conflicting priorities", "decision": "Reprioritise", "decided_by": "U0LENA",
    }  # fmt: skip
