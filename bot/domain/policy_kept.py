"""Whether policies were kept in a month: post-mortems in time, items in time, exceptions and what needed none (P13).

Pure, and by the rules of the measures (docs/measures.md): history decides, as of the month's end or now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.days import IsOff
from bot.domain.incident import Incident
from bot.domain.month import Period
from bot.domain.policy import Policies, postmortem_due
from bot.domain.span import instant


@dataclass(frozen=True)
class IncidentLine:
    """One line of an incident's history: what was said at that moment, each fact with what it was and is."""

    at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class PolicyKept:
    """How a severity's policy was kept. Post-mortems and items: how many fell due, and of these how many in time.

    `exceptions` were made with a later date than it asks for; `none_needed` got the answer that they need no
    post-mortem.
    """

    postmortems: int = 0
    postmortems_in_time: int = 0
    items: int = 0
    items_in_time: int = 0
    exceptions: int = 0
    none_needed: int = 0

    def __add__(self, other: "PolicyKept") -> "PolicyKept":
        return PolicyKept(**{name: value + getattr(other, name) for name, value in vars(self).items()})


def as_it_was(incident: Incident, lines: Sequence[IncidentLine], cutoff: int) -> Incident:
    """The incident before everything that was said of it from *cutoff* on; facts of which nothing was said stay."""
    was = incident
    for line in reversed(lines):
        if instant(line.at) < cutoff:
            break
        was = replace(was, **{name: _before(name, change["from"]) for name, change in _facts(line)})
    return was


def postmortem_kept(
    incident: Incident, lines: Sequence[IncidentLine], policies: Policies, period: Period, zone: ZoneInfo, off: IsOff
) -> tuple[str, PolicyKept] | None:
    """The severity whose policy the incident's post-mortem lived by, and how it counts in the period; None: not."""
    was = as_it_was(incident, lines, period.cutoff)
    severity = was.severity or ""
    ended_at, judged_at = was.ended_at, was.judged_at
    policy = policies.in_force(severity, judged_at) if judged_at else None
    if policy is None or ended_at is None:
        return None
    said_none = _since(lines, "none_needed", period.cutoff) if was.none_needed else None
    none_needed = int(said_none is not None and said_none >= period.begins)
    due = postmortem_due(ended_at.astimezone(zone).date(), policy, off).toordinal()
    over = period.day_ends.get(due)
    # As an item that was dropped in time: no promise any more on its day. Dropped later, it was broken.
    left_out = over is None or (said_none is not None and said_none < over)
    if left_out or over is None:
        return policy.severity, PolicyKept(none_needed=none_needed)
    # Of a link that was there before anybody kept its time, nothing says that it came late.
    in_time = bool(was.postmortem_url) and _since(lines, "postmortem", period.cutoff) < over
    return policy.severity, PolicyKept(1, int(in_time), none_needed=none_needed)


def as_json(kept: Mapping[str, PolicyKept], order: Iterable[str]) -> dict[str, Any]:
    """As contract.md's `policies`: by severity, in the organisation's order."""
    known = [*(name for name in order if name in kept), *kept]
    return {name: _as_json(kept[name]) for name in dict.fromkeys(known)}


def _as_json(kept: PolicyKept) -> dict[str, Any]:
    return {
        "postmortems_in_time": _share(kept.postmortems_in_time, kept.postmortems),
        "items_in_time": _share(kept.items_in_time, kept.items),
        "exceptions": kept.exceptions,
        "none_needed": kept.none_needed,
    }


def _share(part: int, whole: int) -> dict[str, Any]:
    return {"value": part / whole if whole else None, "numerator": part, "denominator": whole}


def _facts(line: IncidentLine) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """What of the line are facts of the incident, by its own names."""
    names = {
        "severity": "severity",
        "ended_at": "ended_at",
        "postmortem": "postmortem_url",
        "none_needed": "none_needed",
    }
    return [(own, line.detail[name]) for name, own in names.items() if name in line.detail]


def _before(name: str, value: Any) -> Any:
    match name:
        case "ended_at":
            return datetime.fromisoformat(value) if value else None
        case "postmortem_url":
            return "linked" if value else ""  # what the link was is not kept
        case "none_needed":
            return value or ""
    return value


def _since(lines: Sequence[IncidentLine], name: str, cutoff: int) -> int:
    """The instant at which the fact came to be as it was at *cutoff*; 0 where nothing was said of it."""
    said = [instant(line.at) for line in lines if name in line.detail and instant(line.at) < cutoff]
    return said[-1] if said else 0
