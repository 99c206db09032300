"""What has to wait keeps its claim and goes on by it, unless others may have taken over meanwhile."""

from dataclasses import replace

import pytest
from dbos._sys_db import SystemDatabase
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.domain.messages import Post
from bot.domain.surfaces import refresh_of
from scheduler.delivery.outcomes import Outcomes
from scheduler.delivery.worker import Delivery
from storage.queue_rows import QueueRows
from storage.queued import QueueContent
from storage.tables.delivery import SentMessage
from tests.integration.delivery.conftest import QUICK, TEAM, Workshop, eventually
from tests.integration.delivery.slack_stub import Fault

POST = "chat.postMessage"


@pytest.fixture
def handed_back(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The deliveries that are put back into the queue."""
    found: list[str] = []
    whole = SystemDatabase.reenqueue_for_recovery

    def noted(system: SystemDatabase, workflow: str, executors: list[str], queue: str) -> bool:
        found.append(workflow)
        return whole(system, workflow, executors, queue)

    monkeypatch.setattr(SystemDatabase, "reenqueue_for_recovery", noted)
    return found


def limited(shop: Workshop, seconds: int, *channels: str) -> None:
    for channel in channels:
        shop.slack.faults.append(Fault(POST, channel=channel, status=429, error="ratelimited", retry_after=seconds))


def test_what_was_put_aside_goes_on_by_its_claim(each_shop: Workshop, handed_back: list[str]) -> None:
    limited(each_shop, 1, "C1")
    each_shop.deliver(Post("k", "C1", "Hello"), Post("next", "C1", "Next"))
    assert each_shop.slack.texts("C1") == ["Hello", "Next"]
    assert handed_back == []


def test_what_others_may_have_taken_over_is_put_back(each_shop: Workshop, handed_back: list[str]) -> None:
    limited(each_shop, 1, "C1")
    each_shop.enqueue(Post("k", "C1", "Hello"))
    with each_shop.delivery() as delivery:
        eventually(lambda: delivery._keeper._aside)
        delivery._keeper._epoch += 1  # as when it had been paused for too long
        each_shop.wait()
    assert each_shop.slack.texts("C1") == ["Hello"]
    assert handed_back == [f"{TEAM}:change:1"]


def test_what_there_is_no_room_for_waits_in_the_queue(shop: Workshop, handed_back: list[str]) -> None:
    channels = [f"C{number}" for number in range(4)]
    limited(shop, 600, *channels)
    for channel in channels:
        shop.enqueue(Post(channel, channel, "Hello"), change=channel)
    with shop.delivery(replace(QUICK, workers=1)) as delivery:
        # After two of them the workspace's own limit counts as reached, and the others wait for a place first.
        eventually(lambda: len(shop.slack.times(POST)) == len(delivery._keeper._aside) == len(channels))
        with shop.database.begin() as session:
            session.execute(update(SentMessage).values(not_before=None))
        delivery._keeper.take_up(TEAM)
        eventually(lambda: all(shop.slack.texts(channel) == ["Hello"] for channel in channels))
    assert len(handed_back) >= 2


def test_what_is_rewritten_while_it_waits_is_sent_as_it_is_then(each_shop: Workshop) -> None:
    """A person's words are taken out of the queue when they are erased."""
    limited(each_shop, 1, "C1")
    each_shop.enqueue(Post("k", "C1", "Hello, Priya"))
    with each_shop.delivery() as delivery:
        eventually(lambda: delivery._keeper._aside)
        content = QueueContent(each_shop.database)
        with each_shop.database.begin() as session:
            [waiting] = content.list_undone(session)
            said = [{**message, "text": "Hello"} for message in waiting.messages]
            content.rewrite(session, replace(waiting, messages=said))
        each_shop.wait()
    assert each_shop.slack.texts("C1") == ["Hello"]


def test_process_that_ends_before_an_end_is_on_record_leaves_nothing_to_be_said(
    each_shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Outcomes, "record", lambda _: None)
    each_shop.enqueue(Post("k", "C1", "Hello"))
    with each_shop.delivery():
        eventually(lambda: each_shop.slack.texts("C1"))
    assert each_shop.backlog.enqueued == 1
    monkeypatch.undo()
    each_shop.deliver(Post("next", "C1", "Next"), change="change:2")
    assert each_shop.slack.texts("C1") == ["Hello", "Next"]
    assert [method for method, *_ in each_shop.slack.calls] == [POST, POST]


def test_end_that_cannot_be_recorded_is_recorded_later(each_shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, failures = QueueRows.end, [OperationalError("", {}, Exception("the disk is full"))]

    def fails_once(rows: QueueRows, session: Session, done: list[tuple[str, str]]) -> None:
        if failures:
            raise failures.pop()
        whole(rows, session, done)

    monkeypatch.setattr(QueueRows, "end", fails_once)
    monkeypatch.setattr("scheduler.delivery.outbox_to_queue.AFTER_A_FAULT_S", 0.01)
    each_shop.enqueue(Post("k", "C1", "Hello"))
    each_shop.deliver(Post("next", "C1", "Next"), change="change:2")
    assert (failures, each_shop.slack.texts("C1")) == ([], ["Hello", "Next"])
    assert each_shop.backlog.enqueued == each_shop.backlog.pending == 0


def test_export_is_sent_once_whatever_is_run_again(each_shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Home that is drawn twice looks the same; a second file does not."""
    drawn: list[str] = []
    refreshers = {kind: lambda _workspace, ref, _client: drawn.append(ref) for kind in ("export", "home")}

    def delivery() -> Delivery:
        return Delivery(
            each_shop.database, each_shop.outbox, client_for=each_shop.client, renderers={}, refreshers=refreshers,
            on_failure=each_shop.tell, settings=QUICK,
        )  # fmt: skip

    monkeypatch.setattr(Outcomes, "record", lambda _: None)
    each_shop.enqueue(refresh_of("export:U1:csv::0:request"), refresh_of("home:U1"))
    with delivery():
        eventually(lambda: len(drawn) == 2)
    monkeypatch.undo()
    with delivery():
        each_shop.wait()
    assert sorted(drawn) == ["U1", "U1", "U1:csv::0:request"]
