"""Status updates: what happened, in the owner's words; and why it stalled, when the item stood still."""

from datetime import date
from functools import partial

from slack_sdk.models.views import View

from bot.blocks import step_modals
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain import steps
from bot.domain.items import By, Item, Moved
from bot.domain.lifecycle import Action
from bot.domain.stale import StaleAnswer, Stalled, answer, asks_for_status
from handlers.acting import change, opens
from handlers.forms import Form
from handlers.router import Asked, Router

USAGE = "update N"


def register(router: Router, deps: Deps) -> None:
    """`update N`, the button “Update” and the modal “Status update”."""

    def draw(item: Item, metadata: str, _today: date) -> View:
        return step_modals.status_update(item, metadata, asks=asks_for_status(item, deps.clock()))

    open_modal = opens(deps, Action.UPDATE, draw, USAGE)
    router.subcommand("update", open_modal, USAGE, "says what happened")
    router.button(Button.UPDATE, open_modal)
    router.modal(Modal.UPDATE, partial(_submitted, deps))


def _submitted(deps: Deps, asked: Asked, form: Form) -> None:
    what = form.text("what")

    def decide(item: Item, by: By) -> Moved:
        if not form.has("answer"):
            return steps.update(item, by, what)
        said = StaleAnswer(form.required_choice("answer", "Choose what it is."))
        return answer(item, by, what, said, Stalled(form.required_choice("stalled_by", "Choose why it stalled.")))

    change(deps, asked, asked.metadata["number"], decide)
