"""Looking back from an incident: what it is a recurrence of, which earlier ones are like it, what it became."""

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from bot.domain.incident import Incident
from bot.domain.queries import Viewer
from bot.domain.recurrence import SHOWN, LookBack, matches
from storage.incidents import find_seen_incident, list_recurrences
from storage.recurrence import get_traits, list_earlier, list_traits


def look_back(session: Session, incident: Incident, viewer: Viewer) -> LookBack:
    """As far as *viewer* may see. With a link, what else is like it is not searched any more."""
    workspace, later = incident.workspace, list_recurrences(session, incident.workspace, incident.id, viewer)
    if incident.recurrence_of is not None:
        earlier = find_seen_incident(session, workspace, incident.recurrence_of, viewer)
        found = [(earlier, ())] if earlier else []
        linked = list_earlier(session, workspace, found, incident.began_at, viewer)
        return LookBack(incident, linked=linked[0] if linked else None, later=tuple(later))
    this, others = get_traits(session, incident, viewer), list_traits(session, workspace, viewer)
    # The measure of likeness is handed in: rules know no library (docs/adr/006-rooms.md).
    alike = matches(this, others, fuzz.token_set_ratio)[:SHOWN]
    with_reasons = [(match.earlier, match.reasons) for match in alike]
    similar = list_earlier(session, workspace, with_reasons, incident.began_at, viewer)
    return LookBack(incident, similar=tuple(similar), later=tuple(later))
