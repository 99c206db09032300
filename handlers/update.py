"""Status updates: what happened, in the owner's words."""

from bot.blocks import step_modals
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain import steps
from bot.domain.lifecycle import Action
from handlers.acting import change, opens
from handlers.forms import Form
from handlers.router import Asked, Router

USAGE = "update N"


def register(router: Router, deps: Deps) -> None:
    """`update N`, the button “Update” and the modal “Status update”."""

    def submitted(asked: Asked, form: Form) -> None:
        what = form.text("what")
        change(deps, asked, asked.metadata["number"], lambda item, by: steps.update(item, by, what))

    open_modal = opens(deps, Action.UPDATE, step_modals.status_update, USAGE)
    router.subcommand("update", open_modal, USAGE, "says what happened")
    router.button(Button.UPDATE, open_modal)
    router.modal(Modal.UPDATE, submitted)
