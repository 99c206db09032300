"""An owner who was asked: accepts, hands over to somebody else, or cannot take it."""

from functools import partial

from bot.blocks.accept import cannot_take_form
from bot.blocks.assign import assign_form, hand_over_form, reassign_form
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain import accept as rule
from bot.domain.errors import Refused
from bot.domain.lifecycle import Action
from bot.domain.words import Text
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import load, metadata_for, opens
from handlers.shared.item_change import item_change

USAGE = "show N"


def register(router: Router, deps: Deps) -> None:
    """The buttons “Accept”, “Hand over” and “Cannot take it”, and the last one's modal."""
    accept = partial(_accept, deps)
    router.button(Button.ACCEPT, accept)
    router.more(Action.ACCEPT, accept)
    # Handing over is assigning: the form asks whom, and why, and so does the history.
    router.button(Button.HAND_OVER, opens(deps, Action.ASSIGN, assign_form, USAGE))
    router.button(Button.REASSIGN, opens(deps, Action.ASSIGN, reassign_form, USAGE))
    router.button(Button.HAND_ON, opens(deps, Action.ASSIGN, hand_over_form, USAGE))
    router.button(Button.CANNOT_TAKE, partial(_open_cannot_take, deps))
    router.modal(Modal.CANNOT_TAKE, partial(_cannot_take, deps))


def _accept(deps: Deps, asked: Asked) -> None:
    number, _rest = number_and_rest(asked.value, USAGE)
    with item_change(deps, asked, number) as change:
        change.record(rule.accept(change.item, change.by, change.team, is_admin=change.by.decides))


def _open_cannot_take(deps: Deps, asked: Asked) -> Answer | None:
    number, _rest = number_and_rest(asked.value, USAGE)
    item = load(deps, asked, number)
    # Asked here, because the table of transitions knows no such state: who waits for an answer is beside the item's
    # state.
    if not item.awaits_acceptance:
        raise Refused(Text("{item} does not wait for an answer any more.", item=item.label))
    asked.open(cannot_take_form(item, metadata_for(asked, item)))
    return None


def _cannot_take(deps: Deps, asked: Asked, form: Form) -> None:
    why = form.text("why")
    with item_change(deps, asked, asked.metadata["number"]) as change:
        change.record(rule.hand_back(change.item, change.by, why, change.team))
