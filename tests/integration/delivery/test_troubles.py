"""Slack says no, says nothing, or is away: what can be sent is sent once, and what cannot is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot.domain.delivery import MENDABLE, UNDELIVERED_PREFIX, Patience, Rendered
from bot.domain.messages import Live, Post
from scheduler.delivery import slack_calls
from scheduler.delivery.slack_calls import SlackTrouble, delivery_client
from scheduler.delivery.worker import Delivery
from storage.tables.delivery import SentMessage
from tests.integration.delivery.conftest import QUICK, TEAM, Workshop, eventually
from tests.integration.delivery.slack_stub import Fault, SlackStub

POST = "chat.postMessage"
HELLO = Post("k", "C1", "Hello")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(POST, error="internal_error"),
        Fault(POST, error="fatal_error", times=3),
        Fault(POST, error="service_unavailable"),
        Fault(POST, status=503),
        Fault(POST, drop="before"),
        Fault(POST, drop="after"),
        Fault(POST, error="an_error_that_nobody_foresaw"),
        Fault("*", drop="before", times=5),
    ],
    ids=lambda fault: f"{fault.error or fault.drop or fault.status} {fault.times}",
)
def test_passing_trouble_ends_in_one_message(shop: Workshop, fault: Fault) -> None:
    shop.slack.faults.append(replace(fault))
    shop.deliver(HELLO)
    assert shop.slack.texts("C1") == ["Hello"]
    assert shop.told == []


PAGE = b"<!DOCTYPE html><title>Sign in to the network</title>"


@pytest.mark.parametrize("status", [200, 302, 400, 403, 404, 407, 413, 451, 500, 503])
@pytest.mark.parametrize(
    "page",
    [
        PAGE,
        b"",
        b"\xff\xfe",
        b"[]",
        b'"ok"',
        b'{"ok": true}',
        b'{"error": "is_archived"}',
        b'{"ok": "no", "error": "x"}',
    ],
    ids=repr,
)
def test_only_what_slack_itself_says_ends_a_message(page: bytes, status: int) -> None:
    """Of 20 accepted messages, 11 were given up after two minutes for the page of a proxy."""
    with SlackStub(faults=[Fault(POST, page=page, status=status)]) as stub:
        client = delivery_client("xoxb-1", stub.api_url)
        with pytest.raises(SlackTrouble) as trouble:
            slack_calls.post(client, "C1", Rendered("Hello"), key="k", thread_ts=None)
    tries = {"attempts": 5000, "trying_for": timedelta(days=2, hours=23)}
    assert Patience().next_wait(trouble.value.trouble, **tries) == 60
    assert trouble.value.trouble.may_have_been_taken


def test_page_of_a_proxy_holds_a_message_up_and_does_not_end_it(shop: Workshop) -> None:
    shop.slack.faults.append(Fault(POST, page=PAGE, times=10))
    shop.deliver(HELLO, Post("behind", "C1", "Behind"))
    assert shop.slack.texts("C1") == ["Hello", "Behind"]
    assert shop.told == []


def test_dropped_after_acceptance_is_found_not_sent_again(each_shop: Workshop) -> None:
    each_shop.slack.faults.append(Fault(POST, drop="after"))
    for number in range(5):
        each_shop.enqueue(Post(f"k{number}", "C1", f"{number}"), change=f"change:{number}")
    with each_shop.delivery():
        each_shop.wait()
    assert each_shop.slack.texts("C1") == ["0", "1", "2", "3", "4"]
    assert len(each_shop.slack.times("conversations.history")) == 1


def test_reply_dropped_after_acceptance_is_found_in_its_thread(shop: Workshop) -> None:
    shop.deliver(Post("parent", "C1", "Parent"))
    shop.slack.faults.append(Fault(POST, drop="after"))
    shop.deliver(Post("reply", "C1", "Reply", thread_of="parent"), change="change:2")
    assert shop.slack.texts("C1") == ["Parent", "Reply"]
    assert len(shop.slack.times("conversations.replies")) == 1


def test_live_message_found_after_a_drop_is_brought_up_to_date(shop: Workshop) -> None:
    shop.shows["1"] = "Old"
    shop.slack.faults.append(Fault(POST, drop="after", then=lambda: shop.shows.update({"1": "New"})))
    shop.deliver(Live("card:1", "C1", "card", "1"))
    assert shop.slack.texts("C1") == ["New"]


def test_doubt_survives_a_search_that_fails(shop: Workshop) -> None:
    shop.slack.faults += [
        Fault(POST, drop="after"),
        Fault("conversations.history", status=429, retry_after=0, error="ratelimited"),
    ]
    shop.deliver(HELLO)
    assert shop.slack.texts("C1") == ["Hello"]


def test_rate_limit_is_waited_for(shop: Workshop) -> None:
    shop.slack.faults.append(Fault(POST, status=429, error="ratelimited", retry_after=1))
    shop.deliver(HELLO)
    first, second = shop.slack.times(POST)
    assert second - first >= 1.0
    assert shop.slack.times("conversations.history") == []  # Slack said that it did not take it


def test_rate_limit_of_one_channel_does_not_hold_up_another(shop: Workshop) -> None:
    shop.slack.faults.append(Fault(POST, channel="C1", status=429, error="ratelimited", retry_after=2))
    shop.enqueue(HELLO)
    shop.deliver(Post("other", "C2", "There"), change="change:2")
    assert shop.slack.times(POST, "C2")[0] < shop.slack.times(POST, "C1")[-1]


def test_order_is_kept_over_a_rate_limit(shop: Workshop) -> None:
    shop.slack.faults.append(Fault(POST, status=429, error="ratelimited", retry_after=1))
    for number in range(4):
        shop.enqueue(Post(f"k{number}", "C1", f"{number}"), change=f"change:{number}")
    with shop.delivery():
        shop.wait()
    assert shop.slack.texts("C1") == ["0", "1", "2", "3"]


@pytest.mark.parametrize("error", ["msg_too_long", "invalid_blocks"])
def test_refusal_is_recorded_and_told(each_shop: Workshop, error: str) -> None:
    each_shop.slack.faults.append(Fault(POST, error=error))
    each_shop.deliver(HELLO)
    assert each_shop.told == [("k", error)]
    assert each_shop.backlog.failed == 1
    assert len(each_shop.slack.times(POST)) == 1
    with each_shop.database.begin() as session:
        row = session.get_one(SentMessage, (TEAM, "k"))
        assert (row.error, row.ts) == (error, None)
        assert row.failed_at is not None


@pytest.mark.parametrize("error", sorted(MENDABLE))
def test_what_somebody_can_mend_is_told_at_once_and_sent_when_it_is_mended(each_shop: Workshop, error: str) -> None:
    closed = Fault(POST, channel="C1", error=error, times=3)
    each_shop.slack.faults.append(closed)
    with each_shop.delivery(replace(QUICK, mend_waits=(0.1, 0.1, 0.1))):
        each_shop.enqueue(HELLO, Post("next", "C1", "Next"))
        eventually(lambda: len(each_shop.slack.texts("C1")) == 2)
        each_shop.wait()
    assert sorted(each_shop.slack.texts("C1")) == ["Hello", "Next"]
    assert set(each_shop.told) == {("k", error), ("next", error)}
    assert each_shop.backlog.failed == 0


def test_what_nobody_mends_is_given_up_in_the_end(shop: Workshop) -> None:
    shop.slack.faults.append(Fault(POST, error="is_archived", times=99))
    with shop.delivery(replace(QUICK, mend_waits=(0.1, 0.1))):
        shop.enqueue(HELLO)
        eventually(lambda: shop.backlog.failed == 1)
    assert len(shop.slack.times(POST)) == 3


def test_archived_channel_does_not_keep_the_waiting_waiting_and_counts_as_backlog(shop: Workshop) -> None:
    shop.slack.faults.append(Fault(POST, error="is_archived"))
    shop.deliver(HELLO)
    assert shop.told == [("k", "is_archived")]
    assert (shop.backlog.enqueued, shop.backlog.failed) == (1, 0)


@pytest.mark.parametrize("what", ["_hold", "_go_behind"])
def test_database_that_is_away_while_a_message_is_put_back_loses_nothing(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Raised to DBOS, it ended the delivery: nobody would have sent the message, and nobody would have been told."""
    away = [OperationalError("SELECT 1", {}, Exception("the server closed the connection"))] * 2
    really = getattr(Delivery, what)

    def once_away(delivery: Delivery, *told: object) -> None:
        if away:
            raise away.pop()
        really(delivery, *told)

    monkeypatch.setattr(Delivery, what, once_away)
    monkeypatch.setattr("scheduler.delivery.worker.DATABASE_AWAY_WAIT_S", 0.01)
    if what == "_hold":
        shop.slack.faults.append(Fault(POST, channel="C1", error="is_archived", times=1))
    with shop.delivery(replace(QUICK, mend_waits=(0.1,))):
        shop.enqueue(Post("reply", "C1", "Reply", thread_of="k"), change="change:1")
        shop.enqueue(HELLO, change="change:2")
        eventually(lambda: sorted(shop.slack.texts("C1")) == ["Hello", "Reply"])
    assert away == []


def test_process_that_dies_while_something_is_to_be_mended_loses_nothing(shop: Workshop) -> None:
    shop.slack.faults.append(Fault(POST, error="not_in_channel"))
    with shop.delivery(replace(QUICK, mend_waits=(1.0,))):
        shop.enqueue(HELLO)
        eventually(lambda: shop.told)
    with shop.delivery():
        eventually(lambda: shop.slack.texts("C1") == ["Hello"])
    assert shop.told == [("k", "not_in_channel")]


def test_refused_message_does_not_hold_up_those_behind_it(shop: Workshop) -> None:
    shop.slack.faults.append(Fault(POST, error="msg_too_long"))
    shop.deliver(HELLO, Post("next", "C1", "Next"))
    assert shop.slack.texts("C1") == ["Next"]


def test_who_is_told_gets_a_message_in_the_same_transaction(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def tell(session, workspace, message, error) -> None:  # type: ignore[no-untyped-def]
        notice = Post(f"{UNDELIVERED_PREFIX}{message.key}", "U0LEAD", f"Not delivered: {error}")
        shop.outbox.enqueue(session, workspace, notice.key, [notice])

    monkeypatch.setattr(shop, "tell", tell)
    shop.slack.faults.append(Fault(POST, channel="C1", error="is_archived"))
    shop.deliver(HELLO)
    assert shop.slack.texts("DU0LEAD") == ["Not delivered: is_archived"]


def test_failure_of_the_notice_itself_tells_nobody(shop: Workshop) -> None:
    shop.slack.faults.append(Fault("conversations.open", error="user_not_found"))
    shop.deliver(Post(f"{UNDELIVERED_PREFIX}k", "U1", "Not delivered"))
    assert shop.told == []
    assert shop.backlog.failed == 1


def test_revoked_token_tells_nobody(shop: Workshop) -> None:
    shop.slack.faults.append(Fault(POST, error="token_revoked"))
    shop.deliver(HELLO)
    assert (shop.told, shop.backlog.failed) == ([], 1)


def test_workspace_without_the_app_is_given_up(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop, "client", {}.__getitem__)
    shop.deliver(HELLO)
    assert shop.backlog.failed == 1


def test_reply_to_a_failed_parent_is_given_up(shop: Workshop) -> None:
    shop.slack.faults.append(Fault(POST, error="msg_too_long"))
    shop.deliver(HELLO, Post("reply", "C1", "Reply", thread_of="k"))
    assert shop.told == [("k", "msg_too_long"), ("reply", "parent_failed")]


def test_renderer_that_fails_is_given_up_and_told(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop, "render", {}.__getitem__)
    shop.deliver(Live("card:1", "C1", "card", "1"))
    assert shop.told == [("card:1", "fault_TypeError")]


def test_mistake_in_telling_does_not_hold_up_the_channel(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop, "tell", {}.__getitem__)
    shop.slack.faults.append(Fault(POST, error="is_archived"))
    shop.deliver(HELLO, Post("next", "C1", "Next"))
    assert shop.slack.texts("C1") == ["Next"]


def test_live_message_that_failed_is_tried_again_with_the_next_change(shop: Workshop) -> None:
    shop.shows["1"] = "Old"
    shop.slack.faults.append(Fault(POST, error="is_archived"))
    shop.deliver(Live("card:1", "C1", "card", "1"), change="change:1")
    shop.deliver(Live("card:1", "C1", "card", "1"), change="change:2")
    assert shop.slack.texts("C1") == ["Old"]
    assert shop.backlog.failed == 0


def test_return_of_slack_ends_long_waits(each_shop: Workshop) -> None:
    patient = replace(QUICK.limits.patience, first=30.0, longest=30.0)
    settings = replace(QUICK, limits=replace(QUICK.limits, patience=patient))
    away = Fault(POST, drop="before", times=3)
    each_shop.slack.faults.append(away)
    for channel in ("C1", "C2", "C3"):
        each_shop.enqueue(Post(channel, channel, "Hello"), change=channel)
    with each_shop.delivery(settings):
        eventually(lambda: away.times == 0)
        each_shop.enqueue(Post("back", "C4", "Back"), change="back")
        eventually(lambda: len(each_shop.slack.messages) == 4, within=5)


def test_long_retry_does_not_keep_the_waiting_waiting(shop: Workshop) -> None:
    shop.slack.faults.append(Fault(POST, status=429, error="ratelimited", retry_after=600))
    shop.deliver(HELLO, Post("behind", "C1", "Behind"))
    assert shop.backlog.enqueued == 1
    with shop.database.begin() as session:
        row = session.get_one(SentMessage, (TEAM, "k"))
        assert row.not_before is not None
        assert (row.not_before - datetime.now(UTC)).total_seconds() > 500
