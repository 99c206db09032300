"""What a file is checked against, and what stands around its items: numbers, links to tickets, incidents.

Its items themselves are written by `import_placed.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, insert, or_, select, text, update
from sqlalchemy.orm import Session

from bot.domain.form_fields import Field, Holds
from bot.domain.incident import Incident
from bot.domain.porting.columns import OF_INCIDENTS
from bot.domain.porting.told import IncidentKey, Settled
from storage.batches import batches
from storage.bulk import reserve_ids
from storage.incidents import incident_of
from storage.tables.base import table_of
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow
from storage.tables.workspace import WorkspaceRow

ASKED_AT_ONCE = 500
"""Values in one IN list."""
REGISTERED_AT_ONCE = 1000
"""Incidents in one statement."""
_Values = dict[str, Any]


def lock_numbers(session: Session, workspace: str) -> int:
    """The last number given. Until commit nobody else gets one."""
    query = select(WorkspaceRow.last_item_number).where(WorkspaceRow.id == workspace)
    # As in `lock_item_numbers`: what only refers to the workspace need not wait.
    return session.execute(query.with_for_update(key_share=True)).scalar_one()


def list_used(session: Session, workspace: str, numbers: Iterable[int]) -> list[int]:
    """Those of *numbers* that are items already."""
    found: list[int] = []
    for some in batches(sorted(numbers), ASKED_AT_ONCE):
        query = select(ItemRow.number).where(ItemRow.workspace == workspace, ItemRow.number.in_(some))
        found += session.scalars(query)
    return found


def list_titled(session: Session, workspace: str, titles: Iterable[str]) -> list[Incident]:
    """The incidents with one of these titles, the oldest first."""
    found: list[Incident] = []
    for some in batches(sorted(titles), ASKED_AT_ONCE):
        query = select(IncidentRow).where(IncidentRow.workspace == workspace, IncidentRow.title.in_(some))
        found += map(incident_of, session.scalars(query.order_by(IncidentRow.id)))
    return found


def list_ticket_links(session: Session, workspace: str, links: Iterable[str]) -> dict[str, int]:
    """The items that have one of these links to a ticket: their numbers."""
    found: dict[str, int] = {}
    for some in batches(sorted(set(links)), ASKED_AT_ONCE):
        ours = (ItemRow.workspace == workspace, ItemRow.ticket_url.in_(some))
        for link, number in session.execute(select(ItemRow.ticket_url, ItemRow.number).where(*ours)):
            found[link] = number
    return found


def list_first_references(session: Session, workspace: str, ending: str) -> list[tuple[str, datetime, int]]:
    """The first lines of references that end so, with when their items were created, and their numbers."""
    ours = (ItemRow.workspace == workspace, ItemRow.references.contains(ending, autoescape=True))
    rows = session.execute(select(ItemRow.references, ItemRow.created_at, ItemRow.number).where(*ours))
    found = ((text.partition("\n")[0], at, number) for text, at, number in rows)
    return [each for each in found if each[0].endswith(ending)]


def record_told(session: Session, workspace: str, settled: Settled) -> dict[IncidentKey, int]:
    """Registers the new incidents and links recurrences. Facts that people gave before stay. Returns ids by key."""
    # A channel has one incident in the database; a second one of the file goes without a channel.
    taken = set(session.scalars(select(IncidentRow.channel).where(IncidentRow.workspace == workspace)))
    ids = {key: known.id for key, known in settled.known.items()}
    # Some at a time: a file of a million rows may have hundreds of thousands, and a row of each takes a kilobyte.
    for some in batches(list(settled.new), REGISTERED_AT_ONCE):
        # Given and not asked for: SQLite answers for one row at a time.
        theirs = dict(zip(some, reserve_ids(session, IncidentRow, len(some)), strict=True))
        rows = [{"id": theirs[key], **_incident_row(workspace, settled, key, taken)} for key in some]
        session.connection().execute(insert(table_of(IncidentRow)), rows)
        ids |= theirs
    earlier = ids | _earlier_ids(session, workspace, settled, ids)
    for field in OF_INCIDENTS:
        lacking = ((of, facts) for of, facts in settled.lacking.items() if field.column in facts)
        _update(session, field.name, [(of, _fact(field, facts[field.column])) for of, facts in lacking])
    _update(session, "recurrence_of", [(ids[key], earlier[before]) for key, before in settled.earlier.items()])
    return ids


def know_how_many(session: Session) -> None:
    """Lets PostgreSQL count the items. For a table that it has never counted it looks up the item of each new line of
    history through an index that fits badly, and an import takes the square of its rows."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE items"))


def move_counter(session: Session, workspace: str, last: int) -> None:
    """The next item gets the number after *last*."""
    session.execute(update(WorkspaceRow).where(WorkspaceRow.id == workspace).values(last_item_number=last))


def _incident_row(workspace: str, settled: Settled, key: IncidentKey, taken: set[str | None]) -> _Values:
    told = settled.new[key]
    facts = told.facts
    channel = None if told.channel in taken else told.channel
    taken.add(channel)
    return {
        "workspace": workspace, "title": key.title, "began_at": key.began_at, "channel": channel,
        "private": told.private, **{field.name: _fact(field, facts.get(field.column)) for field in OF_INCIDENTS},
    }  # fmt: skip


def _fact(field: Field, value: Any) -> str | datetime | None:
    """As the incident's row holds it."""
    if field.holds in (Holds.SEVERITY, Holds.MOMENT):
        return value or None
    return ", ".join(value or ()) if field.holds is Holds.SERVICES else value or ""


def _earlier_ids(
    session: Session, workspace: str, settled: Settled, ids: Mapping[IncidentKey, int]
) -> dict[IncidentKey, int]:
    """Earlier incidents that the file names but holds no item of."""
    others = {key for key in settled.earlier.values() if key not in ids}
    known = list_titled(session, workspace, {key.title for key in others})
    # Backwards, so that of two of the same name and time the oldest stays.
    found = {IncidentKey(incident.title, incident.began_at): incident.id for incident in reversed(known)}
    return {key: found[key] for key in others}


def _update(session: Session, column: str, values: Sequence[tuple[int, Any]]) -> None:
    """Fills a column of incidents where it is empty."""
    table = table_of(IncidentRow)
    unknown = or_(table.c[column].is_(None), table.c[column].cast(Text) == "")
    query = update(table).where(table.c.id == bindparam("of_incident"), unknown).values({column: bindparam("value")})
    if values:
        session.connection().execute(query, [{"of_incident": key, "value": value} for key, value in values])
