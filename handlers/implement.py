"""Marking an item as implemented: merged, in production, with a link to the change."""

from bot.blocks.ids import Button, Modal
from bot.blocks.implement import implement_form
from bot.deps import Deps
from bot.domain.implement import implement
from bot.domain.lifecycle import Action
from handlers.gateway.asked import Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.acting import opens
from handlers.shared.item_change import item_change

USAGE = "implement N [link]"


def register(router: Router, deps: Deps) -> None:
    """`implement N`, the button and the modal “Implemented”."""

    def submitted(asked: Asked, form: Form) -> None:
        url = form.text("change_url")
        since = form.required_day("in_production_since", "Choose the day since which it is in production.")
        with item_change(deps, asked, asked.metadata["number"]) as change:
            change.record(implement(change.item, change.by, url, since, change.today))

    open_modal = opens(deps, Action.IMPLEMENT, implement_form, USAGE)
    router.subcommand("implement", open_modal, USAGE, "it is in production; asks for the link to the change")
    router.button(Button.IMPLEMENT, open_modal)
    router.modal(Modal.IMPLEMENT, submitted)
