"""What handlers and rituals are given: the database, the outbox, the clock, the settings and Slack."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.domain.messages import Message
from bot.domain.team import Team
from bot.settings import Settings
from bot.slack.client import ClientFor
from bot.slack.directory import Directory
from storage.engine import Database


class MessageOutbox(Protocol):
    """Where messages wait for delivery; `storage.outbox` is the real one."""

    def enqueue(
        self, session: Session, workspace: str, delivery_id: str, messages: Sequence[Message], *, delay: float = 0.0
    ) -> None:
        """Puts the messages of one change into the transaction of that change; `delay` in seconds holds them back."""

    def enqueue_all(self, session: Session, deliveries: Iterable[tuple[str, str, Sequence[Message]]]) -> None:
        """As `enqueue`, for several, each a workspace, a delivery's id and its messages."""
        for workspace, delivery_id, messages in deliveries:
            self.enqueue(session, workspace, delivery_id, messages)


@dataclass(frozen=True)
class Deps:
    """Built once by `bot.app`, handed to everything that acts."""

    settings: Settings
    db: Database
    outbox: MessageOutbox
    clock: Clock
    client_for: ClientFor
    directory: Directory
    schedule_team: Callable[[Session, Team, datetime], None]
    """Sets when the team's rituals are due next after that moment; handlers do not know the rituals."""
    after_the_card_s: float = 3.0
    """What is like a new incident is said after the card of the item that registered it: the card was asked for."""

    def today(self, zone: ZoneInfo) -> date:
        """The day it is now in *zone*."""
        return self.clock().astimezone(zone).date()
