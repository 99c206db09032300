"""Whether post-mortems came in time, as of the end of a month, whatever was said afterwards."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.days import is_weekend
from bot.domain.incident import Incident
from bot.domain.month import Month, Period, period_at
from bot.domain.policy import Policies, Policy, PolicyVersion
from bot.domain.policy_kept import IncidentLine, PolicyKept, as_it_was, as_json, postmortem_kept
from bot.domain.span import instant
from tests.builders import incident

BERLIN = ZoneInfo("Europe/Berlin")
LINK = "https://pm.example.com/7"
ENDED = datetime(2026, 3, 26, 10, tzinfo=UTC)
"""A Thursday: with two working days its post-mortem is due on Monday the 30th, a day after the clocks changed."""
DUE_IS_OVER = datetime(2026, 3, 30, 22, tzinfo=UTC)
KNOWN = Policies((PolicyVersion(Policy("SEV1", postmortem_days=2), ENDED - timedelta(days=1), 1),))
BARE = incident(severity="SEV1 – critical", began_at=ENDED - timedelta(hours=2), ended_at=ENDED, end_said_at=ENDED)
A_SECOND = timedelta(seconds=1)


def said(at: datetime, **facts: tuple[Any, Any]) -> IncidentLine:
    return IncidentLine(at, {name: {"from": was, "to": now} for name, (was, now) in facts.items()})


def march(now: datetime = datetime(2026, 6, 1, tzinfo=UTC)) -> Period:
    found = period_at(Month(2026, 3), BERLIN, now)
    assert found
    return found


def kept(known: Incident, *lines: IncidentLine, policies: Policies = KNOWN) -> tuple[str, PolicyKept] | None:
    return postmortem_kept(known, lines, policies, march(), BERLIN, is_weekend)


def linked(at: datetime) -> tuple[Incident, IncidentLine]:
    return replace(BARE, postmortem_url=LINK), said(at, postmortem=(False, True))


def test_link_counts_up_to_the_end_of_the_day_in_the_zone_of_the_team() -> None:
    assert kept(*linked(DUE_IS_OVER - A_SECOND)) == ("SEV1", PolicyKept(1, 1))
    assert kept(*linked(DUE_IS_OVER)) == ("SEV1", PolicyKept(1, 0))
    assert kept(BARE) == ("SEV1", PolicyKept(1, 0))


def test_what_was_said_after_the_month_changes_nothing() -> None:
    after = datetime(2026, 4, 2, tzinfo=UTC)
    changed = replace(BARE, postmortem_url=LINK, severity="SEV4 – low", none_needed="A drill", ended_at=after)
    lines = [
        said(after, postmortem=(False, True), severity=("SEV1 – critical", "SEV4 – low")),
        said(after + A_SECOND, none_needed=(None, "A drill"), ended_at=(ENDED.isoformat(), after.isoformat())),
    ]
    assert kept(changed, *lines) == kept(BARE) == ("SEV1", PolicyKept(1, 0))
    assert as_it_was(changed, lines, instant(after)) == BARE


def test_none_needed_in_time_is_left_out_and_later_was_a_broken_promise() -> None:
    known = replace(BARE, none_needed="A drill")
    in_time, late = DUE_IS_OVER - A_SECOND, DUE_IS_OVER + A_SECOND
    assert kept(known, said(in_time, none_needed=(None, "A drill"))) == ("SEV1", PolicyKept(none_needed=1))
    assert kept(known, said(late, none_needed=(None, "A drill"))) == ("SEV1", PolicyKept(1, 0, none_needed=1))


@pytest.mark.parametrize(
    ("known", "policies"),
    [
        (replace(BARE, ended_at=None, end_said_at=None), KNOWN),
        (replace(BARE, severity="SEV2 – major"), KNOWN),
        (replace(BARE, severity=None), KNOWN),
        (BARE, Policies((replace(KNOWN.versions[0], since=ENDED + A_SECOND),))),
        (BARE, Policies()),
    ],
    ids=["goes on", "other severity", "no severity", "policy came later", "no policies"],
)
def test_only_what_lived_by_a_policy_counts(known: Incident, policies: Policies) -> None:
    assert kept(known, policies=policies) is None


def test_post_mortem_that_is_due_in_another_month_is_not_of_this_one() -> None:
    slow = Policies((replace(KNOWN.versions[0], policy=Policy("SEV1", postmortem_days=20)),))
    assert kept(BARE, policies=slow) == ("SEV1", PolicyKept())


def test_running_month_is_seen_as_of_now() -> None:
    now = datetime(2026, 3, 28, tzinfo=UTC)
    period = period_at(Month(2026, 3), BERLIN, now)
    assert period
    later = linked(now + A_SECOND)
    assert postmortem_kept(later[0], [later[1]], KNOWN, period, BERLIN, is_weekend) == ("SEV1", PolicyKept(1, 0))


def test_json_has_the_organisations_order_and_null_for_nothing_to_divide_by() -> None:
    found = as_json({"Minor": PolicyKept(), "Critical": PolicyKept(2, 1, 4, 3, 1, 1)}, ["Critical", "Minor"])
    assert list(found) == ["Critical", "Minor"]
    assert found["Critical"] == {
        "postmortems_in_time": {"value": 0.5, "numerator": 1, "denominator": 2},
        "items_in_time": {"value": 0.75, "numerator": 3, "denominator": 4},
        "exceptions": 1,
        "none_needed": 1,
    }
    assert found["Minor"]["items_in_time"] == {"value": None, "numerator": 0, "denominator": 0}


def test_day_on_which_the_clocks_change_is_a_day() -> None:
    assert march().day_ends[date(2026, 3, 29).toordinal()] == instant(datetime(2026, 3, 29, 22, tzinfo=UTC))
