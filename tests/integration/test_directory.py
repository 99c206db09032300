"""What the bot finds out by itself about channels, on both databases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import Unavailable
from bot.domain.queries import Viewer, Wanted
from bot.slack.channels import LOOKED_AGAIN
from bot.slack.directory import Directory
from bot.slack.kept_answers import NotAtHand
from storage import items, people
from storage.engine import Database
from storage.workspaces import record_workspace
from tests.builders import NOW, WORKSPACE, created, person

STRANGER = "U0LENA"


@dataclass
class Slack:
    """As much of Slack as says what is private."""

    private: list[str] = field(default_factory=list)
    away: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)

    def users_info(self, **asked: Any) -> dict[str, Any]:
        if self.away:
            raise OSError("the line is cut")
        return {"user": {"id": asked["user"], "name": asked["user"]} | self.facts}

    def users_conversations(self, **_asked: Any) -> dict[str, Any]:
        return {"channels": [{"id": channel, "is_private": True} for channel in self.private]}

    def conversations_members(self, **asked: Any) -> dict[str, Any]:
        return {"members": self.members[asked["channel"]]}

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


LEAD = "U0MARCO"


def at(directory: Watched, seconds: int) -> None:
    directory.now = NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", [0, 1, 61, 239, 241, 299])
def test_who_somebody_is_holds_for_five_minutes_while_slack_is_away(db: Database, seconds: int) -> None:
    slack = Slack(facts={"is_admin": True})
    directory = Watched(db, slack)
    directory.person(WORKSPACE, LEAD)
    slack.away = True
    at(directory, seconds)
    found = directory.person(WORKSPACE, LEAD)
    assert found
    assert found.is_admin


@pytest.mark.parametrize("asked_between", [False, True])
def test_nothing_is_permitted_on_what_slack_said_more_than_five_minutes_ago(db: Database, asked_between: bool) -> None:
    slack = Slack(facts={"is_admin": True})
    directory = Watched(db, slack)
    directory.person(WORKSPACE, LEAD)
    slack.away = True
    if asked_between:  # what was given out then is no newer for it
        at(directory, 299)
        directory.person(WORKSPACE, LEAD)
    at(directory, 301)
    with pytest.raises(Unavailable):
        directory.person(WORKSPACE, LEAD)
    with pytest.raises(Unavailable):
        directory.viewer(WORKSPACE, LEAD)


@pytest.mark.parametrize("seconds", [300, 301, 3600])
@pytest.mark.parametrize("fact", ["is_restricted", "deleted"])
def test_who_became_a_guest_or_left_without_a_word_is_so_after_five_minutes(
    db: Database, fact: str, seconds: int
) -> None:
    slack = Slack(facts={"is_admin": True})
    directory = Watched(db, slack)
    at(directory, 1)
    for second in (1, 59, 120, 230):  # asked again and again meanwhile
        at(directory, second)
        directory.person(WORKSPACE, LEAD)
    slack.facts = {fact: True}
    at(directory, seconds + 1)
    found = directory.person(WORKSPACE, LEAD)
    assert found
    assert (found.is_guest or found.deactivated, found.is_admin) == (True, False)


@pytest.mark.parametrize("kept", ["members", "channel"])
def test_who_is_in_a_channel_is_asked_again_within_five_minutes(db: Database, kept: str) -> None:
    slack = Slack()
    slack.conversations_members = lambda **_asked: {"members": [LEAD]}  # type: ignore[attr-defined]
    directory = Watched(db, slack)
    assert directory.members(WORKSPACE, "C0INC") == {LEAD}
    assert not directory.channel(WORKSPACE, "C0INC", "").private
    slack.conversations_members = lambda **_asked: {"members": []}  # type: ignore[attr-defined]
    slack.private.append("C0INC")
    at(directory, 300)
    if kept == "members":
        assert directory.members(WORKSPACE, "C0INC") == frozenset()
    else:
        assert directory.channel(WORKSPACE, "C0INC", "").private


OTHER = "T0OTHER"


def test_who_is_a_guest_is_read_for_people_of_many_workspaces_at_once(db: Database) -> None:
    with db.begin() as session:
        for workspace, is_guest in ((WORKSPACE, True), (OTHER, False)):
            record_workspace(session, workspace)
            people.record_person(session, person(workspace=workspace, user=STRANGER, is_guest=is_guest))
        asked = {(WORKSPACE, STRANGER), (OTHER, STRANGER), (OTHER, LEAD)}
        found = people.find_guests_anywhere(session, asked)
        assert people.find_guests_anywhere(session, set()) == {}
    assert found == {(WORKSPACE, STRANGER): True, (OTHER, STRANGER): False, (OTHER, LEAD): None}


def test_who_reads_in_a_channel_is_told_without_slack_once_it_has_said_who_is_there(db: Database) -> None:
    slack = Slack(members={"C0INC": [LEAD], "C0SHOP": [LEAD, STRANGER], "C0NEW": [LEAD, "U0NOBODY"]})
    directory = Watched(db, slack)
    with db.begin() as session:
        people.record_person(session, person(user=LEAD, asked_at=NOW))
        people.record_person(session, person(user=STRANGER, is_guest=True, asked_at=NOW))
    channels = {(WORKSPACE, channel) for channel in slack.members}
    for _, channel in channels:
        directory.hear_of(WORKSPACE, channel)
    with directory.at_hand_in(channels):
        assert directory.readers_in(WORKSPACE, "C0INC") == Viewer("", frozenset({"C0INC"}))
        with pytest.raises(NotAtHand):  # which channels the guest is in
            directory.readers_in(WORKSPACE, "C0SHOP")
        with pytest.raises(NotAtHand):  # who that is
            directory.readers_in(WORKSPACE, "C0NEW")
    assert directory.readers_in(WORKSPACE, "C0SHOP").only == frozenset({"C0SHOP"})
