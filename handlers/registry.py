"""Every capability, in the order in which help lists them."""

from collections.abc import Callable
from functools import partial

from slack_bolt import App, BoltContext, BoltResponse

from bot.blocks.fitting import message_blocks
from bot.deps import Deps
from bot.domain.messages import Post
from bot.domain.words import speak
from bot.languages import catalogue
from handlers import (
    accept,
    approve,
    assign,
    block,
    close,
    defer,
    drop,
    due,
    edit,
    events,
    export,
    form_notes,
    guard,
    home,
    hygiene,
    idea,
    implement,
    incident,
    list_items,
    meeting,
    mention,
    merge,
    morning,
    new,
    options,
    postmortem,
    project,
    reaction,
    recurrence,
    reopen,
    report,
    review,
    risk,
    rituals,
    settings,
    show,
    start,
    template,
    ticket,
    token,
    undo_merge,
    update,
    verify,
    workflow_step,
    workspace_settings,
)
from handlers import help as help_
from handlers.gateway import door, errors
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.door import Door
from handlers.gateway.steps import Steps
from storage.engine import DATABASE_AWAY
from storage.workspaces import record_workspace

CAPABILITIES = (
    new, idea, list_items, show, review, start, implement, verify, close, reopen, update, assign, due, edit,
    meeting, incident, postmortem, template, recurrence, project, accept, merge, undo_merge, form_notes, home, mention,
    reaction, morning, settings, workspace_settings, token, report, export, block, defer, risk, drop, approve, hygiene,
    options, ticket, guard, rituals,
)  # fmt: skip


def register_all(app: App, deps: Deps) -> list[Door]:
    """Gives Bolt all that people can do; returns every way in which it is reached."""
    # Before the language is looked up and before any listener: an outsider must be known as one by then.
    door.register(app, deps.directory)
    app.use(partial(_speak, deps))
    router = help_.help_router(app, partial(_later, deps))
    for capability in CAPABILITIES:
        capability.register(router, deps)
    help_.register(router)
    steps = Steps(app)
    workflow_step.register(steps, deps)
    # Behind all others: its last listeners take whatever nobody has taken, and Bolt asks in the order of registration.
    events.register(router, app, deps)
    errors.register(app)
    return [*router.doors, *steps.doors]


def _later(deps: Deps, asked: Asked, answer: Answer) -> bool:
    """A direct message, once Slack is back: what was asked is done, and who asked shall read so."""
    key = f"{asked.key}:answer"
    post = Post(key, asked.user, answer.text, message_blocks(answer.blocks))
    try:
        with deps.db.begin() as session:
            record_workspace(session, asked.workspace)
            deps.outbox.enqueue(session, asked.workspace, key, [post])
    except DATABASE_AWAY:
        return False
    return True


def _speak(deps: Deps, context: BoltContext, next_: Callable[[], BoltResponse]) -> BoltResponse:
    """Whoever asks is answered in their language. Each request runs in a context of its own."""
    if context.team_id and context.user_id:
        speak(catalogue(deps.directory.locale(context.team_id, context.user_id)))
    return next_()
