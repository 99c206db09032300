"""Reading everybody in a workspace: page by page, going on where it was stopped. On both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from slack_sdk.errors import SlackApiError

from bot.domain.errors import Refused, Unavailable
from bot.domain.people_listing import night_after
from bot.slack.lookups import RateLimited
from bot.slack.people_list import PeopleList
from storage.engine import Database
from storage.people import find_person, list_people, record_person
from storage.people_listings import find_listing, want_listing
from storage.workspaces import record_workspace
from tests.builders import NOW, WORKSPACE, person

PAGES = [["U0A", "U0B"], ["U0C", "U0D"], ["U0E"]]


class Slack:
    """As much of Slack as lists people, and refuses now and then."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.refusal: str | None = None

    def users_list(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked["cursor"] or "")
        if self.refusal:
            answer = Answer(self.refusal)
            self.refusal = None
            raise SlackApiError("no", answer)  # type: ignore[no-untyped-call]
        page = int(asked["cursor"] or 0)
        members = [{"id": user, "name": user.lower(), "team_id": WORKSPACE} for user in PAGES[page]]
        following = str(page + 1) if page + 1 < len(PAGES) else ""
        return {"members": members, "response_metadata": {"next_cursor": following}}


class Answer:
    def __init__(self, error: str) -> None:
        self.status_code = 429 if error == "ratelimited" else 200
        self.data = {"ok": False, "error": error}
        self.headers = {"Retry-After": "17"}


class Reader(PeopleList):
    def __init__(self, db: Database, slack: Any) -> None:
        self.now = NOW
        super().__init__(db, lambda _: slack, lambda: self.now, lambda _: "")
        with db.begin() as session:
            record_workspace(session, WORKSPACE)


def known(db: Database) -> list[str]:
    with db.read() as session:
        return sorted(each.user for each in list_people(session, WORKSPACE, [user for page in PAGES for user in page]))


def test_everybody_is_read_page_by_page_and_again_in_the_night(db: Database) -> None:
    slack = Slack()
    reader = Reader(db, slack)
    assert not reader.read_on(WORKSPACE, 1)
    assert known(db) == ["U0A", "U0B"]
    assert not reader.is_recent(WORKSPACE)
    assert reader.read_on(WORKSPACE, 10)
    assert known(db) == ["U0A", "U0B", "U0C", "U0D", "U0E"]
    assert reader.is_recent(WORKSPACE)
    with db.read() as session:
        listing = find_listing(session, WORKSPACE)
    assert listing
    assert listing.due_at == night_after(NOW, ZoneInfo("UTC"), WORKSPACE)
    assert slack.asked == ["", "1", "2"]


def test_reading_goes_on_in_another_process_where_slack_stopped_the_first(db: Database) -> None:
    slack = Slack()
    first = Reader(db, slack)
    first.read_on(WORKSPACE, 1)
    slack.refusal = "ratelimited"
    with pytest.raises(RateLimited) as limited:
        first.read_on(WORKSPACE, 10)
    assert limited.value.seconds == 17
    assert Reader(db, slack).read_on(WORKSPACE, 10)
    assert slack.asked == ["", "1", "1", "2"]


def test_page_that_slack_has_forgotten_begins_the_list_anew(db: Database) -> None:
    slack = Slack()
    reader = Reader(db, slack)
    reader.read_on(WORKSPACE, 1)
    slack.refusal = "invalid_cursor"
    assert reader.read_on(WORKSPACE, 10)
    assert slack.asked == ["", "1", "", "1", "2"]


def test_missing_scope_is_refused_in_words_and_a_slack_that_is_away_is_away(db: Database) -> None:
    slack = Slack()
    reader = Reader(db, slack)
    slack.refusal = "missing_scope"
    with pytest.raises(Refused, match="actionitem check") as refused:
        reader.read_on(WORKSPACE, 1)
    assert not isinstance(refused.value, Unavailable)
    slack.refusal = "internal_error"
    with pytest.raises(Unavailable):
        reader.read_on(WORKSPACE, 1)


def test_what_was_heard_after_the_page_was_asked_for_holds(db: Database) -> None:
    reader = Reader(db, Slack())
    newer = person(user="U0A", name="Newer", asked_at=NOW + timedelta(seconds=5), is_guest=True)
    with db.begin() as session:
        record_person(session, newer)
        record_person(session, replace(newer, user="U0B", asked_at=NOW - timedelta(days=1)))
    reader.read_on(WORKSPACE, 1)
    with db.read() as session:
        kept, replaced = (find_person(session, WORKSPACE, user) for user in ("U0A", "U0B"))
    assert kept == newer
    assert replaced
    assert (replaced.name, replaced.is_guest) == ("u0b", False)


def test_wish_for_everybody_does_not_begin_a_reading_under_way_anew(db: Database) -> None:
    reader = Reader(db, Slack())
    reader.read_on(WORKSPACE, 1)
    reader.want(WORKSPACE)
    with db.read() as session:
        listing = find_listing(session, WORKSPACE)
    assert listing
    assert listing.cursor == "1"
    assert listing.due_at > NOW
    reader.read_on(WORKSPACE, 10)
    with db.begin() as session:
        want_listing(session, WORKSPACE, NOW)
        found = find_listing(session, WORKSPACE)
    assert found
    assert found.due_at == NOW


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata"])
def test_night_is_within_a_day_and_about_three_where_the_team_is(zone: str) -> None:
    for hours in range(0, 24 * 370, 7):
        now = NOW + timedelta(hours=hours)
        night = night_after(now, ZoneInfo(zone), WORKSPACE)
        assert timedelta(0) < night - now <= timedelta(hours=26)
        assert night.astimezone(ZoneInfo(zone)).hour in (3, 4)
