"""Items: found, listed by what is wanted and who looks, created, and changed together with their history."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import JSON, ColumnElement, Select, bindparam, case, func, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from bot.domain.errors import no_such_item
from bot.domain.form_fields import STORED
from bot.domain.incident import Incident, may_be_named
from bot.domain.item import Created, Item, Moved
from bot.domain.lifecycle import Action, Change, State
from bot.domain.queries import Order, Today, Viewer, Wanted
from bot.domain.team import Team
from storage import changes, spans
from storage.approvals import settle
from storage.columns import fetch, fetch_all
from storage.conditions import IS_OPEN, is_late, may_say, ordered, ranked, says, wanted_by
from storage.incident_changes import record_incident_change
from storage.item_rows import item_of, write, write_collaborators, write_themes
from storage.items_read import ALONE, READ, read_alone, read_rows
from storage.new_items import insert_item
from storage.search import narrowed, narrowed_nearly
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow
from storage.tables.team import TeamRow
from storage.updates import changed_since, moment_of, stamp
from storage.visibility import kind_of_viewer, parameters_of, visible_to, visible_to_any
from storage.workspaces import claim_item_number

_ALONE = (
    joinedload(ItemRow.team).lazyload(TeamRow.members),  # only who acts needs them, and asks for one team's
    joinedload(ItemRow.incident), selectinload(ItemRow.themes), joinedload(ItemRow.collaborators),
    joinedload(ItemRow.requests),
)  # fmt: skip
"""For one item, whose few collaborators and requests cost less as rows than as statements."""
_ONE = (ItemRow.workspace == bindparam("of"), ItemRow.number == bindparam("numbered"))
_LOCKED = select(ItemRow.number).where(*_ONE).with_for_update()


def _seen(outsider: bool | None) -> tuple[ColumnElement[bool], ...]:
    return () if outsider is None else (visible_to_any(outsider=outsider),)


@cache  # nearly every request asks one of these
def _looked_at(outsider: bool | None) -> Select[*tuple[Any, ...]]:
    return ALONE.where(*_ONE, *_seen(outsider))


@cache
def _changed(outsider: bool | None) -> Select[ItemRow]:
    """As an object, to which changes are written; over what the session may have read before it had the lock."""
    query = select(ItemRow).where(*_ONE, *_seen(outsider)).options(*_ALONE)
    return query.execution_options(populate_existing=True)


def get_item(session: Session, workspace: str, number: int, viewer: Viewer | None) -> Item:
    """Raises `NotFound` when there is none, or when *viewer* may not see it: nobody can tell which."""
    given = {"of": workspace, "numbered": number} | parameters_of(viewer)
    if row := read_alone(session, workspace, _looked_at(kind_of_viewer(viewer)), given):
        return item_of(row)
    raise no_such_item(f"AI-{number}")


def get_item_for_change(session: Session, workspace: str, number: int, viewer: Viewer | None) -> Item:
    """As `get_item`, and locks it until commit: of two people, the second sees what the first did. None: the bot.

    Locked first and read then: a statement that waits for a lock sees what is joined to the row as it was before.
    """
    # SQLite needs no lock: its transactions begin immediate, so nobody else is writing.
    if session.get_bind().dialect.name == "postgresql":
        fetch_all(session, _LOCKED, {"of": workspace, "numbered": number})
    given = {"of": workspace, "numbered": number} | parameters_of(viewer)
    row = session.scalars(_changed(kind_of_viewer(viewer)), given).unique().one_or_none()
    if row is None:
        raise no_such_item(f"AI-{number}")
    return _kept(session, row)


def get_item_as_it_is(session: Session, workspace: str, number: int) -> Item | None:
    """The item for its own card, which stands where everybody may see it; None when there is none."""
    row = read_alone(session, workspace, _looked_at(None), {"of": workspace, "numbered": number})
    return item_of(row) if row else None


def list_items(
    session: Session,
    workspace: str,
    wanted: Wanted,
    viewer: Viewer | None,
    *,
    limit: int = 1000,
    offset: int = 0,
) -> list[Item]:
    """What *viewer* may see of what is wanted, in order of priority; None is the bot itself, drawing cards."""
    query = READ.where(*_here(session, workspace, wanted, viewer)).order_by(*ranked())
    return [item_of(row) for row in read_rows(session, workspace, query.limit(limit).offset(offset))]


@dataclass(frozen=True)
class Listed:
    """An item of a page, and when it last changed, as its reader may know; None where an older version wrote it."""

    item: Item
    updated_at: datetime | None


def list_by_number(
    session: Session,
    workspace: str,
    wanted: Wanted,
    viewer: Viewer | None,
    *,
    after: int,
    limit: int,
    since: datetime | None = None,
) -> list[Listed]:
    """What *viewer* may see of what is wanted, in the order of the numbers, those behind the number *after* that
    changed at *since* or later.

    A number never changes: pages neither repeat an item nor leave one out, whatever becomes of the items meanwhile.
    """
    query = READ.where(*_here(session, workspace, wanted, viewer), ItemRow.number > after)
    everything = viewer is None
    if since is not None:
        query = query.where(changed_since(since, everything=everything))
    found = read_rows(session, workspace, query.order_by(ItemRow.number).limit(limit))
    return [Listed(item_of(row), moment_of(row, everything=everything)) for row in found]


def find_listed(session: Session, workspace: str, number: int, viewer: Viewer | None) -> Listed | None:
    """The item as in a list; None when there is none that *viewer* may see."""
    found = list_by_number(session, workspace, Wanted(number=number), viewer, after=0, limit=1)
    return found[0] if found else None


def list_where(
    session: Session,
    workspace: str,
    *conditions: ColumnElement[bool],
    viewer: Viewer | None = None,
    limit: int = 1000,
    offset: int = 0,
) -> list[Item]:
    """As `list_items`, for conditions of storage's own; the earliest due first."""
    query = READ.where(ItemRow.workspace == workspace, *conditions, *visible_to(viewer))
    query = query.order_by(ItemRow.due, ItemRow.number).limit(limit).offset(offset)
    return [item_of(row) for row in read_rows(session, workspace, query)]


def list_ideas_in(session: Session, workspace: str, channel: str, limit: int = 100) -> list[Item]:
    """The ideas that were written down in the channel, the oldest first; for the line of them that stands there."""
    here = (ItemRow.workspace == workspace, ItemRow.channel == channel)
    query = READ.where(*here, ItemRow.state == State.FUTURE_CONSIDERATION.value)
    return [item_of(row) for row in read_rows(session, workspace, query.order_by(ItemRow.number).limit(limit))]


def list_visible(session: Session, workspace: str, numbers: Iterable[int], viewer: Viewer) -> set[int]:
    """Those of *numbers* that *viewer* may see."""
    if not (asked := list(numbers)):
        return set()
    wanted = (ItemRow.workspace == workspace, ItemRow.number.in_(asked))
    return set(session.scalars(select(ItemRow.number).where(*wanted, *visible_to(viewer))))


def list_open_titles(
    session: Session, workspace: str, team_id: int | None, viewer: Viewer, *, limit: int, after: int = 0
) -> dict[int, str]:
    """Titles by number, the newest first, of the open items of the team, None: of all, that *viewer* may see; those
    behind the number *after*."""
    dialect = session.get_bind().dialect.name
    query = _open_titles(
        dialect, of_team=team_id is not None, outsider=viewer.only is not None, in_private=bool(viewer.private_channels)
    )
    given = {"of": workspace, "team": team_id, "after": after, "most": limit} | parameters_of(viewer)
    return dict(sorted(fetch(session, query, given).scalar_one() or (), reverse=True))


@cache
def _open_titles(dialect: str, *, of_team: bool, outsider: bool, in_private: bool) -> Select[Any]:
    """One row, with a list of numbers and titles: SQLite lets other threads run after each row, and of fifty people
    who create at once each would wait three hundred times."""
    here = (ItemRow.workspace == bindparam("of"), ItemRow.number > bindparam("after"), IS_OPEN)
    teams = (ItemRow.team_id == bindparam("team"),) if of_team else ()
    query = select(ItemRow.number, ItemRow.title).where(
        *here, *teams, visible_to_any(outsider=outsider, in_private=in_private)
    )
    found = query.order_by(ItemRow.number.desc()).limit(bindparam("most")).subquery().c
    pair, listed = ("json_array", "json_group_array") if dialect == "sqlite" else ("json_build_array", "json_agg")
    return select(getattr(func, listed)(getattr(func, pair)(found.number, found.title), type_=JSON()))


def list_titles_that_may_say(
    session: Session, workspace: str, words: Sequence[str], viewer: Viewer, *, limit: int
) -> list[tuple[str, tuple[bool, ...]]]:
    """For `misspelt.likeliest`: the newest titles with which of *words* their item says, of what *viewer* may see."""
    said = (says(word).label(f"says_{at}") for at, word in enumerate(words))
    here = (ItemRow.workspace == workspace, *(may_say(word) for word in words), *visible_to(viewer))
    query = select(ItemRow.title, *said).where(*here, *narrowed_nearly(session, workspace, words))
    rows = session.execute(query.order_by(ItemRow.number.desc()).limit(limit))
    return [(row[0], tuple(map(bool, row[1:]))) for row in rows]


def count_items(session: Session, workspace: str, wanted: Wanted, viewer: Viewer | None) -> int:
    """How many; *viewer* None counts private ones too, for “2 private items not shown”."""
    here = _here(session, workspace, wanted, viewer)
    return session.scalar(select(func.count()).select_from(ItemRow).where(*here)) or 0


@dataclass(frozen=True)
class FoundItems:
    """The numbers of a page of items, in order; how many there are in all, and how many of them are overdue."""

    numbers: tuple[int, ...] = ()
    total: int = 0
    overdue: int = 0


def find_page(
    session: Session,
    workspace: str,
    wanted: Wanted,
    viewer: Viewer,
    *,
    today: Today,
    limit: int,
    offset: int = 0,
    urgent_first: bool = False,
) -> FoundItems:
    """A page and its counts in one query. `today` decides what is overdue; `urgent_first` sorts by due date."""
    # Windows count before the limit cuts: page, total and overdue come from one walk over the same rows.
    late = func.sum(case((is_late(today), 1), else_=0)).over()
    query = select(ItemRow.number, func.count().over(), late).where(*_here(session, workspace, wanted, viewer))
    order = (ItemRow.due.asc(), *ranked()) if urgent_first else ranked()
    rows = session.execute(query.order_by(*order).limit(limit).offset(offset)).all()
    return FoundItems(tuple(row[0] for row in rows), rows[0][1], int(rows[0][2])) if rows else FoundItems()


def find_in_order(
    session: Session, workspace: str, wanted: Wanted, viewer: Viewer, *, order: Order, limit: int, offset: int = 0
) -> tuple[list[Item], int]:
    """A page of items, and how many there are in all, by one walk over the rows; ([], 0) behind the last page."""
    query = select(ItemRow.number, func.count().over()).where(*_here(session, workspace, wanted, viewer))
    rows = session.execute(query.order_by(*ordered(order)).limit(limit).offset(offset)).all()
    found = list_numbered(session, workspace, [row[0] for row in rows])
    return [found[row[0]] for row in rows if row[0] in found], rows[0][1] if rows else 0


def list_numbered(session: Session, workspace: str, numbers: Collection[int]) -> dict[int, Item]:
    """Items by their numbers, which a query that knows the viewer has found; those that are gone are left out."""
    if not numbers:
        return {}
    asked = {"of": workspace, "numbers": sorted(set(numbers))}
    return {row.number: item_of(row) for row in read_rows(session, workspace, _NUMBERED, asked)}


_NUMBERED = READ.where(ItemRow.workspace == bindparam("of"), ItemRow.number.in_(bindparam("numbers", expanding=True)))


def record_item(
    session: Session, workspace: str, created: Created, *, team: Team | None = None, incident: Incident | None = None
) -> Item:
    """A new item with the workspace's next number, and the first line of its history.

    Its *team* and *incident* are not read again where they are given.
    """
    draft = created.draft
    # No object of the ORM's: four statements that are written once cost a third of what finding out how to write it
    # does, and each of sixty attributes would note that it was changed.
    row = cast("ItemRow", SimpleNamespace(
        # The counter is the first lock of whoever creates; App Homes are marked after it, everywhere in this order.
        workspace=workspace, number=claim_item_number(session, workspace), state=created.state.value,
        original_due=draft.due, created_at=created.at, created_by=created.by, last_progress_at=created.at,
        team_id=draft.team_id, incident_id=draft.incident_id,
        remedy=draft.remedy.value if draft.remedy else None,
        channel=created.channel, private=created.private, awaits_acceptance=created.awaits_acceptance,
        split_from=created.split_from, **{name: getattr(draft, name) for name in STORED}
        | {"collaborators": [], "themes": [], "requests": []},
    ))  # fmt: skip
    write_collaborators(row, draft.collaborators)
    write_themes(row, draft.themes)
    first = Change("create", None, created.state, created.by, created.at, "", created.detail)
    insert_item(session, row, first, created.at)
    # These are elsewhere, and asked for one by one only where there is one.
    row.team = None if team else _team_of(session, row)
    row.incident = None if incident else _incident_of(session, row)
    return _named(item_of(row), team, incident)


def _named(item: Item, team: Team | None, incident: Incident | None) -> Item:
    """With the names of what was not read with its row."""
    named: dict[str, Any] = {}
    if team:
        named |= {"team_name": team.name, "team_timezone": team.timezone, "team_language": team.language}
    if incident and may_be_named(incident, item.channel, private=item.private):
        named |= {"incident_title": incident.title, "incident_severity": incident.severity or ""}
        named |= {"postmortem_url": incident.postmortem_url}
    return replace(item, **named)


def record_moved(session: Session, moved: Moved) -> Item:
    """The item as it is after a change, the line of its history, and what becomes of requests about it."""
    item = moved.item
    row = _row(session, item)
    asked = settle(session, moved)
    line = changes.record_change(session, item.workspace, item.number, moved.change)
    # The new id does not bring the new incident along: what was loaded stays loaded, so it is asked for below.
    was_of = row.incident_id
    write(row, item)
    row.last_change_id = line
    stamp(row, moved.change.at)
    # Only between equals: a link that was given in a private channel must not appear on a public incident.
    shares = row.incident is not None and row.incident.private == row.private
    if moved.change.action == Action.CLOSE and shares and row.incident and not row.incident.postmortem_url:
        row.incident.postmortem_url = item.postmortem_url  # so that the incident's next item is not asked again
        linked = {"postmortem": {"from": False, "to": True}}
        record_incident_change(session, row.workspace, row.incident.id, moved.change.by, moved.change.at, linked)
    spans.follow(session, row, moved.change)
    session.flush()
    set_committed_value(row, "team", _team_of(session, row))
    if row.incident_id != was_of:
        set_committed_value(row, "incident", _incident_of(session, row))
    set_committed_value(row, "requests", [*row.requests, *([asked] if asked else [])])
    return _kept(session, row)


def _here(session: Session, workspace: str, wanted: Wanted, viewer: Viewer | None) -> tuple[ColumnElement[bool], ...]:
    return (wanted_by(workspace, wanted), *narrowed(session, workspace, wanted.words), *visible_to(viewer))


def _kept(session: Session, row: ItemRow) -> Item:
    """The item, whose row is not read again in this transaction: a session forgets what nobody holds."""
    session.info.setdefault("items", {})[row.number] = row
    return item_of(row)


def _row(session: Session, item: Item) -> ItemRow:
    """As it was read before in this transaction; anew when a savepoint was rolled back meanwhile, or it never was."""
    row: ItemRow | None = session.info.get("items", {}).get(item.number)
    # A rolled back savepoint expires its rows: then nothing is loaded any more, which this looks at.
    if row is not None and row.workspace == item.workspace and "requests" in row.__dict__:
        return row
    return session.get_one(ItemRow, (item.workspace, item.number), options=_ALONE, populate_existing=True)


def _team_of(session: Session, row: ItemRow) -> TeamRow | None:
    # From the session where it has the team already; its members are another query, and nobody asks here.
    return session.get(TeamRow, row.team_id, options=[lazyload(TeamRow.members)]) if row.team_id else None


def _incident_of(session: Session, row: ItemRow) -> IncidentRow | None:
    if row.incident_id is None:
        return None
    here = (ItemRow.workspace == row.workspace, ItemRow.number == row.number)
    # Through the relationship, which holds the condition of what may be named on the item.
    return session.scalar(select(IncidentRow).select_from(ItemRow).join(ItemRow.incident).where(*here))
