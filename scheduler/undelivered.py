"""Who is told when Slack refuses a message for good: nothing is dropped without somebody knowing what to do."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.blocks.undelivered import undelivered_text
from bot.deps import Outbox
from bot.domain.delivery import UNDELIVERED_PREFIX
from bot.domain.messages import Live, Message, Post, Refresh
from bot.exporting import EXPORT, wish_of
from scheduler.rituals.registry import RITUALS
from storage import items
from storage.teams import get_team_by_id

OnFailure = Callable[[Session, str, Message, str], None]


def tells(outbox: Outbox) -> OnFailure:
    """A callback for delivery: puts one message to whoever can mend it into the same transaction."""

    def on_failure(session: Session, workspace: str, message: Message, error: str) -> None:
        person, what = _whom_and_what(session, workspace, message)
        if person is None or person == message.to:
            return
        key = f"{UNDELIVERED_PREFIX}{message.key}"
        text = undelivered_text(what, message.to, error)
        outbox.enqueue(session, workspace, key, [Post(key, person, text)])

    return on_failure


def _whom_and_what(session: Session, workspace: str, message: Message) -> tuple[str | None, str]:
    if isinstance(message, Refresh):
        kind, _, ref = message.key.partition(":")
        if kind == EXPORT:
            return wish_of(ref).user, "your export"
        return None, ""  # it is drawn anew when it is opened, or when its subject changes again
    if isinstance(message, Live):
        item = items.get_item_as_it_is(session, workspace, int(message.ref))
        return (item.owner, f"the card of {item.label}") if item else (None, "")
    ritual, _, rest = message.key.partition(":")
    if ritual in RITUALS:
        team = get_team_by_id(session, int(rest.partition(":")[0]))
        return team.lead, f"the {ritual.replace('-', ' ')} of {team.name}"
    return None, ""
