"""Exports asked for in Slack, as delivery keeps them."""

from typing import Any, cast

import pytest

from bot.domain.messages import Message, Post, Refresh
from bot.domain.porting.writing import Format
from bot.services.export import Wish, wish_of
from scheduler.delivery.undelivered import tells

WISH = Wish("U0PRIYA", Format.JSONL, 7, deferred=True)


@pytest.mark.parametrize("wish", [WISH, Wish("U0PRIYA", Format.CSV)])
def test_wish_is_read_back_from_its_key(wish: Wish) -> None:
    kind, _, ref = wish.key("trigger:12.34:ab").partition(":")
    assert (kind, wish_of(ref)) == ("export", wish)


def test_export_that_slack_refuses_is_told_to_whoever_asked() -> None:
    told: list[Message] = []

    class Outbox:
        def enqueue(self, _session: Any, _workspace: str, _delivery: str, messages: list[Message]) -> None:
            told.extend(messages)

    class NothingKnown:
        def scalar(self, _query: Any) -> None:
            """Of nobody was anything heard."""

    key = WISH.key("trigger:1")
    tells(Outbox())(cast(Any, NothingKnown()), "T0ACME", Refresh(key, key), "missing_scope")
    (post,) = told
    assert isinstance(post, Post)
    assert (post.to, post.text) == ("U0PRIYA", "I could not post your export. Your admin finds the reason in my log.")
