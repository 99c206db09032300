"""What defer, risk and drop share: the form with its approver, and its submission: decided at once or asked for."""

from collections.abc import Callable

from slack_sdk.models.views import View

from bot.blocks.defer import UNDERSTOOD
from bot.blocks.fields import filled
from bot.deps import Deps
from bot.domain import approve as rule
from bot.domain.approve import Terms
from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved
from bot.domain.lifecycle import Action
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Handler, Submitted
from handlers.shared.acting import about, change, load, metadata_for, who_asks
from handlers.shared.approver import approver_for, pre_selected
from handlers.shared.typed import as_text


def refuse_unless_understood(form: Form) -> None:
    """Raises `Refused` at the checkbox while it is empty: no deferral without it (R75)."""
    if not form.ticked(UNDERSTOOD):
        raise Refused("Tick this: a deferral accepts that the incident can happen again.", UNDERSTOOD)


Draw = Callable[..., View]


def opens_decision(deps: Deps, action: Action, draw: Draw, usage: str) -> Handler:
    """A handler that opens the form of *action* with its approver, unless it is refused already."""

    def open_form(asked: Asked) -> Answer | None:
        number, rest = number_and_rest(asked.value or asked.text, usage)
        item = load(deps, asked, number)
        by = who_asks(deps, asked, item)
        try:
            rule.refuse_early(item, by, action)
        except Refused as refused:
            raise about(item, refused) from None
        approver = pre_selected(deps, asked, item, by)
        view = draw(item, metadata_for(asked, item), approver, decides=by.decides)
        asked.open(filled(view, as_text(deps, asked, rest)))
        return None

    return open_form


def submits_decision(deps: Deps, read: Callable[[Form], Terms]) -> Submitted:
    """What the form's submission does: carried out by whoever decides, else asked for."""

    def submitted(asked: Asked, form: Form) -> None:
        terms = read(form)
        item = load(deps, asked, asked.metadata["number"])
        approver = approver_for(deps, asked, item, form.user("approver"))

        def decide(item: Item, by: By) -> Moved:
            return rule.decide(item, by, terms, approver=approver, today=deps.today(item.zone))

        change(deps, asked, item.number, decide)

    return submitted
