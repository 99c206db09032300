"""The incident of a channel: its title, severity, post-mortem, and when it began."""

import json
from functools import partial

from bot.blocks.ids import Modal
from bot.blocks.incident_form import TITLE_LIMIT, incident_form
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.incidents import Severity, parse_services
from bot.domain.items import is_link
from bot.domain.messages import Live
from bot.domain.queries import Wanted
from handlers.forms import Form
from handlers.place import incident_of, place_of, register_incident
from handlers.router import Answer, Asked, Router
from handlers.telling import CARD, card_key
from storage import inbox, incidents, items


def register(router: Router, deps: Deps) -> None:
    """`incident` and the modal “Incident”."""
    does = "sets the incident's title, severity, post-mortem, beginning, cause and services"
    router.subcommand("incident", partial(_open, deps), "incident", does)
    router.modal(Modal.INCIDENT, partial(_submitted, deps))


def _open(deps: Deps, asked: Asked) -> Answer | None:
    place = place_of(deps, asked)
    if place.channel is None:
        raise Refused("Use this in the channel where the incident was handled.")
    found = incident_of(deps, asked.workspace, place) or register_incident(deps, asked.workspace, place)
    metadata = json.dumps({"incident": found.id, "channel": asked.channel})
    asked.open(incident_form(found, metadata))
    return None


def _submitted(deps: Deps, asked: Asked, form: Form) -> None:
    title = " ".join(form.text("title").split())
    url, severity, began_at = form.text("postmortem_url"), form.choice("severity"), form.moment("began_at")
    if not title or len(title) > TITLE_LIMIT:
        raise Refused(f"Name the incident in 1 to {TITLE_LIMIT} characters.", field="title")
    if url and not is_link(url):
        raise Refused("Paste the link to the post-mortem: it begins with https://", field="postmortem_url")
    if began_at and began_at > deps.clock():
        raise Refused("Choose when it began: a moment that has passed.", field="began_at")
    services = parse_services(form.text("services"))
    viewer = deps.directory.viewer(asked.workspace, asked.user, fresh=True)  # the form may be older than a membership
    with deps.db.begin() as session:
        if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
            return
        incident = incidents.get_incident(session, asked.workspace, asked.metadata["incident"], viewer)
        incidents.record_facts(
            session,
            incident,
            title=title,
            severity=Severity(severity) if severity else None,
            postmortem_url=url,
            began_at=began_at or incident.began_at,  # empty only where Slack cannot show it
            root_cause=form.text("root_cause"),
            services=services,
        )
        cards = [
            Live(card_key(item.number), item.channel, CARD, str(item.number))
            for item in items.list_items(session, asked.workspace, Wanted(incident_id=incident.id), viewer=None)
            if item.channel
        ]
        deps.outbox.enqueue(session, asked.workspace, f"incident:{asked.key}", cards)
