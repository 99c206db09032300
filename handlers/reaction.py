"""A reaction that makes an idea of a message: one for each message, whoever reacts, however often."""

from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackClientError
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.errors import Refused, Unavailable
from bot.domain.messages import Post
from bot.domain.slack_text import message_text
from bot.domain.team import DEFAULT_REACTION
from bot.slack.client import error_code
from bot.slack.lookups import SLACK_IS_AWAY
from handlers.gateway.answers import tell
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.carried import ToldBySlack
from handlers.gateway.router import Router
from handlers.idea import kept_words, record_idea
from handlers.new import permalink
from handlers.shared.claim import Source
from handlers.shared.item_form import likely_team
from handlers.shared.typed import readable
from storage.teams import list_teams
from storage.workspaces import record_workspace

OUT_OF_REACH = frozenset(
    ["message_not_found", "channel_not_found", "not_in_channel", "no_permission", "thread_not_found", "bad_timestamp"]
)
"""Slack's words for a message that is gone, or that the bot may not read: nothing can be kept, and nothing is amiss."""
NO_TEXT = "That message has no text to keep as an idea. Write one down: `/actionitem idea TEXT`."

log = structlog.get_logger()


def register(router: Router, deps: Deps) -> None:
    """The event `reaction_added`."""
    router.event("reaction_added", partial(_reacted, deps))


def reaction_of(session: Session, workspace: str, user: str) -> str:
    """The emoji that *user*'s team has chosen for this; "" when it is switched off."""
    team = likely_team(list_teams(session, workspace), user)
    return team.reaction if team else DEFAULT_REACTION


def _reacted(deps: Deps, asked: Asked, event: ToldBySlack) -> None:
    about = ToldBySlack(event.get("item") or {})
    # A reaction to the bot's own message is an answer to it, not an idea.
    if about.get("type") != "message" or event.get("item_user") == asked.bot_user or not event.get("user"):
        return
    with deps.db.read() as session:
        wanted = reaction_of(session, asked.workspace, event["user"])
    # `pushpin::skin-tone-2` is the same emoji.
    if not wanted or str(event.get("reaction", "")).partition("::")[0] != wanted:
        return
    there = replace(asked, channel=about.id("channel"))
    try:
        _keep(deps, there, str(about["ts"]))
    except Unavailable:
        raise
    except Refused as refused:
        _tell(deps, asked, refused.reason)


def _keep(deps: Deps, asked: Asked, ts: str) -> None:
    message = _message(asked, ts)
    if message is None or message.get("user") == asked.bot_user:
        return
    text = readable(deps, asked, message_text(message))
    if not text:
        raise Refused(NO_TEXT)
    link = str(message.get("permalink") or "") or permalink(asked, ts)
    kept = record_idea(deps, asked, text, references=link, source=Source(asked.channel or "", ts))
    if kept:  # else this very event came before, or somebody else's reaction
        thread = str(message.get("thread_ts") or "")
        tell(replace(asked, thread="" if thread == ts else thread), Answer(kept_words(kept)))


def _message(asked: Asked, ts: str) -> dict[str, Any] | None:
    """The message itself, wherever in a thread it stands; None when it is gone or out of reach. Raises `Unavailable`.

    `reactions.get` and not the history, of which Slack gives apps outside its Marketplace a call a minute.
    """
    try:
        found = asked.client.reactions_get(channel=asked.channel or "", timestamp=ts, full=True)
    except (SlackClientError, OSError) as error:
        if error_code(error) in OUT_OF_REACH:
            log.info("reaction_on_a_message_out_of_reach", why=error_code(error))
            return None
        raise Unavailable(SLACK_IS_AWAY) from error
    message = found.get("message")
    return message if isinstance(message, dict) else None


def _tell(deps: Deps, asked: Asked, why: str) -> None:
    with deps.db.begin() as session:
        record_workspace(session, asked.workspace)
        # Under the event's key: told once, however often Slack sends the event.
        deps.outbox.enqueue(session, asked.workspace, asked.key, [Post(asked.key, asked.user, why)])
