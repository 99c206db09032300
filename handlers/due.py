"""Moving a due date: later asks why and counts; the original date stays."""

from bot.blocks import step_modals
from bot.blocks.ids import Modal
from bot.deps import Deps
from bot.domain import steps
from bot.domain.lifecycle import Action
from handlers.acting import change, opens
from handlers.asked import Asked
from handlers.forms import Form
from handlers.router import Router
from handlers.typed import as_day

USAGE = "due N [DATE] [text]"


def register(router: Router, deps: Deps) -> None:
    """`due N` and the modal “Due date”."""

    def submitted(asked: Asked, form: Form) -> None:
        due = form.required_day("due", "Choose the new due date.")
        why = form.text("why")
        change(
            deps,
            asked,
            asked.metadata["number"],
            lambda item, by: steps.move_due_date(item, by, due, why, deps.today(item.zone)),
        )

    open_modal = opens(deps, Action.MOVE_DUE_DATE, step_modals.due_date, USAGE, as_day)
    router.subcommand("due", open_modal, USAGE, "moves the due date")
    router.more(Action.MOVE_DUE_DATE, open_modal)
    router.modal(Modal.DUE, submitted)
