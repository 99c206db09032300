"""Every ritual: when it is due, who hears it, what it says, and what is said when that cannot be delivered.

A new one is a module of this folder with its `RITUAL`, and its line here. Ticker, commands, help, docs and
`undelivered` know rituals from here alone.
"""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.morning import NoticeReason
from bot.domain.ritual_keys import LEAD, MORNING
from bot.domain.subjects import RequestOf
from scheduler.rituals import (
    approval_reminder,
    deferral_review,
    due_reminder,
    escalation,
    hold_check,
    hygiene_review,
    leadership_summary,
    monthly_report,
    orphan_sweep,
    postmortem_check,
    ranking,
    stale_nudge,
    weekly_digest,
)
from scheduler.rituals.kinds import PersonalRitual, Ritual, TeamRitual

TAKEN = frozenset({LEAD, MORNING, RequestOf.subject})
"""What keys of messages begin with that are no ritual's name."""


def registered(*rituals: Ritual) -> Mapping[str, Ritual]:
    """The rituals by name, in this order.

    Raises ValueError, so that nothing starts, when a message could not be traced to one ritual by its key, or a reason
    for which an item is mentioned in the morning to none or two.
    """
    # A name with a colon, or two of the same, could not be cut out of a key again; found here and not in a delivery
    # months later, where a KeyError held up messages of others.
    names = Counter(ritual.name for ritual in rituals)
    bad = [name for name, times in names.items() if times > 1 or ":" in name or name in TAKEN]
    whys = Counter(why for ritual in rituals if isinstance(ritual, PersonalRitual) for why in ritual.whys)
    unclear = [why.value for why in NoticeReason if whys[why] != 1]
    if bad or unclear:
        raise ValueError(f"rituals: names {bad}, reasons {unclear} must each belong to one ritual")
    return MappingProxyType({ritual.name: ritual for ritual in rituals})


RITUALS = registered(
    weekly_digest.RITUAL,
    monthly_report.RITUAL,
    hygiene_review.RITUAL,
    leadership_summary.RITUAL,
    postmortem_check.RITUAL,
    orphan_sweep.RITUAL,
    due_reminder.RITUAL,
    stale_nudge.RITUAL,
    deferral_review.RITUAL,
    escalation.RITUAL,
    ranking.RITUAL,
    hold_check.RITUAL,
    approval_reminder.RITUAL,
)
TEAM_RITUALS = {name: ritual for name, ritual in RITUALS.items() if isinstance(ritual, TeamRitual)}
PERSONAL_RITUALS = {name: ritual for name, ritual in RITUALS.items() if isinstance(ritual, PersonalRitual)}
RITUAL_ABOUT = {why: ritual for ritual in PERSONAL_RITUALS.values() for why in ritual.whys}
"""Which ritual mentions an item for that reason."""


def ritual_of(key: str) -> Ritual | None:
    """The ritual that the message with that key is of; of a whole morning the first of those in it."""
    return next((ritual for ritual in RITUALS.values() if ritual.has_said(key)), None)
