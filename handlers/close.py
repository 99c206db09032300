"""Closing a verified item; the post-mortem's link is asked for where the incident has none yet."""

from bot.blocks.close import close_form
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain import close as rule
from bot.domain.lifecycle import Action, State
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import change, load, opens

USAGE = "close N [link]"


def register(router: Router, deps: Deps) -> None:
    """`close N`, the button and the modal “Close”."""
    open_modal = opens(deps, Action.CLOSE, close_form, USAGE)

    def close(asked: Asked) -> Answer | None:
        number, link = number_and_rest(asked.value or asked.text, USAGE)
        item = load(deps, asked, number)
        if link or item.state is not State.VERIFIED or not item.postmortem_url:
            return open_modal(asked)
        closed = change(deps, asked, number, lambda item, by: rule.close(item, by, item.postmortem_url))
        return Answer(f"*{closed.label}* is closed.") if closed and not asked.is_on_card else None

    def submitted(asked: Asked, form: Form) -> None:
        url = form.text("postmortem_url")
        change(deps, asked, asked.metadata["number"], lambda item, by: rule.close(item, by, url))

    router.subcommand("close", close, USAGE, "ends a verified item")
    router.button(Button.CLOSE, close)
    router.modal(Modal.CLOSE, submitted)
