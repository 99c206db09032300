"""Merging an item into another open one: by command, by modal, or by “Add to this one instead”."""

from functools import partial

from sqlalchemy.orm import Session

from bot.blocks.ids import Button, Modal
from bot.blocks.merge import merge_form
from bot.deps import Deps
from bot.domain import merge as rule
from bot.domain.errors import Refused
from bot.domain.item import TEXT_LIMIT, By, Item, Moved, check_length
from bot.domain.lifecycle import Action
from bot.domain.sentence import plain
from bot.domain.words import Text, _
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import change, load, metadata_for, refuse_early
from storage import items

USAGE = "merge N INTO"


def register(router: Router, deps: Deps) -> None:
    """`merge N INTO`, the entry “Merge” with its modal, and the button “Add to this one instead”."""
    merge = partial(_merge, deps)
    router.subcommand("merge", merge, USAGE, "ends it as merged into another open item")
    router.more(Action.MERGE, merge)
    router.modal(Modal.MERGE, partial(_submitted, deps))
    router.button(Button.MERGE_INTO, partial(_merge_into, deps))


def _merge(deps: Deps, asked: Asked) -> Answer | None:
    number, rest = number_and_rest(asked.value or asked.text, USAGE)
    if rest:
        into, why = number_and_rest(rest.removeprefix("into").strip(), USAGE)
        return _done(deps, asked, number, into, plain(why))
    item = load(deps, asked, number)
    refuse_early(deps, asked, item, Action.MERGE)
    asked.open(merge_form(item, metadata_for(asked, item)))
    return None


def _submitted(deps: Deps, asked: Asked, form: Form) -> None:
    try:
        into, rest = number_and_rest(form.text("into"), USAGE)
    except Refused:
        rest = "none"
    if rest:
        raise Refused("Name one item, like AI-12.", "into")
    _done(deps, asked, asked.metadata["number"], into, form.text("why"))


def _merge_into(deps: Deps, asked: Asked) -> Answer | None:
    number, _sep, into = asked.value.partition(":")
    return _done(deps, asked, int(number), int(into), "")


def _done(deps: Deps, asked: Asked, number: int, into_number: int, why: str) -> Answer | None:
    check_length("why", why, TEXT_LIMIT, Text("Shorten it, or link to a document."))
    into = load(deps, asked, into_number)
    merged = merge_item(deps, asked, number, into, why)
    return Answer(_("*{item}* is merged into *{into}*.", item=merged.label, into=into.label)) if merged else None


def merge_item(deps: Deps, asked: Asked, number: int, into: Item, why: str = "") -> Item | None:
    """Merges an item into *into* as it stands now; both are locked, so that the other one does not end meanwhile.

    Returns the merged item, or None when this very request was carried out before.
    """

    def look_again(session: Session) -> None:
        nonlocal into
        into = items.get_item_as_it_is(session, asked.workspace, into.number) or into

    def decide(item: Item, by: By) -> Moved:
        return rule.merge(item, by, into, why)

    return change(deps, asked, number, decide, look_again, also=(into.number,))
