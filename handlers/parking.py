"""Deferring an item, resuming it, accepting its risk, and saying that it will not be done."""

from collections.abc import Callable
from functools import partial

from slack_sdk.models.views import View

from bot.blocks import endings
from bot.blocks.fields import filled
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain import decisions
from bot.domain.errors import Refused
from bot.domain.items import By, Item, Moved
from bot.domain.lifecycle import Action, State
from bot.domain.reasons import RiskReason
from bot.domain.terms import AcceptedRisk, Deferral, Terms, WillNotDo
from bot.domain.words import _
from handlers.acting import about, change, load, metadata_for, who_asks
from handlers.approving import approver_for, pre_selected
from handlers.asked import Answer, Asked
from handlers.forms import Form
from handlers.numbers import number_and_rest
from handlers.router import Handler, Router, Submitted
from handlers.typed import as_text

DOES = {
    "defer": "not now: why, the risk, when to come back",
    "risk": "ends it: accepts the risk",
    "drop": "ends it: will not be done, and why",
}
Draw = Callable[..., View]


def register(router: Router, deps: Deps) -> None:
    """`defer N`, `resume N`, `risk N`, `drop N`, their entries in the menu, and their modals."""
    for name, action, modal, draw, read in (
        ("defer", Action.DEFER, Modal.DEFER, endings.defer, _deferral),
        ("risk", Action.ACCEPT_RISK, Modal.ACCEPT_RISK, endings.accept_risk, _accepted),
        ("drop", Action.DROP, Modal.DROP, endings.will_not_do, _dropped),
    ):
        open_form = _opens(deps, action, draw, f"{name} N [text]")
        router.subcommand(name, open_form, f"{name} N [text]", DOES[name])
        router.more(action, open_form)
        router.modal(modal, _submits(deps, read))
    resume = partial(_resume, deps)
    router.subcommand("resume", resume, "resume N", "takes a deferred item up again")
    router.button(Button.RESUME, resume)


def _opens(deps: Deps, action: Action, draw: Draw, usage: str) -> Handler:
    def open_form(asked: Asked) -> Answer | None:
        number, rest = number_and_rest(asked.value or asked.text, usage)
        item = load(deps, asked, number)
        by = who_asks(deps, asked, item)
        try:
            decisions.refuse_early(item, by, action)
        except Refused as refused:
            raise about(item, refused) from None
        approver = pre_selected(deps, asked, item, by)
        view = draw(item, metadata_for(asked, item), approver, decides=by.decides)
        asked.open(filled(view, as_text(deps, asked, rest)))
        return None

    return open_form


def _submits(deps: Deps, read: Callable[[Form], Terms]) -> Submitted:
    def submitted(asked: Asked, form: Form) -> None:
        terms = read(form)
        item = load(deps, asked, asked.metadata["number"])
        approver = approver_for(deps, asked, item, form.user("approver"))

        def decide(item: Item, by: By) -> Moved:
            return decisions.decide(item, by, terms, approver=approver, today=deps.today(item.zone))

        change(deps, asked, item.number, decide)

    return submitted


def _deferral(form: Form) -> Deferral:
    refuse_unless_understood(form)
    return Deferral(
        why=form.text("why"),
        risk=form.text("risk"),
        revisit_on=form.day("revisit_on"),
        trigger=form.text("trigger"),
        mitigation=form.text("mitigation"),
    )


def refuse_unless_understood(form: Form) -> None:
    """Raises `Refused` at the checkbox while it is empty: no deferral without it (R75)."""
    if not form.ticked(endings.UNDERSTOOD):
        raise Refused("Tick this: a deferral accepts that the incident can happen again.", endings.UNDERSTOOD)


def _accepted(form: Form) -> AcceptedRisk:
    reason = form.required_choice("reason", "Choose why the risk is accepted.")
    return AcceptedRisk(RiskReason(reason), form.text("why"))


def _dropped(form: Form) -> WillNotDo:
    return WillNotDo(form.text("why"))


def _resume(deps: Deps, asked: Asked) -> Answer | None:
    number, _rest = number_and_rest(asked.value or asked.text, "resume N")
    done = change(deps, asked, number, decisions.resume)
    return Answer(_resumed(done)) if done and not asked.is_on_card else None


def _resumed(item: Item) -> str:
    if item.state is State.NOT_STARTED:
        return _("*{item}* waits to be started again.", item=item.label)
    return _("*{item}* is {state} again.", item=item.label, state=_(item.state.words))
