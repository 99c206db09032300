"""A request that waits for somebody else's decision: what is asked, of whom, and what became of it.

Pure data and its rules; that the database keeps one open request for each item is `storage/approvals.py`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.days import IsOff, add_working_days
from bot.domain.errors import Refused
from bot.domain.lifecycle import Action, Change
from bot.domain.words import Text

REMIND_AFTER_WORKING_DAYS = 2
AT_THE_EARLIEST = timedelta(days=1)
"""Two working days later at nine is at least this much later; what is younger is not looked at."""


class Status(StrEnum):
    """Where a request stands. The values are stored."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


WORDS = {
    Action.DEFER: "deferral",
    Action.ACCEPT_RISK: "accepted risk",
    Action.DROP: "“will not do”",
    Action.MOVE: "move to another team",
}
"""What is asked for, as a noun."""
_DECIDED = {
    Status.APPROVED: "This request is approved already{who}. Nothing was changed.",
    Status.DECLINED: "This request is declined already{who}. Nothing was changed.",
    Status.WITHDRAWN: "This request is withdrawn already{who}. Nothing was changed.",
    Status.EXPIRED: "This request has expired{who}. Nothing was changed.",
}


@dataclass(frozen=True)
class Request:
    """Something that one person asks and another one decides. `terms` are the JSON of what was filled in.

    `why` is why it was declined, or what made it expire.
    """

    workspace: str
    id: int
    number: int
    action: Action
    asked_by: str
    approver: str
    asked_at: datetime
    terms: Mapping[str, Any] = field(default_factory=dict)
    status: Status = Status.PENDING
    decided_by: str = ""
    decided_at: datetime | None = None
    why: str = ""
    reminded_at: datetime | None = None

    @property
    def is_pending(self) -> bool:
        """Whether nobody has decided yet."""
        return self.status is Status.PENDING

    @property
    def words(self) -> str:
        """What is asked for: `deferral`."""
        return WORDS[self.action]


@dataclass(frozen=True)
class Ask:
    """A request before it is recorded: `terms` wait for *approver* to decide about them."""

    action: Action
    terms: Mapping[str, Any]
    approver: str

    @property
    def detail(self) -> dict[str, Any]:
        """As the history notes it."""
        return {"asks": self.action.value, "approver": self.approver, "terms": self.terms}


def reminder_day(request: Request, zone: ZoneInfo, is_off: IsOff) -> date:
    """The working day on which the approver is reminded, in the zone of the item's team."""
    return add_working_days(request.asked_at.astimezone(zone).date(), REMIND_AFTER_WORKING_DAYS, is_off)


def refuse_unless_pending(request: Request, decided_by_name: str) -> None:
    """Raises `Refused` for the second of two deciders, with what the first did."""
    if request.is_pending:
        return
    # Whoever made it expire did something else, and often does not know of it.
    who = Text(": {who} did that", who=decided_by_name)
    if request.status is Status.EXPIRED:
        who = Text(": {who} changed the item meanwhile", who=decided_by_name)
    raise Refused(Text(_DECIDED[request.status], who=who if decided_by_name else ""))


ENDS_REQUEST = frozenset(Action) - {
    Action.UPDATE, Action.ACCEPT, Action.ASK, Action.WITHDRAW, Action.TURN_DOWN, Action.KEEP, Action.HOLD,
    Action.TICKET,
}  # fmt: skip
"""What changes what the approver was asked about: its state, words, owner, day, team, or what blocks it."""
BOOKKEEPING = frozenset({"collaborators", "themes", "root_cause", "incident_id", "recurrence_of"})
"""Fields of an item whose edit leaves it the same thing to decide about."""


def ends_request(change: Change) -> bool:
    """Whether a request that waits expires with *change*: nobody approves what the asker did not see.

    What only keeps books (a ticket, a pull request that names the item, a theme) leaves it waiting.
    """
    if change.action == Action.EDIT:
        return not change.detail or not change.detail.keys() <= BOOKKEEPING
    return change.action in ENDS_REQUEST
