"""Processes that are killed, paused or stopped: what they left is sent once, by another."""

import os
import signal
from dataclasses import replace
from threading import Event

from sqlalchemy import select

from bot.domain.messages import Live, Post
from storage.tables.delivery import DeliveryWorker
from tests.integration.delivery.conftest import QUICK, Workshop, eventually
from tests.integration.delivery.slack_stub import Fault

POST = "chat.postMessage"


def test_killed_between_acceptance_and_record_is_sent_once(each_shop: Workshop) -> None:
    each_shop.enqueue(Post("k", "C1", "Hello"))
    with each_shop.other_process() as process:
        each_shop.slack.faults.append(Fault(POST, drop="after", then=process.kill))
        process.wait(timeout=60)
    with each_shop.delivery():
        each_shop.wait()
    assert each_shop.slack.texts("C1") == ["Hello"]


def test_killed_before_acceptance_is_sent_once(shop: Workshop) -> None:
    shop.enqueue(Post("k", "C1", "Hello"))
    with shop.other_process() as process:
        shop.slack.faults.append(Fault(POST, drop="before", then=process.kill))
        process.wait(timeout=60)
    with shop.delivery():
        shop.wait()
    assert shop.slack.texts("C1") == ["Hello"]


def test_killed_while_a_live_message_was_first_posted(shop: Workshop) -> None:
    shop.shows["1"] = "From the rescuer"
    shop.enqueue(Live("card:1", "C1", "card", "1"))
    with shop.other_process() as process:
        shop.slack.faults.append(Fault(POST, drop="after", then=process.kill))
        process.wait(timeout=60)
    with shop.delivery():
        shop.wait()
    assert shop.slack.texts("C1") == ["From the rescuer"]


def test_living_process_takes_over_from_one_that_is_killed(each_shop: Workshop) -> None:
    with each_shop.other_process() as process, each_shop.delivery():
        eventually(lambda: len(workers(each_shop)) == 2)
        each_shop.slack.faults.append(Fault(POST, drop="after", times=30, then=process.kill))
        for number in range(30):
            each_shop.enqueue(Post(f"k{number}", f"C{number}", "Hello"), change=f"change:{number}")
        eventually(lambda: len(each_shop.slack.messages) == 30)
        each_shop.wait()
    assert all(each_shop.slack.texts(f"C{number}") == ["Hello"] for number in range(30))


def test_paused_process_lets_go_of_what_others_took_over(each_shop: Workshop) -> None:
    # On another machine it could not be seen that the process still exists, so its machine is forgotten here.
    with each_shop.other_process() as process, each_shop.delivery(replace(QUICK, put_aside_after=60)):
        eventually(lambda: len(workers(each_shop)) == 2)
        os.kill(process.pid, signal.SIGSTOP)
        with each_shop.database.begin() as session:
            for worker in session.scalars(select(DeliveryWorker)):
                worker.machine = ""
        for number in range(20):
            each_shop.enqueue(Post(f"k{number}", f"C{number}", "Hello"), change=f"change:{number}")
        each_shop.wait()
        eventually(lambda: len(workers(each_shop)) == 1)
        os.kill(process.pid, signal.SIGCONT)
        eventually(lambda: len(workers(each_shop)) == 2)
        each_shop.enqueue(Post("after", "C1", "After"), change="after")
        each_shop.wait()
    assert [each_shop.slack.texts(f"C{number}") for number in (0, 1)] == [["Hello"], ["Hello", "After"]]


def test_stopping_waits_for_the_call_under_way(shop: Workshop) -> None:
    asked, answer = Event(), Event()
    shop.slack.faults.append(Fault(POST, drop="after", then=lambda: (asked.set(), answer.wait(5))))  # type: ignore[arg-type,return-value]
    shop.enqueue(Post("k", "C1", "Hello"))
    with shop.delivery():
        asked.wait(5)
        answer.set()
    assert workers(shop) == []
    shop.deliver(Post("next", "C2", "Next"), change="change:2")
    assert (shop.slack.texts("C1"), shop.slack.texts("C2")) == (["Hello"], ["Next"])


def test_process_that_stops_signs_off_and_leaves_nothing_pending(each_shop: Workshop) -> None:
    each_shop.slack.faults.append(Fault(POST, status=429, error="ratelimited", retry_after=600))
    with each_shop.delivery():
        each_shop.enqueue(Post("k", "C1", "Hello"))
        eventually(lambda: each_shop.slack.calls)
        eventually(lambda: each_shop.backlog.pending == 1)
    assert workers(each_shop) == []
    assert (each_shop.backlog.enqueued, each_shop.backlog.pending) == (1, 0)


def workers(shop: Workshop) -> list[str]:
    with shop.database.begin() as session:
        return list(session.scalars(select(DeliveryWorker.executor)))
