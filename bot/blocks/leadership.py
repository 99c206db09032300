"""The summary for leadership: a team a line, the one that needs it most first, and what comes back."""

from itertools import accumulate

from slack_sdk.models.blocks import Block

from bot.blocks.fitting import BLOCKS, as_many_as_fit
from bot.blocks.measure_words import value_words
from bot.blocks.parts import context, section
from bot.blocks.report import COUNTED
from bot.blocks.text import count, escape, plain_day, shortened
from bot.domain.capacity import Load
from bot.domain.leadership import Summary, TeamLine
from bot.domain.measures import Band, MeasureKey
from bot.domain.patterns import Pattern

BRIEF = 2500
"""Characters for the teams of which only the name is said, and what stands worst."""
NAMES_SHOWN, PATTERNS_SHOWN, TITLE_SHOWN = 3, 5, 80
REVIEW = "It came back although items were closed: review how items are chosen and verified."
NO_PATTERN = "No root cause, service or theme came back after items for it were closed."
_SHORT = {
    MeasureKey.COMPLETION_RATE: "completion",
    MeasureKey.ON_TIME_COMPLETION: "on time",
    MeasureKey.AVERAGE_DAYS_TO_CLOSE: "time to close",
    MeasureKey.BACKLOG_SIZE: "open",
    MeasureKey.BACKLOG_AGE_P90_DAYS: "ageing P90",
    MeasureKey.CREATED_TO_ENDED: "created : ended",
    MeasureKey.RECURRENCES_DESPITE_ITEM: "recurrences",
}


def leadership_blocks(summary: Summary) -> list[Block]:
    """A heading, a section for each team as far as one message holds them, the patterns, and which items are meant."""
    heading = section(f"*Action items · {summary.name}* – {_overall(summary)}.")
    end: list[Block] = [section(_patterns(summary)), context(COUNTED)]
    # Not all of a thousand: no message holds more blocks than that.
    teams = [section(_team(line)) for line in summary.teams[:BLOCKS]]

    def drawn(shown: int) -> list[Block]:
        return [heading, *teams[:shown], *_others(summary, shown), *end]

    return as_many_as_fit(len(teams), drawn)


def _others(summary: Summary, shown: int) -> list[Block]:
    """The teams that there is no room for, a line each: those that need it least, because they come last."""
    lines = [f"{escape(line.team)} – {_worst(line)}" for line in summary.teams[shown:]]
    if not lines:
        return []
    # Whole lines only: a name that is torn names somebody else.
    brief = list(accumulate(lines, lambda text, line: f"{text}\n{line}"))
    named = max(1, sum(len(text) <= BRIEF for text in brief))
    left = f"{len(lines) - named} more teams. " if named < len(lines) else ""
    return [section(brief[named - 1]), context(f"{left}All about a team: `/actionitem report team NAME`.")]


def leadership_text(summary: Summary) -> str:
    """The summary as a notification."""
    return f"Action items, {summary.name}: {_overall(summary)}"


def _overall(summary: Summary) -> str:
    red = [line for line in summary.teams if Band.RED_FLAG in {found.band for found in line.measures.values()}]
    teams = count(len(summary.teams), "team")
    return f"{len(red)} of {teams} with a red flag" if red else f"no red flag in {teams}"


def _team(line: TeamLine) -> str:
    """Its name and what stands worst; then its measures, recurrences, risk debt and capacity."""
    parts = [f"*{escape(line.team)}* – {_worst(line)}", _figures(line)]
    if line.recurrences:
        names = [f"{escape(shortened(one.title, TITLE_SHOWN))}" for one in line.recurrences[:NAMES_SHOWN]]
        more = len(line.recurrences) - len(names)
        parts.append(f"Came back despite an unfinished item: {', '.join(names)}{f' and {more} more' if more else ''}")
    parts += [_debt(line), _capacity(line.load)]
    return "\n".join(part for part in parts if part)


def _worst(line: TeamLine) -> str:
    for band in (Band.RED_FLAG, Band.WATCH):
        keys = [key for key in MeasureKey if line.measures[key].band is band]
        if keys:
            return f"{band.words}: {', '.join(_SHORT[key] for key in keys)}"
    return "on target"


def _figures(line: TeamLine) -> str:
    return " · ".join(
        f"{words} {value_words(key, line.measures[key])} (before {value_words(key, line.before[key])})"
        for key, words in _SHORT.items()
    )


def _debt(line: TeamLine) -> str:
    debt = line.debt
    if not debt.deferred and not debt.often:
        return "Risk debt: none"
    since = f", the oldest since {plain_day(debt.oldest)}" if debt.oldest else ""
    often = [f"AI-{number} {escape(shortened(title, TITLE_SHOWN))} ({times}×)" for number, title, times in debt.often]
    more = len(often) - NAMES_SHOWN
    again = ", ".join(often[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"Risk debt: {debt.deferred:,} deferred{since}" + (f"; deferred again and again: {again}" if often else "")


def _capacity(load: Load) -> str:
    work = f"Capacity: about {load.work:,.0f} person-days of open work"
    if load.months is None:
        return f"{work}, and no time is reserved for it"
    reserved = f"{count(load.people, 'person', 'people')} at {load.percent} % reserve {load.a_month:,.1f} a month"
    verdict = ": fund it or drop some." if load.is_too_much else "."
    return f"{work}; {reserved}. {_how_long(load.months)} at this pace{verdict}"


def _how_long(months: float) -> str:
    """`Over six years`, `About 4 months`."""
    years, whole = int(months // 12), round(months)
    if years > 1:
        return f"Over {_IN_WORDS.get(years, f'{years:,}')} years"
    if years:
        return "Over a year"
    return f"About {count(whole, 'month')}" if whole else "Less than a month"


_IN_WORDS = dict(
    enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 2)
)


def _patterns(summary: Summary) -> str:
    if not summary.patterns:
        return NO_PATTERN
    lines = [_pattern(pattern) for pattern in summary.patterns[:PATTERNS_SHOWN]]
    return "\n".join(["*What comes back*", *lines, REVIEW])


def _pattern(pattern: Pattern) -> str:
    titles = ", ".join(escape(shortened(one.title, TITLE_SHOWN)) for one in pattern.incidents[-NAMES_SHOWN:])
    closed = count(pattern.closed, "item was closed", "items were closed")
    what = escape(shortened(pattern.what, TITLE_SHOWN))
    return f"{pattern.kind.value} “{what}”: {count(len(pattern.incidents), 'incident')} although {closed} ({titles})"
