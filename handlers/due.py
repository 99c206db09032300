"""Moving a due date: later asks why and counts; the original date stays."""

from bot.blocks.due import due_form
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain.due import move_due_date
from bot.domain.lifecycle import Action
from handlers.gateway.asked import Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.acting import opens
from handlers.shared.item_change import item_change
from handlers.shared.typed import as_day

USAGE = "due N [DATE] [text]"


def register(router: Router, deps: Deps) -> None:
    """`due N`, the button and the modal “Due date”."""

    def submitted(asked: Asked, form: Form) -> None:
        due = form.required_day("due", "Choose the new due date.")
        why = form.text("why")
        with item_change(deps, asked, asked.metadata["number"]) as change:
            change.record(move_due_date(change.item, change.by, due, why, change.today))

    open_modal = opens(deps, Action.MOVE_DUE_DATE, due_form, USAGE, as_day)
    router.subcommand("due", open_modal, USAGE, "moves the due date")
    router.button(Button.DUE, open_modal)
    router.more(Action.MOVE_DUE_DATE, open_modal)
    router.modal(Modal.DUE, submitted)
