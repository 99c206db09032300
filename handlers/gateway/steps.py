"""Steps of workflows, as Bolt hands them over: what is refused ends the step with the field and the reason."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, BoltContext, Complete, Fail

from bot.domain.errors import Refused, Unavailable
from handlers.gateway.asked import Asked

Inputs = dict[str, Any]
"""By the names in the manifest; of what a step gives too."""
RunStep = Callable[[Asked, Inputs], Inputs | None]
"""What the step gives; None where delivery completes it."""


class Steps:
    """Where steps are added."""

    def __init__(self, app: App) -> None:
        self._app = app

    def add(self, callback_id: str, run: RunStep, fields: Mapping[str, str]) -> None:
        """`fields` are the names that people read, for what is refused at a field.

        Slack is answered when what was done is recorded: after a crash it asks again.
        """

        def executed(
            ack: Ack, body: dict[str, Any], inputs: Inputs, context: BoltContext, complete: Complete, fail: Fail
        ) -> None:
            key = f"step:{body['event'].get('function_execution_id', '')}"
            # The event names nobody who ran the workflow; the step asks for them as one of its inputs.
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
                fail(f"{name}: {refused.reason}" if name else refused.reason)
            else:
                if given is not None:
                    complete(given)
            ack()

        self._app.function(callback_id, auto_acknowledge=False)(executed)
