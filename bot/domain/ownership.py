"""Who owns an item, and whether they agreed: acceptance, handing back, promoting an idea, declining, merging."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.errors import Refused
from bot.domain.items import By, Draft, Item, Moved, check_draft, moved, refuse_if_ended
from bot.domain.lifecycle import Action, Change, after
from bot.domain.teams import Team
from bot.domain.words import _

CHOOSES_OWNER = frozenset({"create", Action.PROMOTE, Action.ASSIGN})
"""The changes that can ask somebody to own an item."""


@dataclass(frozen=True)
class Asking:
    """That `by` asked `person` to own `item`; `since` is what happened to the item afterwards, oldest first."""

    item: Item
    person: str
    by: str
    since: Sequence[Change] = ()

    @property
    def passed_on(self) -> Change | None:
        """The change with which it went to somebody else."""
        return next((change for change in self.since if "owner" in change.detail), None)

    @property
    def accepted_by(self) -> str:
        """Who accepted it: the owner, or whoever did it for them; "" when nobody has."""
        return next((change.by for change in self.since if change.action == Action.ACCEPT), "")

    @property
    def people(self) -> set[str]:
        """Everybody whom the message about it may name."""
        went_to = self.passed_on.detail["owner"]["to"] if self.passed_on else ""
        return {self.by, self.accepted_by, went_to} - {""}


def must_accept(owner: str, asker: str, *, owner_was_there: bool) -> bool:
    """Whether the owner is asked first (R32): somebody else chose them, and they are not in the channel."""
    return owner != asker and not owner_was_there


def accept(item: Item, by: By, team: Team | None, *, is_admin: bool = False) -> Moved:
    """The owner takes it, with the access and authority it needs (R35); the lead can confirm instead (R33)."""
    refuse_if_ended(item)
    if not item.awaits_acceptance:
        raise Refused(_("{item} is accepted already. Nothing was changed.", item=item.label))
    if by.user != item.owner and not (team and team.lead == by.user) and not is_admin:
        raise Refused(_("Only the owner of {item}, their lead or an admin can accept it.", item=item.label))
    return moved(item, Action.ACCEPT, item.state, by, "", {}, awaits_acceptance=False)


def hand_back(item: Item, by: By, why: str) -> Moved:
    """The owner cannot take it: it is its maker's to place again. There is never an item without an owner (R40)."""
    refuse_if_ended(item)
    if not item.awaits_acceptance or by.user != item.owner:
        raise Refused(
            _(
                "{item} does not wait for you. Its owner changes with `/actionitem assign {number}`.",
                item=item.label,
                number=item.number,
            )
        )
    if not why:
        raise Refused("Say why you cannot take it.", "why")
    detail = {"owner": {"from": item.owner, "to": item.created_by}}
    return moved(item, Action.HAND_BACK, item.state, by, why, detail, owner=item.created_by, awaits_acceptance=False)


def promote(item: Item, by: By, draft: Draft, today: date, detail: dict[str, Any], *, asks: bool) -> Moved:
    """A future consideration becomes an item, with an owner and a deadline of its own (R27)."""
    state = after(item.state, Action.PROMOTE, item.label, by.last)
    check_draft(draft, today)
    fields = {name: getattr(draft, name) for name in vars(draft)} | {"themes": draft.themes or item.themes}
    detail = detail | _promoted(item, draft)
    return moved(item, Action.PROMOTE, state, by, "", detail, original_due=draft.due, awaits_acceptance=asks, **fields)


def _promoted(item: Item, draft: Draft) -> dict[str, Any]:
    """What became different with the promotion, so that the history alone says how the item stands and stood."""
    told = {name: (getattr(item, name), getattr(draft, name)) for name in ("title", "owner", "team_id")}
    told["due"] = (item.due.isoformat(), draft.due.isoformat())
    return {name: {"from": before, "to": now} for name, (before, now) in told.items() if before != now}


def decline(item: Item, by: By, why: str) -> Moved:
    """A candidate that will not be done, with its reason (R28)."""
    state = after(item.state, Action.DECLINE, item.label, by.last)
    if not why:
        raise Refused("Say why it is declined.", "why")
    return moved(item, Action.DECLINE, state, by, why, {}, ended_at=by.at)


def merge(item: Item, by: By, into: Item, why: str = "") -> Moved:
    """The item ends as merged into another open one (R91). `why` "": the other one covers it.

    Nothing public may point to something private, whose very number is nobody else's.
    """
    state = after(item.state, Action.MERGE, item.label, by.last)
    if into.number == item.number:
        raise Refused(_("{item} cannot be merged into itself. Name another item.", item=item.label), "into")
    if not into.is_open:
        stands = _(into.state.after_is)
        raise Refused(_("{item} is {state}. Merge into an open item.", item=into.label, state=stands), "into")
    if into.private and not (item.private and item.channel == into.channel):
        raise Refused(
            _(
                "{into} belongs to a private channel and {item} does not. Keep both.",
                into=into.label,
                item=item.label,
            ),
            "into",
        )
    why = why or f"{into.label} covers it"
    return moved(
        item, Action.MERGE, state, by, why, {"into": into.number},
        ended_at=by.at, merged_into=into.number, ended_because=why,
    )  # fmt: skip


def refuse_same_owner(item: Item, owner: str, field: str = "owner") -> None:
    """Raises `Refused` at the field when nobody, or the present owner, is chosen as the new one."""
    if not owner:
        raise Refused("Choose one person who answers for it.", field)
    if owner == item.owner:
        raise Refused(_("They own {item} already. Choose someone else.", item=item.label), field)
