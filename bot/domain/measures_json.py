"""A report of the measures as the JSON of the contract."""

from typing import Any

from bot.domain.measures import MeasureKey, Report


def as_json(report: Report) -> dict[str, Any]:
    """The report as contract.md gives it."""
    return {
        "workspace": report.workspace,
        "team": report.team or None,
        "period": str(report.month),
        "as_of": report.as_of.isoformat(),
        "metrics": {key.value: _metric(report, key) for key in MeasureKey},
        "counts": report.tally.counts(),
    }


def _metric(report: Report, key: MeasureKey) -> dict[str, Any]:
    found = report.measures[key]
    return {
        "value": found.value,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "band": found.band.value,
        "previous": report.before[key].value,
    }
