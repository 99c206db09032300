"""Help, also for a subcommand that does not exist: with the nearest one that does."""

from difflib import get_close_matches
from functools import partial

from slack_bolt import App

from bot.blocks.help import Usage, help_blocks
from bot.blocks.text import escape, shortened
from handlers.router import Answer, Asked, Router
from handlers.said import plain


def help_router(app: App) -> Router:
    """A router whose answer to no or an unknown subcommand is help."""
    router = Router(app, unknown=lambda asked, name: _unknown(router, asked, name))
    return router


def register(router: Router) -> None:
    """`help`; registered last, so that it stands last in its own list."""
    router.subcommand("help", partial(_help, router), "help", "shows this")


def _help(router: Router, _asked: Asked) -> Answer:
    return Answer("What /actionitem can do", help_blocks(_usages(router)))


def _unknown(router: Router, asked: Asked, name: str) -> Answer:
    if not name:
        return _help(router, asked)
    near = get_close_matches(name.lower(), router.names, n=1, cutoff=0.5)
    typed = escape(shortened(plain(name), 50))
    notice = f"There is no `/actionitem {typed}`."
    if near:
        notice += f" Did you mean `/actionitem {near[0]}`?"
    return Answer(notice, help_blocks(_usages(router), notice))


def _usages(router: Router) -> list[Usage]:
    return router.usages
