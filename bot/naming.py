"""Names of people inside a transaction, from what Slack said before."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from bot.blocks.text import Names, escape
from storage.people import list_names


def names_from(known: Mapping[str, str]) -> Names:
    """Names ready for mrkdwn; who is not known is a mention, which Slack draws as the name."""
    return lambda user: escape(known[user]) if user in known else f"<@{user}>"


def names_in(session: Session, workspace: str, users: Iterable[str]) -> Names:
    """As `names_from`, for those of *users* of whom something was heard."""
    return names_from(list_names(session, workspace, users))
