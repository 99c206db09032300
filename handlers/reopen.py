"""Opening an ended item again, with the reason."""

from bot.blocks import step_modals
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain import steps
from bot.domain.lifecycle import Action
from handlers.acting import change, opens
from handlers.asked import Asked
from handlers.forms import Form
from handlers.router import Router

USAGE = "reopen N [text]"


def register(router: Router, deps: Deps) -> None:
    """`reopen N`, the button and the modal “Reopen”."""

    def submitted(asked: Asked, form: Form) -> None:
        why = form.text("why")
        change(deps, asked, asked.metadata["number"], lambda item, by: steps.reopen(item, by, why))

    open_modal = opens(deps, Action.REOPEN, step_modals.reopen, USAGE)
    router.subcommand("reopen", open_modal, USAGE, "opens an ended item again")
    router.button(Button.REOPEN, open_modal)
    router.modal(Modal.REOPEN, submitted)
