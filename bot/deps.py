"""What handlers and rituals are given: the database, the outbox, the clock, the settings and Slack."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.directory import Directory
from bot.domain.messages import Message
from bot.settings import Settings
from bot.slack import ClientFor
from storage.engine import Database


class Outbox(Protocol):
    """Where messages wait for delivery; `storage.outbox` is the real one."""

    def enqueue(self, session: Session, workspace: str, delivery_id: str, messages: Sequence[Message]) -> None:
        """Puts the messages of one change into the transaction of that change."""


@dataclass(frozen=True)
class Deps:
    """Built once by `bot.app`, handed to everything that acts."""

    settings: Settings
    db: Database
    outbox: Outbox
    clock: Clock
    client_for: ClientFor
    directory: Directory

    def today(self, zone: ZoneInfo) -> date:
        """The day it is now in *zone*."""
        return self.clock().astimezone(zone).date()
