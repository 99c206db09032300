"""Help: five tasks, the reference, or one subcommand closer; for one that does not exist what was probably meant."""

from dataclasses import replace
from difflib import get_close_matches
from functools import partial

from slack_bolt import App

from bot.blocks.help import help_blocks, meant_blocks, reference_blocks, usage_blocks
from bot.blocks.ids import Button
from bot.blocks.text import escape, shortened
from bot.domain.pressed import TypedLine
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


CLOSE = 0.6
"""How like a word must be, of 1: “withdraw” is no “idea”, which would be written down at a press."""


def help_router(app: App, later: Later | None = None) -> Router:
    """A router that answers no subcommand with help, and an unknown one with the one that was meant."""
    router = Router(app, unknown=lambda asked, name: _unknown(router, asked, name), later=later)
    return router


def register(router: Router) -> None:
    """`help` and the buttons; registered last, so that it stands last in its own list."""
    usage = "help [SUBCOMMAND | all]"
    router.subcommand("help", partial(_help, router), usage, "shows what to do first, or how one subcommand is used")
    router.button(Button.HELP, lambda _asked: _tasks())
    router.button(Button.REFERENCE, lambda _asked: _reference(router))
    router.button(Button.LINE, lambda asked: router.as_typed(asked, TypedLine.read(asked.value)))
    router.button(Button.MEANT, partial(_meant, router))


def _help(router: Router, asked: Asked) -> Answer:
    name = asked.text.split()[0].lower().lstrip("/") if asked.text else ""
    if name == "all":
        return _reference(router)
    found = next((usage for usage in router.usages if usage.name == name), None)
    if found:
        return Answer(f"/actionitem {found.usage}", usage_blocks(found))
    return _unknown(router, replace(asked, text=""), name, "help ")


def _tasks() -> Answer:
    return Answer(_(WHAT), help_blocks())


def _reference(router: Router) -> Answer:
    return Answer(_(WHAT), reference_blocks(router.usages))


def _unknown(router: Router, asked: Asked, name: str, behind: str = "") -> Answer:
    """*behind*: the subcommand behind which the unknown name stands, `help `."""
    if not name:
        return _tasks()
    typed = escape(shortened(plain(name), 50))
    notice = _("There is no `/actionitem {typed}`.", typed=typed)
    near = _nearest(router, name.lower())
    if not near:
        return Answer(notice, help_blocks(notice))
    notice += _(" Did you mean `/actionitem {name}`?", name=near)
    # `help overdue`: a list has no help of its own, and is shown at once.
    line = f"{behind if near in router.names else ''}{near} {asked.text}"
    return Answer(notice, meant_blocks(notice, TypedLine.read(line.strip())))


def _meant(router: Router, asked: Asked) -> Answer | None:
    """What the line does, told in the place of the question: nobody shall press it a second time by mistake."""
    answer = router.as_typed(asked, TypedLine.read(asked.value))
    if answer is None and asked.done:
        answer = Answer("\n".join(asked.done))
    return replace(answer, replaces=asked.message_is_ephemeral and not answer.public) if answer else None


def _nearest(router: Router, name: str) -> str:
    """The subcommand that was probably meant: an item shows itself, some words say the same, others are mistyped."""
    # `/actionitem 12`: people name an item and mean to see it.
    if NUMBER.fullmatch(name):
        return f"show {shortened(name.upper(), 50)}"
    if name in MEANT:
        return MEANT[name]
    # Other words for a subcommand too, mistyped: “overdeu” is near “overdue”, which is `list overdue`.
    near = get_close_matches(name, [*router.names, *MEANT], n=1, cutoff=CLOSE)
    return MEANT.get(near[0], near[0]) if near else ""
