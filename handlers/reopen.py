"""Opening an ended item again, with the reason."""

from bot.blocks.ids import Button, Modal
from bot.blocks.reopen import reopen_form
from bot.deps import Deps
from bot.domain.lifecycle import Action
from bot.domain.reopen import reopen
from handlers.gateway.asked import Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.acting import opens
from handlers.shared.item_change import item_change

USAGE = "reopen N [text]"


def register(router: Router, deps: Deps) -> None:
    """`reopen N`, the button and the modal “Reopen”."""

    def submitted(asked: Asked, form: Form) -> None:
        why = form.text("why")
        with item_change(deps, asked, asked.metadata["number"]) as change:
            change.record(reopen(change.item, change.by, why))

    open_modal = opens(deps, Action.REOPEN, reopen_form, USAGE)
    router.subcommand("reopen", open_modal, USAGE, "opens an ended item again")
    router.button(Button.REOPEN, open_modal)
    router.modal(Modal.REOPEN, submitted)
