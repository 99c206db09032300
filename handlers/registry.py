"""Every capability, in the order in which help lists them."""

from slack_bolt import App

from bot.deps import Deps
from handlers import (
    acceptance,
    assign,
    close,
    due,
    edit,
    errors,
    events,
    form_notes,
    home,
    ideas,
    implement,
    incident,
    list_items,
    merging,
    new_item,
    reopen,
    show,
    start,
    update,
    verify,
)
from handlers import help as help_

CAPABILITIES = (
    new_item, ideas, list_items, show, start, implement, verify, close, reopen, update, assign, due, edit, incident,
    acceptance, merging, form_notes, home,
)  # fmt: skip


def register_all(app: App, deps: Deps) -> None:
    """Gives Bolt all that people can do."""
    router = help_.help_router(app)
    for capability in CAPABILITIES:
        capability.register(router, deps)
    help_.register(router)
    events.register(router, app, deps)
    errors.register(app)
