"""Whose account in a tracker is whose: as it was mapped, or found once by the e-mail address that Slack knows."""

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.domain.slack_ids import is_person
from bot.domain.tracker import Connection
from bot.trackers.shape import TrackerClient, TrackerTrouble
from storage.engine import Database
from storage.trackers import find_account, record_account


def account_of(db: Database, connection: Connection, tracker: TrackerClient, user: str, client: WebClient) -> str:
    """The person's account; "" where none is known. What was looked for in vain is not looked for again."""
    with db.read() as session:
        known = find_account(session, connection.id, user)
    if known is not None or not is_person(user):
        return known or ""
    email = _email(client, user)
    try:
        found = tracker.account_of(email) if email else ""
    except TrackerTrouble:
        return ""  # a ticket is not held up by who it is assigned to; the next change looks again
    with db.begin() as session:
        record_account(session, connection, user, found)
    return found


def _email(client: WebClient, user: str) -> str:
    """ "" also where an admin has declined `users:read.email`."""
    try:
        profile = client.users_info(user=user)["user"].get("profile") or {}
    except (SlackClientError, OSError):
        return ""
    return str(profile.get("email") or "")
