"""What the outbox stores outlives the code that stored it."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from dbos import WorkflowSerializationFormat
from sqlalchemy import event, text

from bot.domain.messages import Live, Message, Post
from storage.delivery_queue import QueueTable
from storage.engine import Database
from storage.outbox import QUEUED_AT, Outbox, from_json, has_waiting, to_json
from storage.queued import QueueContent
from tests.integration.delivery.conftest import TEAM, Workshop, eventually

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}
MESSAGES = [Post("k", "C1", "Hello", [SECTION], thread_of="parent"), Live("card:1", "C1", "card", "1")]
TO_THE_OWNER = Post("dm", "U1", "Hello")


@pytest.fixture
def other_database(each_shop: Workshop) -> Iterator[Database]:
    """The same database as another process would open it."""
    database = Database(each_shop.database.url.render_as_string(hide_password=False))
    yield database
    database.close()


@pytest.mark.parametrize("message", MESSAGES)
def test_message_comes_back_as_it_was(message: Message) -> None:
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


@pytest.mark.parametrize("message", MESSAGES)
def test_field_of_another_version_is_ignored(message: Message) -> None:
    assert from_json({**to_json(message), "since_version_9": True}) == message


def test_row_of_the_first_version_is_understood() -> None:
    assert from_json({"kind": "post", "key": "k", "to": "C1", "text": "Hello"}) == Post("k", "C1", "Hello")


def hand_over(shop: Workshop) -> int:
    with shop.database.begin() as session:
        return shop.outbox.hand_over(session, 100)


def queue_as_before(shop: Workshop, delivery: str, *messages: Message) -> None:
    """As the version did that had no table of its own: a delivery for each recipient, in the change's transaction."""
    with shop.database.begin() as session:
        for turn, to in enumerate(dict.fromkeys(message.to for message in messages)):
            part = delivery if turn == 0 else f"{delivery}/{to}"
            options = {
                "workflow_name": "deliver",
                "queue_name": "deliveries",
                "workflow_id": f"{TEAM}:{part}",
                "workflow_id_reuse_policy": "reject",
                "queue_partition_key": f"{TEAM}:{to}",
                "serialization_type": WorkflowSerializationFormat.PORTABLE,
            }
            stored = [to_json(message) for message in messages if message.to == to]
            shop.outbox.client.enqueue_in_transaction(session, options, TEAM, part, stored)  # type: ignore[arg-type]


def queued(shop: Workshop) -> list[tuple[str, str, Any]]:
    """What stands in DBOS's tables: names, partitions and arguments of deliveries."""
    schema = "" if shop.database.is_sqlite else "dbos."
    query = (
        "SELECT workflow_uuid, queue_partition_key, workflow_input.inputs"
        f" FROM {schema}workflow_status JOIN {schema}workflow_input USING (workflow_uuid) ORDER BY workflow_uuid"
    )
    with shop.database.begin() as session:
        found = [(name, of, json.loads(said)["positionalArgs"]) for name, of, said in session.execute(text(query))]
    for _, _, (_, _, messages) in found:
        for message in messages:  # an older version reads over it
            assert from_json(message) == from_json(
                {name: value for name, value in message.items() if name != QUEUED_AT}
            )
            message.pop(QUEUED_AT, None)
    return found


def test_change_is_one_row_of_plain_json(each_shop: Workshop) -> None:
    each_shop.enqueue(*MESSAGES, TO_THE_OWNER)
    with each_shop.database.begin() as session:
        rows = session.execute(text("SELECT workspace, delivery, messages FROM outbox")).all()
    [(workspace, delivery, stored)] = rows
    assert (workspace, delivery) == (TEAM, "change:1")
    stored = json.loads(stored) if isinstance(stored, str) else stored
    assert stored == [to_json(message) for message in [*MESSAGES, TO_THE_OWNER]]
    assert queued(each_shop) == []


def test_each_recipient_is_handed_a_delivery_of_its_own_in_plain_json(each_shop: Workshop) -> None:
    each_shop.enqueue(*MESSAGES, TO_THE_OWNER)
    assert hand_over(each_shop) == 1
    assert queued(each_shop) == [
        ("T1:change:1", "T1:C1", [TEAM, "change:1", [to_json(m) for m in MESSAGES]]),
        ("T1:change:1/U1", "T1:U1", [TEAM, "change:1/U1", [to_json(TO_THE_OWNER)]]),
    ]
    assert hand_over(each_shop) == 0


def test_delivery_knows_since_when_it_waits(each_shop: Workshop) -> None:
    each_shop.enqueue(TO_THE_OWNER)
    hand_over(each_shop)
    with each_shop.database.begin() as session:
        (waiting,) = QueueContent(each_shop.database).list_undone(session)
    assert abs(waiting.messages[0][QUEUED_AT] / 1000 - time.time()) < 60


def test_what_the_version_before_has_queued_looks_the_same(each_shop: Workshop) -> None:
    queue_as_before(each_shop, "change:1", *MESSAGES, TO_THE_OWNER)
    before = queued(each_shop)
    each_shop.enqueue(*MESSAGES, TO_THE_OWNER)
    hand_over(each_shop)
    assert queued(each_shop) == before


def test_what_the_version_before_has_queued_is_delivered_once_and_before_what_came_later(each_shop: Workshop) -> None:
    each_shop.shows["1"] = "Not started"
    queue_as_before(each_shop, "change:1", MESSAGES[1], Post("dm", "U1", "Before"))
    each_shop.enqueue(MESSAGES[1], Post("dm", "U1", "Before"), change="change:1")
    each_shop.deliver(Post("dm 2", "U1", "After"), change="change:2")
    assert each_shop.slack.texts("C1") == ["Not started"]
    assert each_shop.slack.texts("DU1") == ["Before", "After"]
    each_shop.enqueue(MESSAGES[1], Post("dm", "U1", "Before"), change="change:1")
    each_shop.deliver()
    assert each_shop.slack.texts("DU1") == ["Before", "After"]


def test_handing_over_that_fails_half_way_loses_and_repeats_nothing(
    each_shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    each_shop.enqueue(*MESSAGES, TO_THE_OWNER)
    monkeypatch.setattr("storage.outbox.partition_of", lambda *_: {}["no partition"])
    with pytest.raises(KeyError):
        hand_over(each_shop)
    monkeypatch.undo()
    assert hand_over(each_shop) == 1
    assert len(queued(each_shop)) == 2


def test_two_processes_hand_over_every_change_once(each_shop: Workshop, other_database: Database) -> None:
    for number in range(60):
        each_shop.enqueue(Post(f"k{number}", "C1", "Hello"), Post(f"d{number}", "U1", "Hello"), change=f"c:{number}")

    def hand_over_all(database: Database) -> int:
        outbox, moved = Outbox(database), 0
        while True:
            with database.begin() as session:
                found = outbox.hand_over(session, 7)
            if not found:
                with database.read() as session:
                    if not has_waiting(session):
                        return moved
            moved += found

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(hand_over_all, [each_shop.database, other_database])) == 60
    assert len(queued(each_shop)) == 120


def test_changes_of_one_moment_keep_their_order(each_shop: Workshop) -> None:
    """They went by their names: “change:10” came before “change:9” where both were handed over in the same second."""
    for number in range(8, 12):
        each_shop.enqueue(Post(f"k{number}", "C1", f"{number}"), change=f"change:{number}")
        if number == 9:
            hand_over(each_shop)  # the others come later, with a clock that may say the same
    each_shop.deliver(Post("k12", "C1", "12"), change="change:12")
    assert each_shop.slack.texts("C1") == ["8", "9", "10", "11", "12"]


def test_second_enqueue_is_ignored_as_a_whole(each_shop: Workshop) -> None:
    each_shop.enqueue(MESSAGES[1])
    each_shop.enqueue(MESSAGES[1], TO_THE_OWNER)
    assert each_shop.backlog.enqueued == 1
    hand_over(each_shop)
    each_shop.enqueue(MESSAGES[1], TO_THE_OWNER)
    hand_over(each_shop)
    assert each_shop.backlog.enqueued == 1


def test_backlog_counts_what_is_not_handed_over_yet(each_shop: Workshop) -> None:
    each_shop.enqueue(*MESSAGES, TO_THE_OWNER)
    assert each_shop.backlog.enqueued == 1
    hand_over(each_shop)
    assert each_shop.backlog.enqueued == 2


def test_what_is_handed_over_while_it_is_counted_is_counted(each_shop: Workshop, other_database: Database) -> None:
    """Seen in the queue a moment too early and in the outbox a moment too late, it was in neither: nothing was left."""
    each_shop.enqueue(Post("k", "C1", "Hello"))

    def hand_over_meanwhile(*_: object) -> None:
        with other_database.begin() as session:
            Outbox(other_database).hand_over(session, 10)

    with each_shop.database.read() as session:
        event.listen(session.connection(), "after_cursor_execute", hand_over_meanwhile, once=True)
        assert QueueTable(each_shop.database).count(session, failed=0).enqueued == 1


def test_delayed_delivery_is_in_the_queue_at_once(each_shop: Workshop) -> None:
    with each_shop.database.begin() as session:
        each_shop.outbox.enqueue(session, TEAM, "change:1", [TO_THE_OWNER], delay=30)
    assert [name for name, _of, _said in queued(each_shop)] == ["T1:change:1"]


def test_delivery_without_messages_is_nothing(shop: Workshop) -> None:
    shop.enqueue()
    assert shop.backlog.enqueued == 0


def test_delivery_that_nobody_understands_is_counted_as_failed(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.outbox.to_json", lambda _: {"kind": "from the future"})
    shop.enqueue(Post("k", "C1", "Hello"))
    with shop.delivery():
        eventually(lambda: shop.backlog.failed == 1)


def test_delivery_refuses_to_start_without_its_tables(sqlite_url: str) -> None:
    from scheduler.delivery.worker import Delivery
    from storage.engine import Database
    from storage.tables.base import Base

    database = Database(sqlite_url)
    Base.metadata.create_all(database.engine)
    delivery = Delivery(
        database,
        Outbox(database),
        client_for={}.__getitem__,
        renderers={},
        on_failure=lambda *_: None,
    )
    with pytest.raises(RuntimeError, match="tables"):
        delivery.launch()
    database.close()
