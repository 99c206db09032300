"""One item shown whole, with its history."""

from functools import partial

from bot.blocks.history import shown
from bot.blocks.ids import Button
from bot.deps import Deps
from bot.domain.errors import Refused
from handlers.acting import load
from handlers.numbers import number_and_rest
from handlers.router import Answer, Asked, Router
from storage import changes

USAGE = "show N"


def register(router: Router, deps: Deps) -> None:
    """`show N [public]`, the button “Details” and the entry in “⋯”."""
    show = partial(_show, deps)
    router.subcommand("show", show, USAGE, "shows one item and its history; add `public` to show everybody")
    router.button(Button.SHOW, show)
    router.more("show", show)


def _show(deps: Deps, asked: Asked) -> Answer:
    number, rest = number_and_rest(asked.value or asked.text, USAGE)
    item = load(deps, asked, number)
    public = rest.lower() == "public"
    if public and item.private and item.channel != asked.channel:
        raise Refused(f"{item.label} belongs to a private channel. It can be shown publicly only there.")
    with deps.db.begin() as session:
        history = changes.list_changes(session, asked.workspace, number)
    users = {item.owner, item.verified_by, *item.collaborators, *(change.by for change in history)}
    users |= {change.detail["owner"]["to"] for change in history if "owner" in change.detail}
    names = deps.directory.names(asked.workspace, users)
    blocks = shown(item, history, names, deps.today(item.zone))
    return Answer(f"{item.label}: {item.state.words}", blocks, public=public)
