"""“Undo” of a merge, for a day: what ended goes on where it was, and the one that stayed is as it was before."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from bot.blocks import merge as blocks
from bot.blocks.ids import Button
from bot.deps import Deps
from bot.domain import merge as rule
from bot.domain.assign import assign
from bot.domain.errors import Refused
from bot.domain.item import Item
from bot.domain.lifecycle import Action, Change
from bot.domain.pressed import MergeOf
from bot.domain.queries import Viewer
from bot.domain.subjects import CardOf
from bot.domain.words import Text
from bot.services.notifications_of_merges import messages_about_merge
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.router import Router
from handlers.shared.item_change import ItemChange, as_asker, item_change
from storage import changes, items, merges

NO_SUCH_MERGE = "This merge is not known. `/actionitem show N` shows how the item stands."
NOT_ALL_SEEN = (
    "Something was merged here that you may not see, so you cannot undo it. Ask whoever merged it, or the lead."
)
UNDONE = "The merge was undone"


@dataclass(frozen=True)
class Undone:
    """What came of it: the one that stayed, what is back, who was told, and which fields others have changed since."""

    into: Item
    back: Sequence[Item]
    told: Sequence[str]
    kept: Sequence[str]


def register(router: Router, deps: Deps) -> None:
    """The button “Undo”, in the answer to a merge and on the card of the one that stays."""
    router.button(Button.UNDO_MERGE, partial(_undo, deps))


def _undo(deps: Deps, asked: Asked) -> Answer | None:
    which = MergeOf.read(asked.value)
    taken_in, lines = as_asker(deps, asked, partial(_found, asked.workspace, which))
    if not rule.can_undo(taken_in, deps.clock()):
        _take_the_button_away(deps, asked, which.into)
    with item_change(deps, asked, which.into, also=sorted(lines)) as change:
        done = _undone(change, which, taken_in, lines)
    names = deps.directory.names(asked.workspace, set(done.told))
    said = blocks.undone(done.into, done.back, list(map(names, done.told)), done.kept, len(lines) - len(done.back))
    if asked.in_view:
        asked.redraw(blocks.undone_view(said))
        asked.done.clear()  # it stands there, with more
        return None
    return Answer(said)


def _take_the_button_away(deps: Deps, asked: Asked, into: int) -> None:
    """The card is drawn anew: nothing else has happened to the item since its day was over."""
    with deps.db.begin() as session:
        item = items.get_item_as_it_is(session, asked.workspace, into)
        if item and item.channel:
            key = f"undo-is-over:{asked.key}"
            deps.outbox.enqueue(session, asked.workspace, key, [CardOf(into).live(item.channel)])


def _found(workspace: str, which: MergeOf, session: Session, viewer: Viewer) -> tuple[Change, dict[int, Change]]:
    """The line that tells of the merge, and by number that of each item that ended. Raises `Refused`."""
    items.get_item(session, workspace, which.into, viewer)
    taken_in = changes.find_change(session, workspace, which.into, which.taken_in)
    if taken_in is None or taken_in.action != Action.TAKE_IN:
        raise Refused(NO_SUCH_MERGE)
    lines = merges.list_merge_lines(session, workspace, which.taken_in, taken_in.at)
    # All or nothing, and no number: what they may not see has none for them.
    if set(lines) - items.list_visible(session, workspace, lines, viewer):
        raise Refused(NOT_ALL_SEEN)
    return taken_in, lines


def _undone(change: ItemChange, which: MergeOf, taken_in: Change, lines: dict[int, Change]) -> Undone:
    others = [change.of(number) for number in sorted(lines)]
    since = changes.list_changes_after(change.session, change.item.workspace, which.into, which.taken_in)
    rule.check_undo(taken_in, change.by.at, _undone_by(change, which, since))
    found = [(other, rule.put_back(other.item, other.by, lines[other.item.number])) for other in others]
    back = [other.record(moved) for other, moved in found if moved]
    rule.check_some_are_back(len(back))
    owner = change.item.owner
    change.record(rule.give_back(change.item, change.by, taken_in, which.taken_in, len(back)))
    kept = [*rule.not_put_back(change.item, taken_in), *_handed_back(change, taken_in, since)]
    owners = {owner, change.item.owner}
    posts = messages_about_merge(change.session, change.item, back, owners, change.by.user, Action.UNMERGE)
    change.say(posts)
    return Undone(change.item, back, [post.to for post in posts], kept)


def _undone_by(change: ItemChange, which: MergeOf, since: Sequence[Change]) -> str | None:
    """The name of who undid it; None when nobody has."""
    by = next((line.by for line in since if line.detail.get("undoes") == which.taken_in), None)
    if by is None:
        return None
    known = change.known(by)
    return known.name if known else str(Text("Somebody"))


def _handed_back(change: ItemChange, taken_in: Change, since: Sequence[Change]) -> list[str]:
    """Gives it back to who owned it before the merge; `owner` where somebody else has got it since."""
    handed = next((line for line in since if line.action == Action.ASSIGN and line.at == taken_in.at), None)
    if handed is None:
        return []
    owner = handed.detail["owner"]
    if change.item.owner == owner["from"]:
        return []
    if change.item.is_over or change.item.owner != owner["to"]:
        return ["owner"]
    change.record(assign(change.item, change.by, owner["from"], UNDONE))
    return []
