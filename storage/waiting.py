"""What came back since items were opened: the incidents that are linked to those of the items (B16)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from bot.domain.item import Item
from bot.domain.queries import Viewer
from bot.domain.waiting import NO_COST, Cost, Incidence, cost_of_waiting
from storage.incidents import incident_of, incidents_visible_to
from storage.tables.incident import IncidentRow


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
    seen = (incidents_visible_to(viewer, _LATER), incidents_visible_to(viewer, _EARLIER))
    both = (_LATER.workspace == workspace, _EARLIER.workspace == workspace)
    happened: dict[int, Incidence] = {}
    beside: dict[int, set[int]] = defaultdict(set)
    for after, before in session.execute(_PAIRS.where(*both, *seen)):
        for row in (after, before):
            known = incident_of(row)
            happened[known.id] = Incidence(known.began_at, known.lasted)
        beside[after.id].add(before.id)
        beside[before.id].add(after.id)
    families: dict[int, Mapping[int, Incidence]] = {}
    for incident in beside:
        if incident not in families:
            together = _connected(incident, beside)
            family = {each: happened[each] for each in together}
            families |= dict.fromkeys(together, family)
    return families


_LATER, _EARLIER = aliased(IncidentRow), aliased(IncidentRow)
_PAIRS = select(_LATER, _EARLIER).join(_EARLIER, _LATER.recurrence_of == _EARLIER.id)
"""Aliases made once: each has a column for every one of the table, and a digest asks for them."""


def _connected(start: int, beside: Mapping[int, set[int]]) -> set[int]:
    found, ahead = {start}, [start]
    while ahead:
        new = beside[ahead.pop()] - found
        found |= new
        ahead += new
    return found
