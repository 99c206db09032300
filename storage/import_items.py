"""Many items at once, as a file has them: written in few statements, inside the caller's transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Text, bindparam, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from bot.domain.form_fields import STORED, Field, Holds
from bot.domain.incident import Incident
from bot.domain.lifecycle import Change, State
from bot.domain.porting.columns import OF_INCIDENTS
from bot.domain.porting.past import past
from bot.domain.porting.row import Row
from bot.domain.porting.told import IncidentKey, Settled
from bot.domain.span import Facts, replay, standing_of
from bot.domain.themes import theme_key
from storage.batches import batches
from storage.bulk import insert_many
from storage.incidents import incident_of
from storage.tables.base import table_of
from storage.tables.incident import IncidentRow
from storage.tables.item import ChangeRow, CollaboratorRow, ItemRow, ThemeRow
from storage.tables.span import SpanRow
from storage.tables.workspace import WorkspaceRow
from storage.updates import moments_for

ASKED_AT_ONCE = 500
"""Values in one IN list."""
REGISTERED_AT_ONCE = 1000
"""Incidents in one statement."""
_Values = dict[str, Any]


@dataclass(frozen=True)
class Placed:
    """A row whose people are Slack ids and which has its number, its team and its incident."""

    row: Row
    number: int
    team_id: int | None
    incident_id: int | None


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
    table = table_of(IncidentRow)
    # In the order of the rows, which RETURNING alone does not promise: the ids are matched with the keys by it.
    stored = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    # Some at a time: a file of a million rows may have hundreds of thousands, and a row of each takes a kilobyte.
    for some in batches(list(settled.new), REGISTERED_AT_ONCE):
        rows = [_incident_row(workspace, settled, key, taken) for key in some]
        ids |= zip(some, session.connection().execute(stored, rows).scalars(), strict=True)
    earlier = ids | _earlier_ids(session, workspace, settled, ids)
    for field in OF_INCIDENTS:
        lacking = ((of, facts) for of, facts in settled.lacking.items() if field.column in facts)
        _update(session, field.name, [(of, _fact(field, facts[field.column])) for of, facts in lacking])
    _update(session, "recurrence_of", [(ids[key], earlier[before]) for key, before in settled.earlier.items()])
    return ids


def record_placed(session: Session, workspace: str, placed: Sequence[Placed], now: datetime) -> None:
    """The items, imported at *now*, with people, themes and their history, from which their spans are built."""
    histories = [past(one.row) for one in placed]
    moments = moments_for(session, workspace, now)
    # Known before anything is written: an item names its last line, and a line names its item.
    ids = _reserve(session, sum(map(len, histories)))
    items, lines = [], []
    for one, history in zip(placed, histories, strict=True):
        numbered = [(next(ids), line) for line in history]
        item = _item(workspace, one, history, last_change_id=numbered[-1][0])
        items.append(item | {"imported_at": now} | moments[bool(item["private"])])
        lines += [_line(workspace, one.number, change_id, line) for change_id, line in numbered]
    # Items first, since all the rest refers to them.
    insert_many(session, ItemRow, items)
    insert_many(session, ChangeRow, lines)
    # From the same lines and not by `rebuild_spans`, which would read back what was written a moment ago.
    insert_many(session, SpanRow, list(_spans(workspace, placed, histories)))
    insert_many(session, CollaboratorRow, list(_collaborators(workspace, placed)))
    insert_many(session, ThemeRow, list(_themes(workspace, placed)))


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
    channel = None if told.channel in taken else told.channel
    taken.add(channel)
    return {
        "workspace": workspace, "title": key.title, "began_at": key.began_at, "channel": channel,
        "private": told.private, **{field.name: _fact(field, told.facts.get(field.column)) for field in OF_INCIDENTS},
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


def _item(workspace: str, one: Placed, history: Sequence[Change], last_change_id: int) -> _Values:
    row, last = one.row, history[-1]
    return _BLANK | {
        "workspace": workspace, "number": one.number, "state": row.state.value, "original_due": row.original_due,
        **dict(zip(_STORED, _FACTS(row), strict=True)),
        # How often it was moved no file tells; that it was, the two dates do.
        "slips": int(row.due > row.original_due), "blocked": row.blocked,
        "blocked_since": last.at if row.blocked else None,
        "created_at": row.created_at, "created_by": row.owner,
        "team_id": one.team_id, "incident_id": one.incident_id,
        "remedy": row.remedy.value if row.remedy else None, "deferrals": int(row.deferred_at is not None),
        "channel": row.private_channel or None, "private": bool(row.private_channel),
        "started_at": row.started_at, "implemented_at": row.implemented_at, "verified_at": row.verified_at,
        "ended_at": row.ended_at, "last_progress_at": row.last_progress_at or last.at,
        "last_change_id": last_change_id, "ticket_url": row.ticket_url,
        **(_deferral(row, history) if row.state is State.DEFERRED else {}),
    }  # fmt: skip


def _deferral(row: Row, history: Sequence[Change]) -> _Values:
    before = next(line.before for line in reversed(history) if line.after is State.DEFERRED and line.before)
    return {
        "deferred_at": row.deferred_at, "deferred_from": before.value, "revisit_on": row.revisit_on,
        "trigger_condition": row.trigger_condition,
    }  # fmt: skip


def _line(workspace: str, number: int, change_id: int, line: Change) -> _Values:
    return {
        "id": change_id, "workspace": workspace, "item_number": number, "action": str(line.action),
        "before": line.before.value if line.before else None, "after": line.after.value, "by_user": line.by,
        "at": line.at, "why": line.why, "detail": line.detail,
    }  # fmt: skip


def _spans(workspace: str, placed: Sequence[Placed], histories: Sequence[Sequence[Change]]) -> Iterator[_Values]:
    for one, history in zip(placed, histories, strict=True):
        row = one.row
        facts = Facts(one.team_id, row.state, row.due, row.original_due, row.blocked)
        for span in replay(list(_that_count(history)), facts):
            yield {"workspace": workspace, "item_number": one.number, **vars(span)}


def _that_count(history: Sequence[Change]) -> Iterator[Change]:
    """The lines between which a measure can tell the difference: work on an open item is none."""
    before = None
    for line in history:
        standing = standing_of(line.after)
        if standing != before or line.before is line.after:
            yield line
        before = standing


def _collaborators(workspace: str, placed: Sequence[Placed]) -> Iterator[_Values]:
    for one in placed:
        for user in one.row.collaborators:
            # The owner is no collaborator of their own item (`write_collaborators`).
            if user != one.row.owner:
                yield {"workspace": workspace, "item_number": one.number, "user_id": user}


def _themes(workspace: str, placed: Sequence[Placed]) -> Iterator[_Values]:
    for one in placed:
        for position, theme in enumerate(one.row.themes):
            key = theme_key(theme)
            yield {
                "workspace": workspace, "item_number": one.number, "theme_key": key, "theme": theme,
                "position": position,
            }  # fmt: skip


def _reserve(session: Session, count: int) -> Iterator[int]:
    """*count* ids of lines of history, growing. On SQLite nobody else writes until commit."""
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(select(func.max(ChangeRow.id))) or 0
        return iter(range(last + 1, last + count + 1))
    sequence = text("SELECT nextval(pg_get_serial_sequence('changes', 'id')) FROM generate_series(1, :count)")
    # Taken from the sequence, so others can take theirs meanwhile; sorted, because ids order the lines of an item.
    return iter(sorted(session.scalars(sequence, {"count": count})))


def _update(session: Session, column: str, values: Sequence[tuple[int, Any]]) -> None:
    """Fills a column of incidents where it is empty."""
    table = table_of(IncidentRow)
    unknown = or_(table.c[column].is_(None), table.c[column].cast(Text) == "")
    query = update(table).where(table.c.id == bindparam("of_incident"), unknown).values({column: bindparam("value")})
    if values:
        session.connection().execute(query, [{"of_incident": key, "value": value} for key, value in values])


_STORED = [ItemRow.__mapper__.columns[name].key for name in STORED]
"""The columns of the fields that are stored as they are; one has another name in the database."""
_FACTS = attrgetter(*STORED)
_BLANK: _Values = {
    column.key: column.default.arg if column.default is not None and column.default.is_scalar else None  # type: ignore[attr-defined]
    for column in table_of(ItemRow).columns
}
"""An item of which nothing is said: the columns' own defaults, so that a new column needs nothing here."""
