"""Names and languages of people inside a transaction, from what Slack said before."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from bot.blocks.text import Names, escape
from bot.domain.slack_ids import is_person
from bot.domain.token import is_token, token_named
from bot.domain.words import _, speaking
from bot.languages import catalogue
from storage.people import known_people
from storage.teams import find_language


def names_from(known: Mapping[str, str]) -> Names:
    """Names ready for mrkdwn; who is not known is a mention, which Slack draws as the name."""

    def name(user: str) -> str:
        if is_token(user):
            return _("the token *{name}*", name=escape(token_named(user)))
        return escape(known[user]) if user in known else mention(user)

    return name


def mention(user: str) -> str:
    """Which Slack draws as their name; of what is no id, the text."""
    # An import, or a button that was changed, brings any text; between the brackets it could ping everybody.
    return f"<@{user}>" if is_person(user) else escape(user)


def names_in(session: Session, workspace: str, users: Iterable[str]) -> Names:
    """As `names_from`, for those of *users* of whom something was heard."""
    known = known_people(session, workspace, users)
    return names_from({user: person.name for user, person in known.items()})


def speaking_to(session: Session, workspace: str, reader: str) -> AbstractContextManager[None]:
    """Within it everything is said in the language of *reader*, whoever caused it: of a person, or of a channel."""
    if not is_person(reader):
        return speaking(catalogue(find_language(session, workspace, reader)))
    known = known_people(session, workspace, [reader]).get(reader)
    return speaking(catalogue(known.locale if known else ""))
