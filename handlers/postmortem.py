"""The post-mortem itself: “Add the link”, “Add items” and “None needed”, where a channel is asked for it."""

import json
from collections.abc import Callable
from functools import partial

from slack_sdk.models.views import View

from bot.blocks.ids import Button, Modal
from bot.blocks.item_form import Prefilled
from bot.blocks.postmortem_check import link_form, none_needed_form
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.incident import Incident, check_may_change, marks
from bot.domain.item import is_link
from bot.domain.joined import number
from bot.domain.postmortem_check import checked_reason, with_link, with_none_needed
from bot.services.incident_change import change_incident
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.new import open_form
from handlers.shared.item_change import remember_asker
from storage import inbox, incidents

PASTE_THE_LINK = "Paste the link to the post-mortem: it begins with https://"


def register(router: Router, deps: Deps) -> None:
    """The buttons of the question, and its two forms."""
    router.button(Button.ADD_LINK, partial(_open, deps, link_form))
    router.button(Button.ADD_ITEMS, partial(_add_items, deps))
    router.button(Button.NONE_NEEDED, partial(_open, deps, none_needed_form))
    router.modal(Modal.ADD_LINK, partial(_linked, deps))
    router.modal(Modal.NONE_NEEDED, partial(_none_needed, deps))


def _open(deps: Deps, draw: Callable[[Incident, str], View], asked: Asked) -> Answer | None:
    check_may_change(remember_asker(deps, asked))
    incident = _incident(deps, asked, number(asked.value))
    seen = {"postmortem_url": marks(incident)["postmortem_url"]}
    asked.open(draw(incident, json.dumps({"incident": incident.id, "channel": asked.channel, "marks": seen})))
    return None


def _add_items(deps: Deps, asked: Asked) -> Answer | None:
    incident = _incident(deps, asked, number(asked.value))
    # In its channel the form knows the incident by itself; in a direct message it does not.
    return open_form(deps, asked, Prefilled(incident_id=None if incident.channel else incident.id))


def _linked(deps: Deps, asked: Asked, form: Form) -> None:
    url = form.text("postmortem_url")
    if not is_link(url):
        raise Refused(PASTE_THE_LINK, field="postmortem_url")
    _change(deps, asked, lambda now: with_link(now, url))


def _none_needed(deps: Deps, asked: Asked, form: Form) -> None:
    why = checked_reason(form.text("why"))
    seen = asked.metadata.get("marks", {})
    _change(deps, asked, lambda now: with_none_needed(now, why, seen))


def _change(deps: Deps, asked: Asked, changed: Callable[[Incident], Incident]) -> None:
    check_may_change(remember_asker(deps, asked))
    viewer = deps.directory.viewer(asked.workspace, asked.user, fresh=True)
    with deps.db.begin() as session:
        if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
            return
        incident = incidents.get_incident(session, asked.workspace, asked.metadata["incident"], viewer, lock=True)
        _known, messages = change_incident(session, incident, changed(incident), asked.user, deps.clock())
        deps.outbox.enqueue(session, asked.workspace, f"incident:{asked.key}", messages)


def _incident(deps: Deps, asked: Asked, incident_id: int) -> Incident:
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        return incidents.get_incident(session, asked.workspace, incident_id, viewer)
