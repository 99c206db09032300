"""The outbox, which says in the log which request what is put into it came from. Stores nothing itself."""

from collections.abc import Iterable, Sequence

import structlog
from sqlalchemy.orm import Session

from bot.deps import MessageOutbox
from bot.domain.messages import Message

log = structlog.get_logger()


class LoggedOutbox(MessageOutbox):
    """As *outbox*. Its line has the id of the request that is answered; `message_delivered` has the delivery's too."""

    def __init__(self, outbox: MessageOutbox) -> None:
        self._outbox = outbox

    def enqueue(
        self, session: Session, workspace: str, delivery_id: str, messages: Sequence[Message], *, delay: float = 0.0
    ) -> None:
        """As the outbox's. The change may still be rolled back: then nothing of that delivery follows."""
        self._outbox.enqueue(session, workspace, delivery_id, messages, delay=delay)
        _log(workspace, delivery_id, messages)

    def enqueue_all(self, session: Session, deliveries: Iterable[tuple[str, str, Sequence[Message]]]) -> None:
        deliveries = list(deliveries)
        self._outbox.enqueue_all(session, deliveries)
        for each in deliveries:
            _log(*each)


def _log(workspace: str, delivery_id: str, messages: Sequence[Message]) -> None:
    if messages:
        log.info("queued", workspace=workspace, delivery=delivery_id, messages=len(messages))
