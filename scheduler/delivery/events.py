"""Makes deliveries of what has happened: one for each webhook that wants it, in one transaction with its taking."""

import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.domain.queries import Viewer
from bot.domain.subjects import WebhookTo
from bot.domain.webhook import Webhook, type_of
from bot.services.bodies import change_body, incident_body, item_bodies
from storage import changes, incidents, items, webhooks
from storage.outbox import Outbox
from storage.people import list_names
from storage.webhooks import WebhookDelivery, WebhookEvent

AT_ONCE = 20


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
        found = self._told(session, event) if hooks else None
        if found is None:
            return
        kind, subject, data, is_private = found
        now = self._clock()
        body = _body(kind, data, now)
        for hook in hooks:
            if hook.wants(kind) and (hook.private or not is_private):
                # Their ids grow: of what came into the queue in the same second, DBOS takes the smaller one first.
                named = f"msg_{event.id:012x}{secrets.token_hex(6)}"
                self._deliver(
                    session, hook, WebhookDelivery(named, hook.workspace, hook.id, kind, subject, body, now, now)
                )

    def _deliver(self, session: Session, hook: Webhook, made: WebhookDelivery) -> None:
        webhooks.record_delivery(session, made)
        about = WebhookTo(made.sendings, made.id)
        self._outbox.enqueue(session, hook.workspace, about.key, [about.in_turn(hook.id, made.subject)])

    def _told(self, session: Session, event: WebhookEvent) -> tuple[str, str, dict[str, Any], bool] | None:
        """The type, what it is about, what is told, and whether it is private; None for what is no news."""
        if event.change_id is None:
            return self._of_incident(session, event)
        number = changes.find_item_number(session, event.workspace, event.change_id)
        change = changes.get_change(session, event.workspace, event.change_id)
        if number is None or change.detail.get("imported"):  # a file that is imported is old news
            return None
        # As everybody may know it: when a public item changed is told in the order of public items.
        listed = items.find_listed(session, event.workspace, number, Viewer("")) or items.find_listed(
            session, event.workspace, number, None
        )
        assert listed  # the item of a line of history
        [item] = item_bodies(session, event.workspace, [listed], self._clock())
        names = list_names(session, event.workspace, {change.by})
        data = {"item": item, "change": change_body(change, names)}
        private = listed.item.private
        return type_of(change, private=private), f"item:{number}", data, private

    def _of_incident(self, session: Session, event: WebhookEvent) -> tuple[str, str, dict[str, Any], bool] | None:
        incident = incidents.find_incident(session, event.workspace, event.incident_id)
        if incident is None:
            return None
        kind = "incident.created" if event.is_new else "incident.updated"
        return kind, f"incident:{incident.id}", {"incident": incident_body(incident)}, incident.private


def _body(kind: str, data: dict[str, Any], now: datetime) -> str:
    return json.dumps({"type": kind, "timestamp": now.isoformat(), "data": data}, ensure_ascii=False)
