"""Accepting the risk of an item for good."""

from bot.blocks.ids import Modal
from bot.blocks.risk import risk_form
from bot.deps import Deps
from bot.domain.item_values import RiskReason
from bot.domain.lifecycle import Action
from bot.domain.risk import AcceptedRisk
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.decide import opens_decision, submits_decision

USAGE = "risk N [text]"


def register(router: Router, deps: Deps) -> None:
    """`risk N`, the entry “Accept the risk” and its modal."""
    open_form = opens_decision(deps, Action.ACCEPT_RISK, risk_form, USAGE)
    router.subcommand("risk", open_form, USAGE, "ends it: accepts the risk")
    router.more(Action.ACCEPT_RISK, open_form)
    router.modal(Modal.ACCEPT_RISK, submits_decision(deps, _accepted))


def _accepted(form: Form) -> AcceptedRisk:
    reason = form.required_one_of("reason", "Choose why the risk is accepted.", RiskReason)
    return AcceptedRisk(reason, form.text("why"))
