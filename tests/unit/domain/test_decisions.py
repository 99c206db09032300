"""Deferring, accepting a risk, dropping and resuming: at once, or asked for and decided."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain import approve
from bot.domain.approve import Terms, as_json, from_json
from bot.domain.defer import DeferralTerms, resume
from bot.domain.drop import WillNotDo
from bot.domain.errors import Refused
from bot.domain.item import TEXT_LIMIT, By, Item
from bot.domain.item_values import Deferral, Ending, RiskReason
from bot.domain.lifecycle import Action, LastMove, State
from bot.domain.request import Ask, Request, Status, refuse_unless_pending
from bot.domain.risk import AcceptedRisk
from tests.builders import NOW, TODAY, WORKSPACE, by, item

LATER = TODAY + timedelta(days=60)
NOT_NOW = DeferralTerms("The vendor replaces it in spring", "Checkout can stall again", revisit_on=LATER)
ACCEPTED = AcceptedRisk(RiskReason.RETIRED, "The old ledger is gone in May")
DROPPED = WillNotDo("The new client covers it")
ALL: list[Terms] = [NOT_NOW, ACCEPTED, DROPPED]
OWNER = by("U0PRIYA")
LEAD = replace(by("U0MARCO"), decides=True)


def decide(subject: Item, who: By, terms: Terms) -> Any:
    return approve.decide(subject, who, terms, approver="U0MARCO", today=TODAY)


def decided_by(subject: Item) -> str | None:
    """Who decided its ending, else its deferral."""
    if subject.ending:
        return subject.ending.decided_by
    return subject.deferral.approved_by if subject.deferral else None


def request(terms: Terms = NOT_NOW, **changes: Any) -> Request:
    plain = Request(WORKSPACE, 7, 12, terms.action, "U0PRIYA", "U0MARCO", NOW, as_json(terms))
    return replace(plain, **changes)


@pytest.mark.parametrize("terms", ALL)
def test_lead_decides_at_once(terms: Terms) -> None:
    done = decide(item(state=State.IN_PROGRESS), LEAD, terms)
    assert done.change.action == terms.action
    assert done.change.why == terms.why
    assert decided_by(done.item) == "U0MARCO"
    assert done.asks is None


@pytest.mark.parametrize("terms", ALL)
def test_owner_asks_and_the_item_stays_as_it_is(terms: Terms) -> None:
    before = item(state=State.IN_PROGRESS)
    asked = decide(before, OWNER, terms)
    assert asked.item == before
    assert asked.change.action == Action.ASK
    assert asked.asks == Ask(terms.action, as_json(terms), "U0MARCO")


@pytest.mark.parametrize("terms", ALL)
def test_who_neither_owns_nor_decides_cannot_ask(terms: Terms) -> None:
    with pytest.raises(Refused, match="Only the owner"):
        decide(item(), by("U0AISHA"), terms)


@pytest.mark.parametrize("terms", ALL)
@pytest.mark.parametrize("state", [State.IMPLEMENTED, State.VERIFIED, State.CLOSED, State.MERGED])
def test_what_is_in_production_or_over_is_neither_parked_nor_ended(terms: Terms, state: State) -> None:
    with pytest.raises(Refused):
        decide(item(state=state), LEAD, terms)


@pytest.mark.parametrize("terms", [ACCEPTED, DROPPED])
def test_deferred_item_can_be_ended(terms: Terms) -> None:
    deferred = decide(item(), LEAD, NOT_NOW).item
    ended = decide(deferred, LEAD, terms).item
    assert ended.has_ended
    assert ended.ending == Ending(NOW, terms.why, "U0MARCO", getattr(terms, "reason", None))
    assert ended.deferral is None


def test_second_request_waits_for_the_first() -> None:
    with pytest.raises(Refused, match="waits for a decision already"):
        decide(item(request=request()), OWNER, DROPPED)


@pytest.mark.parametrize("status", [Status.APPROVED, Status.DECLINED, Status.WITHDRAWN, Status.EXPIRED])
def test_after_a_request_is_over_the_next_one_may_come(status: Status) -> None:
    assert decide(item(request=request(status=status)), OWNER, DROPPED).asks


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"why": ""}, "why"),
        ({"risk": ""}, "risk"),
        ({"revisit_on": None}, "revisit_on"),
        ({"revisit_on": TODAY}, "revisit_on"),
        ({"revisit_on": date(2020, 1, 1)}, "revisit_on"),
        ({"mitigation": "x" * (TEXT_LIMIT + 1)}, "mitigation"),
    ],
)
def test_deferral_that_misses_something_is_refused_at_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        decide(item(), LEAD, replace(NOT_NOW, **changes))
    assert refused.value.field == field


def test_condition_does_instead_of_a_day() -> None:
    done = decide(item(), LEAD, replace(NOT_NOW, revisit_on=None, trigger="The vendor ships v2"))
    assert done.item.deferral.trigger == "The vendor ships v2"


@pytest.mark.parametrize("terms", [replace(ACCEPTED, why=""), replace(DROPPED, why="")])
def test_ending_needs_its_reason(terms: Terms) -> None:
    with pytest.raises(Refused) as refused:
        decide(item(), LEAD, terms)
    assert refused.value.field == "why"


def test_deferrals_are_counted() -> None:
    subject = item()
    for count in (1, 2, 3):
        subject = decide(subject, LEAD, NOT_NOW).item
        assert subject.deferrals == count
        subject = resume(subject, LEAD).item


@pytest.mark.parametrize("state", [State.NOT_STARTED, State.IN_PROGRESS])
def test_resume_returns_to_where_it_was(state: State) -> None:
    deferred = decide(item(state=state), LEAD, NOT_NOW).item
    resumed = resume(deferred, OWNER).item
    assert resumed.state is state
    assert resumed == replace(deferred, state=state, deferral=None)


def test_only_a_deferred_item_is_resumed_and_the_second_is_told_who_did() -> None:
    with pytest.raises(Refused, match="not started, not deferred"):
        resume(item(), OWNER)
    second = by("U0PRIYA", last=LastMove("Marco Rossi", Action.RESUME))
    with pytest.raises(Refused, match="already in progress: Marco Rossi did that"):
        resume(item(state=State.IN_PROGRESS), second)


@pytest.mark.parametrize("terms", ALL)
def test_terms_survive_being_kept_as_json(terms: Terms) -> None:
    assert from_json(terms.action, as_json(terms)) == terms


@pytest.mark.parametrize("terms", ALL)
def test_approval_does_what_was_asked_for_and_names_both(terms: Terms) -> None:
    done = approve.approve(item(), LEAD, request(terms), TODAY)
    assert done.settles is Status.APPROVED
    assert done.change.action == terms.action
    assert done.change.detail["asked_by"] == "U0PRIYA"
    assert decided_by(done.item) == "U0MARCO"


def test_deferral_whose_day_has_come_while_it_waited_is_not_approved() -> None:
    with pytest.raises(Refused, match="passed while it waited"):
        approve.approve(item(), LEAD, request(), LATER)


def test_decline_says_why_and_leaves_the_item() -> None:
    before = item(request=request())
    done = approve.turn_down(before, LEAD, request(), "The risk is too high")
    assert (done.item, done.settles) == (before, Status.DECLINED)
    assert done.change.why == "The risk is too high"
    with pytest.raises(Refused):
        approve.turn_down(before, LEAD, request(), "")


def test_asker_and_deciders_withdraw_and_nobody_else() -> None:
    for who in (OWNER, LEAD):
        assert approve.withdraw(item(), who, request()).settles is Status.WITHDRAWN
    with pytest.raises(Refused, match="Only the person who asked"):
        approve.withdraw(item(), by("U0AISHA"), request())


def test_rest_of_a_split_is_deferred_while_its_approver_is_asked() -> None:
    parked = approve.defer_first(item(), OWNER, NOT_NOW, "U0MARCO")
    assert (parked.item.state, decided_by(parked.item)) == (State.DEFERRED, "")
    assert parked.asks
    approved = approve.approve(parked.item, LEAD, request(), TODAY)
    assert (approved.item.state, decided_by(approved.item)) == (State.DEFERRED, "U0MARCO")
    declined = approve.turn_down(parked.item, LEAD, request(), "Do it now")
    assert (declined.item.state, declined.settles) == (State.NOT_STARTED, Status.DECLINED)


@pytest.mark.parametrize("status", [Status.APPROVED, Status.DECLINED, Status.WITHDRAWN])
def test_second_of_two_deciders_is_told_what_the_first_did(status: Status) -> None:
    refuse_unless_pending(request(), "")
    with pytest.raises(Refused, match=f"{status.value} already: Kim did that"):
        refuse_unless_pending(request(status=status), "Kim")


def test_who_decides_too_late_reads_that_the_item_was_changed() -> None:
    with pytest.raises(Refused, match="has expired: Kim changed the item meanwhile"):
        refuse_unless_pending(request(status=Status.EXPIRED), "Kim")


def test_deferral_that_has_come_back_is_deferred_again_from_where_it_was() -> None:
    before = Deferral(NOW, State.IN_PROGRESS, revisit_on=TODAY)
    once = item(state=State.DEFERRED, deferral=before, deferrals=1)
    again = approve.carry_out(once, by(), DeferralTerms("Still no staging", "It can recur", TODAY + timedelta(days=30)))
    assert again.item.deferral
    assert (again.item.state, again.item.deferral.from_state) == (State.DEFERRED, State.IN_PROGRESS)
    assert again.item.deferrals == 2


def test_second_of_two_who_defer_is_told_what_the_first_did() -> None:
    before = Deferral(NOW, State.IN_PROGRESS, revisit_on=TODAY + timedelta(days=9))
    once = item(state=State.DEFERRED, deferral=before)
    with pytest.raises(Refused, match="already deferred: Priya did that"):
        approve.carry_out(once, by(last=LastMove("Priya", Action.DEFER)), DeferralTerms("Later", "It can recur", TODAY))
