"""Naming what would tell us anew, when what was named is gone."""

from bot.blocks.guard import guard_form
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain.guard import name_guard
from bot.domain.lifecycle import Action
from handlers.gateway.asked import Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.acting import opens
from handlers.shared.item_change import item_change

USAGE = "show N"


def register(router: Router, deps: Deps) -> None:
    """The button “Name another” and its modal “Regression guard”."""

    def submitted(asked: Asked, form: Form) -> None:
        guard, why_not = form.text("guard"), form.text("why_not")
        with item_change(deps, asked, asked.metadata["number"]) as change:
            change.record(name_guard(change.item, change.by, guard, why_not))

    router.button(Button.GUARD, opens(deps, Action.UPDATE, guard_form, USAGE))
    router.modal(Modal.GUARD, submitted)
