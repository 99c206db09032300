"""Merging an item into another open one: by command, by modal, or by “Add to this one instead”."""

from functools import partial

from bot.blocks.ids import Button, Modal
from bot.blocks.merge import merge_form
from bot.deps import Deps
from bot.domain import merge as rule
from bot.domain.errors import Refused
from bot.domain.item import TEXT_LIMIT, Item, check_length
from bot.domain.lifecycle import Action
from bot.domain.pressed import MergeInto
from bot.domain.sentence import plain
from bot.domain.words import Text, _
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import metadata_for
from handlers.shared.item_change import item_change, item_look

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
        # `merge 12 into 14`: people say the word.
        into, why = number_and_rest(rest.removeprefix("into").strip(), USAGE)
        return _done(deps, asked, number, into, plain(why))
    with item_look(deps, asked, number) as look:
        look.check_possible(Action.MERGE)
    asked.open(merge_form(look.item, metadata_for(asked, look.item)))
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
    both = MergeInto.read(asked.value)
    return _done(deps, asked, both.number, both.into, "")


def _done(deps: Deps, asked: Asked, number: int, into_number: int, why: str) -> Answer | None:
    check_length("why", why, TEXT_LIMIT, Text("Shorten it, or link to a document."))
    merged, into = merge_item(deps, asked, number, into_number, why)
    return Answer(_("*{item}* is merged into *{into}*.", item=merged.label, into=into.label))


def merge_item(deps: Deps, asked: Asked, number: int, into_number: int, why: str = "") -> tuple[Item, Item]:
    """Merges an item into another as it stands now; both are locked, so that the other one does not end meanwhile.

    Returns both. Raises `AlreadyDone` when this very request was carried out before.
    """
    with item_change(deps, asked, number, also=[into_number]) as change:
        into = change.others[into_number]
        return change.record(rule.merge(change.item, change.by, into, why)), into
