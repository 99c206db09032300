"""Merging items into another open one (R91), and “Undo”, which takes that back within a day.

Each item that ends gets a line in its history, and so does the one that stays; “Undo” adds lines and removes none.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.errors import Refused
from bot.domain.item import TITLE_LIMIT, By, Item, Moved, check_length, moved
from bot.domain.item_values import Blocked, BlockReason, Ending
from bot.domain.lifecycle import IDEAS, RESUMABLE, Action, Change, State, after
from bot.domain.words import Text

UNDO_FOR = timedelta(days=1)
MERGED_STATES = frozenset({State.MERGED, State.DECLINED})
"""How items and ideas end that are merged into another item, which their ending then names."""
AT_ONCE = 30
"""Items that one form can merge: more than anybody reads through, and few enough for one transaction."""
UNDO_IS_OVER = (
    "“Undo” was there for a day, and that is over. Nothing was changed. What should go on by itself after all needs an "
    "item of its own: `/actionitem new`."
)


@dataclass(frozen=True)
class Staying:
    """The one that stays, as the form says: what others were merged into is often more, later and somebody else's."""

    title: str
    owner: str
    due: date
    effort: int | None


@dataclass(frozen=True)
class Contained:
    """What was merged into an item: the numbers that a reader may know, and how many more there are."""

    numbers: tuple[int, ...] = ()
    hidden: int = 0


NOTHING = Contained()


def kept_of(item: Item) -> Staying:
    """The item as the form shows it at first."""
    return Staying(item.title, item.owner, item.due, item.effort)


def marks(staying: Staying) -> dict[str, str]:
    """A short mark of each field, for the form to remember what it showed."""
    return {
        name: hashlib.blake2s(str(value).encode(), digest_size=6).hexdigest() for name, value in vars(staying).items()
    }


def kept_up(typed: Staying, seen: Mapping[str, str], now: Staying) -> Staying:
    """What was *typed*; and as it is *now*, whatever was left as the form had shown it, whose marks are *seen*."""
    # Without this, whoever merges would take back what somebody else has changed while the form was open.
    same = [name for name, mark in marks(typed).items() if seen.get(name) == mark]
    return replace(typed, **{name: getattr(now, name) for name in same})


def check_merge(item: Item, by: By, into: Item) -> State:
    """The state that merging leads to. Raises `Refused` when the item cannot be merged into that one."""
    state = after(item.state, Action.MERGE, item.label, by.last)
    # Else what somebody has promised would end in what nobody promises.
    if into.is_idea and not item.is_idea:
        raise Refused(
            Text("{into} is an idea. Promote it first, or merge it into {item}.", into=into.label, item=item.label),
            "into",
        )
    if into.number == item.number:
        raise Refused(Text("{item} cannot be merged into itself. Name another item.", item=item.label), "into")
    check_takes_in(into)
    # Nothing public may point to something private, whose very number is nobody else's.
    if into.private and not (item.private and item.channel == into.channel):
        raise Refused(
            Text(
                "{into} belongs to a private channel and {item} does not. Keep both.",
                into=into.label,
                item=item.label,
            ),
            "into",
        )
    # Whoever decides about it would be somebody else from now on: that is for who decides now (`move.py`).
    if item.team_id is not None and item.team_id != into.team_id and not by.decides:
        raise Refused(
            Text(
                "{item} belongs to {team}. Only the lead of {team} or an admin merges it into an item of another team.",
                item=item.label,
                team=item.team_name,
            )
        )
    return state


def check_takes_in(into: Item) -> None:
    """Raises `Refused` when nothing can be merged into the item."""
    # Else an unfinished item would end inside an ended one: a zombie (R85). Two ideas that say the same are one idea.
    if not (into.is_open or into.is_idea):
        stands = Text(into.state.after_is)
        raise Refused(Text("{item} is {state}. Merge into an open item.", item=into.label, state=stands), "into")


def merge(item: Item, by: By, into: Item, why: str = "", taken_in: int = 0) -> Moved:
    """The item ends as merged into another open one. `why` "": the other one covers it.

    `taken_in` is the line in the other one's history that tells of it: “Undo” finds the items of one form by it.
    """
    state = check_merge(item, by, into)
    why = why or _covered_by(into.number)
    # What an ended item does not keep, and what would make a stale one look fresh when it comes back.
    was = {"blocked": _blocked_as_json(item.blocked), "last_progress_at": _as_json(item.last_progress_at)}
    detail = {"into": into.number, "taken_in": taken_in, "was": was}
    merged = replace(item, state=state, ending=Ending(by.at, why, merged_into=into.number))
    return moved(item, merged, Action.MERGE, by, why, detail)


def given_reason(why: str, into: int) -> str:
    """Why somebody merged an item into another one; "" where that is recorded only because every end has a reason."""
    return "" if why == _covered_by(into) else why


def _covered_by(into: int) -> str:
    return f"AI-{into} covers it"


def take_in(into: Item, by: By, kept: Staying, count: int, why: str, today: date) -> Moved:
    """The one that stays, as *kept* says, but for its owner, who is a change of its own; *count* items end in it."""
    check_takes_in(into)
    check_kept(into, kept, today)
    now: dict[str, Any] = {"title": kept.title, "due": kept.due, "effort": kept.effort}
    changed = {name: value for name, value in now.items() if value != getattr(into, name)}
    # A later day slips, whatever the reason (R78).
    slips = into.slips + (kept.due > into.due)
    detail: dict[str, Any] = {"count": count} | ({"slips": into.slips} if slips != into.slips else {})
    detail |= {name: {"from": _as_json(getattr(into, name)), "to": _as_json(value)} for name, value in changed.items()}
    return moved(into, replace(into, slips=slips, **changed), Action.TAKE_IN, by, why, detail)


def check_kept(into: Item, kept: Staying, today: date) -> None:
    """Raises `Refused` at the field that the one that stays cannot have."""
    if not kept.title:
        raise Refused("Say what will change.", "title")
    check_length("title", kept.title, TITLE_LIMIT, Text("Keep the action short and put the rest into Details."))
    # The day that it has already may lie behind: an overdue item can take others in.
    if kept.due != into.due and kept.due < today:
        raise Refused("The due date is in the past. Choose today or a later day.", "due")


def can_undo(taken_in: Change, now: datetime) -> bool:
    """Whether the day of “Undo” lasts."""
    return now - taken_in.at <= UNDO_FOR


def check_undo(taken_in: Change, now: datetime, undone_by: str | None) -> None:
    """Raises `Refused` when it is too late, or when somebody did it: `undone_by` is their name."""
    if undone_by is not None:
        raise Refused(Text("This merge is undone already: {who} did that. Nothing was changed.", who=undone_by))
    if not can_undo(taken_in, now):
        raise Refused(UNDO_IS_OVER)


def check_some_are_back(back: int) -> None:
    """Raises `Refused` when none of the items can be put back."""
    if not back:
        raise Refused("Something else became of all of them since. Nothing was changed.")


def put_back(item: Item, by: By, line: Change) -> Moved | None:
    """The merged item where it was before *line*, its merge; None when something else became of it since."""
    ending = item.ending
    is_merged = item.state in MERGED_STATES and ending is not None and ending.merged_into is not None
    if not is_merged or ending is None or ending.at != line.at or "was" not in line.detail:
        return None
    was: Mapping[str, Any] = line.detail["was"]
    before = line.before if line.before in RESUMABLE | IDEAS and line.before else State.NOT_STARTED
    blocked = _blocked_from(was["blocked"])
    back = moved(item, replace(item, state=before, ending=None), Action.UNMERGE, by, "", {
        "into": line.detail["into"], "blocked": blocked is not None,
    })  # fmt: skip
    progress = datetime.fromisoformat(was["last_progress_at"]) if was["last_progress_at"] else None
    return replace(back, item=replace(back.item, blocked=blocked, last_progress_at=progress))


def give_back(into: Item, by: By, taken_in: Change, line: int, count: int) -> Moved:
    """The one that stayed, with what the merge changed of it as before, as far as nobody has changed it since.

    `line` is the number of *taken_in* in the history, *count* how many items left it. What has ended stays as it is.
    """
    told = _told(into)
    same = [name for name in told if name in taken_in.detail and taken_in.detail[name]["to"] == told[name]]
    same = [] if into.is_over else same
    before = {name: taken_in.detail[name]["from"] for name in same}
    detail = {name: {"from": told[name], "to": value} for name, value in before.items()}
    values = before | ({"due": date.fromisoformat(before["due"])} if "due" in before else {})
    if "due" in values and "slips" in taken_in.detail:
        values["slips"] = into.slips - 1
    return moved(into, replace(into, **values), Action.UNMERGE, by, "", detail | {"undoes": line, "count": count})


def not_put_back(into: Item, taken_in: Change) -> list[str]:
    """The fields that the merge changed and that are neither as before nor as it made them: others changed them."""
    return [
        name
        for name, value in _told(into).items()
        if name in taken_in.detail and taken_in.detail[name]["from"] != value
    ]


def _told(into: Item) -> dict[str, Any]:
    """What a merge can change of the one that stays, as histories tell it."""
    return {"title": into.title, "due": into.due.isoformat(), "effort": into.effort}


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _blocked_as_json(blocked: Blocked | None) -> dict[str, Any] | None:
    if blocked is None:
        return None
    return vars(blocked) | {"reason": blocked.reason and blocked.reason.value, "since": _as_json(blocked.since)}


def _blocked_from(stored: Mapping[str, Any] | None) -> Blocked | None:
    if stored is None:
        return None
    reason = BlockReason(stored["reason"]) if stored["reason"] else None
    since = datetime.fromisoformat(stored["since"]) if stored["since"] else None
    return Blocked(**{**stored, "reason": reason, "since": since})
