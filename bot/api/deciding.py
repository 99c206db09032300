"""What people decide: it is refused here, and said where it is done."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Literal, NoReturn, get_args

from bot.api.problems import HttpProblem
from bot.domain.lifecycle import State

Decided = Literal[
    "verify", "close", "reopen", "defer", "resume", "risk", "drop", "merge", "promote", "decline", "accept", "approve",
]  # fmt: skip
"""The subcommands of what is not offered; `decline`, `accept` and `approve` are buttons alone."""
_BUTTONS = {"decline": "Decline", "accept": "Accept", "approve": "Approve"}
_ALSO: dict[str, Decided] = {
    "accept-risk": "risk", "accept_risk": "risk", "wont-do": "drop",
}  # fmt: skip
"""What a tool may call them; the names of the states beside these."""
_BY_STATE: dict[str, Decided] = {
    State.VERIFIED: "verify",
    State.CLOSED: "close",
    State.DEFERRED: "defer",
    State.RISK_ACCEPTED: "risk",
    State.WONT_DO: "drop",
    State.MERGED: "merge",
    State.NOT_STARTED: "promote",
    State.DECLINED: "decline",
}


def refuse_decision(number: int, decision: Decided) -> NoReturn:
    """Raises the `HttpProblem`."""
    where = (
        f"with the button “{_BUTTONS[decision]}” in Slack"
        if decision in _BUTTONS
        else f"in Slack, with /actionitem {decision} {number} or the item's card"
    )
    refuse(f"People decide that: {where}.")


def refuse(detail: str) -> NoReturn:
    """Raises the `HttpProblem` that says where people decide it."""
    raise HttpProblem(HTTPStatus.FORBIDDEN, "people-decide", "People decide this", detail)


def decision_called(name: str) -> Decided | None:
    """The decision that the end of an address means, where it means one."""
    known: Mapping[str, Decided] = {each: each for each in get_args(Decided)}
    return known.get(name) or _ALSO.get(name) or _BY_STATE.get(name)


def decision_of(state: str) -> Decided | None:
    """What would bring an item into that state, where people decide it."""
    return _BY_STATE.get(state)
