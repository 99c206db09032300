"""Whether an owner agreed: they are asked, accept, or hand the item back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved, refuse_if_ended
from bot.domain.lifecycle import Action, Change
from bot.domain.team import Team
from bot.domain.token import is_token
from bot.domain.words import Text

CHOOSES_OWNER = frozenset({"create", Action.PROMOTE, Action.ASSIGN})
"""The changes that can ask somebody to own an item."""


@dataclass(frozen=True)
class Asking:
    """The question of `by` whether `person` will own `item`; `since`: the item's changes after it, oldest first."""

    item: Item
    person: str
    by: str
    since: Sequence[Change] = ()

    @property
    def passed_on(self) -> Change | None:
        """The change with which it went to somebody else."""
        # By its detail, not its action: assigning, handing back and “Owner unavailable” all change the owner.
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
    # Whoever is in the incident's channel has heard of it there and can object at once; the others must be asked.
    return owner != asker and not owner_was_there


def accept(item: Item, by: By, team: Team | None, *, is_admin: bool = False) -> Moved:
    """The owner takes it, with the access and authority it needs (R35); the lead can confirm instead (R33)."""
    refuse_if_ended(item)
    if not item.awaits_acceptance:
        raise Refused(Text("{item} is accepted already. Nothing was changed.", item=item.label))
    if by.user != item.owner and not (team and team.lead == by.user) and not is_admin:
        raise Refused(Text("Only the owner of {item}, their lead or an admin can accept it.", item=item.label))
    return moved(item, replace(item, awaits_acceptance=False), Action.ACCEPT, by)


def hand_back(item: Item, by: By, why: str, team: Team | None = None) -> Moved:
    """The owner cannot take it: it is its maker's to place again, or the lead's of *team* where a token made it.

    There is never an item without an owner (R40).
    """
    refuse_if_ended(item)
    if not item.awaits_acceptance or by.user != item.owner:
        raise Refused(
            Text(
                "{item} does not wait for you. Its owner changes with `/actionitem assign {number}`.",
                item=item.label,
                number=item.number,
            )
        )
    if not why:
        raise Refused("Say why you cannot take it.", "why")
    to = item.created_by
    if is_token(to):
        if team is None or team.lead == by.user:
            raise Refused(
                Text(
                    "{item} came from another tool, so nobody else has it yet. Give it to somebody: "
                    "`/actionitem assign {number}`.",
                    item=item.label,
                    number=item.number,
                )
            )
        to = team.lead
    detail = {"owner": {"from": item.owner, "to": to}}
    # The maker is not asked in turn: until they find somebody, the item needs an owner who is sure (R40).
    handed_back = replace(item, owner=to, awaits_acceptance=False)
    return moved(item, handed_back, Action.HAND_BACK, by, why, detail)
