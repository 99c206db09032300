"""`monthly-report`: on the first working day of a month, in the team's channel, how the month before it went."""

from sqlalchemy.orm import Session

from bot.blocks.charts import figures
from bot.blocks.parts import as_dicts
from bot.blocks.report import monthly_blocks, report_text
from bot.domain.messages import Message, Post
from bot.domain.month import midnight, month_of
from bot.domain.ritual_keys import RitualOf
from bot.domain.trend import SHOWN, trend_of
from bot.domain.words import _
from bot.slack.names import names_in
from scheduler.calendar import monthly
from scheduler.rituals.kinds import TeamRitual
from scheduler.rituals.occasion import Occasion
from storage.intake import intake_of
from storage.overrides import list_overrides
from storage.reports import list_months, report, scopes_of
from storage.thresholds import list_thresholds

NAME = "monthly-report"


def say(session: Session, on: Occasion) -> list[Message]:
    """The report of the month before the one of `on.now`, its freeze as it is now: one message with charts."""
    team, workspace = on.team, on.team.workspace
    month = month_of(on.now, team.zone).previous
    found = report(session, workspace, team, month, on.now, on.viewer)
    begins, ends = (midnight(each.first_day, team.zone) for each in (month, month.plus(1)))
    overrides = list_overrides(session, workspace, team.id, begins, ends, on.named)
    months = list_months(session, workspace, scopes_of(session, workspace, team), month.last(SHOWN), on.now, on.viewer)
    trend = trend_of(f"{team.name} · {month.name} {month.year}", months, list_thresholds(session, workspace))
    intake = intake_of(session, team, on.now)
    names = names_in(session, workspace, {one.by for one in overrides})
    drawn = as_dicts(monthly_blocks(found, intake, overrides, names, trend))
    text = report_text(found)
    return [
        Post(
            RitualOf(NAME, str(team.id), on.period).value, team.channel, text, drawn, in_words=as_dicts(figures(trend))
        )
    ]


RITUAL = TeamRitual(
    name=NAME,
    when="on the first working day of a month at 10:00",
    to="the team's channel",
    rhythm=monthly(10),
    say=say,
    called=lambda team: _("the monthly report of {team}", team=team),
)
