"""What came back since items were opened: the incidents that are linked to those of the items (B16)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from bot.domain.item import Item
from bot.domain.queries import Viewer
from bot.domain.waiting import NO_COST, Cost, Incidence, cost_of_waiting
from storage.columns import fetch
from storage.incidents import incidents_visible_to_any
from storage.tables.incident import IncidentRow
from storage.visibility import parameters_of


def costs_of(
    session: Session, workspace: str, items: Iterable[Item], viewer: Viewer, now: datetime
) -> Mapping[int, Cost]:
    """The cost of each of the items, by number, of what *viewer* may see; those that cost nothing are left out."""
    families = list_families(session, workspace, viewer)
    found: dict[int, Cost] = {}
    for item in items:
        linked = families.get(item.incident_id or 0, {})
        cost = cost_of_waiting(item.created_at, linked.values(), (), now)
        if cost != NO_COST:
            found[item.number] = cost
    return found


def list_families(session: Session, workspace: str, viewer: Viewer) -> Mapping[int, Mapping[int, Incidence]]:
    """Of each incident that is linked to others: all that are the same, directly or through others, itself too."""
    happened: dict[int, Incidence] = {}
    beside: dict[int, set[int]] = defaultdict(set)
    linked = fetch(session, _linked(outsider=viewer.only is not None), {"of": workspace} | parameters_of(viewer))
    for after, before in ((row[:3], row[3:]) for row in linked):
        for incident, began_at, ended_at in (after, before):
            happened[incident] = Incidence(began_at, ended_at - began_at if ended_at else None)
        beside[after[0]].add(before[0])
        beside[before[0]].add(after[0])
    families: dict[int, Mapping[int, Incidence]] = {}
    for incident in beside:
        if incident not in families:
            together = _connected(incident, beside)
            family = {each: happened[each] for each in together}
            families |= dict.fromkeys(together, family)
    return families


@cache  # each digest asks it
def _linked(*, outsider: bool) -> Select[*tuple[Any, ...]]:
    """Of each incident that is linked to an earlier one, and of that: the id, the beginning and the end."""
    both = later, earlier = aliased(IncidentRow), aliased(IncidentRow)
    query = select(*(column for row in both for column in (row.id, row.began_at, row.ended_at)))
    here = (row.workspace == bindparam("of") for row in both)
    seen = (incidents_visible_to_any(row, outsider=outsider) for row in both)
    return query.join(earlier, later.recurrence_of == earlier.id).where(*here, *seen)


def _connected(start: int, beside: Mapping[int, set[int]]) -> set[int]:
    found, ahead = {start}, [start]
    while ahead:
        new = beside[ahead.pop()] - found
        found |= new
        ahead += new
    return found
