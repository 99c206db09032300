"""`hold-check`: to an owner, thirty days after an item was closed: did it hold?"""

from bot.domain.morning import NoticeReason
from bot.domain.words import _
from scheduler.rituals.kinds import PersonalRitual

RITUAL = PersonalRitual(
    name="hold-check",
    when="30 days after closing, working days at 09:00, where the owner lives",
    to="the owner",
    whys=frozenset({NoticeReason.HOLD}),
    called=lambda whose: _("the hold check of {team}", team=whose),
)
