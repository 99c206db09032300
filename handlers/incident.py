"""The incident of a channel: its title, severity, lead, post-mortem, when it began and when it ended."""

import json
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from bot.blocks.ids import Button, Modal
from bot.blocks.incident import incident_form, over, saved
from bot.blocks.postmortem import table_blocks
from bot.blocks.text import duration, escape, shortened
from bot.deps import Deps
from bot.domain.errors import Refused, Unreadable
from bot.domain.incident import Incident, check_facts, check_may_change, kept_up, marks, parse_services
from bot.domain.policy import Policies, severities
from bot.domain.postmortem import committed, table
from bot.domain.queries import Wanted
from bot.domain.words import Text, _
from bot.services.days_off import days_off
from bot.services.incident_change import change_incident
from handlers.gateway.asked import AlreadyDone, Answer, Asked
from handlers.gateway.forms import CHOOSE_ONE, Form
from handlers.gateway.router import Router
from handlers.shared.item_change import remember_asker
from handlers.shared.place import Place, incident_of, not_registered, place_carried, place_of, register_incident
from storage import inbox, incidents, items, people
from storage.policies import list_policies
from storage.postmortems import find_followed

ENDED = ("ended", "end", "over")
"""What `incident` takes for “it is over now”."""
NO_ITEMS = "This incident has no action items yet. `/actionitem new` creates one."
OVER = "{incident} ended already, {moment}. `/actionitem incident` corrects when."
TABLE_ROWS = 500
"""Items of the table; an incident has about five."""


def register(router: Router, deps: Deps) -> None:
    """`incident` and the modal “Incident”."""
    does = "sets the incident's facts; `ended` says that it is over, `table` gives its items for the post-mortem"
    router.subcommand("incident", partial(_open, deps), "incident [ended | table]", does)
    router.button(Button.POSTMORTEM, partial(_table, deps))
    router.modal(Modal.INCIDENT, partial(_submitted, deps))


def _open(deps: Deps, asked: Asked) -> Answer | None:
    if asked.text.lower() == "table":
        return _table_here(deps, asked)
    check_may_change(remember_asker(deps, asked))
    place = place_of(deps, asked)
    if place.channel is None:
        raise Refused("Use this in the channel where the incident was handled.")
    if asked.text.lower() in ENDED:
        here = incident_of(deps, asked.workspace, place) or register_incident(deps, asked.workspace, place)
        return _end(deps, asked, here)
    # Whoever looks at the form and closes it has registered nothing; “Save” does.
    found = _known(deps, asked.workspace, place)
    metadata = json.dumps({"incident": found.id, "channel": asked.channel, "marks": marks(found)})
    with deps.db.read() as session:
        policies = list_policies(session, asked.workspace)
        note = _note(session, found, policies)
    asked.open(incident_form(found, metadata, severities(policies.current, found.severity or ""), note))
    return None


def _known(deps: Deps, workspace: str, place: Place) -> Incident:
    """The incident of the place; as it would be registered, with the id 0, where none is."""
    with deps.db.read() as session:
        found = incidents.find_incident_of_channel(session, workspace, place.channel or "")
    return found or not_registered(deps, workspace, place)


def _end(deps: Deps, asked: Asked, found: Incident) -> Answer:
    """“Ended”: it is over now."""
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.begin() as session:
        if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
            raise AlreadyDone
        before = incidents.get_incident(session, asked.workspace, found.id, viewer, lock=True)
        if before.ended_at:
            raise Refused(Text(OVER, incident=before.title, moment=f"{before.ended_at:%Y-%m-%d %H:%M} UTC"))
        ended = replace(before, ended_at=deps.clock())
        known, messages = change_incident(session, before, ended, asked.user, deps.clock())
        deps.outbox.enqueue(session, asked.workspace, f"incident:{asked.key}", messages)
        note = _note(session, known, list_policies(session, asked.workspace))
    return Answer(_("*{incident}* has ended. {note}", incident=escape(shortened(known.title)), note=note))


def _note(session: Session, incident: Incident, policies: Policies) -> str:
    """How long it lasted and what is due because of it, as mrkdwn; "" while it goes on."""
    followed = find_followed(session, incident)
    if followed is None:
        return _("It lasted {duration}.", duration=duration(incident.lasted)) if incident.lasted else ""
    return over(followed, followed.due(policies, days_off(followed.team)))


def _table_here(deps: Deps, asked: Asked) -> Answer:
    found = incident_of(deps, asked.workspace, place_of(deps, asked))
    if found is None:
        raise Refused("No incident was handled in this channel. `/actionitem incident` registers one here.")
    return _table_of(deps, asked, found)


def _table(deps: Deps, asked: Asked) -> Answer:
    if not asked.metadata["incident"]:
        return Answer(_(NO_ITEMS))
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
        return Answer(_(NO_ITEMS))
    # So that who is not known yet is asked for: the table is pasted elsewhere, where a mention would be an id.
    deps.directory.names(asked.workspace, {item.owner for item in shown})
    with deps.db.read() as session:
        known = people.list_names(session, asked.workspace, {item.owner for item in shown})
    return Answer(_("Post-mortem table"), table_blocks(table(shown, lambda user: known.get(user, user))))


def _submitted(deps: Deps, asked: Asked, form: Form) -> None:
    check_may_change(deps.directory.person(asked.workspace, asked.user))  # they may have become a guest since
    incident_id = asked.metadata["incident"] or _registered_by(deps, asked, form)
    viewer = deps.directory.viewer(asked.workspace, asked.user, fresh=True)  # the form may be older than a membership
    with deps.db.begin() as session:
        if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
            return
        incident = incidents.get_incident(session, asked.workspace, incident_id, viewer)
        typed = _typed(session, incident, form, deps.clock())
        kept = kept_up(typed, asked.metadata["marks"], incident)
        known, messages = change_incident(session, incident, kept, asked.user, deps.clock())
        deps.outbox.enqueue(session, asked.workspace, f"incident:{asked.key}", messages)
    asked.done.append(saved(known))


def _registered_by(deps: Deps, asked: Asked, form: Form) -> int:
    """The incident of the form's channel, registered now, once what was typed can be saved. Raises `Refused`."""
    place = place_carried(deps, asked)
    if place.channel is None:
        raise Unreadable
    found = _known(deps, asked.workspace, place)
    with deps.db.read() as session:
        _typed(session, found, form, deps.clock())
    return (found if found.id else register_incident(deps, asked.workspace, place)).id


def _typed(session: Session, incident: Incident, form: Form, now: datetime) -> Incident:
    """The incident as the form says. Raises `Refused` at the field that cannot be."""
    severity, began_at = form.choice("severity"), form.moment("began_at")
    _check_severity(session, incident, severity)
    typed = replace(
        incident,
        title=" ".join(form.text("title").split()),
        severity=severity or None,
        postmortem_url=form.text("postmortem_url"),
        began_at=began_at or incident.began_at,  # empty only where Slack cannot show it
        root_cause=form.text("root_cause"),
        services=parse_services(form.text("services")),
        # What a form that was open before this version does not ask stays as it is.
        ended_at=form.moment("ended_at") if form.has("ended_at") else incident.ended_at,
        lead=form.user("lead") if form.has("lead") else incident.lead,
    )
    check_facts(typed, now)
    return typed


def _check_severity(session: Session, incident: Incident, chosen: str) -> None:
    """Raises `Refused` for a word that the form does not offer, and did not when it was opened."""
    if chosen not in {*list_policies(session, incident.workspace).words, incident.severity or "", ""}:
        raise Refused(CHOOSE_ONE, field="severity")
