"""The people of a file: e-mail addresses become Slack ids, and who owns open items is looked at. Asks Slack."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import sleep
from typing import TypeVar

from bot.domain.errors import Refused, Unavailable
from bot.domain.person import SLACKBOT
from bot.domain.porting.gathering import Gathered
from bot.slack.directory import Directory
from bot.slack.lookups import RateLimited

T = TypeVar("T")
LONGEST_WAIT_S = 120
OWNERS_ASKED = 200
"""Slack ids that are looked at; an import must not wait an hour for Slack's rate limit."""
NAMED = 10


@dataclass(frozen=True)
class People:
    """`by_email`: Slack ids. `notes` say what whoever imports should know."""

    by_email: Mapping[str, str]
    notes: tuple[str, ...]


def resolve(directory: Directory, workspace: str, found: Gathered, step: Callable[[int], None]) -> People:
    """Asks Slack once for each address and each owner of an open item; adds to the problems of the file.

    *step* is told of each one asked. Raises `Unavailable` when Slack does not answer for an address.
    """
    by_email: dict[str, str] = {}
    for email, lines in found.emails.items():
        # An address that cannot be looked up ends the import: without an id the row has no owner (R40).
        person = patiently(lambda email=email: directory.person_by_email(workspace, email))  # type: ignore[misc]
        step(1)
        if person is None:
            found.problems.add(lines, f"nobody here has the address {email}; write a Slack id instead")
        else:
            by_email[email] = person.user
    return People(by_email, tuple(_owners(directory, workspace, found, step)))


def _owners(directory: Directory, workspace: str, found: Gathered, step: Callable[[int], None]) -> list[str]:
    """Apps are refused. Whoever left or is unknown stays the owner, as history has it; that is said."""
    gone: list[str] = []
    for asked, (user, lines) in enumerate(found.owners.items()):
        try:
            person = directory.person(workspace, user) if asked < OWNERS_ASKED else None
        except Unavailable:
            # An id is an owner without Slack's word, unlike an address: it is only said.
            return [*_said_of(gone), "Slack did not answer for all owners; the rest were taken as they are."]
        step(1)
        # Slackbot by its id: Slack says of it that it is no bot.
        if user == SLACKBOT or (person and person.is_bot):
            found.problems.add(lines, f"owner: {user} is an app; name a person")
        elif asked < OWNERS_ASKED and (person is None or person.deactivated):
            gone.append(user)
    left = len(found.owners) - OWNERS_ASKED
    return _said_of(gone) + ([f"{left:,} more owners were not looked at and taken as they are."] if left > 0 else [])


def _said_of(gone: list[str]) -> list[str]:
    if not gone:
        return []
    names = ", ".join(gone[:NAMED]) + (f" and {len(gone) - NAMED} more" if len(gone) > NAMED else "")
    return [f"Owners of open items who are not in this workspace (any more): {names}. They were taken as they are."]


def patiently(ask: Callable[[], T]) -> T:
    """Waits as long as Slack's rate limit says, and asks again."""
    waited = 0
    while True:
        try:
            return ask()
        except RateLimited as limited:
            waited += limited.seconds
            if waited > LONGEST_WAIT_S:
                raise Refused("Slack limits how often it is asked. Nothing was changed; try again later.") from limited
            sleep(limited.seconds)
