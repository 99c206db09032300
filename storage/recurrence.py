"""What incidents are known by, and which of them came back: for finding the same one again. Changes nothing."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from bot.domain.incident import Incident
from bot.domain.queries import Viewer, Wanted
from bot.domain.recurrence import Earlier, Traits, earlier_with
from storage.incidents import incident_of, incidents_visible_to, list_incidents
from storage.items import list_items
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow, ThemeRow
from storage.visibility import visible_to

COMPARED = 500
"""Incidents that a new one is compared with, the newest first: years of them for most."""
ITEMS_EACH = 50
LINKED = 10
T = TypeVar("T")


def list_traits(session: Session, workspace: str, viewer: Viewer) -> list[Traits]:
    """The newest incidents that *viewer* may see, with the causes and themes of the items that they may see."""
    found = list_incidents(session, workspace, viewer, COMPARED)
    return _traits(session, workspace, found, viewer)


def get_traits(session: Session, incident: Incident, viewer: Viewer) -> Traits:
    """The same of one incident."""
    return _traits(session, incident.workspace, [incident], viewer)[0]


def list_earlier(
    session: Session,
    workspace: str,
    found: Sequence[tuple[Incident, Sequence[str]]],
    came_back: datetime,
    viewer: Viewer,
) -> list[Earlier]:
    """The incidents, each with the reasons given and with those of its items that *viewer* may see.

    `came_back`: when the newer incident began.
    """
    ids = frozenset(incident.id for incident, _reasons in found)
    wanted = Wanted(incident_ids=ids)
    items = list_items(session, workspace, wanted, viewer, limit=ITEMS_EACH * len(ids)) if ids else []
    of_incident = _grouped(items, lambda item: item.incident_id)
    return [earlier_with(incident, reasons, of_incident[incident.id], came_back) for incident, reasons in found]


def list_linked(
    session: Session, workspace: str, viewer: Viewer, team_id: int | None = None
) -> list[tuple[Incident, Incident]]:
    """Incidents that are linked to an earlier one, as (later, earlier), the newest first, both visible to *viewer*.

    With `team_id`, those of which either has an item of that team.
    """
    later, earlier = aliased(IncidentRow), aliased(IncidentRow)
    query = select(later, earlier).join(earlier, and_(later.recurrence_of == earlier.id))
    query = query.where(later.workspace == workspace, earlier.workspace == workspace)
    query = query.where(incidents_visible_to(viewer, later), incidents_visible_to(viewer, earlier))
    if team_id is not None:
        theirs = select(ItemRow.number).where(
            ItemRow.workspace == workspace,
            ItemRow.team_id == team_id,
            ItemRow.incident_id.in_((later.id, earlier.id)),
        )
        query = query.where(theirs.exists())
    rows = session.execute(query.order_by(later.began_at.desc(), later.id.desc()).limit(LINKED))
    return [(incident_of(after), incident_of(before)) for after, before in rows]


def _traits(session: Session, workspace: str, found: Sequence[Incident], viewer: Viewer) -> list[Traits]:
    ids = [incident.id for incident in found]
    causes, themes = _causes(session, workspace, ids, viewer), _themes(session, workspace, ids, viewer)
    return [
        Traits(
            incident,
            tuple(dict.fromkeys(cause for cause in (incident.root_cause, *causes[incident.id]) if cause)),
            tuple(dict.fromkeys(themes[incident.id])),
        )
        for incident in found
    ]


def _causes(session: Session, workspace: str, ids: Collection[int], viewer: Viewer) -> dict[int, list[str]]:
    here = (ItemRow.workspace == workspace, ItemRow.incident_id.in_(ids), ItemRow.root_cause != "")
    rows = session.execute(select(ItemRow.incident_id, ItemRow.root_cause).where(*here, *visible_to(viewer)))
    return _by_incident([(row.incident_id, row.root_cause) for row in rows])


def _themes(session: Session, workspace: str, ids: Collection[int], viewer: Viewer) -> dict[int, list[str]]:
    item = and_(ItemRow.workspace == ThemeRow.workspace, ItemRow.number == ThemeRow.item_number)
    here = (ItemRow.workspace == workspace, ItemRow.incident_id.in_(ids))
    query = select(ItemRow.incident_id, ThemeRow.theme).join(ItemRow, item).where(*here, *visible_to(viewer))
    return _by_incident([(row.incident_id, row.theme) for row in session.execute(query.order_by(ThemeRow.theme))])


def _by_incident(pairs: Sequence[tuple[int | None, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for incident, text in pairs:
        if incident is not None:
            found[incident].append(text)
    return found


def _grouped(found: Sequence[T], key: Callable[[T], int | None]) -> dict[int, list[T]]:
    groups: dict[int, list[T]] = defaultdict(list)
    for each in found:
        if (of := key(each)) is not None:
            groups[of].append(each)
    return groups
