"""Saying that an item will not be done."""

from functools import partial

from bot.blocks.drop import drop_form
from bot.blocks.idea import decline_form
from bot.blocks.ids import Modal
from bot.deps import Deps
from bot.domain.drop import WillNotDo
from bot.domain.errors import Refused
from bot.domain.lifecycle import Action
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Handler, Router
from handlers.shared.acting import load, opens
from handlers.shared.decide import opens_decision, submits_decision

USAGE = "drop N [text]"


def register(router: Router, deps: Deps) -> None:
    """`drop N`, the entry “Will not do” and its modal."""
    open_form = partial(
        _opens,
        deps,
        opens_decision(deps, Action.DROP, drop_form, USAGE),
        opens(deps, Action.DECLINE, decline_form, USAGE),
    )
    router.subcommand("drop", open_form, USAGE, "ends it: will not be done, and why")
    router.more(Action.DROP, open_form)
    router.modal(Modal.DROP, submits_decision(deps, _dropped))


def _opens(deps: Deps, of_item: Handler, of_idea: Handler, asked: Asked) -> Answer | None:
    """“Will not do” of an item, “Decline” of an idea: whoever drops an idea declines it."""
    try:
        return of_item(asked)
    except Refused:
        # Looked at only now: it is one more reading, and hardly ever an idea.
        if not load(deps, asked, number_and_rest(asked.value or asked.text, USAGE)[0]).is_idea:
            raise
        return of_idea(asked)


def _dropped(form: Form) -> WillNotDo:
    return WillNotDo(form.text("why"))
