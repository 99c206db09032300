"""Reads everybody in a workspace from Slack's list, page by page; what was read is kept, whenever it stops.

By the list and not one by one: a channel of five hundred whom nobody knows would cost five hundred calls. Never called
inside a transaction.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.domain.people_listing import PeopleListing, night_after
from bot.slack.client import ClientFor
from bot.slack.lookups import EnterpriseOf, OldCursor, ask_people
from storage.engine import Database
from storage.people_listings import find_listing, record_page, want_listing
from storage.teams import list_teams
from storage.workspaces import record_workspace

log = structlog.get_logger()

LISTED_AGAIN = timedelta(hours=1)
"""So lately read, the list is not read again for somebody who is not in it."""
PAUSE = timedelta(seconds=30)
"""Ten pages, then a pause: twenty calls a minute, which is Slack's tier 2."""


class PeopleList:
    """The lists of people of every workspace."""

    def __init__(self, db: Database, client_for: ClientFor, clock: Clock, enterprise_of: EnterpriseOf) -> None:
        self._db, self._client_for, self._clock, self._enterprise_of = db, client_for, clock, enterprise_of

    def read_on(self, workspace: str, pages: int) -> bool:
        """Reads so many pages on from where it was stopped; whether that was all.

        Raises `RateLimited`, `Unavailable`, or `Refused` where Slack will not say.
        """
        return any(self._read_page(workspace) for _ in range(pages))

    def want(self, workspace: str) -> None:
        """Somebody met many who are not known: everybody is read as soon as the scheduler looks."""
        with self._db.begin() as session:
            record_workspace(session, workspace)
            want_listing(session, workspace, self._clock())

    def is_recent(self, workspace: str) -> bool:
        """Whether everybody was read so lately that reading again would say nothing new."""
        with self._db.read() as session:
            found = find_listing(session, workspace)
        return bool(found and found.listed_at and self._clock() - found.listed_at < LISTED_AGAIN)

    def _read_page(self, workspace: str) -> bool:
        seen = self._seen(workspace)
        now = self._clock()
        try:
            people, cursor = ask_people(self._client_for, workspace, seen.cursor, now, self._enterprise_of)
        except OldCursor:
            self._begin_again(seen)
            return False
        following = self._following(seen, cursor, now)
        with self._db.begin() as session:
            record_page(session, seen, people, following)
        if not cursor:
            log.info("people_listed", workspace=workspace)
        return not cursor

    def _seen(self, workspace: str) -> PeopleListing:
        with self._db.read() as session:
            found = find_listing(session, workspace)
        if found is None:
            self.want(workspace)
        return found or PeopleListing(workspace, self._clock())

    def _following(self, seen: PeopleListing, cursor: str, now: datetime) -> PeopleListing:
        if cursor:
            return replace(seen, cursor=cursor, began_at=seen.began_at or now, due_at=now + PAUSE)
        with self._db.read() as session:
            zones = [team.zone for team in list_teams(session, seen.workspace)]
        night = night_after(now, next(iter(zones), ZoneInfo("UTC")), seen.workspace)
        return PeopleListing(seen.workspace, night, listed_at=now)

    def _begin_again(self, seen: PeopleListing) -> None:
        with self._db.begin() as session:
            record_page(session, seen, [], replace(seen, cursor="", began_at=None, due_at=self._clock()))
