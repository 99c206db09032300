"""From Slack's requests to the capabilities, and back: who is called, and how an answer or a refusal is shown.

Bolt is known here, in `asked.py` and in `errors.py` alone; a capability sees `Asked` and answers `Answer` or nothing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks.fitting import message_blocks
from bot.blocks.help import Usage
from bot.blocks.ids import Button, Modal, Search, Shortcut
from bot.blocks.parts import STEP_BUTTONS, actions, button, section, to_read
from bot.blocks.searched import Choice, options
from bot.blocks.text import escape_lines
from bot.domain.errors import Missing, Refused, Unreadable
from bot.domain.lifecycle import Action
from bot.domain.pressed import MenuEntry, TypedLine, item_of
from bot.domain.sentence import in_reading_order
from bot.domain.words import _
from handlers.gateway.answers import Later, tell
from handlers.gateway.asked import (
    AlreadyDone,
    Answer,
    Asked,
    asked_by_action,
    asked_by_command,
    asked_by_event,
    asked_by_options,
    asked_by_shortcut,
    asked_by_view,
)
from handlers.gateway.carried import ToldBySlack
from handlers.gateway.door import Door
from handlers.gateway.forms import Form

COMMAND = "/actionitem"
log = structlog.get_logger()

Handler = Callable[[Asked], Answer | None]
Submitted = Callable[[Asked, Form], View | dict[str, Any] | None]
Redraw = Callable[[Asked, str], None]


class Router:
    """Registers capabilities with Bolt. Slack sees one command; people see its subcommands."""

    def __init__(self, app: App, unknown: Callable[[Asked, str], Answer], later: Later | None = None) -> None:
        self._app = app
        self._later = later
        self._unknown = unknown
        self._subcommands: dict[str, Handler] = {}
        self._words: dict[str, Handler] = {}
        self._more: dict[str, Handler] = {}
        self._redraws: dict[str, Redraw] = {}
        self.usages: list[Usage] = []
        self.doors: list[Door] = []
        app.command(COMMAND)(self._command)

    def subcommand(self, name: str, handler: Handler, usage: str, does: str) -> None:
        """`/actionitem NAME …`. `usage` and `does` are its line in help."""
        self._subcommands[name] = handler
        self.doors.append(Door("command", name))
        self.usages.append(Usage(usage, does))

    def word(self, name: str, handler: Handler) -> None:
        """`/actionitem NAME` of what is no subcommand: people type it all the same; help does not list it."""
        self._words[name] = handler
        self.doors.append(Door("command", name))

    @property
    def names(self) -> list[str]:
        """Every subcommand, in the order of help."""
        return list(self._subcommands)

    def as_command(self, name: str) -> Handler:
        """A handler that does what the subcommand does, for a button elsewhere; its value begins with the item."""

        def pressed(asked: Asked) -> Answer | None:
            about = replace(asked, value=item_of(asked.value))
            handler = self._subcommands.get(name)
            return handler(about) if handler else self._unknown(about, name)

        return pressed

    def as_typed(self, asked: Asked, line: TypedLine) -> Answer | None:
        """What is done for whoever types the line. Raises `Unreadable` where it begins with no subcommand."""
        handler = self._subcommands.get(line.name)
        if handler is None:
            raise Unreadable
        return handler(replace(asked, value="", text=line.text))

    def button(self, action_id: Button, handler: Handler) -> None:
        """A button or menu, in a message, a modal or the App Home."""
        self.action(str(action_id), handler)

    def action(self, action_id: str | re.Pattern[str], handler: Handler) -> None:
        """As `button`, for an input that reports at once, or for several buttons of one kind."""

        def pressed(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
            asked = asked_by_action(body, context)
            # Done first and acknowledged after: what Slack is told of has been committed.
            answer = _answer(handler, asked) or _what_was_done(asked)
            ack()
            # A line has room in the modal that is drawn anew; what has buttons of its own needs a place of its own.
            if answer and not answer.blocks and self._redrawn(asked, answer.text):
                return
            if answer:
                tell(asked, answer, body.get("response_url"), self._later)

        self.doors.append(Door("button", action_id if isinstance(action_id, str) else action_id.pattern))
        self._app.action(action_id)(pressed)

    def input(self, name: str | re.Pattern[str], handler: Handler) -> None:
        """An input of a form that reports at once what was chosen, or a button that fills one in: in forms alone."""

        def reported(asked: Asked) -> Answer | None:
            if not asked.in_view:
                raise Unreadable
            return handler(asked)

        self.action(name, reported)

    def options(self, action_id: Search | Button, offer: Callable[[Asked], Sequence[Choice]]) -> None:
        """What a menu offers for what was typed into it. A refusal offers nothing: a menu has no place for words."""

        def typed(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
            try:
                found = offer(asked_by_options(body, context))
            except Refused as refused:
                log.info("nothing_offered", menu=str(action_id), why=str(refused.text))
                found = ()
            ack(options=options(found))

        self._app.options(str(action_id))(typed)

    def more(self, action: str, handler: Handler) -> None:
        """An entry of the menu “⋯” of an item; its value is `ACTION:N`."""
        if not self._more:
            self.button(Button.MORE, self._chosen)
            self.button(Button.OTHERWISE, self._chosen)
        self.doors.append(Door("menu", str(action)))
        self._more[action] = handler

    def modal(self, callback_id: Modal, handler: Submitted) -> None:
        """The submission of a modal. A refusal stands beside its field and nothing that was typed is lost."""

        def submitted(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
            form = Form(body["view"])
            next_views: list[View] = []
            asked = replace(asked_by_view(body, context), next_views=next_views)
            try:
                answer = handler(asked, form)
            except Refused as refused:
                # The form stays open with all that was typed: nothing else that Slack offers does that.
                _refuse(ack, form, refused)
                return
            except AlreadyDone:
                answer = None
            if answer:
                ack(response_action="update", view=answer)
                return
            said = None if next_views else _what_was_done(asked)
            # No modal can be opened beside the answer to a submission: what it leads to, or what came of it, goes into
            # the answer itself. It was done, so what lies below shows it.
            ack(response_action="update", view=next_views[-1]) if next_views else ack()
            if not self._redrawn(asked, said.text if said else "") and said:
                tell(replace(asked, next_views=None, trigger_id=""), said, None, self._later)

        self.doors.append(Door("form", str(callback_id)))
        self._app.view(str(callback_id))(submitted)

    def redraws(self, callback_id: Modal, redraw: Redraw) -> None:
        """A modal that shows items: *redraw* draws it anew after what was done from it, with a line about that."""
        self._redraws[str(callback_id)] = redraw

    def _redrawn(self, asked: Asked, notice: str) -> bool:
        """Whether it was done from a modal that draws itself anew; the name of its metadata is its callback_id."""
        found = next((redraw for name, redraw in self._redraws.items() if name in asked.metadata), None)
        if found:
            found(asked, notice)
        return found is not None

    def shortcut(self, callback_id: Shortcut, handler: Handler) -> None:
        """A global or message shortcut."""

        def used(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
            asked = asked_by_shortcut(body, context)
            try:
                handler(asked)
            except AlreadyDone:
                log.info("shortcut_already_done")
            except Refused as refused:
                tell(asked, refusal(refused), body.get("response_url"), self._later)
            ack()

        self.doors.append(Door("shortcut", str(callback_id)))
        self._app.shortcut(str(callback_id))(used)

    def event(self, name: str, handler: Callable[[Asked, ToldBySlack], None]) -> None:
        """An event. When the handler raises, Slack is told so and sends it again; not where it says too little."""

        def happened(body: dict[str, Any], event: dict[str, Any], context: BoltContext, ack: Ack) -> None:
            try:
                handler(asked_by_event(body, context), ToldBySlack(event))
            except Unreadable:  # Slack would send it again, and it would say no more
                log.warning("event_without_what_it_is_about", kind=name)
            ack()

        self.doors.append(Door("event", name))
        self._app.event(name)(happened)

    def _chosen(self, asked: Asked) -> Answer | None:
        entry = MenuEntry.read(asked.value)
        if entry.action not in self._more:
            raise Unreadable
        return self._more[entry.action](replace(asked, value=entry.number))

    def _command(self, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        # Two at most, padded: people send the bare command too.
        name, rest = [*body.get("text", "").split(maxsplit=1), "", ""][:2]
        asked = asked_by_command(body, context, rest.strip())
        handler = self._subcommands.get(name.lower()) or self._words.get(name.lower())
        answer = (_answer(handler, asked) or _what_was_done(asked)) if handler else self._unknown(asked, name)
        if answer is None:
            ack()
        else:
            kind = "in_channel" if answer.public else "ephemeral"
            ack(text=answer.text, blocks=message_blocks(answer.blocks), response_type=kind)


def _refuse(ack: Ack, form: Form, refused: Refused) -> None:
    """Beside the field; a form without any, which nobody drew, gives way to the words."""
    # All that is missing at once: whoever is told of one field, and then of the next, presses three times.
    texts = refused.texts if isinstance(refused, Missing) else {refused.field: refused.text}
    errors = {place: in_reading_order(str(text)) for field, text in texts.items() if (place := form.place(field))}
    if errors:
        ack(response_action="errors", errors=errors)
    else:
        ack(response_action="update", view=to_read(_("Action items"), [section(escape_lines(refused.reason))]))


def _answer(handler: Handler, asked: Asked) -> Answer | None:
    """What the asker reads: the answer, or why not; nothing where they have read it before."""
    try:
        return handler(asked)
    except AlreadyDone:
        return None
    except Refused as refused:
        return refusal(refused)


def _what_was_done(asked: Asked) -> Answer | None:
    return Answer("\n".join(asked.done)) if asked.done else None


def refusal(refused: Refused) -> Answer:
    """A refusal as the asker reads it, with the button of the step that is missing."""
    said = escape_lines(refused.reason)  # it may quote what somebody typed
    blocks: list[Block] = [section(said)]
    found = STEP_BUTTONS.get(Action(refused.next_step)) if refused.next_step else None
    if found and refused.item:
        blocks.append(actions([button(*found, str(refused.item))]))
    return Answer(said, blocks)
