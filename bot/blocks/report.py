"""A report of measures in Slack: two lines for who is busy, intake, a line for each measure, and the charts."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks.charts import charts
from bot.blocks.ids import Button
from bot.blocks.measure_words import aim, backlog_moved, counted, part_of, value_words, whose, with_numbers
from bot.blocks.parts import actions, button, context, section, to_read
from bot.blocks.text import Names, count, escape, shortened
from bot.domain.freeze import Freeze, Intake
from bot.domain.intake import Override, aims, because, how_it_went, signs
from bot.domain.levers import HELPS, missing
from bot.domain.measures import DEFINITIONS, Band, MeasureKey, OwnThresholds, Report
from bot.domain.pressed import MeasuresOf
from bot.domain.trend import Trend
from bot.domain.words import _, spoken

COUNTED = "Items of private channels count only where everybody who reads this may see them."
"""Always said, and never how many: whether there are any is theirs to know who see them."""
OVERRIDES_SHOWN = 5
WHY_SHOWN = 150
FROZEN = "*Intake freeze: on.* {because}. New items of {team} become ideas until the backlog is under control: {aims}."
NOT_FROZEN = "*Intake freeze: off.* {why}"
YOUNG = "Nothing is frozen in a team's first two months."
UNDER_CONTROL = "The backlog is under control."
UNDER_CONTROL_ALL_THE_SAME = "{before}, but the backlog is under control."
AS_MUCH_ENDED = "The backlog is not under control ({signs}), but in {month} as much ended as was created, or more."
LIFTED = "The backlog was under control this month; whether it is still is asked again at the start of the next."
PAST = {
    "freeze": "{item} past the freeze, by {who}: {why}",
    "quota": "{item} past the quota, by {who}: {why}",
}
_WORST_FIRST = (Band.RED_FLAG, Band.WATCH)


def report_blocks(report: Report) -> list[Block]:
    """The two lines, each measure with its band and last month's value, the counts, and which items are meant."""
    blocks: list[Block] = [section(f"{heading(report)}\n{second_line(report)}"), section(_measures(report))]
    means = MeasuresOf(report.team_id, str(report.month)).value
    blocks.append(actions([button(Button.MEASURES, "What these mean", means)]))
    blocks.append(context(f"{counted(report.tally)}."))
    blocks.append(context(_(COUNTED)))
    return blocks


def monthly_blocks(
    report: Report, intake: Intake, overrides: Sequence[Override], names: Names, trend: Trend
) -> list[Block]:
    """The monthly report: the same with the intake of the month, and the year as charts."""
    first, *rest = report_blocks(report)
    return [first, section(_intake(report, intake, overrides, names)), *rest, *charts(trend)]


def report_text(report: Report) -> str:
    """The report as a notification."""
    return f"{_whose(report)}, {report.month.name} {report.month.year}: {backlog_moved(report.tally)}"


def heading(report: Report) -> str:
    """`*Payments · October* – the backlog shrank by 5: 6 created, 11 ended (created : ended 0.55, on target).`"""
    ratio = report.measures[MeasureKey.CREATED_TO_ENDED]
    told = f"{_('created : ended')} {value_words(MeasureKey.CREATED_TO_ENDED, ratio)}, {_(ratio.band.words)}"
    # A ratio of nothing to nothing says nothing.
    moved = backlog_moved(report.tally) + ("" if ratio.band is Band.NO_DATA else f" ({told})")
    so_far = _(" so far") if report.running else ""
    return f"*{_whose(report)} · {report.month.name} {report.month.year}{so_far}* – {moved}."


def second_line(report: Report) -> str:
    """What stands worst, with what it was before: `Red flag: open items 63 (September 58). Watch: …`"""
    parts = []
    for band in _WORST_FIRST:
        keys = [key for key in MeasureKey if report.measures[key].band is band]
        if keys:
            parts.append(f"*{_capital(_(band.words))}:* {', '.join(_beside_before(report, key) for key in keys)}.")
    return " ".join(parts) or _("Every measure is on target, or has nothing to measure.")


def _beside_before(report: Report, key: MeasureKey) -> str:
    words = _(DEFINITIONS[key].words)
    beside = [of for of in (part_of(key, report.measures[key]), _before(report, key)) if of]
    return f"{_within(words)} {value_words(key, report.measures[key])} ({'; '.join(beside)})"


def measures_view(report: Report, own: OwnThresholds) -> View:
    """Each measure with its numbers: what it says, where it stands, and what would move it."""
    return to_read(_("What the measures mean"), [section(_explained(report, key, own)) for key in MeasureKey])


def _explained(report: Report, key: MeasureKey, own: OwnThresholds) -> str:
    found, how = report.measures[key], DEFINITIONS[key]
    lines = [
        f"*{_(how.words)}:* {with_numbers(key, found)} · {_(found.band.words)}",
        _("It says: {means}. On target: {aim}.", means=_(how.means), aim=aim(key, own)),
        f"{missing(key, found, own)} {_(HELPS[key])}",
    ]
    return "\n".join(lines)


def _measures(report: Report) -> str:
    return "\n".join(_measure(report, key) for key in MeasureKey)


def _measure(report: Report, key: MeasureKey) -> str:
    found = report.measures[key]
    # Of nothing there is no band: “no items” says it.
    band = "" if found.band is Band.NO_DATA else f" · {_(found.band.words)}"
    return f"*{_(DEFINITIONS[key].words)}:* {with_numbers(key, found)}{band} · {_before(report, key)}"


def _before(report: Report, key: MeasureKey) -> str:
    """`September 80 %`, or `September: no data`."""
    month, before = report.month.previous.name, report.before[key]
    if before.band is Band.NO_DATA:
        return _("{month}: no data", month=month)
    return f"{month} {value_words(key, before)}"


def _intake(report: Report, intake: Intake, overrides: Sequence[Override], names: Names) -> str:
    lines = [_frozen(intake.freeze, _whose(report)) if intake.freeze else _(NOT_FROZEN, why=_why_not(intake))]
    if overrides:
        lines.append(_("{overrides} in {month}:", overrides=count(len(overrides), "override"), month=report.month.name))
    lines += [
        _(
            PAST[one.gate],
            item=f"AI-{one.number}",
            who=names(one.by),
            why=escape(shortened(one.why, WHY_SHOWN)),
        )
        for one in overrides[:OVERRIDES_SHOWN]
    ]
    if len(overrides) > OVERRIDES_SHOWN:
        lines.append(_("and {count} more.", count=len(overrides) - OVERRIDES_SHOWN))
    return "\n".join(lines)


def _frozen(freeze: Freeze, team: str) -> str:
    return _(FROZEN, because=because(freeze), team=team, aims=aims(freeze.control))


def _why_not(intake: Intake) -> str:
    before, control = intake.before, intake.control
    if intake.is_young:
        return _(YOUNG)
    if not control.signs:
        all_the_same = before.freezes and _(UNDER_CONTROL_ALL_THE_SAME, before=how_it_went(before))
        return all_the_same or _(UNDER_CONTROL)
    if before.freezes:
        return _(LIFTED)
    return _(AS_MUCH_ENDED, signs=signs(control), month=before.month.name)


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _within(words: str) -> str:
    """*words* within a sentence; where the language writes nouns with a capital, they keep it."""
    return words if spoken() else f"{words[:1].lower()}{words[1:]}"


def _whose(report: Report) -> str:
    return escape(whose(report))
