"""What came back since items were opened: the incidents that are linked to those of the items (B16)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from bot.domain.item import Item
from bot.domain.queries import Viewer
from bot.domain.waiting import NO_COST, Cost, Incidence, cost_of_waiting
from storage.batches import batches
from storage.columns import fetch
from storage.conditions import IS_OPEN
from storage.incidents import incident_of, incidents_visible_to
from storage.tables.incident import IncidentRow
from storage.tables.item import ItemRow


def costs_of(
    session: Session, workspace: str, items: Iterable[Item], viewer: Viewer, now: datetime
) -> Mapping[int, Cost]:
    """The cost of each of the items, by number, of what *viewer* may see; those that cost nothing are left out."""
    items = list(items)
    families = list_families(session, workspace, viewer, {item.incident_id for item in items if item.incident_id})
    found: dict[int, Cost] = {}
    for item in items:
        linked = families.get(item.incident_id or 0, {})
        cost = cost_of_waiting(item.created_at, linked.values(), (), now)
        if cost != NO_COST:
            found[item.number] = cost
    return found


def list_linked(session: Session, workspace: str, team_id: int) -> set[int]:
    """The incidents of a team's open items that are linked to others; not asked who may see them."""
    # Some twice. DISTINCT in SQL would have SQLite walk all items of the workspace, in the order of their incidents.
    found = fetch(session, _LINKED, {"workspace": workspace, "team": team_id}).scalars()
    return {incident for incident in found if incident is not None}


def list_families(
    session: Session, workspace: str, viewer: Viewer, of: Collection[int] | None = None
) -> Mapping[int, Mapping[int, Incidence]]:
    """Of each incident that is linked to others: all that are the same, directly or through others, itself too.

    *of*: of these incidents alone, which costs what they have links, and not what the workspace has; None: of all.
    """
    seen = (incidents_visible_to(viewer, _LATER), incidents_visible_to(viewer, _EARLIER))
    pairs = _PAIRS.where(_LATER.workspace == workspace, _EARLIER.workspace == workspace, *seen)
    happened: dict[int, Incidence] = {}
    beside: dict[int, set[int]] = defaultdict(set)
    for after, before in session.execute(pairs) if of is None else _around(session, pairs, of):
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


def _around(
    session: Session, pairs: Select[IncidentRow, IncidentRow], of: Collection[int]
) -> Iterator[tuple[IncidentRow, IncidentRow]]:
    """The pairs that hang together with those incidents, from link to link; some twice."""
    known, ahead = set[int](), set(of)
    while ahead:
        known |= ahead
        # Two statements: by either end there is an index, and by the one or the other there is none.
        ends = (_LATER.id, _LATER.recurrence_of)
        found = [
            row
            for end in ends
            for some in batches(sorted(ahead), AT_ONCE)
            for row in session.execute(pairs.where(end.in_(some)))
        ]
        yield from found
        ahead = {row.id for pair in found for row in pair} - known


AT_ONCE = 500
"""Incidents asked about with one query."""
_LATER, _EARLIER = aliased(IncidentRow), aliased(IncidentRow)
_PAIRS = select(_LATER, _EARLIER).join(_EARLIER, _LATER.recurrence_of == _EARLIER.id)
"""Aliases made once: each has a column for every one of the table, and a digest asks for them."""
IS_LINKED = or_(
    exists().where(IncidentRow.id == ItemRow.incident_id, IncidentRow.recurrence_of.is_not(None)),
    exists().where(IncidentRow.workspace == ItemRow.workspace, IncidentRow.recurrence_of == ItemRow.incident_id),
)
"""Whether the item's incident is linked to another."""
_OF_TEAM = and_(ItemRow.workspace == bindparam("workspace"), ItemRow.team_id == bindparam("team"))
_LINKED = select(ItemRow.incident_id).where(_OF_TEAM, IS_OPEN, IS_LINKED)


def _connected(start: int, beside: Mapping[int, set[int]]) -> set[int]:
    found, ahead = {start}, [start]
    while ahead:
        new = beside[ahead.pop()] - found
        found |= new
        ahead += new
    return found
