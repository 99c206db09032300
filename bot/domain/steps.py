"""The steps of an item's life that anybody who may act takes: facts in, the changed item and its history line out.

Verifying is in `bot/domain/verification.py`; what is decided or asked for is in `blocking.py` and `decisions.py`.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.errors import Refused
from bot.domain.items import (
    NOT_IN_PRODUCTION,
    TEXT_LIMIT,
    By,
    Draft,
    Item,
    Moved,
    check_draft,
    check_length,
    is_link,
    moved,
    refuse_if_ended,
)
from bot.domain.lifecycle import Action, after
from bot.domain.words import _


def start(item: Item, by: By) -> Moved:
    """not started → in progress. Refused while the item is blocked."""
    if item.next_step is Action.UNBLOCK:
        raise Refused(_("{item} is blocked. Unblock it first.", item=item.label), next_step=Action.UNBLOCK)
    return _move(item, Action.START, by, started_at=by.at)


def implement(item: Item, by: By, change_url: str, in_production_since: date, today: date) -> Moved:
    """in progress → implemented: merged and in production, with a link to the change (R57)."""
    state = after(item.state, Action.IMPLEMENT, item.label, by.last)
    if not is_link(change_url):
        raise Refused("Paste the link to the pull request or change: it begins with https://", "change_url")
    if in_production_since > today:
        raise Refused("That day is still to come. Mark it when it is in production.", "in_production_since")
    detail = {"change_url": change_url, "in_production_since": in_production_since.isoformat()}
    return moved(
        item, Action.IMPLEMENT, state, by, "", detail,
        change_url=change_url, in_production_since=in_production_since, implemented_at=by.at,
    )  # fmt: skip


def close(item: Item, by: By, postmortem_url: str) -> Moved:
    """verified → closed: documented and linked from the post-mortem (R59)."""
    state = after(item.state, Action.CLOSE, item.label, by.last)
    if not is_link(postmortem_url):
        raise Refused("Paste the link to the post-mortem: it begins with https://", "postmortem_url")
    detail = {"postmortem_url": postmortem_url}
    return moved(
        item, Action.CLOSE, state, by, "", detail,
        ended_at=by.at, postmortem_url=postmortem_url, nudged_on=None,  # the next one asks whether it held
    )  # fmt: skip


def reopen(item: Item, by: By, why: str) -> Moved:
    """closed → in progress; risk accepted, will not do → not started. What was shown before stays in history."""
    state = after(item.state, Action.REOPEN, item.label, by.last)
    if not why:
        raise Refused("Say why it is opened again.", "why")
    return moved(
        item, Action.REOPEN, state, by, why, {},
        **NOT_IN_PRODUCTION, ended_at=None, verified_at=None, verified_by="",
        verification_method=None, evidence="", regression_guard="", no_guard_because="",
        risk_reason=None, ended_because="", approved_by="",
    )  # fmt: skip


def update(item: Item, by: By, what: str) -> Moved:
    """A status update by a person: progress in the sense of R51, whatever the state."""
    refuse_if_ended(item)
    if not what:
        raise Refused("Say what happened.", "what")
    check_length("what", what, TEXT_LIMIT, "Shorten it, or link to a document.")
    return moved(item, Action.UPDATE, item.state, by, what, {}, last_progress_at=by.at)


def assign(item: Item, by: By, owner: str, why: str, *, asks: bool = False) -> Moved:
    """A new owner, who `asks` says is asked first; the old one is kept in the history."""
    refuse_if_ended(item)
    if owner == item.owner:
        raise Refused(_("They own {item} already. Choose someone else.", item=item.label), "owner")
    if not why:
        raise Refused("Say why it changes hands.", "why")
    detail = {"owner": {"from": item.owner, "to": owner}}
    return moved(item, Action.ASSIGN, item.state, by, why, detail, owner=owner, awaits_acceptance=asks)


def move_due_date(item: Item, by: By, due: date, why: str, today: date) -> Moved:
    """A new due date. Moving it later asks why and counts as a slip (R78); the original date stays."""
    refuse_if_ended(item)
    if due == item.due:
        raise Refused("That is its due date already. Choose another day.", "due")
    if due < today:
        raise Refused("The due date is in the past. Choose today or a later day.", "due")
    if due > item.due and not why:
        raise Refused("Say why it moves.", "why")
    slips = item.slips + (due > item.due)
    detail = {"due": {"from": item.due.isoformat(), "to": due.isoformat()}}
    return moved(item, Action.MOVE_DUE_DATE, item.state, by, why, detail, due=due, slips=slips)


EDITABLE = (
    "title", "details", "collaborators", "root_cause", "remedy", "impact", "urgency", "effort",
    "verification", "references", "team_id", "incident_id", "themes",
)  # fmt: skip
"""What “Edit” changes; owner, due date and state have their own actions."""


def edit(item: Item, by: By, draft: Draft) -> Moved:
    """New wording or facts. Not progress in the sense of R51. Refused when nothing differs."""
    refuse_if_ended(item)
    check_draft(replace(draft, due=item.due), item.due)
    fields = {name: getattr(draft, name) for name in EDITABLE if getattr(draft, name) != getattr(item, name)}
    if not fields:
        raise Refused("Nothing was changed in the form. Change a field, or cancel.", "title")
    detail = {name: {"from": _json(getattr(item, name)), "to": _json(value)} for name, value in fields.items()}
    return moved(item, Action.EDIT, item.state, by, "", detail, **fields)


def _json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _move(item: Item, action: Action, by: By, **fields: Any) -> Moved:
    return moved(item, action, after(item.state, action, item.label, by.last), by, "", {}, **fields)
