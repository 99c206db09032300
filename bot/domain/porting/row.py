"""An item as a file has it. Data only: `reading.py` reads it, `past.py` builds its history, `writing.py` writes it."""

from datetime import date, datetime
from typing import NamedTuple

from bot.domain.item import Remedy
from bot.domain.lifecycle import State


class Row(NamedTuple):
    """An item as a file has it, by the columns of the contract. `owner` is a Slack id or an e-mail address.

    `team` "" is none. Times are aware; times and texts of which nothing is said are None and "".
    """

    line: int
    title: str
    owner: str
    team: str
    state: State
    created_at: datetime
    due: date
    original_due: date
    number: int | None = None
    details: str = ""
    collaborators: tuple[str, ...] = ()
    incident: str = ""
    incident_started_at: datetime | None = None
    recurrence_of: str = ""
    root_cause: str = ""
    remedy: Remedy | None = None
    themes: tuple[str, ...] = ()
    blocked: bool = False
    impact: int | None = None
    urgency: int | None = None
    effort: int | None = None
    verification: str = ""
    started_at: datetime | None = None
    implemented_at: datetime | None = None
    verified_at: datetime | None = None
    ended_at: datetime | None = None
    deferred_at: datetime | None = None
    revisit_on: date | None = None
    last_progress_at: datetime | None = None
    postmortem_url: str = ""
    ticket_url: str = ""
    private_channel: str = ""
    starts_on: date | None = None
    staffing: str = ""
    systemic_item: int | None = None
    trigger_condition: str = ""
    severity: str = ""
    references: str = ""
    incident_root_cause: str = ""
    services: tuple[str, ...] = ()
    incident_ended_at: datetime | None = None
    incident_lead: str = ""


def is_email(person: str) -> bool:
    """Whether an owner or collaborator of a `Row` is named by e-mail; else by Slack id."""
    return "@" in person
