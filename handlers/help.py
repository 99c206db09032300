"""Help: everything, or one subcommand closer; also for one that does not exist, with the nearest that does."""

from difflib import get_close_matches
from functools import partial

from slack_bolt import App

from bot.blocks.help import help_blocks, usage_blocks
from bot.blocks.ids import Button
from bot.blocks.text import escape, shortened
from bot.domain.said import plain
from bot.domain.words import _
from handlers.router import Answer, Asked, Router

WHAT = "What /actionitem can do"


def help_router(app: App) -> Router:
    """A router whose answer to no or an unknown subcommand is help."""
    router = Router(app, unknown=lambda asked, name: _unknown(router, asked, name))
    return router


def register(router: Router) -> None:
    """`help` and the button; registered last, so that it stands last in its own list."""
    router.subcommand("help", partial(_help, router), "help [SUBCOMMAND]", "shows this, or more about one of them")
    router.button(Button.HELP, lambda _asked: _whole(router))


def _help(router: Router, asked: Asked) -> Answer:
    name = asked.text.split()[0].lower().lstrip("/") if asked.text else ""
    found = next((usage for usage in router.usages if usage.name == name), None)
    if found:
        return Answer(f"/actionitem {found.usage}", usage_blocks(found))
    return _unknown(router, asked, name)


def _whole(router: Router) -> Answer:
    return Answer(_(WHAT), help_blocks(router.usages))


def _unknown(router: Router, _asked: Asked, name: str) -> Answer:
    if not name:
        return _whole(router)
    near = get_close_matches(name.lower(), router.names, n=1, cutoff=0.5)
    typed = escape(shortened(plain(name), 50))
    notice = _("There is no `/actionitem {typed}`.", typed=typed)
    if near:
        notice += _(" Did you mean `/actionitem {name}`?", name=near[0])
    return Answer(notice, help_blocks(router.usages, notice))
