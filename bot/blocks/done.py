"""What is answered to whoever has done something to an item: a line that says what is so now, and who was told."""

from collections.abc import Mapping, Sequence

from bot.blocks.text import day
from bot.domain.item import Item
from bot.domain.lifecycle import Action
from bot.domain.words import _

DONE: Mapping[Action, str] = {
    Action.UPDATE: "The status of *{item}* is noted.",
    Action.ASSIGN: "*{item}* has a new owner.",
    Action.HAND_BACK: "*{item}* is handed back.",
    Action.EDIT: "*{item}* is changed.",
    Action.BLOCK: "*{item}* is blocked.",
    Action.UNBLOCK: "*{item}* is not blocked any more.",
    Action.ASK: "The decision about *{item}* is asked for.",
    Action.TURN_DOWN: "The request about *{item}* is declined.",
    Action.FAIL_VERIFICATION: "*{item}* is in progress again, because it was not verified.",
    Action.SPLIT: "*{item}* is split.",
    Action.MERGE: "*{item}* is merged.",
}
"""Where the state alone does not say it."""


def done(item: Item, action: str, told: Sequence[str]) -> str:
    """*told* are the names of those who got a message because of it, ready for mrkdwn."""
    return " ".join((_what(item, action), *_told(told)))


def created(item: Item, told: Sequence[str]) -> str:
    """To whoever made the item, or the idea, by a form."""
    kept = _("*{item}* is kept as an idea.", item=item.label)
    return " ".join((kept if item.is_idea else _("*{item}* is created.", item=item.label), *_told(told)))


def _told(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    who = ", ".join(names)
    return (_("{who} was told.", who=who) if len(names) == 1 else _("{who} were told.", who=who),)


def _what(item: Item, action: str) -> str:
    if action == Action.MOVE_DUE_DATE:
        return _("*{item}* is due {day}.", item=item.label, day=day(item.due))
    if action in DONE:
        return _(DONE[Action(action)], item=item.label)
    return _("*{item}* is {state}.", item=item.label, state=_(item.state.after_is))
