"""What is said of a review meeting: in its channel, to each owner, and to who held it."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.blocks.ids import Button
from bot.blocks.parts import acceptance_buttons, actions, button, context, section, step_button
from bot.blocks.text import Names, count, day, escape, link, shortened
from bot.domain.incident import Incident
from bot.domain.item import Item
from bot.domain.meeting import Past
from bot.domain.words import _

HELD = "*Review of {incident}:* {items} committed. Held by {who}."
HELD_NOTHING = "*Review of {incident}:* nothing was committed to."
IDEAS = "Ideas, no commitment: {ideas}"
MADE_ROOM = "Ideas again, to make room: {ideas}"
PAST_QUOTA = "{items} past the quota of {quota}: {why}"
PAST_FREEZE = "{items} past the intake freeze: {why}"
GAVE_YOU = "From the review of {incident} you own {items}."
ASKS_YOU = "{who} asks you to own {items} from the review of {incident}."
TAKES_FROM_YOU = "The review of {incident} made room: {items} of yours is an idea again."
TAKE_FROM_YOU = "The review of {incident} made room: {items} of yours are ideas again."
VERIFY = "Verify by: {how}"
WHY_SHOWN = 300
SHORT = 80
"""Characters of a title within a line of several."""


def held_text(items: Sequence[Item], incident: Incident, who: str) -> str:
    """The meeting in its channel, as a sentence."""
    name = _incident(incident)
    if not items:
        return _(HELD_NOTHING, incident=name)
    return _(HELD, incident=name, who=who, items=count(len(items), "item"))


def held(
    items: Sequence[Item],
    ideas: Sequence[Item],
    aside: Sequence[Item],
    incident: Incident,
    names: Names,
    who: str,
    past: Past | None = None,
) -> list[Block]:
    """The same with what was committed to, a line each, the ideas in one, and what went *past* a closed gate."""
    lines = [held_text(items, incident, who), *(_line(item, names) for item in items)]
    blocks: list[Block] = [section("\n".join(lines))]
    blocks += [context(_past(past))] if past else []
    blocks += [context(_(IDEAS, ideas=labels(ideas)))] if ideas else []
    blocks += [context(_(MADE_ROOM, ideas=labels(aside)))] if aside else []
    return [*blocks, actions([button(Button.MEETING, "Review meeting", str(incident.id))])]


def labels(items: Sequence[Item], most: int = 40) -> str:
    """Several items in one line."""
    named = "; ".join(f"*{item.label}* {escape(shortened(item.title, SHORT))}" for item in items[:most])
    left = len(items) - most
    return f"{named} {_('and {count} more', count=left)}" if left > 0 else named


def to_owner_text(items: Sequence[Item], aside: Sequence[Item], incident: Incident, who: str, person: str) -> str:
    """To somebody who owns something of it, as a sentence. *who* held it."""
    name = _incident(incident)
    theirs = [item for item in items if item.owner == person]
    asked = [item for item in theirs if item.awaits_acceptance]
    owned = [item for item in theirs if not item.awaits_acceptance]
    said = [
        _(ASKS_YOU, who=who, items=count(len(asked), "item"), incident=name) if asked else "",
        _(GAVE_YOU, items=count(len(owned), "item"), incident=name) if owned else "",
    ]
    if aside:
        how_many = count(len(aside), "item")
        said.append(_(TAKES_FROM_YOU if len(aside) == 1 else TAKE_FROM_YOU, incident=name, items=how_many))
    return " ".join(each for each in said if each)


def to_owner(items: Sequence[Item], aside: Sequence[Item], said: str, person: str, names: Names) -> list[Block]:
    """The same with each item, and its buttons while it waits for them."""
    blocks: list[Block] = [section(said)] if said else []
    for item in items:
        blocks += _to_owner(item, person, names)
    return [*blocks, context(labels(aside))] if aside else blocks


def _to_owner(item: Item, person: str, names: Names) -> list[Block]:
    title = f"*{item.label}* {escape(shortened(item.title))}"
    if item.owner != person or item.is_no_commitment:
        return [section(f"{title}\n{_no_longer(item, names)}")]
    how = _(VERIFY, how=escape(shortened(item.verification, 300))) if item.verification else ""
    facts = [_("due {day}", day=day(item.due)), _(item.state.words)]
    text = "\n".join(each for each in (title, " · ".join(facts), how) if each)
    if item.awaits_acceptance and item.is_open:
        return [section(text), acceptance_buttons(item)]
    return [section(text, step_button(item) or button(Button.SHOW, "Details", str(item.number)))]


def _no_longer(item: Item, names: Names) -> str:
    if item.is_no_commitment:
        return _("It is an idea now.")
    return _("{owner} owns it now.", owner=names(item.owner))


def created(items: int, ideas: int, aside: int, thrown: int, told: Sequence[str]) -> str:
    """To who held the meeting: what is so now, and who was told."""
    made = [
        _("{items} committed.", items=count(items, "item")) if items else _("Nothing is committed."),
        _("{ideas} kept.", ideas=count(ideas, "idea")) if ideas else "",
        _("{ideas} again, to make room.", ideas=count(aside, "idea")) if aside else "",
        _("{candidates} thrown away.", candidates=count(thrown, "candidate")) if thrown else "",
        _("Told: {people}.", people=", ".join(told)) if told else "",
    ]
    return " ".join(each for each in made if each)


def _line(item: Item, names: Names) -> str:
    return (
        f"• *{item.label}* {escape(shortened(item.title))} – {names(item.owner)} – {_('due {day}', day=day(item.due))}"
    )


def _past(past: Past) -> str:
    """Said where the whole team reads: whoever opens a gate does it openly (R95)."""
    items, why = count(past.items, "item"), escape(shortened(past.why, WHY_SHOWN))
    if past.quota is None:
        return _(PAST_FREEZE, items=items, why=why)
    return _(PAST_QUOTA, items=items, quota=past.quota, why=why)


def _incident(incident: Incident) -> str:
    title = shortened(incident.title)
    return link(incident.postmortem_url, title) if incident.postmortem_url else escape(title)
