"""Says once more what Slack had refused for good: for `actionitem ritual`, when somebody has mended the reason."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from bot.deps import MessageOutbox
from bot.domain.messages import Message
from storage.messages import claim_given_up


def say_again(session: Session, outbox: MessageOutbox, workspace: str, messages: Iterable[Message]) -> list[Message]:
    """Puts those of *messages* that were given up into the outbox again, each under its own key; returns them.

    What was sent, or still waits, is left alone.
    """
    again = []
    for message in messages:
        if (failed_at := claim_given_up(session, workspace, message.key)) is not None:
            delivery = f"{message.key}:again:{failed_at.isoformat()}"  # a failure is mended once
            # The message keeps its key, under which an attempt of then is looked for; the delivery needs a new one,
            # because the queue ignores a name that it has had.
            outbox.enqueue(session, workspace, delivery, [message])
            again.append(message)
    return again
