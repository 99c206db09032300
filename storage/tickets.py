"""The tickets of items: what was brought there, what was seen there, and what is out of step."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.lifecycle import Action
from bot.domain.queries import Viewer
from bot.domain.tickets import NOT_IMPLEMENTED, STAGE, Link, Stage, Wrote
from storage.once import insert_once
from storage.tables.item import ChangeRow, ItemRow
from storage.tables.tracker import TicketRow
from storage.visibility import visible_to

_PLAIN = (
    "mark", "name", "requested_by", "consented", "attempted_at", "as_of", "problem", "problem_since", "gone",
    "question", "looked", "change_url", "said_change",
)  # fmt: skip
"""What is stored as it is, each in the column of its name."""


def record_link(session: Session, link: Link) -> bool:
    """The item's ticket, made or still to be made; False when it has one. Whether the ticket is free: `find_by_url`."""
    return insert_once(
        session, TicketRow, {"workspace": link.workspace, "item_number": link.number}, _columns(link) | {"sent": {}}
    )


def find_link(session: Session, workspace: str, number: int) -> Link | None:
    """The item's ticket, if it has one that is kept in step."""
    row = session.get(TicketRow, (workspace, number), populate_existing=True)
    return _link(row) if row else None


def find_by_url(session: Session, workspace: str, url: str) -> Link | None:
    """Whose ticket that is already."""
    row = session.scalars(select(TicketRow).where(TicketRow.workspace == workspace, TicketRow.url == url)).one_or_none()
    return _link(row) if row else None


def find_by_ref(session: Session, tracker_id: int, ref: str) -> Link | None:
    """The link of that ticket of that connection."""
    query = select(TicketRow).where(TicketRow.tracker_id == tracker_id, TicketRow.ref == ref)
    row = session.scalars(query.execution_options(populate_existing=True)).first()
    return _link(row) if row else None


def list_refs(session: Session, tracker_id: int, refs: Collection[str]) -> set[str]:
    """Those of *refs* that are tickets of items."""
    query = select(TicketRow.ref).where(TicketRow.tracker_id == tracker_id, TicketRow.ref.in_(list(refs)))
    return {ref for ref in session.scalars(query) if ref}


def list_numbers(session: Session, tracker_id: int) -> list[int]:
    """The items whose tickets are of that connection."""
    return list(session.scalars(select(TicketRow.item_number).where(TicketRow.tracker_id == tracker_id)))


def list_reachable(session: Session, tracker_id: int) -> list[str]:
    """The tickets of that connection that were there when they were last looked at."""
    query = select(TicketRow.ref).where(TicketRow.tracker_id == tracker_id, TicketRow.ref != "", TicketRow.gone == "")
    return list(session.scalars(query.order_by(TicketRow.ref)))


def list_out_of_step(session: Session, workspace: str, viewer: Viewer, limit: int) -> list[Link]:
    """What is out of step of what *viewer* may see, the longest first; also what is over there and not yet here."""
    item = (ItemRow.workspace == TicketRow.workspace) & (ItemRow.number == TicketRow.item_number)
    over_there = TicketRow.seen[STAGE].as_string().in_([Stage.DONE.value, Stage.NOT_PLANNED.value])
    ahead = and_(over_there, ItemRow.state.in_([state.value for state in NOT_IMPLEMENTED]))
    waits = or_(TicketRow.problem.is_not(None), TicketRow.gone != "", TicketRow.ref.is_(None), ahead)
    since = func.coalesce(TicketRow.problem_since, TicketRow.as_of)
    query = select(TicketRow).join(ItemRow, item).where(TicketRow.workspace == workspace, waits, *visible_to(viewer))
    rows = session.scalars(query.order_by(since, TicketRow.item_number).limit(limit))
    return [_link(row) for row in rows]


def count_linked(session: Session, workspace: str, viewer: Viewer) -> int:
    """How many items that *viewer* may see have a ticket that is kept in step."""
    item = (ItemRow.workspace == TicketRow.workspace) & (ItemRow.number == TicketRow.item_number)
    query = select(TicketRow.item_number).join(ItemRow, item)
    return len(session.scalars(query.where(TicketRow.workspace == workspace, *visible_to(viewer))).all())


def write_link(session: Session, link: Link) -> None:
    """The link as it is now; one that was taken away meanwhile stays away."""
    row = session.get(TicketRow, (link.workspace, link.number))
    if row is not None:
        for name, value in _columns(link).items():
            setattr(row, name, value)


def remove_link(session: Session, workspace: str, number: int) -> None:
    """The item has no ticket any more that is kept in step."""
    here = (TicketRow.workspace == workspace, TicketRow.item_number == number)
    session.execute(delete(TicketRow).where(*here))


def find_last_deferral(session: Session, workspace: str, number: int) -> tuple[int, str] | None:
    """The line of history that deferred the item last, and why it was."""
    here = (ChangeRow.workspace == workspace, ChangeRow.item_number == number, ChangeRow.action == Action.DEFER.value)
    found = session.execute(select(ChangeRow.id, ChangeRow.why).where(*here).order_by(ChangeRow.id.desc()).limit(1))
    row = found.one_or_none()
    return (row[0], row[1]) if row else None


def _columns(link: Link) -> dict[str, Any]:
    written = {name: {"at": wrote.at.isoformat(), "values": list(wrote.values)} for name, wrote in link.written.items()}
    facts = {"sent": dict(link.sent), "seen": dict(link.seen), "written": written}
    plain = {name: getattr(link, name) for name in _PLAIN}
    problem = dict(link.problem) if link.problem else None
    return plain | facts | {
        "tracker_id": link.connection_id, "ref": link.ref or None, "url": link.url or None, "problem": problem,
    }  # fmt: skip


def _link(row: TicketRow) -> Link:
    written: Mapping[str, Any] = row.written
    return Link(
        workspace=row.workspace, number=row.item_number, connection_id=row.tracker_id, ref=row.ref or "",
        url=row.url or "", sent=row.sent, seen=row.seen,
        written={
            name: Wrote(datetime.fromisoformat(each["at"]), tuple(each["values"])) for name, each in written.items()
        },
        **{name: getattr(row, name) for name in _PLAIN},
    )  # fmt: skip
