"""`due-reminder`: to an owner, what is due in three working days or today, and what is overdue, less and less often."""

from bot.domain.morning import NoticeReason
from bot.domain.words import _
from scheduler.rituals.kinds import PersonalRitual

RITUAL = PersonalRitual(
    name="due-reminder",
    when="working days at 09:00, where the owner lives",
    to="the owner",
    whys=frozenset({NoticeReason.OVERDUE, NoticeReason.TODAY, NoticeReason.SOON}),
    called=lambda whose: _("the due reminder of {team}", team=whose),
)
