"""Changing an incident, whichever door it came by: its facts, its history, and what is drawn anew because of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.incident import Incident, check_end
from bot.domain.messages import Message
from bot.domain.policy import Policy
from bot.domain.postmortem_check import Followed, with_answer
from bot.domain.queries import Wanted
from bot.domain.subjects import CardOf, PostmortemAsk, RecurrenceOf, TemplateOffer
from bot.domain.surfaces import CanvasOf
from storage import incidents, items
from storage.incident_changes import record_incident_change
from storage.policies import list_policies
from storage.surfaces import mark_surfaces
from storage.teams import get_team_by_id
from storage.templates import has_templates


def change_incident(
    session: Session, before: Incident, after: Incident, by: str, now: datetime
) -> tuple[Incident, list[Message]]:
    """Records *after* in place of *before*; the incident as it is then, and the messages to put into the outbox.

    Raises `Refused` at “ended_at” for an end that cannot be.
    """
    check_end(after, now)
    after = with_answer(before, after)
    # When it was first said, and not when it was corrected: that is when its clock began to run.
    said_at = (before.end_said_at or now) if after.ended_at else None
    after = replace(after, end_said_at=said_at)
    incidents.record_facts(session, after)
    if detail := what_changed(before, after):
        policy = list_policies(session, after.workspace).of(after.severity or "", said_at) if said_at else None
        record_incident_change(session, after.workspace, after.id, by, now, {**detail, **_applied(policy)})
    # By the bot's own eyes: every card names the incident, also those in private channels, where alone they are shown.
    of_incident = items.list_items(session, after.workspace, Wanted(incident_id=after.id), viewer=None)
    # An idea has none: what is said of it in a line does not name its incident.
    with_card = [item for item in of_incident if item.channel and not item.is_no_commitment]
    cards = [CardOf(item.number).live(item.channel or "") for item in with_card]
    canvas = mark_surfaces(session, after.workspace, [CanvasOf(after.id).key])
    known = incidents.get_incident(session, after.workspace, after.id, viewer=None)
    followed = [*messages_about_postmortem(session, known), *messages_about_templates(session, known)]
    return known, [*cards, *canvas, *messages_about_incident(known), *followed]


def messages_about_incident(incident: Incident, *, unlinked: bool = False) -> list[Message]:
    """What came before it, in its channel: one message that follows what is known. It is looked for when the message
    is drawn, and nothing is sent while there is nothing.

    `unlinked`: a message stands there already, and must change.
    """
    if not incident.channel:
        return []
    return [RecurrenceOf(incident.id, unlinked).live(incident.channel)]


def messages_about_postmortem(session: Session, incident: Incident) -> list[Message]:
    """The message that asked for its post-mortem or its items last, if there is one: it may be answered now."""
    if incident.asked_on is None or incident.asked_team is None:
        return []
    # It is edited where it stands, whoever would be asked by now.
    to = Followed(incident, get_team_by_id(session, incident.asked_team), has_items=False).asked_at
    return [PostmortemAsk(incident.asked_team, incident.id, incident.asked_on).live(to)]


def messages_about_templates(session: Session, incident: Incident) -> list[Message]:
    """The standard items that fit the incident, in its channel: one message that follows what is left of them. It is
    drawn when it is sent, and nothing is sent while nothing was ever offered."""
    if not incident.channel or not has_templates(session, incident.workspace):
        return []
    return [TemplateOffer(incident.id).live(incident.channel)]


def what_changed(before: Incident, after: Incident) -> Mapping[str, Any]:
    """What a line of its history says: of the facts that figures rest on, those that changed."""
    was, now = _facts(before), _facts(after)
    return {name: {"from": was[name], "to": now[name]} for name in now if was[name] != now[name]}


def _facts(incident: Incident) -> Mapping[str, Any]:
    return {
        "severity": incident.severity or None,
        "ended_at": incident.ended_at.isoformat() if incident.ended_at else None,
        "postmortem": bool(incident.postmortem_url),
        "none_needed": incident.none_needed or None,
    }


def _applied(policy: Policy | None) -> Mapping[str, Any]:
    return {"policy": dict(vars(policy))} if policy else {}
