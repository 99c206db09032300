"""The action item and everything that may be done to it: facts in, a changed item and its history line out.

Pure: `now`, the person and the item's last move are parameters; nothing is stored or sent here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.domain import priority
from bot.domain.days import zone_of
from bot.domain.errors import Refused, refuse_at
from bot.domain.item_values import Blocked, Deferral, Ending, Implementation, StaleStatus, Verified
from bot.domain.lifecycle import BLOCKABLE, ENDED, OPEN, Action, Change, LastMove, State, next_step
from bot.domain.priority import Quadrant
from bot.domain.request import Ask, Request, Status
from bot.domain.team import DEFAULT_LANGUAGE
from bot.domain.words import Numeral, Text

TITLE_LIMIT = 300
"""Characters of an action's text; what does not fit belongs in the details."""
TEXT_LIMIT = 3000
"""Characters of every longer text, which is also Slack's own limit for an input."""


class Remedy(StrEnum):
    """The kind of remedy (R12); systemic kinds come first. The values are the words in the form."""

    AUTOMATION = "Automation"
    GUARDRAIL = "Guardrail"
    VALIDATION = "Validation"
    MONITORING = "Monitoring"
    PROCESS = "Process"
    DOCUMENTATION = "Documentation"
    TRAINING = "Training"


@dataclass(frozen=True)
class Draft:
    """What a person wrote in the form before it is an item. Dates are whole days in the team's zone.

    Impact, urgency and effort are 1–5, None where nobody has said them; of an item, too.
    """

    title: str
    owner: str
    due: date
    remedy: Remedy | None
    impact: int | None
    urgency: int | None
    effort: int | None
    verification: str
    details: str = ""
    collaborators: tuple[str, ...] = ()
    team_id: int | None = None
    incident_id: int | None = None
    root_cause: str = ""
    references: str = ""
    systemic_item: int | None = None
    starts_on: date | None = None
    staffing: str = ""
    themes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """An action item as it stands now. `channel` is where its card lives; `private` hides it outside it.

    `deferrals` counts all that there were, `deferral` is the one that holds; `request` is the newest that was asked
    about it, `approvers` are those of every request that waits or was approved. `nudged_on` is the day its owner was
    last asked about it, `reminded_on` the one on which it was last said to be overdue; `snoozed_until` holds its
    owner's reminders back. On `reviewed_on` somebody last looked and kept it. `imported_at`: when a file brought it.
    """

    workspace: str
    number: int
    title: str
    owner: str
    state: State
    due: date
    # Beside `due`, which moves, so that moving it shows (B6); only promoting an idea sets it anew.
    original_due: date
    created_at: datetime
    created_by: str
    impact: int | None
    urgency: int | None
    effort: int | None
    details: str = ""
    collaborators: tuple[str, ...] = ()
    team_id: int | None = None
    team_name: str = ""
    team_timezone: str = "UTC"
    team_language: str = DEFAULT_LANGUAGE
    incident_id: int | None = None
    incident_title: str = ""
    incident_severity: str = ""
    postmortem_url: str = ""
    root_cause: str = ""
    remedy: Remedy | None = None
    themes: tuple[str, ...] = ()
    verification: str = ""
    references: str = ""
    systemic_item: int | None = None
    starts_on: date | None = None
    staffing: str = ""
    split_from: int | None = None
    ticket_url: str = ""
    channel: str | None = None
    private: bool = False
    awaits_acceptance: bool = False
    # How often `due` moved later (R78).
    slips: int = 0
    deferrals: int = 0
    started_at: datetime | None = None
    last_progress_at: datetime | None = None
    last_change_id: int = 0
    nudged_on: date | None = None
    reminded_on: date | None = None
    snoozed_until: date | None = None
    imported_at: datetime | None = None
    reviewed_on: date | None = None
    blocked: Blocked | None = None
    deferral: Deferral | None = None
    implementation: Implementation | None = None
    verified: Verified | None = None
    ending: Ending | None = None
    stale_status: StaleStatus | None = None
    request: Request | None = None
    approvers: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name people say and type: `AI-12`."""
        return f"AI-{self.number}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its dates are days: its team's, else UTC."""
        return zone_of(self.team_timezone)

    def day(self, now: datetime) -> date:
        """The day it is at *now* where its dates are meant."""
        # The team's day, wherever the person is: due dates are days of the team (contract.md, Measures).
        return now.astimezone(self.zone).date()

    @property
    def quadrant(self) -> Quadrant:
        """Where it stands in the impact/effort matrix, if anybody has said so."""
        return priority.quadrant(self.impact, self.effort)

    @property
    def rank(self) -> tuple[int, float, date, int]:
        """The sort key of every list: quadrant, score, due date, number."""
        # The number last, so that pages of equal items neither repeat one nor skip one.
        return *priority.rank(self.impact, self.urgency, self.effort), self.due, self.number

    @property
    def is_open(self) -> bool:
        """Not parked, not ended, not an idea."""
        return self.state in OPEN

    @property
    def has_ended(self) -> bool:
        """Closed, accepted as risk, dropped or merged."""
        return self.state in ENDED

    @property
    def is_over(self) -> bool:
        """Ended, or an idea that was declined: nothing but reopening may be done to it."""
        return self.has_ended or self.state is State.DECLINED

    @property
    def is_idea(self) -> bool:
        """A future consideration: written down, owned by nobody, promised to nobody (R26).

        Its owner is whoever wrote it down and its due date the day of that; neither is shown.
        """
        return self.state is State.FUTURE_CONSIDERATION

    @property
    def is_no_commitment(self) -> bool:
        """An idea, or one that was declined: nobody has promised anything."""
        return self.is_idea or self.state is State.DECLINED

    @property
    def next_step(self) -> Action | None:
        """The action that brings it further, if any does: what is blocked is unblocked before it can be started."""
        step = next_step(self.state)
        return Action.UNBLOCK if self.blocked and step is Action.START else step

    def is_overdue(self, today: date) -> bool:
        """Open after its due date, which is inclusive."""
        # A deferred item is not overdue, whatever its date: that was put off openly (R76).
        return self.is_open and today > self.due


@dataclass(frozen=True)
class Moved:
    """An item after a change, and the line that its history gets.

    `asks` is what now waits for somebody's decision; `settles` what became of the request that waited.
    """

    item: Item
    change: Change
    asks: Ask | None = None
    settles: Status | None = None


@dataclass(frozen=True)
class By:
    """Who acts and when; `last` is the item's newest move, told to whoever comes second.

    `decides`: they lead the item's team or are an admin, so nobody else has to approve (Roles).
    """

    user: str
    at: datetime
    last: LastMove | None = None
    decides: bool = False


def check_length(field_name: str, text: str, limit: int, advice: Text) -> None:
    """Raises `Refused` at the field when the text has more than *limit* characters; *advice* says what to do then."""
    refuse_at({field_name: too_long(text, limit, advice)})


def too_long(text: str, limit: int, advice: Text) -> Text | None:
    """What is said when the text has more than *limit* characters, with the *advice*; None when it fits."""
    if len(text) <= limit:
        return None
    fit = Text("That is {length} characters; {limit} fit here.", length=Numeral(len(text)), limit=Numeral(limit))
    return fit + advice


def refuse_if_ended(item: Item) -> None:
    """Raises `Refused` when the item has ended, with what can be done instead."""
    if not item.is_over:
        return
    step = next_step(item.state)
    instead = Text("Reopen it first.") if step else Text(_INSTEAD[item.state])
    ended = Text("{item} has ended ({state}).", item=item.label, state=Text(item.state.words))
    raise Refused(ended + instead, next_step=step)


_INSTEAD = {
    State.MERGED: "Go on with the item it was merged into.",
    State.DECLINED: "Create a new item for it.",
}
"""What can be done where an item stays ended."""


def moved(
    item: Item, changed: Item, action: Action, by: By, why: str = "", detail: Mapping[str, Any] | None = None
) -> Moved:
    """The item as a rule has *changed* it, and the line of its history. The rules of this folder use it."""
    if changed.state is not item.state:
        changed = replace(changed, last_progress_at=by.at)  # R51: a change of state is progress
        # A flag in a state that offers no “Unblock” could never be taken off again.
        if changed.state not in BLOCKABLE:
            changed = replace(changed, blocked=None)
    return Moved(changed, Change(action, item.state, changed.state, by.user, by.at, why, detail or {}))


_PLAIN_LINK = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?:/[\w/.~%+=&?#-]*)?", re.ASCII)


def is_link(text: str) -> bool:
    """Whether *text* is one http or https address."""
    # Nearly all are plain, and to take an address apart costs ten times as much.
    if _PLAIN_LINK.fullmatch(text):
        return True
    # Not looked up: trackers and wikis stand behind logins that the bot has not.
    try:
        host = urlsplit(text).hostname
    except ValueError:  # a bracket that is not closed
        return False
    return text.startswith(("https://", "http://")) and len(text.split()) == 1 and bool(host)


@dataclass(frozen=True)
class Created:
    """A new item before it has a number. `detail` is what its history notes: kept findings, an override."""

    draft: Draft
    by: str
    at: datetime
    channel: str | None = None
    private: bool = False
    state: State = State.NOT_STARTED
    awaits_acceptance: bool = False
    split_from: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
