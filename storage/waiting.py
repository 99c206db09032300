"""What came back since items were opened: the incidents that are linked to those of the items (B16)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from bot.domain.item import Item
from bot.domain.queries import Viewer
from bot.domain.waiting import Cost, Incidence, cost_of_waiting
from storage.incidents import incident_of, incidents_visible_to
from storage.tables.incident import IncidentRow


class CameBack:
    """The incidents of a workspace that are the same, as far as *viewer* may see them: read once, asked often."""

    def __init__(self, session: Session, workspace: str, viewer: Viewer) -> None:
        self._families = _families(session, workspace, viewer)

    @property
    def incidents(self) -> Collection[int]:
        """Those that are linked to others."""
        return self._families.keys()

    def others(self, incident_id: int | None) -> Mapping[int, Incidence]:
        """What is the same as that incident, directly or through others."""
        return {each: it for each, it in self._families.get(incident_id or 0, {}).items() if each != incident_id}

    def cost(self, item: Item, now: datetime) -> Cost:
        """What the item has cost until *now*."""
        return cost_of_waiting(item.created_at, self.others(item.incident_id).values(), (), now)


def _families(session: Session, workspace: str, viewer: Viewer) -> Mapping[int, Mapping[int, Incidence]]:
    """Of each incident that is linked to others: all that are the same, itself too."""
    later, earlier = aliased(IncidentRow), aliased(IncidentRow)
    query = select(later, earlier).join(earlier, later.recurrence_of == earlier.id)
    query = query.where(later.workspace == workspace, earlier.workspace == workspace)
    seen = (incidents_visible_to(viewer, later), incidents_visible_to(viewer, earlier))
    happened: dict[int, Incidence] = {}
    beside: dict[int, set[int]] = defaultdict(set)
    for after, before in session.execute(query.where(*seen)):
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


def _connected(start: int, beside: Mapping[int, set[int]]) -> set[int]:
    found, ahead = {start}, [start]
    while ahead:
        new = beside[ahead.pop()] - found
        found |= new
        ahead += new
    return found
