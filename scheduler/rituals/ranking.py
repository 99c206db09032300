"""`ranking`: to a lead, what of their team nobody has prioritised, to be ranked; in their one message of the day."""

from bot.domain.morning import NoticeReason
from bot.domain.words import _
from scheduler.rituals.kinds import PersonalRitual

RITUAL = PersonalRitual(
    name="ranking",
    when="on the first working day of a week at 09:00, where the lead lives",
    to="the lead",
    whys=frozenset({NoticeReason.UNRANKED}),
    called=lambda whose: _("the question what to do first in {team}", team=whose),
)
