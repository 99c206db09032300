"""Why an item is blocked, and why its risk is accepted: the words that people choose from."""

from enum import StrEnum


class BlockReason(StrEnum):
    """What blocks an item (R69–R73). The values are the words in the form."""

    ANOTHER_TEAM = "Another team"
    INFRASTRUCTURE = "Infrastructure not available"
    LARGER = "Larger than estimated"
    OWNER_UNAVAILABLE = "Owner unavailable"
    PRIORITIES = "Conflicting priorities"


class Decision(StrEnum):
    """What leadership decided where priorities conflict (R73). The values are the words in the form."""

    REPRIORITISE = "Reprioritise"
    DEFER = "Defer and accept the risk"


class RiskReason(StrEnum):
    """Why a risk is accepted for good (R114). The values are the words in the form."""

    COST = "Cost out of proportion"
    RETIRED = "System being retired"
    OTHER = "Other"
