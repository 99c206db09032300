"""Every team as a row of the table in the summary for leadership."""

from bot.blocks.measure_words import numbered, ratio_words, value_words
from bot.blocks.text import shortened
from bot.domain.capacity import Load, how_long
from bot.domain.leadership import Summary, TeamLine
from bot.domain.measures import Measured, MeasureKey
from bot.domain.verdict import RATES
from bot.domain.words import _, numeral

ROWS = 60
"""Teams in the table."""
TEAM_SHOWN = 30
"""Characters of a team's name."""
HEADS = {
    MeasureKey.COMPLETION_RATE: "In time",
    MeasureKey.ON_TIME_COMPLETION: "By the first date",
    MeasureKey.AVERAGE_DAYS_TO_CLOSE: "Time to close",
    MeasureKey.BACKLOG_SIZE: "Open items",
    MeasureKey.BACKLOG_AGE_P90_DAYS: "9 in 10 younger than",
    MeasureKey.CREATED_TO_ENDED: "Created : ended",
    MeasureKey.RECURRENCES_DESPITE_ITEM: "Incidents come back",
}
"""The measures as heads of the table."""


def rows_of_teams(summary: Summary) -> list[list[str]]:
    """The heads, then a row for each team as far as there is room."""
    heads = [_("Team"), *(_(words) for words in HEADS.values()), _("Deferred"), _("Open work takes")]
    return [heads, *(_row(line) for line in summary.teams[:ROWS])]


def _row(line: TeamLine) -> list[str]:
    cells = [_cell(key, line.measures[key]) for key in HEADS]
    return [shortened(line.team, TEAM_SHOWN), *cells, numeral(line.debt.deferred), _capacity(line.load)]


def _cell(key: MeasureKey, found: Measured) -> str:
    if key is MeasureKey.CREATED_TO_ENDED:
        return ratio_words(found)
    return numbered(found) if key in RATES else value_words(key, found)


def _capacity(load: Load) -> str:
    """How long the reserved time takes for what is open."""
    if not load.work:
        return _("nothing open")
    return str(how_long(load.months)) if load.months is not None else _("no time reserved")
