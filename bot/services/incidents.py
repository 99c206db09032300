"""What is said when an incident's facts change: its cards, its canvas, and what came before it."""

from sqlalchemy.orm import Session

from bot.domain.incident import Incident
from bot.domain.messages import Message
from bot.domain.queries import Wanted
from bot.domain.subjects import CanvasOf, CardOf
from bot.services.notifications import messages_about_incident
from storage import items
from storage.surfaces import mark_surfaces


def messages_about_facts(session: Session, incident: Incident) -> list[Message]:
    """Everything that shows the incident, drawn anew."""
    wanted = Wanted(incident_id=incident.id)
    cards = [
        CardOf(item.number).live(item.channel)
        # By the bot's own eyes: every card names the incident, also those in private channels, where alone they are
        # shown.
        for item in items.list_items(session, incident.workspace, wanted, viewer=None)
        if item.channel
    ]
    canvas = mark_surfaces(session, incident.workspace, [CanvasOf(incident.id).key])
    return [*cards, *canvas, *messages_about_incident(incident)]
