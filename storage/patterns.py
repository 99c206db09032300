"""What incidents have in common, read for the patterns of recurrence (R105)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from bot.domain.lifecycle import State
from bot.domain.patterns import WINDOW, Happened
from bot.domain.queries import Viewer
from storage.incidents import incidents_visible_to
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow, ThemeRow
from storage.visibility import visible_to


def list_happened(session: Session, workspace: str, now: datetime, viewer: Viewer) -> list[Happened]:
    """The incidents of the last year that *viewer* may see, with what their visible items are about."""
    since = IncidentRow.workspace == workspace, IncidentRow.began_at >= now - WINDOW, IncidentRow.began_at <= now
    columns = (IncidentRow.id, IncidentRow.title, IncidentRow.began_at, IncidentRow.root_cause, IncidentRow.services)
    rows = session.execute(select(*columns).where(*since, incidents_visible_to(viewer))).all()
    items = _items(session, workspace, since, viewer)
    themes = _themes(session, workspace, since, viewer)
    return [
        Happened(
            row.id, row.title, row.began_at,
            root_causes=(row.root_cause, *(item.root_cause for item in items[row.id])),
            services=tuple(row.services.split(", ")),
            themes=tuple(themes[row.id]),
            closed_at=tuple(item.ended_at for item in items[row.id] if item.state == State.CLOSED.value),
        )
        for row in rows
    ]  # fmt: skip


def _items(session: Session, workspace: str, since: Sequence[Any], viewer: Viewer) -> dict[int, list[Any]]:
    query = (
        select(ItemRow.incident_id, ItemRow.root_cause, ItemRow.state, ItemRow.ended_at)
        .join(IncidentRow, IncidentRow.id == ItemRow.incident_id)
        .where(ItemRow.workspace == workspace, *since, *visible_to(viewer))
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        found[row.incident_id].append(row)
    return found


def _themes(session: Session, workspace: str, since: Sequence[Any], viewer: Viewer) -> dict[int, list[str]]:
    of_item = and_(ThemeRow.workspace == ItemRow.workspace, ThemeRow.item_number == ItemRow.number)
    query = (
        select(ItemRow.incident_id, ThemeRow.theme)
        .join(ItemRow, of_item)
        .join(IncidentRow, IncidentRow.id == ItemRow.incident_id)
        .where(ItemRow.workspace == workspace, *since, *visible_to(viewer))
        .distinct()
    )
    found: dict[int, list[str]] = defaultdict(list)
    for incident, theme in session.execute(query):
        found[int(incident or 0)].append(theme)
    return found
