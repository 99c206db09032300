"""Items: found, listed by what is wanted and who looks, created, and changed together with their history."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from bot.domain.errors import no_such_item
from bot.domain.incident import Incident, may_be_named
from bot.domain.item import Created, Item, Moved, Remedy, VerificationMethod
from bot.domain.lifecycle import OPEN, Action, Change, State
from bot.domain.queries import Viewer, Wanted
from bot.domain.reasons import BlockReason, RiskReason
from bot.domain.team import Team
from bot.domain.themes import each_once, theme_key
from storage import changes, spans
from storage.approvals import request_of, settle
from storage.conditions import ranked, visible_to, wanted_by
from storage.tables.incident import IncidentRow
from storage.tables.item import CollaboratorRow, ItemRow, ThemeRow
from storage.tables.team import TeamRow
from storage.workspaces import claim_item_number

_FROM_ELSEWHERE = {
    "collaborators",
    "themes",
    "team_name",
    "team_timezone",
    "incident_title",
    "postmortem_url",
    "request",
}
_ENUMS = {
    "state": State,
    "remedy": Remedy,
    "verification_method": VerificationMethod,
    "blocked_reason": BlockReason,
    "deferred_from": State,
    "risk_reason": RiskReason,
}
_STORED = [field.name for field in fields(Item) if field.name not in _FROM_ELSEWHERE]
_JOINED: tuple[ORMOption, ...] = (
    joinedload(ItemRow.team).lazyload(TeamRow.members),  # only who acts needs them, and asks for one team's
    joinedload(ItemRow.incident),
    joinedload(ItemRow.request),
    selectinload(ItemRow.themes),
)
_LOADED = (*_JOINED, selectinload(ItemRow.collaborators))
_ALONE = (*_JOINED, joinedload(ItemRow.collaborators))
"""For one item, whose few collaborators cost less as rows than as a statement."""


def get_item(session: Session, workspace: str, number: int, viewer: Viewer) -> Item:
    """Raises `NotFound` when there is none, or when *viewer* may not see it: nobody can tell which."""
    return _get(session, select(ItemRow), workspace, number, viewer)


def get_item_for_change(session: Session, workspace: str, number: int, viewer: Viewer) -> Item:
    """As `get_item`, and locks it until commit: of two people, the second sees what the first did.

    Locked first and read then: a statement that waits for a lock sees what is joined to the row as it was before.
    """
    if session.get_bind().dialect.name == "postgresql":
        here = (ItemRow.workspace == workspace, ItemRow.number == number)
        session.execute(select(ItemRow.number).where(*here).with_for_update())
    return _get(session, select(ItemRow).execution_options(populate_existing=True), workspace, number, viewer)


def get_item_as_it_is(session: Session, workspace: str, number: int) -> Item | None:
    """The item for its own card, which stands where everybody may see it; None when there is none."""
    query = select(ItemRow).where(ItemRow.workspace == workspace, ItemRow.number == number)
    row = session.scalars(query.options(*_ALONE)).unique().one_or_none()
    return _item(row) if row else None


def list_items(
    session: Session,
    workspace: str,
    wanted: Wanted,
    viewer: Viewer | None,
    *,
    limit: int = 1000,
    offset: int = 0,
) -> list[Item]:
    """What *viewer* may see of what is wanted; None is the bot itself, drawing cards.

    Open before ended, quick wins first, then by score (R20).
    """
    query = select(ItemRow).where(wanted_by(workspace, wanted), *visible_to(viewer)).order_by(*ranked())
    rows = session.scalars(query.options(*_LOADED).limit(limit).offset(offset))
    return [_item(row) for row in rows]


def list_where(
    session: Session,
    workspace: str,
    *conditions: ColumnElement[bool],
    viewer: Viewer | None = None,
    limit: int = 1000,
    offset: int = 0,
) -> list[Item]:
    """As `list_items`, for conditions of storage's own; the earliest due first."""
    query = select(ItemRow).where(ItemRow.workspace == workspace, *conditions, *visible_to(viewer))
    rows = session.scalars(query.order_by(ItemRow.due, ItemRow.number).options(*_LOADED).limit(limit).offset(offset))
    return [_item(row) for row in rows]


def list_visible(session: Session, workspace: str, numbers: Iterable[int], viewer: Viewer) -> set[int]:
    """Those of *numbers* that *viewer* may see."""
    wanted = (ItemRow.workspace == workspace, ItemRow.number.in_(list(numbers)))
    return set(session.scalars(select(ItemRow.number).where(*wanted, *visible_to(viewer))))


def list_titles(
    session: Session, workspace: str, wanted: Wanted, viewer: Viewer | None, *, limit: int
) -> dict[int, str]:
    """Titles by number, the newest first, of what *viewer* may see."""
    query = select(ItemRow.number, ItemRow.title).where(wanted_by(workspace, wanted), *visible_to(viewer))
    rows = session.execute(query.order_by(ItemRow.number.desc()).limit(limit))
    return {row.number: row.title for row in rows}


def count_items(session: Session, workspace: str, wanted: Wanted, viewer: Viewer | None) -> int:
    """How many; *viewer* None counts private ones too, for “2 private items not shown”."""
    conditions = (wanted_by(workspace, wanted), *visible_to(viewer))
    return session.scalar(select(func.count()).select_from(ItemRow).where(*conditions)) or 0


def count_other_open(session: Session, item: Item) -> int:
    """How many open items its owner has beside it, private ones too."""
    wanted = Wanted(states=OPEN, owner=item.owner)
    return count_items(session, item.workspace, wanted, viewer=None) - item.is_open


@dataclass(frozen=True)
class Found:
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
    today: date,
    limit: int,
    offset: int = 0,
    urgent_first: bool = False,
) -> Found:
    """A page and its counts in one query. `today` decides what is overdue; `urgent_first` sorts by due date."""
    late = func.sum(case((ItemRow.due < today, 1), else_=0)).over()
    query = select(ItemRow.number, func.count().over(), late).where(wanted_by(workspace, wanted), *visible_to(viewer))
    order = (ItemRow.due.asc(), *ranked()) if urgent_first else ranked()
    rows = session.execute(query.order_by(*order).limit(limit).offset(offset)).all()
    return Found(tuple(row[0] for row in rows), rows[0][1], int(rows[0][2])) if rows else Found()


def list_numbered(session: Session, workspace: str, numbers: Collection[int]) -> dict[int, Item]:
    """Items by their numbers, which a query that knows the viewer has found; those that are gone are left out."""
    if not numbers:
        return {}
    query = select(ItemRow).where(ItemRow.workspace == workspace, ItemRow.number.in_(set(numbers)))
    return {row.number: _item(row) for row in session.scalars(query.options(*_LOADED))}


def record_item(
    session: Session, workspace: str, created: Created, *, team: Team | None = None, incident: Incident | None = None
) -> Item:
    """A new item with the workspace's next number, and the first line of its history.

    Its *team* and *incident* are not read again where they are given.
    """
    draft = created.draft
    row = ItemRow(
        workspace=workspace, number=claim_item_number(session, workspace), state=created.state.value,
        title=draft.title, details=draft.details, owner=draft.owner, due=draft.due, original_due=draft.due,
        created_at=created.at, created_by=created.by, last_progress_at=created.at,
        impact=draft.impact, urgency=draft.urgency, effort=draft.effort,
        team_id=draft.team_id, incident_id=draft.incident_id, root_cause=draft.root_cause,
        remedy=draft.remedy.value if draft.remedy else None,
        verification=draft.verification, references=draft.references,
        channel=created.channel, private=created.private, awaits_acceptance=created.awaits_acceptance,
        systemic_item=draft.systemic_item, starts_on=draft.starts_on, staffing=draft.staffing,
        split_from=created.split_from,
    )  # fmt: skip
    session.add(row)
    _write_collaborators(row, draft.collaborators)
    _write_themes(row, draft.themes)
    session.flush()
    first = Change("create", None, created.state, created.by, created.at, "", created.detail)
    row.last_change_id = changes.record_change(session, workspace, row.number, first)
    spans.record_first_span(session, row)
    session.flush()
    # What it was flushed with is known; these are elsewhere, and asked for one by one only where there is one.
    set_committed_value(row, "team", None if team else _team_of(session, row))
    set_committed_value(row, "incident", None if incident else _incident_of(session, row))
    set_committed_value(row, "request", None)
    return _named(_item(row), team, incident)


def _named(item: Item, team: Team | None, incident: Incident | None) -> Item:
    """With the names of what was not read with its row."""
    if team:
        item = replace(item, team_name=team.name, team_timezone=team.timezone)
    if incident and may_be_named(incident, item.channel, private=item.private):
        item = replace(item, incident_title=incident.title, postmortem_url=incident.postmortem_url)
    return item


def record_moved(session: Session, moved: Moved) -> Item:
    """The item as it is after a change, the line of its history, and what becomes of requests about it."""
    item = moved.item
    row = _row(session, item)
    newest = settle(session, moved) or row.request
    line = changes.record_change(session, item.workspace, item.number, moved.change)
    was_of = row.incident_id
    for name in _STORED:
        value = getattr(item, name)
        setattr(row, name, value.value if name in _ENUMS and value is not None else value)
    row.last_change_id = line
    _write_collaborators(row, item.collaborators)
    _write_themes(row, item.themes)
    shares = row.incident is not None and row.incident.private == row.private
    if moved.change.action == Action.CLOSE and shares and row.incident and not row.incident.postmortem_url:
        row.incident.postmortem_url = item.postmortem_url  # so that the incident's next item is not asked again
    spans.follow(session, row, moved.change)
    session.flush()
    set_committed_value(row, "team", _team_of(session, row))
    if row.incident_id != was_of:
        set_committed_value(row, "incident", _incident_of(session, row))
    set_committed_value(row, "request", newest)
    return _kept(session, row)


def _get(session: Session, query: Select[ItemRow], workspace: str, number: int, viewer: Viewer) -> Item:
    query = query.where(ItemRow.workspace == workspace, ItemRow.number == number, *visible_to(viewer))
    row = session.scalars(query.options(*_ALONE)).unique().one_or_none()
    if row is None:
        raise no_such_item(f"AI-{number}")
    return _kept(session, row)


def _kept(session: Session, row: ItemRow) -> Item:
    """The item, whose row is not read again in this transaction: a session forgets what nobody holds."""
    session.info.setdefault("items", {})[row.number] = row
    return _item(row)


def _write_collaborators(row: ItemRow, users: Sequence[str]) -> None:
    kept = {found.user: found for found in row.collaborators}
    row.collaborators = [
        kept.get(user) or CollaboratorRow(user=user) for user in dict.fromkeys(users) if user != row.owner
    ]


def _write_themes(row: ItemRow, themes: Sequence[str]) -> None:
    kept = {found.key: found for found in row.themes}
    row.themes = [kept.get(theme_key(theme)) or ThemeRow(key=theme_key(theme)) for theme in each_once(themes)]
    for position, (found, theme) in enumerate(zip(row.themes, each_once(themes), strict=True)):
        found.theme, found.position = theme, position


def _row(session: Session, item: Item) -> ItemRow:
    """As it was read before in this transaction; anew when a savepoint was rolled back meanwhile, or it never was."""
    row: ItemRow | None = session.info.get("items", {}).get(item.number)
    if row is not None and row.workspace == item.workspace and "request" in row.__dict__:
        return row
    return session.get_one(ItemRow, (item.workspace, item.number), options=_LOADED, populate_existing=True)


def _team_of(session: Session, row: ItemRow) -> TeamRow | None:
    return session.get(TeamRow, row.team_id, options=[lazyload(TeamRow.members)]) if row.team_id else None


def _incident_of(session: Session, row: ItemRow) -> IncidentRow | None:
    if row.incident_id is None:
        return None
    here = (ItemRow.workspace == row.workspace, ItemRow.number == row.number)
    return session.scalar(select(IncidentRow).select_from(ItemRow).join(ItemRow.incident).where(*here))


def _item(row: ItemRow) -> Item:
    stored = {name: getattr(row, name) for name in _STORED}
    for name, enum in _ENUMS.items():
        stored[name] = enum(stored[name]) if stored[name] else None
    return Item(
        **stored,
        collaborators=tuple(sorted(found.user for found in row.collaborators)),
        themes=tuple(found.theme for found in row.themes),
        team_name=row.team.name if row.team else "",
        team_timezone=row.team.timezone if row.team else "UTC",
        incident_title=row.incident.title if row.incident else "",
        postmortem_url=row.incident.postmortem_url if row.incident else "",
        request=request_of(row.request) if row.request else None,
    )
