"""What nobody will ask for again is forgotten: once an hour, in pieces between which others write.

The queue's own rows go at each beat of a process that delivers (`delivery/takeover.py`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic, sleep

from sqlalchemy.orm import Session

from storage import inbox
from storage.api_answers import forget_old_answers
from storage.engine import Database
from storage.forgetting import AT_ONCE
from storage.mornings import forget_told
from storage.questions import forget_questions
from storage.webhooks import forget_old_deliveries

TOLD_KEPT = timedelta(days=60)


def clean(db: Database, now: datetime, keep_questions: timedelta) -> None:
    """Forgets all that is older than it is kept for."""
    for forget in (
        lambda session: inbox.forget_old(session, now),
        lambda session: forget_old_answers(session, now),
        lambda session: forget_old_deliveries(session, now),
        lambda session: forget_told(session, (now - TOLD_KEPT).date()),
        lambda session: forget_questions(session, (now - keep_questions).date()),
    ):
        _forget_all(db, forget)


def _forget_all(db: Database, forget: Callable[[Session], int]) -> None:
    forgotten = AT_ONCE
    while forgotten >= AT_ONCE:
        began = monotonic()
        with db.begin() as session:
            forgotten = forget(session)
        # SQLite's lock has no queue: without the pause this process would take it again before those who wait look.
        if db.is_sqlite and forgotten:
            sleep(monotonic() - began)
