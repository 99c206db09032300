"""How far each workspace's list of people was read, and what a page of it said."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from bot.domain.people_listing import PeopleListing
from bot.domain.person import Person
from storage.once import insert_once
from storage.people import record_people
from storage.tables.workspace import PeopleListingRow, WorkspaceRow

_STORED = [field.name for field in fields(PeopleListing)]


def list_unlisted(session: Session, workspace: str | None = None) -> list[str]:
    """The workspaces, or that one, whose people nobody has begun to read."""
    query = select(WorkspaceRow.id).where(~exists().where(PeopleListingRow.workspace == WorkspaceRow.id))
    return list(session.scalars(query if workspace is None else query.where(WorkspaceRow.id == workspace)))


def list_listings_due(session: Session, at: datetime, workspace: str | None = None) -> list[PeopleListing]:
    """What is to be read on at *at*, the longest due first; of one workspace, or of all."""
    query = select(PeopleListingRow).where(PeopleListingRow.due_at <= at).order_by(PeopleListingRow.due_at)
    found = session.scalars(query if workspace is None else query.where(PeopleListingRow.workspace == workspace))
    return [_listing(row) for row in found]


def find_listing(session: Session, workspace: str) -> PeopleListing | None:
    """How far the list of the workspace was read, if it was begun."""
    row = session.get(PeopleListingRow, workspace)
    return _listing(row) if row else None


def want_listing(session: Session, workspace: str, now: datetime) -> None:
    """Everybody is to be read at *now*, or sooner; a reading under way goes on."""
    if insert_once(session, PeopleListingRow, {"workspace": workspace}, {"cursor": "", "due_at": now}):
        return
    later = (PeopleListingRow.workspace == workspace, PeopleListingRow.due_at > now)
    session.execute(update(PeopleListingRow).where(*later, PeopleListingRow.began_at.is_(None)).values(due_at=now))


def claim_listing(session: Session, seen: PeopleListing, until: datetime) -> bool:
    """Whether it is ours to read on, until *until*; a replica that has seen the same is told that it is not."""
    mine = (PeopleListingRow.workspace == seen.workspace, PeopleListingRow.due_at == seen.due_at)
    done = session.execute(update(PeopleListingRow).where(*mine).values(due_at=until))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def record_due(session: Session, workspace: str, due_at: datetime) -> None:
    """When it is read on."""
    session.execute(update(PeopleListingRow).where(PeopleListingRow.workspace == workspace).values(due_at=due_at))


def record_page(session: Session, seen: PeopleListing, people: Sequence[Person], following: PeopleListing) -> None:
    """Keeps what a page said, and how far the list was read with it.

    When somebody has read the same page meanwhile, theirs holds.
    """
    record_people(session, people)
    values = {name: getattr(following, name) for name in _STORED if name != "workspace"}
    began = PeopleListingRow.began_at
    # The first page has no cursor, and neither has a list that is not being read: by when the reading began.
    same = began.is_(None) if seen.began_at is None else began == seen.began_at
    here = (PeopleListingRow.workspace == seen.workspace, PeopleListingRow.cursor == seen.cursor)
    session.execute(update(PeopleListingRow).where(*here, same).values(values))


def _listing(row: PeopleListingRow) -> PeopleListing:
    return PeopleListing(**{name: getattr(row, name) for name in _STORED})
