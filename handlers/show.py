"""One item shown whole, with its history."""

from functools import partial

from bot.blocks.decision_facts import people_in
from bot.blocks.history import shown
from bot.blocks.ids import Button
from bot.blocks.standing import people
from bot.deps import Deps
from bot.domain.errors import NotFound, Refused
from bot.domain.items import Item
from bot.domain.words import ENGLISH, _, speak
from handlers.acting import load
from handlers.numbers import number_and_rest
from handlers.place import everybody_here
from handlers.router import Answer, Asked, Router
from storage import changes, items

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
    if public:
        _refuse_unless_for_everybody(deps, asked, item)
        speak(ENGLISH)
    with deps.db.begin() as session:
        history = changes.list_changes(session, asked.workspace, number)
    users = people(item).union(item.collaborators, *(people_in(change) for change in history))
    names = deps.directory.names(asked.workspace, users)
    blocks = shown(item, history, names, deps.today(item.zone))
    return Answer(f"{item.label}: {_(item.state.words)}", blocks, public=public)


def _refuse_unless_for_everybody(deps: Deps, asked: Asked, item: Item) -> None:
    everybody = everybody_here(deps, asked)
    try:
        with deps.db.begin() as session:
            items.get_item(session, asked.workspace, item.number, everybody)
    except NotFound:
        if item.private:
            words = _("{item} belongs to a private channel. It can be shown publicly only there.", item=item.label)
        else:
            words = _(
                "Guests may be here, who see this channel's items only. Leave out `public` to see {item}.",
                item=item.label,
            )
        raise Refused(words) from None
