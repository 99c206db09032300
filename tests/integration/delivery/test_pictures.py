"""Pictures of messages: uploaded once, waited for while Slack works on them, and gone without where it takes none."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.delivery import Rendered, Trouble
from bot.domain.measures import Tally
from bot.domain.messages import PICTURE, Post
from bot.domain.month import Month
from bot.domain.trend import trend_of
from bot.sandbox.server import Sandbox
from scheduler.delivery.pictures import TRIES, Pictures
from scheduler.delivery.slack import SlackTrouble, delivery_client
from tests.running import manifest

TREND = trend_of("Payments · October 2026", [(Month(2026, 10), Tally(created=2))], {})
IMAGE = {"type": "image", "slack_file": {"id": PICTURE}, "alt_text": "2 created"}
WORDS = {"type": "section", "text": {"type": "mrkdwn", "text": "2 created"}}
POST = Post("monthly-report:1:2026-11", "C0PAYMENTS", "2 created", [WORDS, IMAGE], picture=TREND.as_json())
CONTENT = Rendered(POST.text, POST.blocks)


class Slack:
    """Takes posts, after having refused some; keeps what it was shown."""

    def __init__(self, *refusals: str) -> None:
        self.refusals, self.shown = list(refusals), list[list[str]]()

    def post(self, content: Rendered) -> str:
        self.shown.append([block.get("slack_file", {}).get("id", "") for block in content.blocks])
        if self.refusals:
            raise SlackTrouble(Trouble(self.refusals.pop(0)), "chat.postMessage")
        return "1.0"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(manifest=manifest(), rates=False) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    return delivery_client(sandbox.bot_token, sandbox.api_url)


def test_picture_takes_the_place_that_the_message_keeps_for_it(client: WebClient) -> None:
    slack = Slack()
    assert Pictures().post(client, "T0ACME", POST, CONTENT, slack.post) == "1.0"
    (shown,) = slack.shown
    assert shown[0] == ""
    assert shown[1].startswith("F")


def test_picture_that_is_not_ready_is_tried_again_as_the_same_file_and_then_left_out(client: WebClient) -> None:
    pictures, slack = Pictures(), Slack(*["invalid_blocks"] * TRIES)
    for _ in range(TRIES):
        with pytest.raises(SlackTrouble) as refused:
            pictures.post(client, "T0ACME", POST, CONTENT, slack.post)
        assert refused.value.trouble.code == "picture_not_ready"
    assert pictures.post(client, "T0ACME", POST, CONTENT, slack.post) == "1.0"
    *tried, last = slack.shown
    assert len({shown[1] for shown in tried}) == 1
    assert last == [""]


def test_message_that_is_refused_for_itself_stays_refused(client: WebClient) -> None:
    with pytest.raises(SlackTrouble) as refused:
        Pictures().post(client, "T0ACME", POST, CONTENT, Slack("channel_not_found").post)
    assert refused.value.trouble.code == "channel_not_found"


def test_without_leave_to_upload_the_message_goes_without_its_picture() -> None:
    said = manifest()
    said["oauth_config"]["scopes"]["bot"].remove("files:write")
    slack = Slack()
    with Sandbox(manifest=said, rates=False) as sandbox:
        client = delivery_client(sandbox.bot_token, sandbox.api_url)
        assert Pictures().post(client, "T0ACME", POST, CONTENT, slack.post) == "1.0"
    assert slack.shown == [[""]]


def test_when_slack_is_away_during_the_upload_the_message_waits(sandbox: Sandbox, client: WebClient) -> None:
    sandbox.stop()
    with pytest.raises(SlackTrouble) as refused:
        Pictures().post(client, "T0ACME", POST, CONTENT, Slack().post)
    assert refused.value.trouble.code == "unreachable"


def test_message_without_a_picture_uploads_nothing(client: WebClient) -> None:
    slack = Slack()
    plain = Post("k", "C0PAYMENTS", "2 created", [WORDS])
    assert Pictures().post(client, "T0ACME", plain, Rendered("2 created", [WORDS]), slack.post) == "1.0"
    assert slack.shown == [[""]]


def test_image_of_a_file_that_is_not_there_is_refused_as_slack_does(client: WebClient) -> None:
    blocks = [IMAGE | {"slack_file": {"id": "F0NOWHERE"}}]
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        client.chat_postMessage(channel="C0PAYMENTS", text="2 created", blocks=blocks)
