"""Exports asked for in Slack, as delivery keeps them."""

from typing import Any, ClassVar, cast

import pytest

from bot.domain.messages import Message, Post, Refresh
from bot.domain.porting.writing import Format
from bot.domain.surfaces import ExportFor
from scheduler.delivery.undelivered import tells

REQUEST = "trigger:12.34:ab"
WISH = ExportFor("U0PRIYA", Format.JSONL, 7, deferred=True, request=REQUEST)


@pytest.mark.parametrize("wish", [WISH, ExportFor("U0PRIYA", Format.CSV, None, deferred=False, request=REQUEST)])
def test_wish_is_read_back_from_its_key(wish: ExportFor) -> None:
    kind, _, ref = wish.key.partition(":")
    assert (kind, ExportFor.read(ref)) == ("export", wish)


def test_export_that_slack_refuses_is_told_to_whoever_asked() -> None:
    told: list[Message] = []

    class Outbox:
        def enqueue(self, _session: Any, _workspace: str, _delivery: str, messages: list[Message]) -> None:
            told.extend(messages)

    class NothingKnown:
        info: ClassVar[dict[str, Any]] = {}

        def flush(self) -> None: ...

        def connection(self) -> "NothingKnown":
            return self

        def execute(self, *_asked: Any) -> "NothingKnown":
            """Of nobody was anything heard."""
            return self

        def all(self) -> list[Any]:
            return []

    key = WISH.key
    tells(Outbox())(cast(Any, NothingKnown()), "T0ACME", Refresh(key, key), "missing_scope")
    (post,) = told
    assert isinstance(post, Post)
    assert (post.to, post.text) == ("U0PRIYA", "I could not post your export. Your admin finds the reason in my log.")
