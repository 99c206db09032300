"""What came before an incident: earlier ones like it with their unfinished items, and what a link means."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from slack_sdk.models.blocks import ActionsBlock, Block, InteractiveElement

from bot.blocks.card import due
from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, context, section
from bot.blocks.searched import Choice, incident_choice, searched_menu
from bot.blocks.text import Names, count, escape, link, moment, shortened
from bot.domain.incident import Incident
from bot.domain.item import Item
from bot.domain.pressed import OneProject, SameAs
from bot.domain.recurrence import Earlier, LookBack
from bot.domain.sprawl import Project
from bot.domain.words import _

SIMILAR = "*This may have happened before.* “Same as” links the two, so that the measures know."
RECURRENCE = "*This is a recurrence.*"
UNFINISHED = "{unfinished} of its {items} are not done:"
UNFINISHED_ONE = "{unfinished} of its {items} is not done:"
ONE_UNFINISHED = "Its item is not done:"
FINISH = "Finish them first, or say openly why not."
ALL_CLOSED = "All of its {items} were closed before, and it happened again."
ONE_CLOSED = "Its item was closed before, and it happened again."
REVIEW = "Review the process: did the items address the root cause, and would their verification have shown it?"
REVIEW_TITLE = "Decide what changes in our follow-up: {earlier} came back as {later} although its items were closed"
ENDED = "None of its {items} is open."
ONE_ENDED = "Its item is not open."
NOT_LINKED = "This incident is not linked to an earlier one."
NO_ITEMS = "It has no action items."
NOTHING_LIKE_IT = "No earlier incident is like this one."
NO_LINKS = "No incident is linked to an earlier one yet. In an incident's channel this shows what is like it."
PROJECT = "*{theme}* · {items} open items of {incidents} incidents. As one project they would be merged into {into}."
PROJECTS_SHOWN = 5
MERGED_AT_ONCE = 30
ITEMS_SHOWN = 5
SAME_AS = "same_as:"
"""Begins the block_id of the menu; the incident that it is about follows."""
REASONS = {
    "title": "title",
    "root cause": "root cause",
    "service": "service",
    "services": "services",
    "theme": "theme",
    "themes": "themes",
    "word in the title": "word in the title",
}
"""What two incidents may have in common (`bot/domain/recurrence.py`)."""


def notice(look: LookBack, names: Names, now: datetime) -> list[Block]:
    """For the incident's channel: the one it recurs, or those that are like it."""
    if look.linked:
        return _linked(look, look.linked, names, now)
    blocks: list[Block] = [section(_(SIMILAR))]
    for earlier in look.similar:
        same = button(Button.SAME_AS, "Same as", _both(look.incident, earlier.incident))
        blocks.append(section(_about(earlier, names, now), same))
    return blocks


def notice_text(look: LookBack) -> str:
    """The same as a notification."""
    if look.linked:
        return _("A recurrence of {incident}", incident=escape(shortened(look.linked.incident.title)))
    likest = look.similar[0]
    return _("This may have happened before: {incident}", incident=escape(shortened(likest.incident.title)))


def not_linked() -> str:
    """In place of the notice, when the link is undone and nothing else is like it."""
    return _(NOT_LINKED)


def answer(look: LookBack, names: Names, now: datetime, *, others: bool) -> list[Block]:
    """For whoever asked: the same, what it became since, and where there are *others* a menu of what it can be linked
    to."""
    blocks: list[Block] = [section(f"*{escape(shortened(look.incident.title))}*")]
    blocks += notice(look, names, now) if look.says_something else [section(_(NOTHING_LIKE_IT))]
    if look.later:
        titles = ", ".join(escape(shortened(later.title)) for later in look.later[:ITEMS_SHOWN])
        blocks.append(context(_("It came back {times}: {titles}", times=count(len(look.later), "time"), titles=titles)))
    if others:
        menu = searched_menu(Button.SAME_AS, placeholder=_("Same as another one"))
        blocks.append(ActionsBlock(block_id=f"{SAME_AS}{look.incident.id}", elements=[menu]))
    return blocks


def links(pairs: Sequence[tuple[Incident, Earlier]], names: Names, now: datetime) -> list[Block]:
    """A team's recurrences: the later incident, the earlier one, and how its items stand."""
    if not pairs:
        return [section(_(NO_LINKS))]
    blocks: list[Block] = [section(f"*{_('Recurrences')}* · {count(len(pairs), 'incident')}")]
    for later, earlier in pairs:
        heading = _("*{later}* is a recurrence of {earlier}", later=named(later), earlier=_about(earlier, names, now))
        offer = _review(later, earlier.incident) if earlier.was_all_done else None
        blocks.append(section(heading + (f"\n{_(REVIEW)}" if offer else ""), offer))
    return blocks


def projects(found: Sequence[Project]) -> list[Block]:
    """Themes that come back, each to be made one project with a press."""
    return [section(_project(project), _merge(project)) for project in found[:PROJECTS_SHOWN]]


def _project(project: Project) -> str:
    words = _(
        PROJECT,
        theme=escape(project.theme),
        items=len(project.items),
        incidents=project.incidents,
        into=project.into.label,
    )
    return "\n".join([words, *(f"• *{i.label}* {escape(shortened(i.title))}" for i in project.items[:ITEMS_SHOWN])])


def _merge(project: Project) -> InteractiveElement:
    others = tuple(item.number for item in project.items[:MERGED_AT_ONCE] if item is not project.into)
    return button(Button.MERGE_PROJECT, "Make it one project", OneProject(project.into.number, others).value)


def review_asked(later: Incident, earlier: Earlier) -> tuple[str, list[Block]]:
    """To the lead: it came back although everything was closed (R106). The text, and its blocks."""
    said = _("{later} is a recurrence of {earlier}.", later=named(later), earlier=named(earlier.incident))
    text = f"{said} {_all_closed(earlier)}"
    return text, [section(f"{text}\n{_(REVIEW)}"), actions([_review(later, earlier.incident)])]


def review_title(later: Incident, earlier: Incident) -> str:
    """What the form of the process review begins with."""
    # Two of ninety leave room for the words in a title of 300.
    before, after = shortened(earlier.title, 90), shortened(later.title, 90)
    return _(REVIEW_TITLE, earlier=before, later=after)


def named(incident: Incident) -> str:
    """Its title, as a link to its post-mortem when there is one."""
    title = shortened(incident.title)
    return link(incident.postmortem_url, title) if incident.postmortem_url else escape(title)


def _linked(look: LookBack, earlier: Earlier, names: Names, now: datetime) -> list[Block]:
    undo = button(Button.NOT_SAME, "Not the same", str(look.incident.id))
    row: list[InteractiveElement] = [undo]
    texts = [f"{_(RECURRENCE)} {_about(earlier, names, now)}"]
    if earlier.unfinished:
        texts.append(_(FINISH))
    if earlier.was_all_done:
        texts.append(_(REVIEW))
        row.insert(0, _review(look.incident, earlier.incident))
    return [section("\n".join(texts)), actions(row)]


def _about(earlier: Earlier, names: Names, now: datetime) -> str:
    incident = earlier.incident
    same = " · " + ", ".join(_("the same {what}", what=_reason(reason)) for reason in earlier.reasons)
    lines = [
        f"*{named(incident)}* · {moment(incident.began_at)}{same if earlier.reasons else ''}",
        _how_it_stands(earlier),
    ]
    lines += [_line(item, names, now) for item in earlier.unfinished[:ITEMS_SHOWN]]
    if len(earlier.unfinished) > ITEMS_SHOWN:
        lines.append(_("and {count} more", count=len(earlier.unfinished) - ITEMS_SHOWN))
    return "\n".join(lines)


def _reason(reason: str) -> str:
    """`root cause`, or `service: checkout`."""
    kind, colon, which = reason.partition(": ")
    words = _(REASONS[kind]) if kind in REASONS else kind
    return f"{words}{colon}{escape(which)}"


def _how_it_stands(earlier: Earlier) -> str:
    items, left = count(earlier.items, "item"), len(earlier.unfinished)
    if not earlier.items:
        return _(NO_ITEMS)
    if left:
        if earlier.items == 1:
            return _(ONE_UNFINISHED)
        return _(UNFINISHED if left > 1 else UNFINISHED_ONE, unfinished=left, items=items)
    if earlier.was_all_done:
        return _all_closed(earlier)
    return _(ONE_ENDED) if earlier.items == 1 else _(ENDED, items=items)


def _all_closed(earlier: Earlier) -> str:
    return _(ONE_CLOSED) if earlier.items == 1 else _(ALL_CLOSED, items=count(earlier.items, "item"))


def _line(item: Item, names: Names, now: datetime) -> str:
    facts = (names(item.owner), _(item.state.words), due(item, item.day(now)))
    return f"• *{item.label}* {escape(shortened(item.title))} – {' · '.join(facts)}"


def _both(later: Incident, earlier: Incident) -> str:
    return SameAs(later.id, earlier.id).value


def _review(later: Incident, earlier: Incident) -> InteractiveElement:
    return button(Button.PROCESS_REVIEW, "Plan a review", _both(later, earlier))


def link_choice(later: Incident, earlier: Incident, zone: tzinfo) -> Choice:
    """*earlier*, of which *later* may be a recurrence; its day in *zone*, the reader's."""
    return replace(incident_choice(earlier, zone), value=_both(later, earlier))


def later_of(block_id: str) -> int:
    """The incident that the menu with that block_id is about; 0 for what never was one."""
    number = block_id.removeprefix(SAME_AS)
    return int(number) if number.isdecimal() else 0
