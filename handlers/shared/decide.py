"""What defer, risk and drop share: the form with its approver, and its submission: decided at once or asked for."""

from collections.abc import Callable

from slack_sdk.models.views import View

from bot.blocks.fields import filled
from bot.deps import Deps
from bot.domain import approve as rule
from bot.domain.approve import Terms
from bot.domain.lifecycle import Action
from bot.domain.person import Person
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Handler, Submitted
from handlers.shared.acting import metadata_for
from handlers.shared.approver import approver_for, chosen_person, lead_of, pre_selected
from handlers.shared.item_change import item_change, item_look
from handlers.shared.typed import Reads, as_text

DrawDecision = Callable[..., View]


def opens_decision(deps: Deps, action: Action, draw: DrawDecision, usage: str, reads: Reads = as_text) -> Handler:
    """A handler that opens the form of *action* with its approver, unless it is refused already."""

    def open_form(asked: Asked) -> Answer | None:
        number, rest = number_and_rest(asked.value or asked.text, usage)
        with item_look(deps, asked, number) as look:
            look.check(lambda by: rule.refuse_early(look.item, by, action))
            known = look.lead
        # Behind the reading: `lead_of` may ask Slack.
        approver = pre_selected(look, lead_of(look, known))
        view = draw(look.item, metadata_for(asked, look.item), approver, decides=look.by.decides)
        asked.open(filled(view, reads(deps, asked, rest)))
        return None

    return open_form


def submits_decision(deps: Deps, read: Callable[[Form], Terms]) -> Submitted:
    """What the form's submission does: carried out by whoever decides, else asked for."""

    def submitted(asked: Asked, form: Form) -> None:
        terms, chosen = read(form), form.user("approver")
        # Before the transaction, for the same reason.
        person = chosen_person(deps, asked.workspace, chosen) if chosen else _lead(deps, asked)
        with item_change(deps, asked, asked.metadata["number"]) as change:
            approver = approver_for(change, chosen, person)
            change.record(rule.decide(change.item, change.by, terms, approver=approver, today=change.today))

    return submitted


def _lead(deps: Deps, asked: Asked) -> Person | None:
    """The lead of the item's team as Slack knows them now: they may have left since they were heard of last."""
    with item_look(deps, asked, asked.metadata["number"]) as look:
        known = look.lead
    return lead_of(look, known)
