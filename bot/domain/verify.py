"""Verifying an item: evidence that the change works, and what would tell us if it were gone (R58, R62–R66)."""

from dataclasses import dataclass

from bot.domain.errors import Refused
from bot.domain.item import NOT_IN_PRODUCTION, By, Item, Moved, VerificationMethod, moved
from bot.domain.lifecycle import Action, after


@dataclass(frozen=True)
class Evidence:
    """What the “Verify” form holds. `works` False sends the item back."""

    method: VerificationMethod
    evidence: str
    would_know: bool
    guard: str = ""
    why_not: str = ""
    works: bool = True


def verify(item: Item, by: By, shown: Evidence) -> Moved:
    """implemented → verified, or back to in progress when it does not work (R58, R64–R66).

    That something does not work needs no proof; that it works does, and something that would tell us
    if it stopped, or the reason why nothing would.
    """
    action = Action.VERIFY if shown.works else Action.FAIL_VERIFICATION
    state = after(item.state, action, item.label, by.last)
    if shown.works:
        _check_evidence(shown)
    detail = {
        "method": shown.method.value,
        "evidence": shown.evidence,
        "would_know": shown.would_know,
        "guard": shown.guard,
        "why_not": shown.why_not,
        "by_owner": by.user == item.owner,
    }
    if not shown.works:
        return moved(item, action, state, by, shown.evidence, detail, **NOT_IN_PRODUCTION)
    return moved(
        item, action, state, by, "", detail,
        verified_at=by.at, verified_by=by.user, verification_method=shown.method,
        evidence=shown.evidence, regression_guard=shown.guard, no_guard_because=shown.why_not,
    )  # fmt: skip


def _check_evidence(shown: Evidence) -> None:
    if not shown.evidence:
        raise Refused("Say what you saw, or link to it: “It works” needs evidence.", "evidence")
    if shown.would_know and not shown.guard:
        raise Refused("Name or link the test, alert or monitor that would tell us.", "guard")
    if not shown.would_know and not shown.why_not:
        raise Refused("Say why nothing would tell us; or add a test or alert and answer Yes.", "why_not")
