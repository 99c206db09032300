"""In what state a ticket is, and when it came there. Nothing is made up: what is not told stays empty, or is said."""

from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.lifecycle import ENDED, State
from bot.domain.porting.cells import shown, written_day, written_moment
from bot.domain.porting.trackers.kinds import CATEGORY, CHANGED_AT, DROPPED_AT, RESOLUTION, STATUS
from bot.domain.porting.trackers.states import ENDS, OVER, Category, category_of
from bot.domain.porting.trackers.ticket import Ticket

_OVER_HERE = ENDED | {State.DECLINED}
_SAYS_NOTHING_MORE = ("completed", "reopened", "done", "fixed", "unresolved")
"""Ways to end that a state's name says already."""


class _Times(NamedTuple):
    created: datetime | None
    started: datetime | None
    done: datetime | None
    dropped: datetime | None
    changed: datetime | None


def happened(ticket: Ticket) -> dict[str, str]:
    """The cells of the state, of the times and of the due date."""
    at = _Times(*map(ticket.moment, ("created_at", "started_at", "ended_at", DROPPED_AT, CHANGED_AT)))
    if at.created is None and not ticket.reasons:
        ticket.reasons.append("created_at is missing")
    state, blocked = _state(ticket, at)
    ended = _end(ticket, at, state)
    started = at.started or (at.changed if state is State.IN_PROGRESS else None)
    # A ticket that was moved from another project can have begun before it was made.
    started = _within(ticket, "started_at", started, at.created, ended)
    progress = _within(ticket, "last_progress_at", ticket.moment("last_progress_at"), at.created, None)
    return {
        "state": state.value,
        "blocked": "true" if blocked else "",
        "created_at": written_moment(at.created),
        "started_at": written_moment(started),
        "implemented_at": written_moment(ended if state is State.IMPLEMENTED else None),
        "ended_at": written_moment(ended if state in _OVER_HERE else None),
        "last_progress_at": written_moment(progress),
        "due": _due(ticket, at.created),
    }


def _end(ticket: Ticket, at: _Times, state: State) -> datetime | None:
    if state is State.IMPLEMENTED:
        return at.done or at.changed
    if state not in _OVER_HERE:
        return None
    ended = at.dropped or at.done or at.changed
    if ended is None:
        ticket.note(f"ended_at: it is over there and does not say since when; {_latest(ticket, at)}")
    return ended


def _latest(ticket: Ticket, at: _Times) -> str:
    if at.started or ticket.first("last_progress_at"):
        return "its latest time is taken"
    # To be seen by who imports: the rates and ages of past months rest on it.
    return "nothing but its creation has a time, so it ends here at the moment it was created"


def _within(
    ticket: Ticket, ours: str, at: datetime | None, after: datetime | None, before: datetime | None
) -> datetime | None:
    if at and ((after and at < after) or (before and at > before)):
        ticket.note(f"{ours}: it lies before its creation or after its end, and is left out")
        return None
    return at


def _due(ticket: Ticket, created: datetime | None) -> str:
    if ticket.first("due") or created is None:
        return ticket.day("due")
    ticket.note(f"due: none there; {ticket.plan.due_days} days after it was created are taken")
    return written_day(created.astimezone(ticket.plan.zone).date() + timedelta(days=ticket.plan.due_days))


def _state(ticket: Ticket, at: _Times) -> tuple[State, bool]:
    """The state, and whether it is blocked."""
    status = ticket.first(STATUS)
    said = ticket.plan.states.get(" ".join(status.casefold().split()))
    category = _category(ticket, at) if said is None else None
    state = said or _state_of(category, ticket.plan.done, has_started=at.started is not None)
    how = ticket.first(RESOLUTION) if state in _OVER_HERE else ""
    also = f" ({shown(how)})" if how and how.casefold() not in (*_SAYS_NOTHING_MORE, status.casefold()) else ""
    ticket.took(f"{shown(status or ticket.first(CATEGORY)) or 'no status'}{also} → {state.value}")
    return state, category is Category.BLOCKED


def _state_of(category: Category | None, done: State, *, has_started: bool) -> State:
    if category is Category.DONE:
        return done
    if category and (ended := ENDS.get(category)):
        return ended
    # What is blocked may not have begun: that is not claimed.
    if category is Category.ACTIVE or (category is Category.BLOCKED and has_started):
        return State.IN_PROGRESS
    return State.NOT_STARTED


def _category(ticket: Ticket, at: _Times) -> Category | None:
    known = category_of(ticket.first(STATUS), ticket.first(CATEGORY), ticket.first(RESOLUTION))
    if ticket.plan.tracker.closing_decides:
        if at.done:
            return known if known in OVER else Category.DONE
        # A card in the column “Done” that nobody has ticked off goes on.
        return Category.ACTIVE if known in OVER else known
    if known is None:
        known = (
            Category.DROPPED if at.dropped else Category.DONE if at.done else Category.ACTIVE if at.started else None
        )
    if known is None:
        status = shown(ticket.first(STATUS))
        ticket.note(f"state: nothing is known of the status “{status}”; not_started is taken, --state says another")
    return known
