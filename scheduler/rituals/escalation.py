"""`escalation`: to a lead, what of their team has been overdue for too long; in their one message of the day."""

from bot.domain.morning import NoticeReason
from bot.domain.words import _
from scheduler.rituals.kinds import PersonalRitual

RITUAL = PersonalRitual(
    name="escalation",
    when="working days at 09:00, where the lead lives: by its policy, else on the eighth day; then once a week",
    to="the lead",
    whys=frozenset({NoticeReason.ESCALATED}),
    called=lambda whose: _("the escalation of {team}", team=whose),
)
