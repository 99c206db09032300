"""Makes deliveries of what has happened: one for each webhook that wants it, in one transaction with its taking."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.domain.queries import EVERYBODY
from bot.domain.surfaces import WebhookTo
from bot.domain.webhook import DELETED, Webhook, event_of, type_of
from bot.services.bodies import JsonBody, change_body, gone_body, incident_body, item_bodies
from storage import changes, incidents, items, webhooks
from storage.outbox import Outbox
from storage.people import list_names
from storage.webhooks import WebhookDelivery, WebhookEvent

AT_ONCE = 20


@dataclass(frozen=True)
class ToTell:
    """The type of an event, what it is about, and what is told of it.

    `private`: to those alone who may know of what is private; `until`: to those alone who may not, for they know of it
    from before.
    """

    kind: str
    subject: str
    data: JsonBody
    private: bool = False
    until: bool = False

    def is_for(self, hook: Webhook) -> bool:
        """Whether that webhook may know it, and does not know better."""
        return not self.until if hook.private else not self.private


class Events:
    """Turns events into deliveries. Safe in several processes: each event is taken once."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox, self._clock = outbox, clock

    def take(self, session: Session) -> int:
        """Takes the oldest events; how many there were."""
        taken = webhooks.take_events(session, AT_ONCE)
        new = {event.incident_id for event in taken if event.is_new}
        for event in taken:
            # Registering an incident writes it and then its facts: that is one thing to who hears of it.
            if event.is_new or event.incident_id is None or event.incident_id not in new:
                self._spread(session, event)
        return len(taken)

    def _spread(self, session: Session, event: WebhookEvent) -> None:
        hooks = webhooks.list_webhooks(session, event.workspace, live=True)
        told = self._told(session, event) if hooks else None
        if told is None:
            return
        now = self._clock()
        body = _body(told.kind, told.data, now)
        for hook in hooks:
            if hook.wants(told.kind) and told.is_for(hook):
                # Their ids grow: of what came into the queue in the same second, DBOS takes the smaller one first.
                msg = f"msg_{event.id:012x}{secrets.token_hex(6)}"
                made = WebhookDelivery(msg, hook.workspace, hook.id, told.kind, told.subject, body, now, now)
                self._deliver(session, hook, made)

    def _deliver(self, session: Session, hook: Webhook, made: WebhookDelivery) -> None:
        webhooks.record_delivery(session, made)
        about = WebhookTo(made.sendings, made.id)
        self._outbox.enqueue(session, hook.workspace, about.key, [about.in_turn(hook.line, made.subject)])

    def _told(self, session: Session, event: WebhookEvent) -> ToTell | None:
        """What is told of it; None for what is no news."""
        if event.change_id is not None:
            return self._of_change(session, event, event.change_id)
        if event.item_number is not None:
            return self._of_item(session, event, event.item_number)
        return _of_incident(session, event)

    def _of_change(self, session: Session, event: WebhookEvent, change_id: int) -> ToTell | None:
        number = changes.find_item_number(session, event.workspace, change_id)
        change = changes.get_change(session, event.workspace, change_id)
        if number is None or change.detail.get("imported"):  # a file that is imported is old news
            return None
        names = list_names(session, event.workspace, {change.by})
        body, private = self._item(session, event.workspace, number)
        data = {"item": body, "change": change_body(change, names)}
        return ToTell(type_of(change, private=private), subject_of(number), data, private)

    def _of_item(self, session: Session, event: WebhookEvent, number: int) -> ToTell:
        """What is in no history, so there is no change to tell."""
        if event.kind == DELETED:
            return ToTell(
                event_of(DELETED), subject_of(number), {"item": gone_body(number), "change": None}, until=True
            )
        body, private = self._item(session, event.workspace, number)
        return ToTell(
            event_of(event.kind, private=private), subject_of(number), {"item": body, "change": None}, private
        )

    def _item(self, session: Session, workspace: str, number: int) -> tuple[JsonBody, bool]:
        """The item, and whether it is private."""
        # As everybody may know it: when a public item changed is told in the order of public items.
        listed = items.find_listed(session, workspace, number, EVERYBODY) or items.find_listed(
            session, workspace, number, None
        )
        assert listed  # nothing that has a history is ever deleted
        [body] = item_bodies(session, workspace, [listed], self._clock())
        return body, listed.item.private


def subject_of(number: int) -> str:
    """What the deliveries of an item are in order for."""
    return f"item:{number}"


def _of_incident(session: Session, event: WebhookEvent) -> ToTell | None:
    incident = incidents.find_incident(session, event.workspace, event.incident_id)
    if incident is None:
        return None
    kind = "incident.created" if event.is_new else "incident.updated"
    return ToTell(kind, f"incident:{incident.id}", {"incident": incident_body(incident)}, incident.private)


def _body(kind: str, data: JsonBody, now: datetime) -> str:
    return json.dumps({"type": kind, "timestamp": now.isoformat(), "data": data}, ensure_ascii=False)
