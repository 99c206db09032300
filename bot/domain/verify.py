"""Verifying an item: evidence that the change works, and what would tell us if it were gone (R58, R62–R66)."""

from dataclasses import dataclass, replace

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved
from bot.domain.item_values import VerificationMethod, Verified
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
        # Allowed, since small teams have nobody else, but never hidden (R63).
        "by_owner": by.user == item.owner,
    }
    if not shown.works:
        # Sent back: what was said to be in production is a matter of the history.
        return moved(item, replace(item, state=state, implementation=None), action, by, shown.evidence, detail)
    verified = Verified(by.at, by.user, shown.method, shown.evidence, shown.guard, shown.why_not)
    return moved(item, replace(item, state=state, verified=verified), action, by, detail=detail)


def _check_evidence(shown: Evidence) -> None:
    if not shown.evidence:
        raise Refused("Say what you saw, or link to it: “It works” needs evidence.", "evidence")
    # R64, R65: “yes, we would know” is no answer before something is named that would tell.
    if shown.would_know and not shown.guard:
        raise Refused("Name or link the test, alert or monitor that would tell us.", "guard")
    if not shown.would_know and not shown.why_not:
        raise Refused("Say why nothing would tell us; or add a test or alert and answer Yes.", "why_not")
