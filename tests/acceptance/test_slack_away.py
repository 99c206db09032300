"""Slack takes no message for a while: what is done meanwhile waits, is counted, and arrives once."""

import re

import httpx
import pytest

from tests import clock
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.test_life_of_an_item import FIELDS
from tests.acceptance.test_slack_in_trouble import POST, backlog_by_check, trouble, waiting


@pytest.mark.walk
@pytest.mark.skipif(clock.is_shifted(), reason="how long a message waits is told by the database's clock")
def test_what_is_done_while_messages_cannot_be_sent_waits_and_arrives_once(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    title = "Shed load at the edge above 2,500 requests"
    eventually(lambda: waiting(world) == 0)
    with trouble(world, method=POST, kind="http", status=503, times=None):
        priya.command("/actionitem new", channel=channel)
        assert priya.modal.fill(FIELDS | {"Action": title}).submit("Create") == {}
        assert waiting(world) >= 1
        assert re.search(r"ok \(\d+ messages? waits?, the oldest for less than a minute\)", backlog_by_check(world))
        assert httpx.get(f"{world.bot.url}/readyz", trust_env=False).json()["undelivered"]["waiting"] >= 1
        assert find(priya.messages(channel), title) is None
        assert title in priya.command("/actionitem list incident", channel=channel).text
    assert eventually(lambda: find(priya.messages(channel), title))
    eventually(lambda: waiting(world) == 0)
    assert len([m for m in priya.messages(channel) if title in m.text and not m.is_ephemeral]) == 1
