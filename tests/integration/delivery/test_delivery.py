"""What is in the outbox reaches Slack: once, in order, at Slack's pace."""

from dataclasses import replace
from datetime import timedelta
from time import time

import pytest

from bot.domain.messages import Live, Post
from scheduler.delivery.outbox_to_queue import AT_ONCE, TURN
from tests import clock
from tests.integration.delivery.conftest import QUICK, TEAM, Workshop, eventually, paced, steady
from tests.integration.delivery.slack_stub import Fault

CARD = Live("card:1", "C1", "card", "1")


def test_message_is_sent_once(each_shop: Workshop) -> None:
    each_shop.deliver(Post("k", "C1", "Hello"))
    assert each_shop.slack.texts("C1") == ["Hello"]
    assert each_shop.backlog.enqueued == each_shop.backlog.pending == each_shop.backlog.failed == 0


def test_message_carries_its_key_and_blocks(shop: Workshop) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}
    shop.deliver(Post("k", "C1", "Hello", blocks=[section]))
    [message] = shop.slack.messages["C1"]
    assert message["blocks"] == [section]
    assert message["metadata"] == {"event_type": "actionitem_message", "event_payload": {"key": "k"}}


def test_second_enqueue_of_the_same_delivery_is_ignored(each_shop: Workshop) -> None:
    each_shop.enqueue(Post("k", "C1", "Hello"))
    each_shop.deliver(Post("other", "C1", "Hello again"))
    assert each_shop.slack.texts("C1") == ["Hello"]


def test_same_key_in_another_delivery_is_not_sent_again(shop: Workshop) -> None:
    shop.enqueue(Post("k", "C1", "Hello"), change="change:1")
    shop.deliver(Post("k", "C1", "Hello"), change="change:2")
    assert shop.slack.texts("C1") == ["Hello"]


def test_transaction_that_rolls_back_sends_nothing(each_shop: Workshop) -> None:
    def change_that_fails() -> None:
        with each_shop.database.begin() as session:
            each_shop.outbox.enqueue(session, TEAM, "change:1", [Post("k", "C1", "Hello")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_that_fails()
    each_shop.deliver(Post("after", "C1", "After"), change="change:2")
    assert each_shop.slack.texts("C1") == ["After"]


def test_outbox_needs_no_running_delivery(shop: Workshop) -> None:
    shop.enqueue(Post("k", "C1", "Hello"))
    assert shop.backlog.enqueued == 1
    with shop.delivery():
        shop.wait()
    assert shop.slack.texts("C1") == ["Hello"]


def test_one_delivery_reaches_several_recipients(each_shop: Workshop) -> None:
    each_shop.deliver(Post("a", "C1", "To the channel"), Post("b", "U1", "To the owner"), Post("c", "C1", "Second"))
    assert each_shop.slack.texts("C1") == ["To the channel", "Second"]
    assert each_shop.slack.texts("DU1") == ["To the owner"]


def test_direct_message_channel_is_opened_once(shop: Workshop) -> None:
    shop.deliver(Post("a", "U1", "One"), Post("b", "U1", "Two"))
    assert len(shop.slack.times("conversations.open")) == 1


def test_reply_stands_in_its_parents_thread(shop: Workshop) -> None:
    shop.deliver(Post("parent", "C1", "Parent"), Post("reply", "C1", "Reply", thread_of="parent"))
    parent, reply = shop.slack.messages["C1"]
    assert reply["thread_ts"] == parent["ts"]


def test_reply_enqueued_before_its_parent_waits_for_it(each_shop: Workshop) -> None:
    each_shop.enqueue(Post("reply", "C1", "Reply", thread_of="parent"), change="change:1")
    each_shop.deliver(Post("parent", "C1", "Parent"), change="change:2")
    assert each_shop.slack.texts("C1") == ["Parent", "Reply"]


def test_reply_without_a_parent_is_given_up(shop: Workshop) -> None:
    shop.deliver(Post("reply", "C1", "Reply", thread_of="nothing"))
    assert shop.told == [("reply", "parent_not_sent")]


def test_messages_of_a_channel_keep_their_order_and_pace(each_shop: Workshop) -> None:
    for number in range(6):
        each_shop.enqueue(Post(f"k{number}", "C1", f"{number}"), change=f"change:{number}")
    with each_shop.delivery(paced(0.15)):
        each_shop.wait()
    assert each_shop.slack.texts("C1") == ["0", "1", "2", "3", "4", "5"]
    assert steady(each_shop.slack.times("chat.postMessage")) >= 0.15


def test_what_this_process_says_is_sent_without_waiting_for_a_look(shop: Workshop) -> None:
    """Also what comes later, and what waits behind it in the same channel."""
    seldom = replace(QUICK, polling=3600.0)
    with shop.delivery(seldom):
        shop.enqueue(Post("a", "C1", "First"), change="change:1")
        shop.wait()
        shop.enqueue(Post("b", "C1", "Second"), change="change:2")
        shop.enqueue(Post("c", "C1", "Third"), change="change:3")
        shop.wait()
    assert shop.slack.texts("C1") == ["First", "Second", "Third"]


def test_what_was_put_aside_goes_on_without_waiting_for_a_look(shop: Workshop) -> None:
    shop.slack.faults.append(Fault("chat.postMessage", status=429, error="ratelimited", retry_after=1))
    shop.deliver(Post("a", "C1", "First"), settings=replace(QUICK, polling=3600.0))
    assert shop.slack.texts("C1") == ["First"]


def test_storm_of_changes_is_handed_over_without_waiting_for_a_look(shop: Workshop) -> None:
    for number in range(AT_ONCE * TURN + 1):
        shop.enqueue(Post(f"k{number}", f"C{number}", "Hello"), change=f"change:{number}")
    shop.deliver(settings=replace(QUICK, polling=3600.0))
    assert len(shop.slack.times("chat.postMessage")) == AT_ONCE * TURN + 1


def test_live_message_is_posted_then_edited(each_shop: Workshop) -> None:
    each_shop.shows["1"] = "Not started"
    each_shop.deliver(CARD, change="change:1")
    each_shop.shows["1"] = "In progress"
    each_shop.deliver(CARD, change="change:2")
    assert each_shop.slack.texts("C1") == ["In progress"]
    assert len(each_shop.slack.times("chat.postMessage")) == len(each_shop.slack.times("chat.update")) == 1


def test_live_message_that_would_show_the_same_is_not_edited(shop: Workshop) -> None:
    shop.shows["1"] = "Not started"
    shop.enqueue(CARD, change="change:1")
    shop.deliver(CARD, change="change:2")
    assert shop.slack.times("chat.update") == []


def test_live_message_shows_the_newest_state_even_when_changes_overtake_each_other(shop: Workshop) -> None:
    shop.shows["1"] = "0"
    with shop.delivery():
        for number in range(1, 11):
            shop.shows["1"] = str(number)
            shop.enqueue(CARD, change=f"change:{number}")
        shop.wait()
    assert shop.slack.texts("C1") == ["10"]


def test_live_message_deleted_in_slack_is_posted_anew(shop: Workshop) -> None:
    shop.shows["1"] = "Not started"
    shop.deliver(CARD, change="change:1")
    shop.slack.messages["C1"].clear()
    shop.shows["1"] = "In progress"
    shop.deliver(CARD, change="change:2")
    assert shop.slack.texts("C1") == ["In progress"]


def test_live_message_with_nothing_to_show_is_skipped(shop: Workshop) -> None:
    shop.deliver(CARD)
    assert shop.slack.calls == []


def test_what_follows_an_unchanged_live_message_is_sent(shop: Workshop) -> None:
    shop.shows["1"] = "Not started"
    shop.deliver(CARD, Post("next", "C1", "Next"), settings=paced(0.3))
    assert shop.slack.texts("C1") == ["Not started", "Next"]


def test_where_a_message_stands_is_known(shop: Workshop) -> None:
    shop.deliver(Post("k", "U1", "Hello"))
    standing = shop.standing("k")
    assert standing is not None
    assert (standing.channel, standing.ts) == ("DU1", shop.slack.messages["DU1"][0]["ts"])


def test_finished_deliveries_are_forgotten_but_nothing_is_sent_again(each_shop: Workshop) -> None:
    ahead = timedelta(seconds=clock.latest() - time())  # the queue notes the end by the database's clock
    forgetful = replace(QUICK, signs=replace(QUICK.signs, keep_finished=-ahead))
    with each_shop.delivery(forgetful):
        each_shop.enqueue(Post("k", "C1", "Hello"))
        eventually(lambda: each_shop.slack.messages)
        eventually(lambda: each_shop.remembered() == 0)
        each_shop.enqueue(Post("k", "C1", "Hello"))
        eventually(lambda: each_shop.remembered() == 0)
    assert each_shop.slack.texts("C1") == ["Hello"]


def test_what_is_left_goes_on_after_a_restart(each_shop: Workshop) -> None:
    for number in range(5):
        each_shop.enqueue(Post(f"k{number}", "C1", f"{number}"), change=f"change:{number}")
    with each_shop.delivery(paced(0.2)):
        eventually(lambda: each_shop.slack.texts("C1"))
    assert len(each_shop.slack.texts("C1")) < 5
    with each_shop.delivery():
        each_shop.wait(within=3)
    assert each_shop.slack.texts("C1") == ["0", "1", "2", "3", "4"]
