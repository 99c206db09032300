"""Reads the people of every workspace when that is due: at the installation, then every night. Any replica may."""

from datetime import datetime, timedelta

import structlog

from bot.deps import Deps
from bot.domain.errors import Refused, Unavailable
from bot.domain.people_listing import PeopleListing
from bot.slack.installations import NotInstalled
from bot.slack.lookups import RateLimited
from storage.people_listings import claim_listing, list_listings_due, list_unlisted, record_due, want_listing

log = structlog.get_logger()

PAGES_AT_ONCE = 10
MINE_FOR = timedelta(minutes=2)
"""After that another replica goes on, from the page that was kept last."""
AWAY_FOR = timedelta(minutes=1)
REFUSED_FOR = timedelta(hours=1)
"""A missing scope, a removed app: until somebody mends it."""


class PeopleLists:
    """What is due of the lists of people. The database decides which replica reads."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def read_due(self, at: datetime, workspace: str | None = None, pages: int = PAGES_AT_ONCE) -> None:
        """Reads on, so many pages of each workspace whose list is due at *at*. What cannot be read now is put off."""
        for listing in self._due(at, workspace):
            with self._deps.db.begin() as session:
                mine = claim_listing(session, listing, self._deps.clock() + MINE_FOR)
            if mine:
                self._read(listing, pages)

    def _due(self, at: datetime, workspace: str | None) -> list[PeopleListing]:
        with self._deps.db.read() as session:
            new = list_unlisted(session, workspace)
        if new:
            with self._deps.db.begin() as session:
                for each in new:
                    want_listing(session, each, at)
        with self._deps.db.read() as session:
            return list_listings_due(session, at, workspace)

    def _read(self, listing: PeopleListing, pages: int) -> None:
        try:
            self._deps.directory.people_list.read_on(listing.workspace, pages)
        except RateLimited as limited:
            self._put_off(listing, timedelta(seconds=limited.seconds), "ratelimited")
        except Unavailable:
            self._put_off(listing, AWAY_FOR, "away")
        except (Refused, NotInstalled) as error:
            self._put_off(listing, REFUSED_FOR, type(error).__name__)

    def _put_off(self, listing: PeopleListing, time: timedelta, why: str) -> None:
        log.info("people_not_listed", workspace=listing.workspace, why=why, seconds=int(time.total_seconds()))
        with self._deps.db.begin() as session:
            record_due(session, listing.workspace, self._deps.clock() + time)
