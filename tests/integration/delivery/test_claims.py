"""What is claimed is what DBOS would claim; and what is claimed and does not begin is not lost."""

from collections.abc import Collection
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.domain.messages import Post
from scheduler.delivery.takeover import LetGo
from storage.queue_rows import QUEUE, VERSION, QueueRows
from tests import clock
from tests.integration.delivery.conftest import TEAM, Workshop


def test_claimed_delivery_that_cannot_be_read_is_put_back(each_shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stayed pending, as one whose thread is on its way, until the process ended."""
    whole, failures = QueueRows.list_taken, [RuntimeError("disk I/O error")]

    def fails_once(rows: QueueRows, session: Session, workflows: Collection[str]) -> Any:
        if failures:
            raise failures.pop()
        return whole(rows, session, workflows)

    monkeypatch.setattr(QueueRows, "list_taken", fails_once)
    each_shop.deliver(Post("k", "C1", "Hello"))
    assert (failures, each_shop.slack.texts("C1")) == ([], ["Hello"])


def test_process_that_has_become_late_since_its_claim_does_not_post(shop: Workshop) -> None:
    """A person's channel is opened in between, which may take half a minute; meanwhile another may have posted it."""

    def check() -> None:
        raise LetGo

    message = Post("k", "U1", "Hello")
    with pytest.raises(LetGo):
        shop.delivery()._sender.advance(TEAM, message, check)
    assert [method for method, *_ in shop.slack.calls] == ["conversations.open"]
    shop.deliver(message)
    assert shop.slack.texts("DU1") == ["Hello"]


class Beside:
    """A queue of which we and DBOS take in turns."""

    def __init__(self, shop: Workshop) -> None:
        self._shop, self.rows, self.dbos = shop, QueueRows(shop.database), shop.outbox.client._sys_db
        self._queue = shop.outbox.client.register_queue(QUEUE, partition_concurrency=1, on_conflict="always_update")

    def put(self, change: str, *recipients: str) -> None:
        with self._shop.database.begin() as session:
            self._shop.outbox.enqueue(session, TEAM, change, [Post(change, to, "Hello") for to in recipients])
            self._shop.outbox.hand_over(session, 20)

    def alter(self, workflow: str, **values: str) -> None:
        table = self.dbos.tables.workflow_status
        with self.dbos.engine.begin() as connection:
            connection.execute(table.update().where(table.c.workflow_uuid == workflow).values(values))

    def heads(self, room: int = 100) -> list[str]:
        with self._shop.database.read() as session:
            return self.rows.list_heads(session, room=room)

    def take(self, workflows: list[str]) -> list[str]:
        with self._shop.database.begin() as session:
            return self.rows.take(session, workflows, executor="here", token="token")

    def taken_by_dbos(self) -> list[str]:
        return self.dbos.start_queued_partitioned_workflows(
            self._queue, "here", VERSION, 100, owner_xid="token", is_latest_version=True
        )

    def in_table(self, workflow: str) -> dict[str, Any]:
        table = self.dbos.tables.workflow_status
        with self.dbos.engine.begin() as connection:
            found = connection.execute(table.select().where(table.c.workflow_uuid == workflow)).mappings().one()
        return {name: value for name, value in found.items() if name not in OF_ITS_OWN}


OF_ITS_OWN = {"workflow_uuid", "queue_partition_key", "created_at", "updated_at", "started_at_epoch_ms"}


def test_what_we_take_is_what_dbos_would_take(each_shop: Workshop) -> None:
    """The first of each recipient, unless one of theirs is in hand; none of another application or version."""
    queue = Beside(each_shop)
    queue.put("change:1", "C1", "C2", "C3", "C4")
    queue.put("change:2", "C1", "C2", "C3", "C4")
    queue.alter(f"{TEAM}:change:1", application_version="0")
    queue.alter(f"{TEAM}:change:1/C2", application_name="another")
    heads = queue.heads()
    assert sorted(heads) == [f"{TEAM}:change:1/C3", f"{TEAM}:change:1/C4", f"{TEAM}:change:2", f"{TEAM}:change:2/C2"]
    assert len(queue.heads(room=2)) == 2
    assert queue.taken_by_dbos() == heads
    queue.put("change:3", "C1", "C5")
    assert queue.heads() == [f"{TEAM}:change:3/C5"]
    assert queue.take([*heads, f"{TEAM}:change:3/C5"]) == [f"{TEAM}:change:3/C5"]
    assert (queue.heads(), queue.taken_by_dbos()) == ([], [])


def test_head_is_not_taken_where_another_became_the_head_and_was_taken_since(each_shop: Workshop) -> None:
    """Another process had taken up what was delayed, and stands before it."""
    queue = Beside(each_shop)
    queue.put("change:1", "C1")
    queue.alter(f"{TEAM}:change:1", status="DELAYED")
    queue.put("change:2", "C1")
    heads = queue.heads()
    assert heads == [f"{TEAM}:change:2"]
    queue.alter(f"{TEAM}:change:1", status="ENQUEUED")
    assert queue.take(queue.heads()) == [f"{TEAM}:change:1"]
    assert queue.take(heads) == []


def test_what_we_write_and_read_is_what_dbos_would(each_shop: Workshop) -> None:
    queue = Beside(each_shop)
    queue.put("change:1", "C1")
    [theirs] = queue.taken_by_dbos()
    queue.put("change:2", "C2")
    [ours] = queue.take(queue.heads())
    assert queue.in_table(ours) == queue.in_table(theirs)
    with each_shop.database.read() as session:
        found = queue.rows.list_taken(session, [theirs, ours])
    known = queue.dbos.get_workflow_statuses([theirs, ours])
    assert sorted(found, key=lambda each: each["workflow_uuid"]) == known
    if not clock.is_shifted():  # DBOS asks SQLite for the time, which knows nothing of that
        assert known[1]["started_at_epoch_ms"] == pytest.approx(known[0]["started_at_epoch_ms"], abs=60_000)
