"""Status updates: what happened, in the owner's words; and why it stalled, when the item stood still."""

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
from handlers.gateway.asked import Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.acting import opens
from handlers.shared.item_change import item_change

USAGE = "update N [text]"


def register(router: Router, deps: Deps) -> None:
    """`update N`, the button “Update” and the modal “Status update”."""

    def draw(item: Item, metadata: str, _today: date) -> View:
        return update_form(item, metadata, asks=asks_for_status(item, deps.clock()))

    open_modal = opens(deps, Action.UPDATE, draw, USAGE)
    router.subcommand("update", open_modal, USAGE, "says what happened")
    router.button(Button.UPDATE, open_modal)
    router.modal(Modal.UPDATE, partial(_submitted, deps, router))


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
