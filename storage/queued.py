"""What stands in DBOS's queue with its content: read, taken out and rewritten, for who restores, releases or erases.

Delivery itself never comes here: DBOS gives it its work. The statements are of `workflow_status` and `workflow_input`,
in which DBOS keeps a delivery and what it was given.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, bindparam, column, delete, or_, select, table, update
from sqlalchemy.orm import Session

from storage.delivery_queue import BROKEN, DELAYED, IN_FLIGHT, SUCCEEDED
from storage.engine import Database
from storage.queue_rows import QUEUE, SCHEMA

AT_ONCE = 500
PORTABLE = "portable_json"


@dataclass(frozen=True)
class Queued:
    """One delivery to one recipient that is not done; `queued_at` in milliseconds since 1970."""

    workflow: str
    workspace: str
    delivery: str
    messages: list[dict[str, Any]]
    queued_at: int


class QueueContent:
    """The deliveries in *database*. The functions raise SQLAlchemy's error when DBOS's tables are not there."""

    def __init__(self, database: Database) -> None:
        schema = None if database.is_sqlite else SCHEMA
        columns = ("workflow_uuid", "status", "queue_name", "queue_partition_key", "created_at", "serialization")
        self.status = table("workflow_status", *(column(name, String()) for name in columns), schema=schema)
        given = (column(name, String()) for name in ("workflow_uuid", "inputs"))
        self.inputs = table("workflow_input", *given, schema=schema)
        self.others = [
            table(name, column("workflow_uuid"), schema=schema) for name in ("workflow_output", "operation_outputs")
        ]

    def list_undone(self, session: Session) -> Iterator[Queued]:
        """What waits, is in hand or is delayed, the oldest first. What a later version has written otherwise is left
        out: nobody here can read it."""
        status, inputs = self.status.c, self.inputs.c
        query = (
            select(status.workflow_uuid, status.created_at, inputs.inputs)
            .join(self.inputs, inputs.workflow_uuid == status.workflow_uuid)
            .where(status.queue_name == QUEUE, status.serialization == PORTABLE)
            .order_by(status.created_at, status.workflow_uuid)
        )
        found = [row for undone in (IN_FLIGHT, DELAYED) for row in session.execute(query.where(undone))]
        for workflow, queued_at, given in sorted(found, key=lambda row: int(row[1])):
            workspace, delivery, messages = json.loads(given)["positionalArgs"]
            yield Queued(workflow, workspace, delivery, messages, queued_at)

    def list_done_with(self, session: Session, workspace: str, needles: Collection[str]) -> list[str]:
        """The workflows there that are over, and whose name or content has one of *needles*, in any case."""
        status, inputs = self.status.c, self.inputs.c
        held = [
            each.icontains(one, autoescape=True) for each in (status.workflow_uuid, inputs.inputs) for one in needles
        ]
        query = select(status.workflow_uuid).outerjoin(self.inputs, inputs.workflow_uuid == status.workflow_uuid)
        ours = (status.queue_name == QUEUE, status.workflow_uuid.startswith(f"{workspace}:", autoescape=True))
        over = or_(SUCCEEDED, BROKEN)
        return list(session.scalars(query.where(*ours, over, or_(*held))))

    def remove(self, session: Session, workflows: Collection[str]) -> None:
        """Takes them out, with all that DBOS keeps of them."""
        wanted = sorted(workflows)
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            for each in (self.inputs, *self.others, self.status):
                session.execute(delete(each).where(each.c.workflow_uuid.in_(some)))

    def rewrite(self, session: Session, queued: Queued) -> None:
        """Gives it other messages, in the place where it waits."""
        given = {"namedArgs": {}, "positionalArgs": [queued.workspace, queued.delivery, queued.messages]}
        text = json.dumps(given, ensure_ascii=False, separators=(",", ":"))
        here = self.inputs.c.workflow_uuid == bindparam("workflow")
        session.execute(update(self.inputs).where(here).values(inputs=text), {"workflow": queued.workflow})
