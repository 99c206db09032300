"""Saying that an item will not be done."""

from bot.blocks.drop import drop_form
from bot.blocks.ids import Modal
from bot.deps import Deps
from bot.domain.drop import WillNotDo
from bot.domain.lifecycle import Action
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.decide import opens_decision, submits_decision

USAGE = "drop N [text]"


def register(router: Router, deps: Deps) -> None:
    """`drop N`, the entry “Will not do” and its modal."""
    open_form = opens_decision(deps, Action.DROP, drop_form, USAGE)
    router.subcommand("drop", open_form, USAGE, "ends it: will not be done, and why")
    router.more(Action.DROP, open_form)
    router.modal(Modal.DROP, submits_decision(deps, _dropped))


def _dropped(form: Form) -> WillNotDo:
    return WillNotDo(form.text("why"))
