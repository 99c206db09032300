"""Marking an item as implemented: merged, in production, with a link to the change."""

from functools import partial

from bot.blocks.ids import Button, Modal
from bot.blocks.implement import implement_form
from bot.deps import Deps
from bot.domain.implement import implement
from bot.domain.lifecycle import Action
from bot.services.known_changes import change_of
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import opened
from handlers.shared.item_change import item_change, item_look

USAGE = "implement N [link]"


def register(router: Router, deps: Deps) -> None:
    """`implement N`, the button and the modal “Implemented”."""

    def submitted(asked: Asked, form: Form) -> None:
        url = form.text("change_url")
        since = form.required_day("in_production_since", "Choose the day since which it is in production.")
        with item_change(deps, asked, asked.metadata["number"]) as change:
            change.record(implement(change.item, change.by, url, since, change.today))

    def open_modal(asked: Asked) -> Answer | None:
        number, rest = number_and_rest(asked.value or asked.text, USAGE)
        with item_look(deps, asked, number) as look:
            look.check_possible(Action.IMPLEMENT)
            known = change_of(look.session, look.item, rest)
        opened(deps, asked, look, partial(implement_form, change_url=known.url, since=known.since), rest)
        return None

    router.subcommand("implement", open_modal, USAGE, "it is in production; asks for the link to the change")
    router.button(Button.IMPLEMENT, open_modal)
    router.modal(Modal.IMPLEMENT, submitted)
