"""`approval-reminder`: to an approver, once, a request that has waited for two working days.

Their message of the day says it (`morning.py`). Here it is a message of its own: where somebody asks for this ritual by
itself, and to who has left, so that whoever asked learns that nobody will decide.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.blocks.approve import decision_buttons, reminder
from bot.blocks.parts import as_dicts, section
from bot.deps import Deps
from bot.domain.days import is_weekend
from bot.domain.item import Item
from bot.domain.messages import Post
from bot.domain.request import AT_THE_EARLIEST, Request, reminder_day
from bot.domain.subjects import RequestOf
from bot.domain.team import Team
from bot.domain.words import _
from bot.services.days_off import days_off
from bot.slack.names import names_in, speaking_to
from scheduler.rituals.kinds import RequestRitual
from scheduler.runs import NOTHING, DeliveryOutcome, Run
from storage import approvals, items, teams
from storage.people import find_person
from storage.schedules import POSTED

BATCH = 100
REMIND_AT = 9
"""The hour of the reminder's day from which it is sent, in the zone of the item's team."""

RITUAL = RequestRitual(
    name="approval-reminder",
    when="once, two working days after somebody asked, at 09:00 in the message of the day",
    to="the approver",
    called=lambda item: _("the reminder of a decision about {item}", item=item),
)


class Reminders:
    """Reminds of every request that has waited long enough, each in one transaction."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def due(self, now: datetime, workspace: str | None = None, team: Team | None = None) -> list[Run]:
        """Everything due at *now*: in one workspace or all, of one team's items or all. A run for each reminder."""
        return [run for request in self._waiting(now, workspace) if (run := self._remind(request, now, team))]

    def due_to_who_left(self, now: datetime, workspace: str | None = None) -> list[Run]:
        """What is due to people who have left: they read no message of the day, and whoever asked waits for nothing."""
        found = []
        for request in self._waiting(now, workspace):
            with self._deps.db.read() as session:
                person = find_person(session, request.workspace, request.approver)
            if person and person.deactivated and (run := self._remind(request, now, None)):
                found.append(run)
        return found

    def now(self, ritual: RequestRitual, workspace: str, team: Team | None, now: datetime) -> list[Run]:
        """As `due`; one run that says so when nothing is."""
        nothing = Run(ritual.name, workspace, team.name if team else "", now.date().isoformat(), now, NOTHING)
        return self.due(now, workspace, team) or [nothing]

    def dry_run(
        self, _ritual: RequestRitual, workspace: str, team: Team | None, now: datetime
    ) -> list[DeliveryOutcome]:
        """What it would say; nothing is recorded."""
        found = []
        for request in self._waiting(now, workspace):
            with self._deps.db.read() as session:
                if item := _item_due(session, request, now, team):
                    period = item.day(now).isoformat()
                    found.append(DeliveryOutcome(item.team_name, period, _post(session, request, item)))
        return found

    def _waiting(self, now: datetime, workspace: str | None) -> Iterator[Request]:
        last = 0
        while True:
            with self._deps.db.read() as session:
                # On from the last id, not by offset: each reminder that is claimed leaves this list.
                waiting = approvals.list_to_remind(session, workspace, now - AT_THE_EARLIEST, last, BATCH)
            yield from waiting
            if len(waiting) < BATCH:
                return
            last = waiting[-1].id

    def _remind(self, request: Request, now: datetime, team: Team | None) -> Run | None:
        """Claimed, and its message in the outbox; None when it is not due, or another replica reminds."""
        with self._deps.db.begin() as session:
            item = _item_due(session, request, now, team)
            # The claim last: a request that is only not due yet must stay unclaimed.
            if item is None or not approvals.claim_reminder(session, request, now):
                return None
            # Claim and message in one transaction: a crash between the two would leave a claim and nobody reminded.
            post = _post(session, request, item)
            self._deps.outbox.enqueue(session, request.workspace, post.key, [post])
        period = item.day(now).isoformat()
        return Run(RITUAL.name, request.workspace, item.team_name, period, now, POSTED, 1, keys=(post.key,))


def _post(session: Session, request: Request, item: Item) -> Post:
    names = names_in(session, request.workspace, {request.asked_by})
    with speaking_to(session, request.workspace, request.approver):
        text = reminder(request, item, names)
        blocks = as_dicts([section(text), decision_buttons(request)])
    return Post(RequestOf(request.id).reminder, request.approver, text, blocks)


def _item_due(session: Session, request: Request, now: datetime, of: Team | None) -> Item | None:
    """The item of the request, when it is of that team and its approver is to be reminded at *now*."""
    item = items.get_item_as_it_is(session, request.workspace, request.number)
    if item is None or (of is not None and item.team_id != of.id):
        return None
    team = teams.get_team_by_id(session, item.team_id) if item.team_id else None
    zone = team.zone if team else ZoneInfo("UTC")
    local = now.astimezone(zone)
    day = reminder_day(request, zone, days_off(team) if team else is_weekend)
    return item if (local.date(), local.hour) >= (day, REMIND_AT) else None
