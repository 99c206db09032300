"""What a severity asks for: which policy applies to what, and what is due when because of it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.days import is_weekend
from bot.domain.errors import Refused
from bot.domain.incident import Severity
from bot.domain.policy import (
    ESCALATE_DAYS,
    LEADERSHIP_DAYS,
    NO_POLICIES,
    SEVERITIES,
    SEVERITY_LIMIT,
    Policies,
    Policy,
    PolicyVersion,
    changed,
    check_due,
    escalated_after,
    is_late,
    leadership_after,
    noted,
    postmortem_due,
    severities,
    severity_key,
)

MARCH, APRIL = datetime(2026, 3, 1, 9, tzinfo=UTC), datetime(2026, 4, 1, 9, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
OLD, NEW = Policy("SEV1", due_days=14, postmortem_days=5), Policy("SEV1", due_days=7, postmortem_days=2)
KNOWN = Policies((PolicyVersion(OLD, MARCH, 1), PolicyVersion(NEW, APRIL, 1)))
A_MINUTE = timedelta(minutes=1)


def test_usual_words_are_those_of_the_form() -> None:
    assert tuple(severity.value for severity in Severity) == SEVERITIES


def test_what_was_made_before_a_policy_changed_lives_by_the_one_of_then() -> None:
    assert KNOWN.of("SEV1", APRIL - A_MINUTE) == OLD
    assert KNOWN.of("SEV1", APRIL) == NEW


def test_what_is_older_than_the_first_policy_lives_by_it_and_counts_in_no_figures() -> None:
    assert KNOWN.of("SEV1", MARCH - A_MINUTE) == OLD
    assert KNOWN.in_force("SEV1", MARCH - A_MINUTE) is None
    assert KNOWN.in_force("SEV1", MARCH) == OLD


def test_removed_policy_holds_for_what_was_made_while_it_was_there() -> None:
    removed = Policies((*KNOWN.versions, PolicyVersion(NEW, APRIL + A_MINUTE, 1, is_over=True)))
    assert removed.of("SEV1", APRIL) == NEW
    assert removed.of("SEV1", APRIL + A_MINUTE) is None
    assert removed.in_force("SEV1", APRIL + A_MINUTE) is None
    assert removed.current == []


@pytest.mark.parametrize("name", ["SEV1", "sev1", " SEV1 ", "SEV1 – critical", "sev1 – CRITICAL"])
def test_policy_is_found_by_every_way_to_write_its_severity(name: str) -> None:
    assert KNOWN.of(name, APRIL) == NEW


@pytest.mark.parametrize("name", ["", "SEV2", "SEV11", "Critical"])
def test_other_severity_has_no_policy(name: str) -> None:
    assert KNOWN.of(name, APRIL) is None
    assert NO_POLICIES.of(name, APRIL) is None


def test_order_is_that_in_which_severities_were_set_first() -> None:
    minor, major = Policy("Minor"), Policy("Major", due_days=30)
    versions = [PolicyVersion(major, MARCH, 1), PolicyVersion(minor, MARCH, 2), PolicyVersion(major, APRIL, 1)]
    assert Policies(tuple(versions)).current == [major, minor]
    assert Policies(tuple(versions)).words == ("Major", "Minor", *SEVERITIES)


@pytest.mark.parametrize(
    ("own", "chosen", "offered"),
    [
        ([], "", SEVERITIES),
        (["Critical", "Minor"], "", ("Critical", "Minor")),
        (["Critical", "Minor"], "SEV2 – major", ("Critical", "Minor", "SEV2 – major")),
        (["SEV1"], "", ("SEV1", "SEV2 – major", "SEV3 – minor", "SEV4 – low")),
        (["SEV2", "SEV1"], "SEV1 – critical", ("SEV2", "SEV1", "SEV3 – minor", "SEV4 – low", "SEV1 – critical")),
        (["SEV0", "SEV1"], "SEV0", ("SEV0", "SEV1")),
    ],
)
def test_form_offers_the_organisations_words_in_its_order(
    own: list[str], chosen: str, offered: tuple[str, ...]
) -> None:
    assert severities([Policy(name) for name in own], chosen) == offered


def test_what_is_not_given_keeps_its_value() -> None:
    assert changed(OLD, Policy("SEV1", escalate_days=3)) == Policy("SEV1", 14, 5, 3)
    assert changed(Policy("SEV1"), Policy("  SEV1 –   critical ")) == Policy("SEV1 – critical")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Policy(""), "severity"),
        (Policy("x" * (SEVERITY_LIMIT + 1)), "severity"),
        (Policy("SEV1", due_days=0), "due_days"),
        (Policy("SEV1", postmortem_days=366), "postmortem_days"),
        (Policy("SEV1", escalate_days=-1), "escalate_days"),
        (Policy("SEV1", escalate_days=9, leadership_days=8), "leadership_days"),
    ],
)
def test_policy_that_cannot_be_meant_is_refused_at_its_field(given: Policy, field: str) -> None:
    with pytest.raises(Refused) as refused:
        changed(Policy("SEV1"), given)
    assert refused.value.field == field


def test_without_a_policy_the_usual_days_hold() -> None:
    assert (escalated_after(None), leadership_after(None)) == (ESCALATE_DAYS, LEADERSHIP_DAYS) == (7, 21)
    assert (escalated_after(OLD), leadership_after(OLD)) == (7, 21)
    assert leadership_after(Policy("SEV4", escalate_days=30)) == 30


def test_due_date_is_so_many_days_after_the_creation_whatever_the_clocks_do() -> None:
    # 29 March 2026 has 23 hours in Berlin, 25 October 25.
    for made in (date(2026, 3, 28), date(2026, 10, 24)):
        assert OLD.due_by(made) == made + timedelta(days=14)
    assert Policy("SEV1").due_by(MONDAY) is None


def test_later_date_is_an_exception_that_wants_a_reason() -> None:
    latest = MONDAY + timedelta(days=14)
    assert not is_late(OLD, MONDAY, latest)
    assert is_late(OLD, MONDAY, latest + timedelta(days=1))
    assert not is_late(None, MONDAY, date(2036, 1, 1))
    check_due(OLD, MONDAY, latest, "")
    check_due(OLD, MONDAY, date(2036, 1, 1), "The vendor ships in spring")
    with pytest.raises(Refused) as refused:
        check_due(OLD, MONDAY, latest + timedelta(days=1), "")
    assert refused.value.field == "late_because"


def test_history_notes_the_policy_and_the_exception_alone() -> None:
    latest = MONDAY + timedelta(days=14)
    said = {"severity": "SEV1", "due_by": latest.isoformat()}
    assert noted(None, MONDAY, latest, "") == {}
    assert noted(OLD, MONDAY, latest, "not needed") == {"policy": said}
    assert noted(OLD, MONDAY, date(2036, 1, 1), "Spring") == {"policy": said | {"exception": "Spring"}}
    assert noted(Policy("SEV1"), MONDAY, latest, "") == {"policy": {"severity": "SEV1", "due_by": None}}


def test_post_mortem_is_due_in_working_days_over_weekend_holiday_and_clock_change() -> None:
    # Good Friday and Easter Monday 2026; the clocks changed on the Sunday a week before.
    easter = {date(2026, 4, 3), date(2026, 4, 6)}

    def off(day: date) -> bool:
        return is_weekend(day) or day in easter

    assert postmortem_due(MONDAY, None, is_weekend) == date(2026, 3, 9)
    assert postmortem_due(date(2026, 4, 1), Policy("SEV1", postmortem_days=3), off) == date(2026, 4, 8)
    assert postmortem_due(date(2026, 3, 28), Policy("SEV1", postmortem_days=1), off) == date(2026, 3, 30)
    local = datetime(2026, 3, 29, 1, 30, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))
    assert (local.date(), local.hour) == (date(2026, 3, 29), 3)


def test_key_is_the_same_for_usual_words_and_their_short_names_only() -> None:
    assert severity_key("SEV1 – critical") == severity_key("sev1")
    assert severity_key("SEV1 – urgent") != severity_key("sev1")
