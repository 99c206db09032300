"""What is said to one person about an item, as mrkdwn; the buttons that go with it are in `parts`."""

from bot.blocks.card import incident
from bot.blocks.text import Names, count, day, escape, escape_lines
from bot.domain.accept import Asking
from bot.domain.item import Item
from bot.domain.lifecycle import Action, Change, State
from bot.domain.roles import may_be_told
from bot.domain.words import _

YOU_OWN = "You now own *{label} {title}*{origin}. It is due {due}."
GIVEN = "It comes from {who}."
WILL_YOU = "{who} asks you to own *{label} {title}*{origin}. It would be due {due}."
CREATED = "*{label} {title}* is created. It is due {due}."
IDEA_KEPT = "*{label} {title}* is kept as an idea, which is no commitment."
DECLINED = "*{label} {title}* is kept as declined, with its reason."
CARD_IN = " Its card is in <#{channel}>."
LOAD = "You have {count}."
SENT_BACK = "*{label} {title}* was verified and does not work yet. {who} sent it back to you{why}"
ALIKE = "*{label}* says nearly the same as *{other} {title}*, which is {state}."
TRAINING_ALONE = "*{label}* is training, which fades. Put an item beside it that changes the system."
NOT_TAKEN = "{who} cannot take *{label} {title}*: {why}\nIt is {maker}'s to place until somebody else owns it."
CONFIRMED = "{who} confirmed it for you."
NEED_NOT_ANSWER = "It is {state} now: there is nothing to answer."
COULD_NOT_TAKE = "You could not take *{item}*: {why}"
HANDED_OVER = "You handed *{item}* over to {owner}."
TAKEN_ELSEWHERE = "*{item}* has another owner now: there is nothing to answer."
UNBLOCKED = "*{item}* is not blocked any more: it does not need you for that now. {who} says so."
NO_LONGER_NEEDED = "*{item}* is {state} now: it does not need you any more."
REASON_LIMIT = 1000
"""Characters of a reason that are repeated in a message; the history has all of it."""


def you_own(item: Item, other_open: int, giver: str = "") -> str:
    """To a new owner: what, from where, by when, from whom, and how much they have already."""
    given = " " + _(GIVEN, who=giver) if giver else ""
    return _(YOU_OWN, **_facts(item)) + given + _load(other_open)


def will_you(item: Item, other_open: int, asker: str) -> str:
    """To an owner who is asked first. *asker* is a name, as mrkdwn."""
    return _(WILL_YOU, who=asker, **_facts(item)) + _load(other_open)


def accepted_for_you(who: str) -> str:
    """To a new owner, in whose place somebody else agreed. *who* is a name, as mrkdwn."""
    return _(CONFIRMED, who=who)


def need_not_answer(item: Item) -> str:
    """To an owner who was asked, when the item is over before they answered."""
    return _(NEED_NOT_ANSWER, state=_(item.state.after_is))


def unblocked(item: Item, change: Change, names: Names) -> str:
    """To who was told that a block needs them: it is over, or the item has ended with it."""
    label = f"{item.label} {escape(item.title)}"
    if item.is_open:
        return _(UNBLOCKED, item=label, who=names(change.by))
    return _(NO_LONGER_NEEDED, item=label, state=_(item.state.after_is))


def passed_on(asking: Asking, change: Change, names: Names) -> str:
    """To who was asked, when the *change* gave the item to somebody else; its title only while they may know of it."""
    item = asking.item
    # It may have become private since they were asked.
    label = f"{item.label} {escape(item.title)}" if may_be_told(item, asking.person) else item.label
    # Somebody else gave it away: they did nothing, and are told no reason of others.
    if change.by != asking.person:
        return _(TAKEN_ELSEWHERE, item=label)
    if change.action == Action.HAND_BACK:
        return _(COULD_NOT_TAKE, item=label, why=escape_lines(change.why[:REASON_LIMIT]))
    return _(HANDED_OVER, item=label, owner=names(change.detail["owner"]["to"]))


def created(item: Item) -> str:
    """To whoever made an item elsewhere than where its card stands."""
    where = _(CARD_IN, channel=item.channel) if item.channel else ""
    if item.state is State.DECLINED:
        return _(DECLINED, label=item.label, title=escape(item.title)) + where
    if item.is_idea:
        return _(IDEA_KEPT, label=item.label, title=escape(item.title)) + where
    return _(CREATED, label=item.label, title=escape(item.title), due=day(item.due)) + where


def sent_back(item: Item, change: Change, names: Names) -> str:
    """To the owner of an item whose verification failed."""
    return _(
        SENT_BACK,
        label=item.label,
        title=escape(item.title),
        who=names(change.by),
        why=f": {escape_lines(change.why[:REASON_LIMIT])}" if change.why else ".",
    )


def not_taken(item: Item, change: Change, names: Names) -> str:
    """To the lead and the maker of an item that its owner cannot take."""
    return _(
        NOT_TAKEN,
        who=names(change.by),
        label=item.label,
        title=escape(item.title),
        why=escape_lines(change.why[:REASON_LIMIT]),
        maker=names(item.owner),
    )


def alike(item: Item, other: Item) -> str:
    """To the maker of an item that says nearly what another one says."""
    return _(ALIKE, label=item.label, other=other.label, title=escape(other.title), state=_(other.state.words))


def training_alone(item: Item) -> str:
    """To the maker of a training item without a systemic one beside it."""
    return _(TRAINING_ALONE, label=item.label)


def _facts(item: Item) -> dict[str, str]:
    origin = _(" from _{incident}_", incident=incident(item)) if item.incident_title else ""
    return {"label": item.label, "title": escape(item.title), "origin": origin, "due": day(item.due)}


def _load(other_open: int) -> str:
    return "\n" + _(LOAD, count=count(other_open, "other open item")) if other_open else ""
