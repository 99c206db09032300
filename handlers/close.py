"""Closing a verified item; the post-mortem's link is asked for where the incident has none yet."""

from bot.blocks.close import close_form
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain import close as rule
from bot.domain.item import Item
from bot.domain.lifecycle import Action, State
from handlers.gateway.asked import Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import opened
from handlers.shared.item_change import item_change, item_look

USAGE = "close N [link]"


def register(router: Router, deps: Deps) -> None:
    """`close N`, the button and the modal “Close”."""

    def close(asked: Asked) -> None:
        number, link = number_and_rest(asked.value or asked.text, USAGE)
        with item_look(deps, asked, number) as look:
            # Nothing is left to ask for, so no form is opened.
            at_once = not link and _can_be_closed_at_once(look.item)
            if not at_once:
                look.check_possible(Action.CLOSE)
        if not at_once:
            opened(deps, asked, look, close_form, link)
            return
        with item_change(deps, asked, number) as change:
            change.record(rule.close(change.item, change.by, change.item.postmortem_url))

    def submitted(asked: Asked, form: Form) -> None:
        url = form.text("postmortem_url")
        with item_change(deps, asked, asked.metadata["number"]) as change:
            change.record(rule.close(change.item, change.by, url))

    router.subcommand("close", close, USAGE, "ends a verified item")
    router.button(Button.CLOSE, close)
    router.modal(Modal.CLOSE, submitted)


def _can_be_closed_at_once(item: Item) -> bool:
    return item.state is State.VERIFIED and bool(item.postmortem_url)
