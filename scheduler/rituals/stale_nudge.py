"""`stale-nudge`: to an owner and the lead, what has had no progress for thirty days; again each week until answered."""

from bot.domain.morning import NoticeReason
from bot.domain.words import _
from scheduler.rituals.kinds import PersonalRitual

RITUAL = PersonalRitual(
    name="stale-nudge",
    when="working days at 09:00, where the owner lives",
    to="the owner, and the lead in their message of the day",
    whys=frozenset({NoticeReason.STALE}),
    called=lambda whose: _("the stale nudge of {team}", team=whose),
)
