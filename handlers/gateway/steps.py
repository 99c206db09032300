"""Steps of workflows, as Bolt hands them over: what is refused ends the step with the field and the reason."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_bolt import Ack, App, BoltContext, Complete, Fail
from slack_sdk.errors import SlackApiError

from bot.domain.errors import Refused, Unavailable
from bot.slack.client import error_code, is_away
from handlers.gateway.asked import Asked
from handlers.gateway.door import Door

log = structlog.get_logger()

Inputs = dict[str, Any]
"""By the names in the manifest; of what a step gives too."""
RunStep = Callable[[Asked, Inputs], Inputs | None]
"""What the step gives; None where delivery completes it."""


def _end(how: Callable[[Any], object], said: str | Inputs) -> None:
    """Tells Slack how the step ended. It may know of no such step any more: then nobody waits for it."""
    try:
        how(said)
    except SlackApiError as error:
        if is_away(error):
            raise
        log.warning("step_not_ended", error=error_code(error))


class Steps:
    """Where steps are added."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.doors: list[Door] = []

    def add(self, callback_id: str, run: RunStep, fields: Mapping[str, str]) -> None:
        """`fields` are the names that people read, for what is refused at a field.

        Slack is answered when what was done is recorded: after a crash it asks again.
        """

        def executed(
            ack: Ack, body: dict[str, Any], inputs: Inputs, context: BoltContext, complete: Complete, fail: Fail
        ) -> None:
            key = f"step:{body['event'].get('function_execution_id', '')}"
            # The event names nobody who ran the workflow; the step asks for them as one of its inputs.
            inputs = inputs or {}  # Slack leaves them out where there are none
            by = str(inputs.get("requested_by") or "")
            asked = Asked(context.team_id or "", by, complete.client, key, context.bot_user_id or "")
            try:
                given = run(asked, inputs)
            # It is a `Refused`, but not the step's fault: raised, so that Slack asks again instead of ending the
            # workflow.
            except Unavailable:
                raise
            except Refused as refused:
                name = fields.get(refused.field or "")
                # There is no field to put it beside: whoever built the workflow reads this line and nothing else.
                _end(fail, f"{name}: {refused.reason}" if name else refused.reason)
            else:
                if given is not None:
                    _end(complete, given)
            ack()

        self.doors.append(Door("step", callback_id))
        self._app.function(callback_id, auto_acknowledge=False)(executed)
