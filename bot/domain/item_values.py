"""What may be true of an item for a while, each as one value: blocked, deferred, implemented, verified, ended.

An item has such a value, or None. Values only; what sets them stands in `block.py`, `defer.py`, `verify.py` …
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.lifecycle import State


class BlockReason(StrEnum):
    """What blocks an item (R69–R73). The values are the words in the form."""

    ANOTHER_TEAM = "Another team"
    INFRASTRUCTURE = "Infrastructure not available"
    LARGER = "Larger than estimated"
    OWNER_UNAVAILABLE = "Owner unavailable"
    PRIORITIES = "Conflicting priorities"


class RiskReason(StrEnum):
    """Why a risk is accepted for good (R114). The values are the words in the form."""

    COST = "Cost out of proportion"
    RETIRED = "System being retired"
    OTHER = "Other"


class VerificationMethod(StrEnum):
    """How it was shown that the change works (R62). The values are the words in the form."""

    REGRESSION_TEST = "Regression test"
    DRILL = "Drill or fault injection"
    ALERT_FIRED = "Alert fired on purpose"
    METRIC = "Metric before and after"
    NO_LONGER_REPRODUCES = "No longer reproduces"
    INSPECTION = "Inspection"


@dataclass(frozen=True)
class Blocked:
    """Something is in the way. An import says neither by what nor *on* what it waits."""

    reason: BlockReason | None = None
    since: datetime | None = None
    on: str = ""
    escalated_to: str = ""
    mitigation: str = ""


@dataclass(frozen=True)
class Deferral:
    """Not now. `from_state` is where it goes on; an import does not say why, at what risk, or who approved it.

    `approved_by` "": it waits for somebody to approve it, and is deferred meanwhile (the rest of a split item).
    """

    at: datetime | None = None
    from_state: State | None = None
    because: str = ""
    risk: str = ""
    revisit_on: date | None = None
    trigger: str = ""
    mitigation: str = ""
    # R76. Empty is a promise that is still open, never an approval.
    approved_by: str = ""


@dataclass(frozen=True)
class Implementation:
    """Merged and in production. An import says only when it was said."""

    at: datetime
    change_url: str = ""
    in_production_since: date | None = None


@dataclass(frozen=True)
class Verified:
    """What was seen that shows that the change works, and what would tell us if it were gone.

    An import says only when.
    """

    at: datetime
    by: str = ""
    method: VerificationMethod | None = None
    evidence: str = ""
    # R64, R65: the test, alert or monitor that would tell us; without one, the next field says why.
    guard: str = ""
    no_guard_because: str = ""


@dataclass(frozen=True)
class Ending:
    """How it ended. Each ending has its own: `because` all but closing (merging only where somebody says why),
    `merged_into` a number only merging.

    `decided_by` "": nobody had to decide.
    """

    at: datetime
    because: str = ""
    decided_by: str = ""
    risk_reason: RiskReason | None = None
    merged_into: int | None = None


@dataclass(frozen=True)
class StaleStatus:
    """What its owner last said when it was stale; `answer` and `stalled_by` are words of the form (`stale.py`)."""

    answer: str
    stalled_by: str
    at: datetime
