"""What came in from Slack and has been done, so that it is done once."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storage.forgetting import forget_some
from storage.once import insert_once
from storage.tables.inbox import InboxRow

KEPT_FOR = timedelta(days=7)
"""Slack retries an event for at most an hour; a week covers a long outage too."""


def claim(session: Session, workspace: str, key: str, at: datetime) -> bool:
    """Whether *key* (a view's id and hash, an event id, a trigger id) is new; from now on it is not."""
    return insert_once(session, InboxRow, {"workspace": workspace, "key": key}, {"at": at})


def forget_old(session: Session, now: datetime) -> int:
    """Deletes keys older than `KEPT_FOR`, some at a time; returns how many."""
    return forget_some(session, InboxRow, InboxRow.at < now - KEPT_FOR)
