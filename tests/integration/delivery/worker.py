"""A process that delivers until it is killed: `python -m tests.integration.delivery.worker DATABASE SLACK [slow]`.

`slow`: with the settings for Slack itself.
"""

import sys
from threading import Event

from bot.domain.delivery import Rendered
from scheduler.delivery import Delivery, DeliverySettings, delivery_client
from storage.engine import Database
from storage.outbox import Outbox
from tests.integration.delivery.conftest import QUICK

if __name__ == "__main__":
    database_url, api_url, *slow = sys.argv[1:]
    database = Database(database_url)
    client = delivery_client("xoxb-1", api_url)
    with Delivery(
        database,
        Outbox(database),
        client_for=lambda _: client,
        renderers={"card": lambda _, ref: Rendered(ref)},
        on_failure=lambda *_: None,
        settings=DeliverySettings() if slow else QUICK,
    ):
        Event().wait()
