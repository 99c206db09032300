"""Verifying an item: evidence that it works, and what would tell us if it were gone."""

import json
from contextlib import suppress
from functools import partial

from bot.blocks.ids import Button, Modal
from bot.blocks.verify import DOES_NOT, NO, WORKS, YES, only_assured, verify_form
from bot.coach.evidence import only_assures
from bot.deps import Deps
from bot.domain.errors import Unavailable
from bot.domain.item_values import VerificationMethod
from bot.domain.lifecycle import Action
from bot.domain.verify import Evidence, verify
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.acting import load, opens
from handlers.shared.item_change import item_change

USAGE = "verify N [text]"


def register(router: Router, deps: Deps) -> None:
    """`verify N`, the button and the modal “Verify”."""

    def submitted(asked: Asked, form: Form) -> None:
        shown = _evidence(form)
        with item_change(deps, asked, asked.metadata["number"]) as change:
            change.record(verify(change.item, change.by, shown))
        if shown.works and only_assures(shown.evidence):
            asked.done.append(only_assured(change.item, shown.evidence))

    open_modal = opens(deps, Action.VERIFY, verify_form, USAGE)
    router.subcommand("verify", open_modal, USAGE, "shows evidence that it works")
    router.button(Button.VERIFY, open_modal)
    router.modal(Modal.VERIFY, submitted)
    router.input("result", partial(_result_chosen, deps))


def _result_chosen(deps: Deps, asked: Asked) -> Answer | None:
    """Draws the form for that result; what was filled in stays, as its fields do."""
    item = load(deps, asked, asked.metadata["number"])
    with suppress(Unavailable):  # the submission says what is missing
        asked.redraw(
            verify_form(item, json.dumps(asked.metadata), deps.today(item.zone), Form(asked.view).choice("result"))
        )
    return None


def _evidence(form: Form) -> Evidence:
    method = form.required_one_of("method", "Choose how it was verified.", VerificationMethod)
    result = form.required_choice("result", "Choose whether it works.", (WORKS, DOES_NOT))
    # Of what does not work nobody is asked how its loss would be seen.
    asks = result == WORKS or form.has("would_know")
    would_know = form.required_choice("would_know", "Answer Yes or No.", (YES, NO)) if asks else NO
    return Evidence(
        method=method,
        evidence=form.text("evidence"),
        would_know=would_know == YES,
        guard=form.text("guard"),
        why_not=form.text("why_not"),
        works=result == WORKS,
    )
