"""A report as text for a terminal, and as Markdown. Slack's own is `bot/blocks/report.py`."""

from bot.blocks.measure_words import aim, backlog_moved, counted, value_words, whose, with_numbers
from bot.domain.measures import DEFINITIONS, MeasureKey, OwnThresholds, Report
from bot.domain.words import _

TableRow = tuple[str, ...]


def as_text(report: Report, own: OwnThresholds) -> str:
    """A heading, a table in columns, what each measure means, and the counts."""
    rows = [_heads(report), *_rows(report, own)]
    # By what stands there: other languages are longer.
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    means = [f"{_(DEFINITIONS[key].words)}: {_(DEFINITIONS[key].means)}." for key in MeasureKey]
    return "\n".join([_title(report), "", *table, "", counted(report.tally), "", *means])


def as_markdown(report: Report, own: OwnThresholds) -> str:
    """The same, as a Markdown table."""
    heads = (*_heads(report), _("What it means"))
    lines = [_row(heads), _row(("---",) * len(heads))]
    lines += [_row((*row, _(DEFINITIONS[key].means))) for key, row in zip(MeasureKey, _rows(report, own), strict=True)]
    return "\n".join([f"# {_title(report)}", "", *lines, "", counted(report.tally)])


def _title(report: Report) -> str:
    seen = f"{report.as_of:%Y-%m-%d %H:%M %Z}"
    when = _("so far, at {seen}" if report.running else "as of {seen}", seen=seen)
    return f"{whose(report)} · {report.month.name} {report.month.year} ({when}): {backlog_moved(report.tally)}"


def _heads(report: Report) -> TableRow:
    return _("Measure"), _("Value"), _("Stands"), str(report.month.previous.name), _("On target")


def _rows(report: Report, own: OwnThresholds) -> list[TableRow]:
    return [
        (
            _(DEFINITIONS[key].words),
            with_numbers(key, report.measures[key]),
            _(report.measures[key].band.words),
            value_words(key, report.before[key]),
            aim(key, own),
        )
        for key in MeasureKey
    ]


def _row(cells: TableRow) -> str:
    # A bar would end the cell.
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
