"""Review meetings: what was typed so far, and what came of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.item import Item
from bot.domain.meeting import KEPT_FOR, Candidate, Meeting
from bot.domain.priority import Quadrant
from storage.once import write_latest
from storage.tables.meeting import MeetingRow


@dataclass(frozen=True)
class PastMeeting:
    """A meeting that is over: the numbers of what was committed to, and of what became an idea to make room, each with
    the owner of then."""

    incident_id: int
    by: str
    items: Mapping[int, str]
    aside: Mapping[int, str]


def record_typed(session: Session, workspace: str, meeting: Meeting, now: datetime) -> None:
    """Keeps what was typed, in place of what was before; forgets what nobody went on with."""
    here = (MeetingRow.workspace == workspace, MeetingRow.done.is_(False))
    session.execute(delete(MeetingRow).where(*here, MeetingRow.at < now - KEPT_FOR))
    values = {"user": meeting.user, "incident_id": meeting.incident_id, "at": now, "done": False}
    content = {
        "candidates": [_stored(each) for each in meeting.candidates],
        "aside": list(meeting.aside),
        "override": meeting.override,
    }
    write_latest(session, MeetingRow, {"workspace": workspace, "key": meeting.key}, {**values, "content": content})


def find_typed(session: Session, workspace: str, key: str, user: str) -> Meeting | None:
    """The meeting that *user* is in; None when it is over, or never was."""
    row = session.get(MeetingRow, (workspace, key))
    return None if row is None or row.done or row.user != user else _meeting(row)


def find_begun(session: Session, workspace: str, incident_id: int, user: str, now: datetime) -> Meeting | None:
    """The newest meeting about the incident that *user* has begun lately and not ended."""
    here = (MeetingRow.workspace == workspace, MeetingRow.incident_id == incident_id, MeetingRow.user == user)
    lately = (MeetingRow.done.is_(False), MeetingRow.at >= now - KEPT_FOR)
    row = session.scalars(select(MeetingRow).where(*here, *lately).order_by(MeetingRow.at.desc()).limit(1)).first()
    return _meeting(row) if row else None


def is_over(session: Session, workspace: str, key: str) -> bool:
    """Whether something was made of it already."""
    row = session.get(MeetingRow, (workspace, key))
    return row is not None and row.done


def record_held(
    session: Session, workspace: str, meeting: Meeting, items: Iterable[Item], aside: Iterable[Item], now: datetime
) -> None:
    """It is over; what was typed is forgotten, also what the same person began about the incident before."""
    here = (MeetingRow.workspace == workspace, MeetingRow.incident_id == meeting.incident_id)
    mine = (MeetingRow.user == meeting.user, MeetingRow.done.is_(False), MeetingRow.key != meeting.key)
    session.execute(delete(MeetingRow).where(*here, *mine))
    row = session.get_one(MeetingRow, (workspace, meeting.key))
    row.done, row.at = True, now
    row.content = {"items": _owners(items), "aside": _owners(aside)}


def find_held(session: Session, workspace: str, key: str) -> PastMeeting | None:
    """What came of the meeting; None while it lasts."""
    row = session.get(MeetingRow, (workspace, key))
    if row is None or not row.done:
        return None
    return PastMeeting(row.incident_id, row.user, dict(row.content["items"]), dict(row.content["aside"]))


def _owners(items: Iterable[Item]) -> list[tuple[int, str]]:
    return [(item.number, item.owner) for item in items]  # pairs, because JSON has no numbers for names


def _stored(candidate: Candidate) -> dict[str, Any]:
    due = candidate.due.isoformat() if candidate.due else None
    return vars(candidate) | {"due": due, "quadrant": candidate.quadrant.value if candidate.quadrant else None}


def _meeting(row: MeetingRow) -> Meeting:
    found = tuple(_candidate(each) for each in row.content["candidates"])
    aside, override = tuple(row.content["aside"]), row.content["override"]
    return Meeting(row.key, row.user, row.incident_id, found, aside, override)


def _candidate(stored: dict[str, Any]) -> Candidate:
    due = date.fromisoformat(stored["due"]) if stored["due"] else None
    return Candidate(**stored | {"due": due, "quadrant": Quadrant(stored["quadrant"]) if stored["quadrant"] else None})
