"""Status updates: what happened, in the owner's words, typed behind the command or in the form; and why it stalled,
when the item stood still."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial

from slack_sdk.models.views import View

from bot.blocks.ids import Button, Modal
from bot.blocks.update import update_form
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.item import Item
from bot.domain.lifecycle import Action
from bot.domain.stale import LEADS_TO, StaleAnswer, Stalled, answer, asks_for_status
from bot.domain.update import update
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Handler, Router
from handlers.shared.acting import opens
from handlers.shared.item_change import item_change, item_look
from handlers.shared.typed import as_text

USAGE = "update N [text]"


def register(router: Router, deps: Deps) -> None:
    """`update N`, the button “Update” and the modal “Status update”."""

    def draw(item: Item, metadata: str, _today: date) -> View:
        return update_form(item, metadata, asks=asks_for_status(item, deps.clock()))

    open_modal = opens(deps, Action.UPDATE, draw, USAGE)
    at_once = partial(_at_once, deps, open_modal)
    router.subcommand("update", at_once, USAGE, "says what happened; with text, at once")
    router.button(Button.UPDATE, open_modal)
    router.modal(Modal.UPDATE, partial(_submitted, deps, router))


def _at_once(deps: Deps, open_modal: Handler, asked: Asked) -> Answer | None:
    """`update 12 The alert fires` is all that the form asks; of a stale item it asks more, and has the text already."""
    number, rest = number_and_rest(asked.value or asked.text, USAGE)
    if not rest:
        return open_modal(asked)
    with item_look(deps, asked, number) as look:
        asks = asks_for_status(look.item, deps.clock())
    if asks:
        return open_modal(asked)
    what = as_text(deps, asked, rest).text
    with item_change(deps, asked, number) as change:
        change.record(update(change.item, change.by, what))
    return None


def _submitted(deps: Deps, router: Router, asked: Asked, form: Form) -> None:
    """Records the status; an answer that is more than that goes on to its own modal."""
    number, what = asked.metadata["number"], form.text("what")
    if not form.has("answer"):
        with item_change(deps, asked, number) as change:
            change.record(update(change.item, change.by, what))
        return
    said = form.required_one_of("answer", "Choose what it is.", StaleAnswer)
    stalled = form.required_one_of("stalled_by", "Choose why it stalled.", Stalled)
    with item_change(deps, asked, number) as change:
        change.record(answer(change.item, change.by, what, said, stalled))
    if said in LEADS_TO:
        # A modal that follows a submission goes into its answer (`Asked.next_views`).
        with suppress(Refused):  # the status is given; what it leads to is not possible any more
            router.as_command(LEADS_TO[said])(replace(asked, value=str(number)))
