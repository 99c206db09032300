"""A team's weekly digest: figures, then each item once, on one line, under what is to be done about it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from slack_sdk.models.blocks import Block

from bot.blocks.fitting import as_many_as_fit
from bot.blocks.guard import lost_lines, lost_title
from bot.blocks.ids import Button
from bot.blocks.measure_words import created_and_ended
from bot.blocks.parts import actions, button, context, section
from bot.blocks.state_lines import asked_for, came_back
from bot.blocks.text import MONTHS, TEXT_LIMIT, Names, count, day, escape, shortened
from bot.domain.digest import ASIDE, Digest, Figures, Section, section_of
from bot.domain.item import Item
from bot.domain.lifecycle import State
from bot.domain.morning import idle_days, is_stale
from bot.domain.pressed import ListPage
from bot.domain.slack_ids import is_person
from bot.domain.waiting import NO_COST
from bot.domain.words import _, numeral, spoken

QUIET = "Nothing is due this week. {open} open, none overdue."
REPLACED = "A newer digest has taken its place."
UNNAMED = "{items} counted and not named here, where guests read along. The list names what you may see."
EMPTY = "Nothing is open. Nothing is due this week."
NOTHING_PUBLIC = "Nothing public is open."
STANDS_STILL = "*Nothing has moved for {days}.*"
ANSWERED = "Asked for a status, and answered"
FIGURES = {
    "open": "{count} open",
    "overdue": "{count} overdue",
    "due_this_week": "{count} due this week",
    "blocked": "{count} blocked",
    "awaiting_verification": "{count} waiting for verification",
    "stale": "{count} without progress for 30 days",
}
TITLE_SHOWN = 70
"""Characters of a title: an item is one line of a screen."""


def digest(shown: Digest, names: Names) -> list[Block]:
    """The digest; with many items it names ten, or as many as Slack takes, and opens the rest on demand."""
    return as_many_as_fit(len(shown.items), lambda first: _drawn(replace(shown, items=shown.items[:first]), names))


def _drawn(shown: Digest, names: Names) -> list[Block]:
    blocks: list[Block] = [section(f"{_heading(shown)}\n{_figures(shown.figures)}"), section(_last_week(shown.figures))]
    answered = {item.number for item in shown.answered}
    for which, items in shown.sections.items():
        if which is Section.WAITING:
            blocks += _waiting(items, names, shown)
        else:
            blocks += _in_sections(_title(shown, which, items), [_line(item, names, shown, answered) for item in items])
    blocks += _answered(shown, names)
    blocks += _in_sections(f"*{lost_title()}*", lost_lines(shown.lost)) if shown.lost else []
    if shown.unnamed:
        blocks.append(context(_(UNNAMED, items=count(shown.unnamed, "open item"))))
    if shown.items or shown.unnamed:
        blocks.append(_all(shown))
    if aside := _aside(shown.figures):
        blocks.append(context(aside))
    return blocks


def past_digest(said: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """Last week's digest, when this week's stands below it: what it said, without its buttons."""
    # What it said stays: people look back at it. What could be pressed would be about this week.
    kept = [{name: value for name, value in block.items() if name != "accessory"} for block in said["blocks"]]
    kept = [block for block in kept if block["type"] != "actions"]
    return said["text"], [*kept, context(_(REPLACED)).to_dict()]


def digest_text(shown: Digest) -> str:
    """The digest as a notification."""
    f = shown.figures
    said = {"team": escape(shown.team), "week": _week(shown), "open": f.open, "overdue": f.overdue}
    return _("{team}, {week}: {open} open, {overdue} overdue", **said)


def _heading(shown: Digest) -> str:
    """`*Payments · week of 30 Nov*`; and when nothing has moved for two weeks, that."""
    still = f" – {_(STANDS_STILL, days=count(shown.days_still, 'day'))}" if shown.days_still else ""
    return f"*{escape(shown.team)} · {_week(shown)}*{still}"


def _week(shown: Digest) -> str:
    return _("week of {day} {month}", day=shown.monday.day, month=_(MONTHS[shown.monday.month - 1]))


def _title(shown: Digest, which: Section, items: Sequence[Item]) -> str:
    """`*Overdue*`, or `*Overdue* · 3 of 32`."""
    title, in_all = f"*{_(which.value)}*", shown.in_all(which)
    if in_all > len(items):
        title += _(" · {shown} of {count}", shown=len(items), count=numeral(in_all))
    # Without it, the figures above would count more than stands here.
    if which in (Section.OVERDUE, Section.DUE) and (waiting := shown.elsewhere(which)):
        title += _(" · and {count} below, waiting for a decision", count=numeral(waiting))
    return title


def _waiting(items: Sequence[Item], names: Names, shown: Digest) -> list[Block]:
    """The requests that wait, each with “Review”, under who decides: mentioned there, and nowhere else."""
    blocks: list[Block] = []
    title = f"*{_(Section.WAITING.value)}* · "
    for approver in dict.fromkeys(_approver(item) for item in items):
        begin = title + _("{who} decides", who=f"<@{approver}>" if is_person(approver) else escape(approver)) + "\n"
        for item in items:
            if _approver(item) == approver:
                # In the first one's text: a block of its own would count against Slack's fifty.
                blocks.append(
                    section(begin + _waits(item, names, shown), button(Button.SHOW, "Review", str(item.number)))
                )
                begin = title = ""
    if shown.more_wait:
        blocks.append(context(_("More requests wait: their approvers were asked.")))
    return blocks


def _approver(item: Item) -> str:
    assert item.request is not None
    return item.request.approver


def _waits(item: Item, names: Names, shown: Digest) -> str:
    """A request that waits: what for, who asked, since when; and its due date, where that is this week's or past."""
    request = item.request
    assert request is not None
    waits = _(
        "{what} asked by {asker}, waiting since {day}",
        what=asked_for(request), asker=names(request.asked_by), day=day(item.day(request.asked_at)),
    )  # fmt: skip
    return " · ".join([_named(item), *_falls_due(item, shown.today), waits])


def _falls_due(item: Item, today: date) -> list[str]:
    under = section_of(item, today)
    if not item.is_open or under not in (Section.OVERDUE, Section.DUE):
        return []
    if under is Section.OVERDUE:
        return [_("overdue {days}", days=count((today - item.due).days, "day"))]
    return [_("due {day}", day=day(item.due))]


def _answered(shown: Digest, names: Names) -> list[Block]:
    """What was asked for a status and answered; of what stands in a section, that says it."""
    elsewhere = {item.number for item in (*shown.items, *shown.awaiting)}
    items = [item for item in shown.answered if item.number not in elsewhere][:ASIDE]
    lines = [f"{_named(item)} · {names(item.owner)} · {_answer(item)}" for item in items]
    return _in_sections(f"*{_(ANSWERED)}*", lines) if lines else []


def _answer(item: Item) -> str:
    status = item.stale_status
    assert status is not None
    return _(
        "{answer}; it had stalled because of {why}",
        answer=_lower(_(status.answer)), why=_lower(_(status.stalled_by)),
    )  # fmt: skip


def _all(shown: Digest) -> Block:
    more = shown.figures.open > len(shown.items)
    words = _("All {count} items", count=numeral(shown.figures.open)) if more else _("Open the list")
    return actions([button(Button.LIST_PAGE, words, ListPage(0, f"team {shown.team}").value)])


def _figures(f: Figures) -> str:
    if not f.open:
        # “Nothing is open” would be untrue where private items are.
        return _(NOTHING_PUBLIC) if f.private else _(EMPTY)
    # A week in which nothing has to happen is said in a line, not in six noughts.
    if f.is_quiet:
        return _(QUIET, open=f.open)
    counts = ((getattr(f, name), words) for name, words in FIGURES.items())
    return " · ".join(_(words, count=numeral(number)) for number, words in counts if number)


def _last_week(f: Figures) -> str:
    if not (f.created or f.ended or f.merged):
        return _("Last week nothing was created and nothing ended.")
    moved = _("Last week: {moved}.", moved=created_and_ended(f))
    if f.grew_by > 0:
        return f"{moved} " + _("The backlog grew by {by}.", by=numeral(f.grew_by))
    if f.grew_by < 0:
        return f"{moved} " + _("The backlog shrank by {by}.", by=numeral(-f.grew_by))
    return f"{moved} " + _("The backlog stayed as it was.")


def _line(item: Item, names: Names, shown: Digest, answered: set[int]) -> str:
    """`*AI-12* Add a latency alert… · Priya · overdue 2 days · quick win`: what its heading does not say."""
    facts = [_named(item), names(item.owner)]
    under = section_of(item, shown.today)
    if under is Section.OVERDUE:
        facts.append(_("overdue {days}", days=count((shown.today - item.due).days, "day")))
        facts += came_back(shown.costs.get(item.number, NO_COST))
    else:
        facts.append(_("due {day}", day=day(item.due)))
    if under is not Section.UNRANKED:
        facts.append(_(item.quadrant.value))
    if item.blocked:
        facts.append(_("blocked"))
    if item.state is State.IMPLEMENTED:
        facts.append(_("to be verified"))
    if item.state is State.VERIFIED:
        facts.append(_("verified, to be closed"))
    if item.number in answered and item.stale_status:
        facts.append(_answer(item))
    elif is_stale(item, shown.now):
        facts.append(_("no progress for {days}", days=count(idle_days(item, shown.now), "day")))
    return " · ".join(facts)


def _named(item: Item) -> str:
    return f"*{item.label}* {escape(shortened(item.title, TITLE_SHOWN))}"


def _in_sections(heading: str, lines: Iterable[str]) -> list[Block]:
    """Ten lines can be longer than one section may be; a line is never torn."""
    texts = [heading]
    for line in lines:
        if len(texts[-1]) + 1 + len(line) <= TEXT_LIMIT:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [section(text) for text in texts]


def _aside(f: Figures) -> str:
    parts = []
    if f.deferred and f.deferred_since:
        since = day(f.deferred_since)
        parts.append(_("Risk debt: {count} deferred, oldest since {day}.", count=numeral(f.deferred), day=since))
    elif f.deferred:
        parts.append(_("Risk debt: {count} deferred.", count=numeral(f.deferred)))
    if f.private:
        parts.append(_("{items} not shown.", items=count(f.private, "private item")))
    return " ".join(parts)


def _lower(words: str) -> str:
    """*words* within a sentence; where the language writes nouns with a capital, they keep it."""
    return words if spoken() else f"{words[:1].lower()}{words[1:]}"
