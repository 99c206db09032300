"""What one item has cost by waiting: also by incidents that are only like its own, which a list does not look for."""

from datetime import datetime

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from bot.domain.item import Item
from bot.domain.lifecycle import OPEN, PARKED
from bot.domain.queries import Viewer
from bot.domain.recurrence import matches
from bot.domain.waiting import NO_COST, Cost, Incidence, cost_of_waiting
from storage.incidents import find_seen_incident
from storage.recurrence import get_traits, list_traits
from storage.waiting import list_families


def cost_of(session: Session, item: Item, viewer: Viewer, now: datetime) -> Cost:
    """Of what *viewer* may see; nothing of an item that is over, or of no incident."""
    # By the title: an incident that may not be named here says nothing of itself by figures either.
    if item.incident_id is None or not item.incident_title or item.state not in OPEN | PARKED:
        return NO_COST
    incident = find_seen_incident(session, item.workspace, item.incident_id, viewer)
    if incident is None:
        return NO_COST
    linked = list_families(session, item.workspace, viewer, {incident.id}).get(incident.id, {})
    this, known = [get_traits(session, incident, viewer)], {incident.id, *linked}
    later = [each for each in list_traits(session, item.workspace, viewer) if each.incident.began_at > item.created_at]
    # Each of them looked back from, as its own channel was shown it; of those, the ones that would have named this one.
    similar = [each for each in later if each.incident.id not in known and matches(each, this, fuzz.token_set_ratio)]
    others = [Incidence(each.incident.began_at, each.incident.lasted) for each in similar]
    return cost_of_waiting(item.created_at, linked.values(), others, now)
