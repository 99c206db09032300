"""The incident of a channel: its title, severity, post-mortem, and when it began."""

import json
from dataclasses import replace
from functools import partial

from bot.blocks.ids import Button, Modal
from bot.blocks.incident import incident_form, saved
from bot.blocks.postmortem import table_blocks
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.incident import Incident, Severity, check_may_change, kept_up, marks, parse_services
from bot.domain.item import TITLE_LIMIT, is_link
from bot.domain.postmortem import committed, table
from bot.domain.queries import Wanted
from bot.domain.subjects import CanvasOf, CardOf
from bot.domain.words import Text, _
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.item_change import remember_asker
from handlers.shared.notifications import messages_about_incident
from handlers.shared.place import incident_of, place_of, register_incident
from storage import inbox, incidents, items, people
from storage.surfaces import mark_surfaces

TABLE_ROWS = 500
"""Items of the table; an incident has about five."""


def register(router: Router, deps: Deps) -> None:
    """`incident` and the modal “Incident”."""
    does = "sets the incident's facts; `table` gives its items as Markdown for the post-mortem"
    router.subcommand("incident", partial(_open, deps), "incident [table]", does)
    router.button(Button.POSTMORTEM, partial(_table, deps))
    router.modal(Modal.INCIDENT, partial(_submitted, deps))


def _open(deps: Deps, asked: Asked) -> Answer | None:
    if asked.text.lower() == "table":
        return _table_here(deps, asked)
    check_may_change(remember_asker(deps, asked))
    place = place_of(deps, asked)
    if place.channel is None:
        raise Refused("Use this in the channel where the incident was handled.")
    found = incident_of(deps, asked.workspace, place) or register_incident(deps, asked.workspace, place)
    metadata = json.dumps({"incident": found.id, "channel": asked.channel, "marks": marks(found)})
    asked.open(incident_form(found, metadata))
    return None


def _table_here(deps: Deps, asked: Asked) -> Answer:
    found = incident_of(deps, asked.workspace, place_of(deps, asked))
    if found is None:
        raise Refused("No incident was handled in this channel. `/actionitem incident` registers one here.")
    return _table_of(deps, asked, found)


def _table(deps: Deps, asked: Asked) -> Answer:
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        found = incidents.get_incident(session, asked.workspace, asked.metadata["incident"], viewer)
    return _table_of(deps, asked, found)


def _table_of(deps: Deps, asked: Asked, incident: Incident) -> Answer:
    """What the asker may see of the incident's items, to paste into the post-mortem."""
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        found = items.list_items(session, asked.workspace, Wanted(incident_id=incident.id), viewer, limit=TABLE_ROWS)
    shown = committed(found)
    if not shown:
        return Answer(_("This incident has no action items yet. `/actionitem new` creates one."))
    # So that who is not known yet is asked for: the table is pasted elsewhere, where a mention would be an id.
    deps.directory.names(asked.workspace, {item.owner for item in shown})
    with deps.db.read() as session:
        known = people.list_names(session, asked.workspace, {item.owner for item in shown})
    return Answer(_("Post-mortem table"), table_blocks(table(shown, lambda user: known.get(user, user))))


def _submitted(deps: Deps, asked: Asked, form: Form) -> None:
    title = " ".join(form.text("title").split())
    services = parse_services(form.text("services"))
    url, severity, began_at = form.text("postmortem_url"), form.one_of("severity", Severity), form.moment("began_at")
    if not title or len(title) > TITLE_LIMIT:
        raise Refused(Text("Name the incident in 1 to {limit} characters.", limit=TITLE_LIMIT), field="title")
    if url and not is_link(url):
        raise Refused("Paste the link to the post-mortem: it begins with https://", field="postmortem_url")
    if began_at and began_at > deps.clock():
        raise Refused("Choose when it began: a moment that has passed.", field="began_at")
    check_may_change(deps.directory.person(asked.workspace, asked.user))  # they may have become a guest since
    viewer = deps.directory.viewer(asked.workspace, asked.user, fresh=True)  # the form may be older than a membership
    with deps.db.begin() as session:
        if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
            return
        incident = incidents.get_incident(session, asked.workspace, asked.metadata["incident"], viewer)
        typed = replace(
            incident,
            title=title,
            severity=severity,
            postmortem_url=url,
            began_at=began_at or incident.began_at,  # empty only where Slack cannot show it
            root_cause=form.text("root_cause"),
            services=services,
        )
        incidents.record_facts(session, kept_up(typed, asked.metadata["marks"], incident))
        cards = [
            CardOf(item.number).live(item.channel)
            # By the bot's own eyes: every card names the incident, also those in private channels, where alone they are
            # shown.
            for item in items.list_items(session, asked.workspace, Wanted(incident_id=incident.id), viewer=None)
            # An idea has none: what is said of it in a line does not name its incident.
            if item.channel and not item.is_no_commitment
        ]
        canvas = mark_surfaces(session, asked.workspace, [CanvasOf(incident.id).key])
        known = incidents.get_incident(session, asked.workspace, incident.id, viewer=None)
        messages = [*cards, *canvas, *messages_about_incident(known)]
        deps.outbox.enqueue(session, asked.workspace, f"incident:{asked.key}", messages)
    asked.done.append(saved(known))
