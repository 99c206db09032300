"""Who people are: asked of Slack, kept in the database and for a short while here.

Never called inside a transaction, because an answer of Slack's can take seconds.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError

from bot.blocks.text import Names
from bot.clock import Clock
from bot.domain.erase import is_erased
from bot.domain.errors import Refused, Unavailable
from bot.domain.person import Person, gone
from bot.domain.slack_ids import is_person
from bot.slack.client import ClientFor
from bot.slack.kept_answers import TRUSTED, KeptAnswers
from bot.slack.lookups import ask_enterprise, ask_person, ask_person_by_email, person_from
from bot.slack.names import names_from
from bot.slack.people_list import PeopleList
from storage import people
from storage.engine import Database
from storage.workspaces import record_workspace

log = structlog.get_logger()

PERSON_KEPT = timedelta(minutes=4)
PERSON_AT_HAND = timedelta(seconds=60)
ENTERPRISE_KEPT = timedelta(minutes=4)
LIST_PAGES = 500
"""Of the list of everybody, read before something is said to many whom nobody knows; Slack limits it sooner."""
NAMES_ASKED = 20
"""People looked up for one answer; the rest are shown as mentions, and known the next time."""


class KnownPeople(KeptAnswers):
    """Looks people up, for every workspace."""

    def __init__(self, db: Database, client_for: ClientFor, clock: Clock) -> None:
        super().__init__(db, client_for, clock)
        self.people_list = PeopleList(db, self._client_for, clock, self._enterprise)

    def heard_lately(self, known: Iterable[Person]) -> None:
        """What somebody has just read of those people is kept, where `person` would take it for recent."""
        for one in known:
            if self._is_recent(one, PERSON_KEPT):
                self._keep("person", one.workspace, one.user, one)

    def read_everybody(self, workspace: str) -> None:
        """Reads Slack's list, unless that was done lately. Raises `Unavailable`; where Slack refuses they stay
        unknown, and less is named."""
        if self.people_list.is_recent(workspace):
            return
        try:
            self.people_list.read_on(workspace, LIST_PAGES)
        except Unavailable:
            raise
        except Refused:
            log.warning("people_not_listed", workspace=workspace)

    def person(self, workspace: str, user: str) -> Person | None:
        """The person; None when Slack does not know them. Raises `Unavailable` when Slack does not answer."""
        kept: Person | None = self._recall("person", workspace, user, PERSON_AT_HAND)
        if kept:
            return kept
        known = self._as_known(workspace, user)
        # Nobody at Slack has the id of somebody who was erased here.
        if is_erased(user) or (known and self._is_recent(known, PERSON_KEPT)):
            self._keep("person", workspace, user, known)
            return known
        try:
            found = ask_person(self._client_for, workspace, user, self._clock(), self._enterprise)
        except Unavailable:
            if known and self._is_recent(known, TRUSTED):
                return known
            raise
        return self._record(found) if found else None

    def at_hand_of(self, workspace: str, users: Collection[str]) -> list[Person]:
        """Those of *users* of whom this process has heard within a minute; nobody is asked."""
        kept = (self._recall("person", workspace, user, PERSON_AT_HAND) for user in users)
        return [person for person in kept if person]

    def met(self, workspace: str, user: str, team: str) -> None:
        """A request says that the workspace of *user* is *team*, which counts at once, whatever is known of them.

        Raises `Unavailable` when Slack does not say whether they are of the same Enterprise.
        """
        if not (user and team) or team == workspace:
            return
        known = self._as_known(workspace, user)
        # Before any question to Slack: this is asked of every request of somebody from elsewhere.
        if known and known.team == team and (known.is_guest or self._is_recent(known, TRUSTED)):
            return
        ours = self._enterprise(workspace)
        if ours and team == ours:  # an Enterprise's people may be at home in no workspace of their own
            return
        now = self._clock()
        found = ask_person(self._client_for, workspace, user, now, self._enterprise, home=team) if ours else None
        if found is None:
            # Slack does not know them here, or the workspace is in no Enterprise: whoever is of another team is an
            # outsider then.
            found = replace(known or Person(workspace, user, user, now), asked_at=now, is_guest=True, is_admin=False)
        self._record(replace(found, team=team))

    def _as_known(self, workspace: str, user: str) -> Person | None:
        with self._db.read() as session:
            return people.find_person(session, workspace, user)

    def _is_recent(self, person: Person, within: timedelta) -> bool:
        """Whether it was said so lately, since their workspace is kept."""
        return bool(person.team) and self._clock() - person.asked_at < within

    def _enterprise(self, workspace: str) -> str:
        kept: str | None = self._recall("enterprise", workspace, "", ENTERPRISE_KEPT)
        if kept is None:
            kept = ask_enterprise(self._client_for, workspace)
            self._keep("enterprise", workspace, "", kept)
        return kept

    def ask_again(self, workspace: str, user: str) -> None:
        """Asks Slack who they are, whatever is kept of them; whom it does not know counts as gone (R40).

        Raises `Unavailable` when Slack does not answer: then what it said last holds.
        """
        now = self._clock()
        found = ask_person(self._client_for, workspace, user, now, self._enterprise)
        if found is None:
            known = self._as_known(workspace, user)
            found = gone(known or Person(workspace, user, user, now), now)
        self._record(found)

    def locale(self, workspace: str, user: str) -> str:
        """The person's language as Slack names it; English when Slack or the database does not say."""
        try:
            person = self.person(workspace, user)
        except (Unavailable, OperationalError):
            # A refusal in English is better than none: this is asked of every request, also while the database is away.
            person = None
        return person.locale if person else "en-US"

    def person_by_email(self, workspace: str, email: str) -> Person | None:
        """The member with that address; None when there is none. Raises `RateLimited`, `Unavailable` or `Refused`."""
        found = ask_person_by_email(self._client_for, workspace, email, self._clock(), self._enterprise)
        return self._record(found) if found else None

    def names(self, workspace: str, users: Collection[str]) -> Names:
        """The names of *users*, ready for mrkdwn. Who is not known is asked for; else they are a mention."""
        with self._db.read() as session:
            known = people.list_names(session, workspace, users)
        for user in sorted({user for user in users if is_person(user)} - known.keys())[:NAMES_ASKED]:
            try:
                found = self.person(workspace, user)
            except Unavailable:
                # It did not answer one question: nineteen more would only be waited for.
                break
            if found:
                known[user] = found.name
        return names_from(known)

    def heard(self, workspace: str, said: dict[str, Any]) -> Person:
        """Keeps what Slack says of somebody in an event."""
        return self._record(person_from(workspace, said, self._clock(), self._enterprise))

    def trusts(self, known: Person | None) -> bool:
        """Whether what is known of somebody was heard so lately that Slack need not be asked."""
        return known is not None and self._is_recent(known, PERSON_KEPT)

    def forget_person(self, workspace: str, user: str) -> None:
        """Slack said that they changed: ask again next time."""
        self._forget([("person", workspace, user)])
        with self._db.begin() as session:
            people.expire_person(session, workspace, user)

    def _record(self, person: Person) -> Person:
        with self._db.begin() as session:
            record_workspace(session, person.workspace)
            people.record_person(session, person)
        self._keep("person", person.workspace, person.user, person)
        return person
