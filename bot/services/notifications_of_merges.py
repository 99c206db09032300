"""Who is told of a merge and of its “Undo”: every owner concerned, and the leads whose items left, once for all of it.

The cards and their threads are told as of every change.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy.orm import Session

from bot.blocks import merge as blocks
from bot.blocks.parts import details_button
from bot.domain.item import Item
from bot.domain.lifecycle import Action
from bot.domain.messages import Message, Post
from bot.domain.roles import may_be_told
from bot.domain.subjects import ChangeOf
from bot.services.notifications_of_decisions import with_buttons
from bot.slack.names import names_in, speaking_to
from storage import teams
from storage.people import known_people


def messages_about_merge(
    session: Session, into: Item, items: Sequence[Item], owners: AbstractSet[str], by: str, action: Action
) -> list[Post]:
    """One message to each reader about *items* that *by* has merged into the other one, or taken out of it again.

    *owners* are those of the one that stays, now and before. `action` is the merge or its undoing.
    """
    if into.is_idea:  # nobody owns it, and nobody promised what is in it now
        return []
    leads = _leads(session, into, items)
    readers = {*owners, *(item.owner for item in items), *leads} - {by, ""}
    known_people(session, into.workspace, {*readers, by, into.owner})
    told = []
    for reader in sorted(readers):
        named = _named(reader, into, items, leads.get(reader, set()))
        seen = into if may_be_told(into, reader) else None
        # Whoever owns the one that stays hears that it grew, also where they may not know by what.
        if named or (seen and reader in owners):
            with speaking_to(session, into.workspace, reader):
                text = _text(session, into, seen, named, len(items), reader, by, action)
                key = ChangeOf(into.last_change_id).told(reader)
                told.append(with_buttons(key, reader, text, details_button(seen or named[0])))
    return told


def _named(reader: str, into: Item, items: Sequence[Item], teams_led: set[int]) -> list[Item]:
    """The items that concern the reader: their own; of who owns the other one, or leads a team, those they may know."""
    concerned = [
        item for item in items if reader in (item.owner, into.owner) or (item.team_id and item.team_id in teams_led)
    ]
    return [item for item in concerned if may_be_told(item, reader)]


def _leads(session: Session, into: Item, items: Sequence[Item]) -> dict[str, set[int]]:
    """The leads of teams whose items went to another team, each with these teams; and the lead of that one."""
    left = {item.team_id for item in items if item.team_id and item.team_id != into.team_id}
    found: dict[str, set[int]] = {}
    for team_id in left | ({into.team_id} if left and into.team_id else set()):
        lead = teams.get_team_by_id(session, team_id).lead
        found.setdefault(lead, set()).update(left if team_id == into.team_id else {team_id})
    return found


def _text(
    session: Session, into: Item, seen: Item | None, named: Sequence[Item], all_of_them: int, reader: str, by: str,
    action: Action,
) -> str:  # fmt: skip
    names = names_in(session, into.workspace, {by, into.owner, *(item.owner for item in named)})
    theirs = reader == into.owner
    how_many = all_of_them if theirs else len(named)
    if action is Action.UNMERGE:
        return blocks.told_undone(seen, named, names(by), how_many=how_many)
    return blocks.told_merged(seen, named, names(by), names(into.owner), theirs=theirs, how_many=how_many)


def without_owner_message(messages: Iterable[Message], change_id: int) -> list[Message]:
    """*messages* without what that change says to the owner, who hears it in another one."""
    return [message for message in messages if message.key != ChangeOf(change_id).owner]
