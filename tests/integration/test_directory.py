"""What the bot finds out by itself about channels, on both databases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.queries import Viewer, Wanted
from bot.slack.channels import LOOKED_AGAIN
from bot.slack.directory import Directory
from storage import items
from storage.engine import Database
from storage.workspaces import record_workspace
from tests.builders import NOW, WORKSPACE, created

STRANGER = "U0LENA"


@dataclass
class Slack:
    """As much of Slack as says what is private."""

    private: list[str] = field(default_factory=list)

    def users_info(self, **asked: Any) -> dict[str, Any]:
        return {"user": {"id": asked["user"], "name": asked["user"]}}

    def users_conversations(self, **_asked: Any) -> dict[str, Any]:
        return {"channels": [{"id": channel, "is_private": True} for channel in self.private]}

    def conversations_info(self, **asked: Any) -> dict[str, Any]:
        return {"channel": {"id": asked["channel"], "is_private": asked["channel"] in self.private}}


class Watched(Directory):
    """A directory whose clock the test turns."""

    def __init__(self, db: Database, slack: Any) -> None:
        self.now = NOW
        super().__init__(db, lambda _: slack, lambda: self.now)
        with db.begin() as session:
            record_workspace(session, WORKSPACE)

    def look(self) -> None:
        """The next look at what is private, caused by whoever asks for something."""
        self.now += LOOKED_AGAIN + timedelta(seconds=1)
        self.viewer(WORKSPACE, STRANGER)

    def ask_from(self, channel: str) -> None:
        self.now += timedelta(hours=1)
        self.channel(WORKSPACE, channel, "")


def seen(db: Database) -> list[str]:
    with db.begin() as session:
        return [item.title for item in items.list_items(session, WORKSPACE, Wanted(), Viewer(STRANGER))]


@pytest.mark.parametrize("found", [Watched.look, lambda directory: directory.ask_from("C0INC")])
def test_item_of_a_form_that_is_older_than_its_channels_privacy_is_private_from_the_next_look_on(
    db: Database, found: Callable[[Watched], None]
) -> None:
    slack = Slack()
    directory = Watched(db, slack)
    directory.look()
    slack.private.append("C0INC")
    found(directory)
    with db.begin() as session:
        items.record_item(session, WORKSPACE, created(channel="C0INC"))  # as the form has it: public
    assert seen(db)
    found(directory)
    assert not seen(db)
