"""What the outbox stores outlives the code that stored it."""

import json

import pytest
from sqlalchemy import text

from bot.domain.messages import Live, Message, Post
from storage.outbox import Outbox, from_json, to_json
from tests.integration.delivery.conftest import TEAM, Workshop, eventually

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}
MESSAGES = [Post("k", "C1", "Hello", [SECTION], thread_of="parent"), Live("card:1", "C1", "card", "1")]
TO_THE_OWNER = Post("dm", "U1", "Hello")


@pytest.mark.parametrize("message", MESSAGES)
def test_message_comes_back_as_it_was(message: Message) -> None:
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


@pytest.mark.parametrize("message", MESSAGES)
def test_field_of_another_version_is_ignored(message: Message) -> None:
    assert from_json({**to_json(message), "since_version_9": True}) == message


def test_row_of_the_first_version_is_understood() -> None:
    assert from_json({"kind": "post", "key": "k", "to": "C1", "text": "Hello"}) == Post("k", "C1", "Hello")


def test_delivery_is_stored_as_plain_json(each_shop: Workshop) -> None:
    each_shop.enqueue(*MESSAGES)
    schema = "" if each_shop.database.is_sqlite else "dbos."
    with each_shop.database.begin() as session:
        stored = session.scalar(text(f"SELECT inputs FROM {schema}workflow_input"))
    assert json.loads(str(stored))["positionalArgs"] == [TEAM, "change:1", [to_json(m) for m in MESSAGES]]


def test_second_enqueue_is_ignored_as_a_whole(each_shop: Workshop) -> None:
    each_shop.enqueue(MESSAGES[1])
    each_shop.enqueue(MESSAGES[1], TO_THE_OWNER)
    assert each_shop.backlog.enqueued == 1


def test_each_recipient_has_a_delivery_of_its_own(shop: Workshop) -> None:
    shop.enqueue(*MESSAGES, TO_THE_OWNER)
    shop.enqueue(*MESSAGES, TO_THE_OWNER)
    assert shop.backlog.enqueued == 2


def test_delivery_without_messages_is_nothing(shop: Workshop) -> None:
    shop.enqueue()
    assert shop.backlog.enqueued == 0


def test_delivery_that_nobody_understands_is_counted_as_failed(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.outbox.to_json", lambda _: {"kind": "from the future"})
    shop.enqueue(Post("k", "C1", "Hello"))
    with shop.delivery():
        eventually(lambda: shop.backlog.failed == 1)


def test_delivery_refuses_to_start_without_its_tables(sqlite_url: str) -> None:
    from scheduler.delivery.delivery import Delivery
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
