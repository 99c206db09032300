"""The life of an item: its states, the one table of transitions, and what a change is.

Decides and describes; stores nothing. `docs/lifecycle.md` draws the same table and a test compares them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.errors import Refused
from bot.domain.words import Text


class State(StrEnum):
    """Where an item stands. The values are stored and exported."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    IMPLEMENTED = "implemented"
    VERIFIED = "verified"
    CLOSED = "closed"
    DEFERRED = "deferred"
    RISK_ACCEPTED = "risk_accepted"
    WONT_DO = "wont_do"
    MERGED = "merged"
    FUTURE_CONSIDERATION = "future_consideration"
    DECLINED = "declined"

    @property
    def words(self) -> str:
        """As people say it: `in progress`, `will not do`."""
        return _IN_WORDS.get(self, self.value.replace("_", " "))

    @property
    def after_is(self) -> str:
        """As it stands behind “AI-12 is”: `in progress`, `marked “will not do”`."""
        return _AFTER_IS.get(self, self.words)


_IN_WORDS = {State.WONT_DO: "will not do", State.RISK_ACCEPTED: "risk accepted"}
_AFTER_IS = {
    State.WONT_DO: "marked “will not do”",
    State.FUTURE_CONSIDERATION: "an idea (a future consideration)",
}

# Verified is still open: only closing documents it, and what is done but not closed must not drop out of sight (R59,
# R61).
OPEN = frozenset({State.NOT_STARTED, State.IN_PROGRESS, State.IMPLEMENTED, State.VERIFIED})
IDEAS = frozenset({State.FUTURE_CONSIDERATION})
PARKED = frozenset({State.DEFERRED})
# Of a verified item only the closing is left, which nothing can block.
BLOCKABLE = frozenset({State.NOT_STARTED, State.IN_PROGRESS, State.IMPLEMENTED})
ENDED = frozenset({State.CLOSED, State.RISK_ACCEPTED, State.WONT_DO, State.MERGED})
COUNTED_AS_ENDED = ENDED - {State.MERGED}
"""What a measure takes as ended: merging two items does no work, so that it may not look like any."""


class Action(StrEnum):
    """What a person does to an item. The values are the subcommands of `/actionitem`."""

    START = "start"
    IMPLEMENT = "implement"
    VERIFY = "verify"
    FAIL_VERIFICATION = "fail_verification"
    CLOSE = "close"
    REOPEN = "reopen"
    DEFER = "defer"
    RESUME = "resume"
    ACCEPT_RISK = "risk"
    DROP = "drop"
    MERGE = "merge"
    TAKE_IN = "take_in"
    UNMERGE = "unmerge"
    MOVE = "move"
    PROMOTE = "promote"
    DECLINE = "decline"
    SET_ASIDE = "set_aside"
    UPDATE = "update"
    ASSIGN = "assign"
    MOVE_DUE_DATE = "due"
    EDIT = "edit"
    ACCEPT = "accept"
    HAND_BACK = "hand_back"
    BLOCK = "block"
    UNBLOCK = "unblock"
    SPLIT = "split"
    REPRIORITISE = "reprioritise"
    ASK = "ask"
    WITHDRAW = "withdraw"
    TURN_DOWN = "turn_down"
    HOLD = "hold"
    KEEP = "keep"
    APPROVE = "approve"
    TICKET = "ticket"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.NOT_STARTED, Action.START): State.IN_PROGRESS,
    (State.IN_PROGRESS, Action.IMPLEMENT): State.IMPLEMENTED,
    (State.IMPLEMENTED, Action.VERIFY): State.VERIFIED,
    # R66: what does not work goes back. Nothing leads past verification (R60, R61).
    (State.IMPLEMENTED, Action.FAIL_VERIFICATION): State.IN_PROGRESS,
    (State.VERIFIED, Action.CLOSE): State.CLOSED,
    (State.CLOSED, Action.REOPEN): State.IN_PROGRESS,
    (State.NOT_STARTED, Action.DEFER): State.DEFERRED,
    (State.IN_PROGRESS, Action.DEFER): State.DEFERRED,
    (State.NOT_STARTED, Action.ACCEPT_RISK): State.RISK_ACCEPTED,
    (State.IN_PROGRESS, Action.ACCEPT_RISK): State.RISK_ACCEPTED,
    # A review may put it off again (R81); each time counts (R82).
    (State.DEFERRED, Action.DEFER): State.DEFERRED,
    (State.DEFERRED, Action.ACCEPT_RISK): State.RISK_ACCEPTED,
    (State.NOT_STARTED, Action.DROP): State.WONT_DO,
    (State.IN_PROGRESS, Action.DROP): State.WONT_DO,
    (State.DEFERRED, Action.DROP): State.WONT_DO,
    (State.NOT_STARTED, Action.MERGE): State.MERGED,
    (State.IN_PROGRESS, Action.MERGE): State.MERGED,
    # What was merged has no way back but “Undo”: it lives on in the other item, and would be counted twice.
    (State.RISK_ACCEPTED, Action.REOPEN): State.NOT_STARTED,
    (State.WONT_DO, Action.REOPEN): State.NOT_STARTED,
    (State.FUTURE_CONSIDERATION, Action.PROMOTE): State.NOT_STARTED,
    (State.FUTURE_CONSIDERATION, Action.DECLINE): State.DECLINED,
    # What another item says already is no idea of its own any more; it was never an item, and is not counted as one.
    (State.FUTURE_CONSIDERATION, Action.MERGE): State.DECLINED,
    # In a review meeting, to make room in a quota for something better.
    (State.NOT_STARTED, Action.SET_ASIDE): State.FUTURE_CONSIDERATION,
}
"""Every allowed change of state. `resume` and `unmerge` are not here: they return to where it came from."""

RESUMABLE = frozenset({State.NOT_STARTED, State.IN_PROGRESS})

_NEXT_STEP = {
    State.NOT_STARTED: Action.START,
    State.IN_PROGRESS: Action.IMPLEMENT,
    State.IMPLEMENTED: Action.VERIFY,
    State.VERIFIED: Action.CLOSE,
    State.CLOSED: Action.REOPEN,
    State.RISK_ACCEPTED: Action.REOPEN,
    State.WONT_DO: Action.REOPEN,
    State.DEFERRED: Action.RESUME,
    State.FUTURE_CONSIDERATION: Action.PROMOTE,
}

_MISSING = {
    State.NOT_STARTED: "nobody has started it",
    State.IN_PROGRESS: "it is not in production yet",
    State.IMPLEMENTED: "nobody has verified it",
    State.VERIFIED: "it is verified and waits to be closed",
}

_DONE = {
    Action.START: "started",
    Action.IMPLEMENT: "marked as implemented",
    Action.VERIFY: "verified",
    Action.FAIL_VERIFICATION: "sent back",
    Action.CLOSE: "closed",
    Action.REOPEN: "reopened",
    Action.DEFER: "deferred",
    Action.RESUME: "resumed",
    Action.ACCEPT_RISK: "ended as accepted risk",
    Action.DROP: "dropped",
    Action.MERGE: "merged",
    Action.UNMERGE: "taken out again",
    Action.PROMOTE: "promoted",
    Action.DECLINE: "declined",
    Action.SET_ASIDE: "made an idea again",
}

_DID_IT = {
    Action.IMPLEMENT: "marked it as implemented",
    Action.FAIL_VERIFICATION: "sent it back",
    Action.ACCEPT_RISK: "accepted its risk",
    Action.UNMERGE: "undid its merge",
    Action.SET_ASIDE: "made it an idea again",
}
"""What somebody did to it, where that is not `_DONE` and “it”."""

ORDER = (State.NOT_STARTED, State.IN_PROGRESS, State.IMPLEMENTED, State.VERIFIED, State.CLOSED)
"""The way of an item that gets done, in order; nothing on it is skipped."""


@dataclass(frozen=True)
class Change:
    """One line of an item's history: who did what when, from where to where, and why.

    `by` is a Slack user id. `before` is None at creation; `before == after` for a change that moves no
    state (a status update, a new owner). `detail` holds the action's own facts as JSON values.
    """

    action: str
    before: State | None
    after: State
    by: str
    at: datetime
    why: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LastMove:
    """The newest change of state, as the person who comes second is told it."""

    by_name: str
    action: str


def next_step(state: State) -> Action | None:
    """The action that brings an item in *state* further, if any does."""
    return _NEXT_STEP.get(state)


def after(state: State, action: Action, label: str, last: LastMove | None = None) -> State:
    """The state that *action* leads to.

    `label` names the item in the refusal (`AI-12`); `last` says who moved it last, so that the second
    of two people is told what the first did. Raises `Refused` for a transition that is not in the table.
    """
    found = TRANSITIONS.get((state, action))
    if found is None:
        raise Refused(_refusal(state, action, label, last), next_step=next_step(state))
    return found


def _refusal(state: State, action: Action, label: str, last: LastMove | None) -> Text:
    done = Text(_DONE[action])
    # First of all: the second of two people wants to know who was quicker, not what comes next (contract.md, States).
    if _is_already_there(state, action, last):
        who = Text(": {who} did that", who=last.by_name) if last and last.action == action else ""
        return Text(
            "{item} is already {state}{who}. Nothing was changed.", item=label, state=Text(state.after_is), who=who
        )
    if state in _MISSING and action in (Action.IMPLEMENT, Action.VERIFY, Action.CLOSE):
        said = Text("{item} cannot be {done} yet: {why}.", item=label, done=done, why=Text(_MISSING[state]))
        return said + _told(last) if last else said
    said = Text("{item} is {state} and cannot be {done}.", item=label, state=Text(state.after_is), done=done)
    return (said + _told(last) if last else said) + _hint(state)


def _told(last: LastMove) -> Text:
    return Text("{who} {did}.", who=last.by_name, did=_did_it(Action(last.action)))


def _is_already_there(state: State, action: Action, last: LastMove | None) -> bool:
    """Reopened items stand where others come to by other ways, so there the last move decides."""
    if action is Action.REOPEN and (last is None or last.action != Action.REOPEN):
        return False
    return any(to == state for (_, act), to in TRANSITIONS.items() if act == action)


def _did_it(action: Action) -> Text:
    if action in _DID_IT:
        return Text(_DID_IT[action])
    return Text("{done} it", done=Text(_DONE[action] if action in _DONE else "changed"))  # noqa: SIM401 – the literals are looked for


def _hint(state: State) -> Text:
    step = next_step(state)
    return Text("Next it can be {done}.", done=Text(_DONE[step])) if step else Text("It has ended.")
