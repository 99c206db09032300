"""functions.*: how a step of a workflow ends. Source: https://docs.slack.dev/workflows/creating-custom-workflow-steps"""

from bot.sandbox.errors import SlackError
from bot.sandbox.model import Execution, Json
from bot.sandbox.webapi.registry import Call, method


def _running(call: Call) -> Execution:
    found = call.state.executions.get(call.args.required("function_execution_id"))
    if found is None or found.team != call.team.id:
        raise SlackError("function_execution_not_found")
    # A delivery that is repeated completes a step twice; Slack refuses the second, which is no failure.
    if found.status != "executing":
        raise SlackError("execution_not_in_running_state")
    return found


@method("functions.completeSuccess")
def complete_success(call: Call) -> Json:
    """The outputs are exactly those that the manifest declares as required, and no others than it declares."""
    running = _running(call)
    outputs = call.args.json("outputs", "invalid_arguments")
    if not isinstance(outputs, dict):
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: outputs"])
    declared = ((call.state.app.functions or {}).get(running.callback_id) or {}).get("output_parameters") or {}
    known, required = declared.get("properties") or outputs, declared.get("required") or []
    wrong = [key for key in outputs if key not in known] + [key for key in required if outputs.get(key) is None]
    if wrong:
        raise SlackError("parameter_validation_failed", [f"[ERROR] outputs: {', '.join(wrong)}"])
    running.status, running.outputs = "completed", outputs
    return {}


@method("functions.completeError")
def complete_error(call: Call) -> Json:
    running = _running(call)
    running.error = call.args.required("error")
    running.status = "failed"
    return {}
