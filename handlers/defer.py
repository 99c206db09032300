"""Deferring an item, and resuming it."""

from functools import partial

from bot.blocks.defer import defer_form
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain import defer as rule
from bot.domain.defer import UNDERSTOOD, DeferralTerms, refuse_unless_understood
from bot.domain.lifecycle import Action
from handlers.gateway.asked import Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.decide import opens_decision, submits_decision
from handlers.shared.item_change import item_change
from handlers.shared.typed import as_until

USAGE = "defer N [text]"


def register(router: Router, deps: Deps) -> None:
    """`defer N` and `resume N`, the entry “Defer” with its modal, and the button “Resume”."""
    open_form = opens_decision(deps, Action.DEFER, defer_form, USAGE, as_until)
    router.subcommand("defer", open_form, USAGE, "not now: why, the risk, when to come back")
    router.more(Action.DEFER, open_form)
    router.modal(Modal.DEFER, submits_decision(deps, _deferral))
    resume = partial(_resume, deps)
    router.subcommand("resume", resume, "resume N", "takes a deferred item up again")
    router.button(Button.RESUME, resume)


def _deferral(form: Form) -> DeferralTerms:
    refuse_unless_understood(form.ticked(UNDERSTOOD))
    return DeferralTerms(
        why=form.text("why"),
        risk=form.text("risk"),
        revisit_on=form.day("revisit_on"),
        trigger=form.text("trigger"),
        mitigation=form.text("mitigation"),
    )


def _resume(deps: Deps, asked: Asked) -> None:
    number, _rest = number_and_rest(asked.value or asked.text, "resume N")
    with item_change(deps, asked, number) as change:
        change.record(rule.resume(change.item, change.by))
