"""Verifying an item: evidence that it works, and what would tell us if it were gone."""

from bot.blocks import step_modals
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain import verification
from bot.domain.items import VerificationMethod
from bot.domain.lifecycle import Action
from bot.domain.verification import Evidence
from handlers.acting import change, opens
from handlers.asked import Asked
from handlers.forms import Form
from handlers.router import Router

USAGE = "verify N [text]"


def register(router: Router, deps: Deps) -> None:
    """`verify N`, the button and the modal “Verify”."""

    def submitted(asked: Asked, form: Form) -> None:
        shown = _evidence(form)
        change(deps, asked, asked.metadata["number"], lambda item, by: verification.verify(item, by, shown))

    open_modal = opens(deps, Action.VERIFY, step_modals.verify, USAGE)
    router.subcommand("verify", open_modal, USAGE, "shows evidence that it works")
    router.button(Button.VERIFY, open_modal)
    router.modal(Modal.VERIFY, submitted)


def _evidence(form: Form) -> Evidence:
    method = form.required_choice("method", "Choose how it was verified.")
    would_know = form.required_choice("would_know", "Answer Yes or No.")
    result = form.required_choice("result", "Choose whether it works.")
    return Evidence(
        method=VerificationMethod(method),
        evidence=form.text("evidence"),
        would_know=would_know == step_modals.YES,
        guard=form.text("guard"),
        why_not=form.text("why_not"),
        works=result == step_modals.WORKS,
    )
