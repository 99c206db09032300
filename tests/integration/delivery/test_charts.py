"""Charts go as Slack's own blocks; where Slack takes none, their figures go in words, in the same message and once."""

from typing import Any

from bot.domain.messages import Post
from storage.outbox import from_json, to_json
from tests.integration.delivery.conftest import Workshop
from tests.integration.delivery.slack_stub import Fault

POST = "chat.postMessage"
WORDS = {"type": "section", "text": {"type": "mrkdwn", "text": "October: 2 created"}}
CHART: dict[str, Any] = {"type": "data_visualization", "title": "October", "chart": {"type": "pie", "segments": []}}
REPORT = Post("monthly-report:1:2026-11", "C1", "2 created", [WORDS, CHART], in_words=[WORDS])


def kinds(shop: Workshop) -> list[list[str]]:
    return [[block["type"] for block in message["blocks"]] for message in shop.slack.messages.get("C1", [])]


def test_charts_are_posted_as_they_are(shop: Workshop) -> None:
    shop.deliver(REPORT)
    assert kinds(shop) == [["section", "data_visualization"]]


def test_where_slack_draws_no_charts_their_figures_go_in_words(shop: Workshop) -> None:
    shop.slack.faults.append(Fault(POST, error="invalid_blocks"))
    shop.deliver(REPORT)
    assert kinds(shop) == [["section", "section"]]
    assert shop.told == []


def test_words_that_may_have_been_taken_are_found_not_sent_again(shop: Workshop) -> None:
    shop.slack.faults += [Fault(POST, error="invalid_blocks"), Fault(POST, drop="after")]
    shop.deliver(REPORT)
    assert kinds(shop) == [["section", "section"]]


def test_message_that_is_wrong_without_its_charts_too_is_told(shop: Workshop) -> None:
    shop.slack.faults.append(Fault(POST, error="invalid_blocks", times=2))
    shop.deliver(REPORT)
    assert kinds(shop) == []
    assert shop.told == [(REPORT.key, "invalid_blocks")]


def test_report_that_was_queued_with_a_picture_goes_without_it() -> None:
    image = {"type": "image", "slack_file": {"id": "picture"}, "alt_text": "2 created"}
    stored = to_json(Post("k", "C1", "2 created", [WORDS, image])) | {"picture": {"title": "x", "points": []}}
    read = from_json(stored)
    assert isinstance(read, Post)
    assert read.blocks == [WORDS]
