"""What is written in the bot's Messages tab: answered there as a mention is, and at first with what the bot is for."""

from typing import Any

from bot.blocks import capture
from bot.blocks.parts import as_dicts
from bot.coach.order import Order
from bot.deps import Deps
from bot.domain.messages import Post
from handlers.gateway.asked import Asked
from handlers.gateway.carried import ToldBySlack
from handlers.mention import answer_to, order_in
from handlers.reaction import reaction_of
from storage import inbox
from storage.workspaces import record_workspace

DIRECT = frozenset(["im", "app_home"])
"""How Slack names a conversation of two; the second is what it called the Messages tab before."""
SAID = frozenset(["", "file_share", "me_message", "thread_broadcast"])
"""Subtypes of what people say. All others tell of something: that a message was edited or deleted, who joined."""
SLACKBOT = "USLACKBOT"


def is_for_the_bot(event: dict[str, Any], bot: str) -> bool:
    """Whether a person wrote it to the bot: not the bot itself, not another app, and not a change of what was said."""
    said_by = str(event.get("user") or "")
    by_an_app = event.get("bot_id") or event.get("bot_profile") or event.get("hidden")
    if event.get("channel_type") not in DIRECT or by_an_app or said_by in ("", bot, SLACKBOT):
        return False
    return str(event.get("subtype") or "") in SAID


def answer(deps: Deps, asked: Asked, event: ToldBySlack) -> None:
    """Once for each message, however often Slack sends it; whoever writes for the first time is told what this is."""
    order = _order(event, asked.bot_user)
    posts: list[Post] = []
    if order.verb != "help":
        text, blocks = answer_to(deps, asked, event, order)
        posts.append(Post(asked.key, event.id("channel"), text, blocks, thread_ts=event.get("thread_ts")))
    with deps.db.begin() as session:
        record_workspace(session, asked.workspace)
        if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
            return
        reaction = reaction_of(session, asked.workspace, asked.user)
        # The same key is said once for ever: to whoever asks for help it is said each time.
        hello = asked.key if order.verb == "help" else f"hello:{asked.user}"
        help_ = Post(
            hello, event.id("channel"), capture.hello(reaction), as_dicts(capture.hello_blocks(reaction)),
            thread_ts=event.get("thread_ts") if order.verb == "help" else None,
        )  # fmt: skip
        deps.outbox.enqueue(session, asked.workspace, hello, [help_])
        if posts:
            deps.outbox.enqueue(session, asked.workspace, asked.key, posts)


def _order(event: dict[str, Any], bot: str) -> Order:
    """As of a mention; one word alone (“list”, “thanks”, “AI-12”) is no action: whoever writes it looks for help."""
    order = order_in(event, bot)
    return order if order.verb == "idea" or len(order.rest.split()) > 1 else Order("help", "")
