"""`deferral-review`: to an owner and the lead, deferrals whose day to revisit has come."""

from bot.domain.morning import NoticeReason
from bot.domain.words import _
from scheduler.rituals.kinds import PersonalRitual

RITUAL = PersonalRitual(
    name="deferral-review",
    when="working days at 09:00, where the owner lives",
    to="the owner, and the lead in their message of the day",
    whys=frozenset({NoticeReason.REVISIT}),
    called=lambda whose: _("the deferral review of {team}", team=whose),
)
