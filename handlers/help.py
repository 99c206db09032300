"""Help: everything, or one subcommand closer; also for one that does not exist, with the nearest that does."""

from difflib import get_close_matches
from functools import partial

from slack_bolt import App

from bot.blocks.help import help_blocks, usage_blocks
from bot.blocks.ids import Button
from bot.blocks.text import escape, shortened
from bot.domain.sentence import plain
from bot.domain.words import _
from handlers.gateway.answers import Later
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.numbers import NUMBER
from handlers.gateway.router import Router

WHAT = "What /actionitem can do"
MEANT = {
    "add": "new", "create": "new", "mine": "list", "items": "list", "overdue": "list overdue", "stale": "list stale",
    "blocked": "list blocked", "deferred": "list deferred", "ideas": "list ideas", "find": "search", "view": "show",
    "begin": "start", "implemented": "implement", "ship": "implement", "shipped": "implement", "done": "implement",
    "verified": "verify", "complete": "close", "finish": "close", "comment": "update", "status": "update",
    "owner": "assign", "reassign": "assign", "deadline": "due", "postpone": "defer", "snooze": "defer",
    "accept": "risk", "cancel": "drop", "delete": "drop", "remove": "drop", "wontdo": "drop", "duplicate": "merge",
    "postmortem": "incident", "metrics": "report", "measures": "report", "download": "export", "config": "settings",
}  # fmt: skip
"""What people type, and the subcommand that does it."""


def help_router(app: App, later: Later | None = None) -> Router:
    """A router whose answer to no or an unknown subcommand is help."""
    router = Router(app, unknown=lambda asked, name: _unknown(router, asked, name), later=later)
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
    typed = escape(shortened(plain(name), 50))
    notice = _("There is no `/actionitem {typed}`.", typed=typed)
    if near := _nearest(router, name.lower()):
        notice += _(" Did you mean `/actionitem {name}`?", name=near)
    return Answer(notice, help_blocks(router.usages, notice))


def _nearest(router: Router, name: str) -> str:
    """The subcommand that was probably meant: an item shows itself, some words say the same, others are mistyped."""
    # `/actionitem 12`: people name an item and mean to see it.
    if NUMBER.fullmatch(name):
        return f"show {shortened(name.upper(), 50)}"
    if name in MEANT:
        return MEANT[name]
    # Other words for a subcommand too, mistyped: “overdeu” is near “overdue”, which is `list overdue`.
    near = get_close_matches(name, [*router.names, *MEANT], n=1, cutoff=0.5)
    return MEANT.get(near[0], near[0]) if near else ""
