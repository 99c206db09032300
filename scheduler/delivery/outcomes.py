"""Ends of deliveries, put on record many at once.

DBOS writes each by itself, in a transaction of its own. Until it is written, a delivery stays pending: whoever takes it
over after a crash finds in `sent_messages` that all is said.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any

from storage.engine import Database
from storage.queue_rows import QueueRows

SUCCESS = "SUCCESS"
AT_ONCE = 100
"""Ends in one transaction."""


class Outcomes:
    """What has ended and is not on record yet. Safe to call from several threads."""

    def __init__(self, database: Database) -> None:
        self._database, self._rows = database, QueueRows(database)
        self._ended: dict[tuple[str, str], None] = {}
        self._lock = Lock()

    def in_place_of(self, written: Callable[..., bool]) -> Callable[..., bool]:
        """What DBOS calls where a workflow is over (`update_workflow_outcome`): a success is noted, all else goes to
        *written*, which is DBOS's own."""
        from dbos._context import current_owner_xid  # noqa: PLC0415 – takes a while

        def note(workflow: str, status: str, **said: Any) -> bool:
            token = said.get("owner_xid") or current_owner_xid(workflow)
            if status != SUCCESS or not token:
                return written(workflow, status, **said)
            with self._lock:
                self._ended[workflow, token] = None
            return True

        return note

    def record(self) -> None:
        """Puts on record what has ended. Raises SQLAlchemy's error where the database fails: then it is tried again at
        the next call."""
        while some := self._some():
            with self._database.begin() as session:
                self._rows.end(session, some)
            with self._lock:
                for each in some:
                    del self._ended[each]

    def unrecorded(self) -> set[str]:
        """The workflows that are over although the queue says that they are in hand."""
        with self._lock:
            return {workflow for workflow, _token in self._ended}

    def _some(self) -> list[tuple[str, str]]:
        with self._lock:
            return list(self._ended)[:AT_ONCE]
