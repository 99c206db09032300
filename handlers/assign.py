"""Giving an item to somebody else, with the reason."""

from bot.blocks.assign import assign_form
from bot.blocks.ids import Modal
from bot.deps import Deps
from bot.domain.accept import must_accept
from bot.domain.assign import assign
from bot.domain.lifecycle import Action
from bot.domain.person import check_owner
from handlers.gateway.asked import Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.acting import load, opens
from handlers.shared.item_change import item_change
from handlers.shared.typed import as_person

USAGE = "assign N [@person] [text]"


def register(router: Router, deps: Deps) -> None:
    """`assign N` and the modal “Assign”."""

    def submitted(asked: Asked, form: Form) -> None:
        owner = form.required_user("owner", "Choose one person who answers for it.")
        check_owner(owner, deps.directory.person(asked.workspace, owner))
        number, why = asked.metadata["number"], form.text("why")
        # Read before the change: who is in its channel must be asked of Slack, and no call belongs into the
        # transaction.
        channel = load(deps, asked, number).channel
        there = channel is not None and owner in deps.directory.members(asked.workspace, channel)
        asks = must_accept(owner, asked.user, owner_was_there=there)
        with item_change(deps, asked, number) as change:
            change.record(assign(change.item, change.by, owner, why, asks=asks))

    open_modal = opens(deps, Action.ASSIGN, assign_form, USAGE, as_person)
    router.subcommand("assign", open_modal, USAGE, "gives it to somebody else")
    router.more(Action.ASSIGN, open_modal)
    router.modal(Modal.ASSIGN, submitted)
