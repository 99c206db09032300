"""Reminds approvers of requests that have waited for two working days: once each, whichever replica does it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.blocks.approve import decision_buttons, reminder
from bot.blocks.parts import as_dicts, section
from bot.deps import Deps
from bot.domain.days import is_weekend
from bot.domain.item import Item
from bot.domain.messages import Post
from bot.domain.request import Request, reminder_day
from bot.domain.subjects import RequestOf
from bot.services.days_off import days_off
from bot.slack.names import names_in, speaking_to
from storage import approvals, items, teams

BATCH = 100
REMIND_AT = 9
"""The hour of the reminder's day from which it is sent, in the zone of the item's team."""
AT_THE_EARLIEST = timedelta(days=1)
"""Two working days later at nine is at least this much later; what is younger is not looked at."""


def remind_approvers(deps: Deps, now: datetime, workspace: str | None = None) -> int:
    """Reminds of every request that has waited long enough at *now*, in one workspace or all; returns how many."""
    reminded, last = 0, 0
    while True:
        with deps.db.begin() as session:
            waiting = approvals.list_to_remind(session, workspace, now - AT_THE_EARLIEST, last, BATCH)
        reminded += sum(_remind(deps, request, now) for request in waiting)
        if len(waiting) < BATCH:
            return reminded
        last = waiting[-1].id


def _remind(deps: Deps, request: Request, now: datetime) -> bool:
    """One reminder in one transaction: claimed, and its message in the outbox."""
    with deps.db.begin() as session:
        item = items.get_item_as_it_is(session, request.workspace, request.number)
        if item is None or not _is_due(session, request, item, now):
            return False
        if not approvals.claim_reminder(session, request, now):
            return False
        names = names_in(session, request.workspace, {request.asked_by})
        key = RequestOf(request.id).reminder
        with speaking_to(session, request.workspace, request.approver):
            text = reminder(request, item, names)
            blocks = as_dicts([section(text), decision_buttons(request)])
        deps.outbox.enqueue(session, request.workspace, key, [Post(key, request.approver, text, blocks)])
        return True


def _is_due(session: Session, request: Request, item: Item, now: datetime) -> bool:
    team = teams.get_team_by_id(session, item.team_id) if item.team_id else None
    zone = team.zone if team else ZoneInfo("UTC")
    local = now.astimezone(zone)
    day = reminder_day(request, zone, days_off(team) if team else is_weekend)
    return (local.date(), local.hour) >= (day, REMIND_AT)
