"""An item shown whole: its facts, its long texts, and the newest lines of its history."""

from collections.abc import Mapping, Sequence
from datetime import date

from slack_sdk.models.blocks import Block, ButtonElement, DividerBlock
from slack_sdk.models.views import View

from bot.blocks import state_lines
from bot.blocks.approve import decision_buttons
from bot.blocks.card import origin, summary
from bot.blocks.fitting import TOTAL, as_many_as_fit, size
from bot.blocks.history import timeline
from bot.blocks.ids import Button
from bot.blocks.parts import actions, as_dicts, button, context, item_buttons, section, to_read
from bot.blocks.text import (
    Names,
    count,
    day,
    escape,
    escape_lines,
    fitted,
    in_pieces,
    link,
    tail,
)
from bot.domain.form_fields import ITEM
from bot.domain.item import Item
from bot.domain.lifecycle import Change
from bot.domain.merge import NOTHING, Contained
from bot.domain.priority import EFFORT_WORDS, IMPACT_WORDS, URGENCY_WORDS
from bot.domain.request import Request
from bot.domain.waiting import NO_COST, Cost
from bot.domain.words import _

SHORT = 600
"""Characters of a text where all of them together are too long for a message."""
FOR_A_LINE = 1_500
"""Room for the newest line of the timeline, beside the texts."""
LINES_SHOWN = 20
"""Lines of the timeline; the older ones are in the pages of “Whole history”."""


def shown(
    item: Item,
    changes: Sequence[Change],
    names: Names,
    today: date,
    *,
    total: int = 0,
    decide: Request | None = None,
    contained: Contained = NOTHING,
    cost: Cost = NO_COST,
    acts: bool = True,
    undo: ButtonElement | None = None,
) -> list[Block]:
    """Everything known about the item, and its timeline with the newest line last; it has *total* lines.

    `decide` is the request that waits for whoever looks; *contained* was merged into it, and *cost* is what came back
    since it was opened, as far as they may know. `acts`: they may act on it; `undo`
    takes back what was merged into it lately.
    """
    headline = f"*{item.label}  {escape(item.title)}*\n{summary(item, names, today)}"
    blocks: list[Block] = [section(headline)]
    if lines := [*state_lines.lines(item, names, contained), *state_lines.waiting(cost)]:
        blocks.append(section("\n".join(lines)))
    if decide:
        blocks.append(decision_buttons(decide, details=False))
    if facts := _facts(item, names):
        blocks.append(section(facts))
    row = item_buttons(item)
    row.elements += [undo] if undo else []
    blocks = _with_texts(item, blocks, [*([row] if acts else []), DividerBlock()])

    def with_newest(lines: int) -> list[Block]:
        left_out = max(total, len(changes)) - lines
        return [*blocks, *_earlier(item, left_out), *timeline(changes[len(changes) - lines :], names)]

    # The newest lines stay: how it came to stand where it does is read from the end.
    return as_many_as_fit(len(changes), with_newest) if changes else blocks


def whole_texts(item: Item) -> View:
    """The long texts of an item, all of them, for which one message may have no room."""
    return to_read(_("Texts of {item}", item=item.label), _texts(item))


def _with_texts(item: Item, head: list[Block], end: list[Block]) -> list[Block]:
    """With the long texts; where a message has no room for them and a line of history, cut, and the way to the rest."""
    blocks = [*head, *_texts(item), *end]
    if size(as_dicts(blocks)) + FOR_A_LINE <= TOTAL:
        return blocks
    whole = button(Button.TEXTS, "Whole texts", str(item.number))
    return [*head, *(section(fitted(text, SHORT)) for text in _long(item)), actions([whole]), *end]


def _texts(item: Item) -> list[Block]:
    return [section(piece) for text in _long(item) for piece in in_pieces(text)]


def _earlier(item: Item, left_out: int) -> list[Block]:
    if not left_out:
        return []
    whole = button(Button.HISTORY, "Whole history", str(item.number))
    return [context(_("{lines} not shown", lines=count(left_out, "earlier line"))), actions([whole])]


def _facts(item: Item, names: Names) -> str:
    people = ", ".join(names(user) for user in item.collaborators)
    rows = [
        _("*Incident* {incident}", incident=origin(item)) if item.incident_title else "",
        f"*{_('Team')}* {escape(item.team_name)}" if item.team_name else "",
        _("*With* {people}", people=people) if people else "",
        f"*{_('Remedy')}* {_(item.remedy.value)}" if item.remedy else "",
        f"*{_('Themes')}* {escape(', '.join(item.themes))}" if item.themes else "",
        _scales(item),
        _("*Starts* {day}", day=day(item.starts_on)) if item.starts_on else "",
        _("*Staffed by* {who}", who=escape(item.staffing)) if item.staffing else "",
        f"*{_('Systemic item beside it')}* AI-{item.systemic_item}" if item.systemic_item else "",
        *_implemented(item),
        f"*{_('Ticket')}* {link(item.ticket_url, tail(item.ticket_url))}" if item.ticket_url else "",
    ]
    return "\n".join(row for row in rows if row)


def _long(item: Item) -> list[str]:
    texts = (
        *((_(field.shown), getattr(item, field.name)) for field in ITEM if field.shown),
        *_verified(item),
    )
    return [f"*{label}*\n{escape_lines(text)}" for label, text in texts if text]


def _implemented(item: Item) -> list[str]:
    if item.implementation is None:
        return []
    since, change_url = item.implementation.in_production_since, item.implementation.change_url
    return [
        f"*{_('In production since')}* {day(since)}" if since else "",
        f"*{_('Change')}* {link(change_url, _('link'))}" if change_url else "",
    ]


def _verified(item: Item) -> list[tuple[str, str]]:
    if item.verified is None:
        return []
    return [
        (_("Evidence"), item.verified.evidence),
        (_("What would tell us"), item.verified.guard),
        (_("Nothing would tell us, because"), item.verified.no_guard_because),
    ]


def _scales(item: Item) -> str:
    """How much, how soon and how hard; of an idea, of which nobody has to say it, only what was said."""
    given = (
        (item.impact, _("*Impact* {value}", value=_scale(item.impact, IMPACT_WORDS))),
        (item.urgency, _("*urgency* {value}", value=_scale(item.urgency, URGENCY_WORDS))),
        (item.effort, _("*effort* {value}", value=_scale(item.effort, EFFORT_WORDS))),
    )
    return " · ".join(said for value, said in given if value or not item.is_no_commitment)


def _scale(value: int | None, words: Mapping[int, str]) -> str:
    return f"{value} ({_(words[value])})" if value else _("not said")
