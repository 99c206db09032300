"""Rows read as items, and every reason why one cannot be."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.item import Remedy
from bot.domain.lifecycle import State
from bot.domain.porting.columns import REQUIRED, BadRow
from bot.domain.porting.reading import read_row
from tests.unit.domain.porting.rows import CELLS, NOW, read, reasons, row


def test_required_columns_are_enough() -> None:
    assert read() == row()


def test_every_column_is_read() -> None:
    found = read(
        number="AI-12", details=" as it\nstands ", collaborators="U0AISHA; sam@example.com;U0AISHA",
        incident="Checkout down",
        incident_started_at="2026-01-04", recurrence_of="Checkout slow", remedy="monitoring", themes="alerts; retries",
        blocked="yes", impact="5", urgency="1", effort="2", original_due="2026-01-30", private_channel="G0SECRET",
        postmortem_url="https://example.com/pm", ticket_url="https://example.com/t/1",
    )  # fmt: skip
    assert (found.number, found.details, found.collaborators) == (12, " as it\nstands ", ("U0AISHA", "sam@example.com"))
    assert (found.incident, found.incident_started_at) == ("Checkout down", datetime(2026, 1, 4, tzinfo=UTC))
    assert (found.remedy, found.themes, found.blocked) == (Remedy.MONITORING, ("alerts", "retries"), True)
    assert (found.impact, found.urgency, found.effort) == (5, 1, 2)
    assert (found.due, found.original_due) == (date(2026, 2, 5), date(2026, 1, 30))


@pytest.mark.parametrize("text", ["in_progress", "In progress", "IN_PROGRESS", " in_progress "])
def test_state_is_read_as_people_write_it(text: str) -> None:
    assert read(state=text).state is State.IN_PROGRESS


@pytest.mark.parametrize("name", REQUIRED)
def test_required_cell_must_not_be_empty(name: str) -> None:
    assert reasons(**{name: " "}) == f"{name} is missing"


def test_title_of_letters_that_nobody_sees_is_none() -> None:
    assert reasons(title="\u3164") == "title is missing"


@pytest.mark.parametrize("text", ["3", "3.0", " 3.00 "])
def test_whole_number_may_be_written_as_a_spreadsheet_does(text: str) -> None:
    assert read(impact=text).impact == 3
    assert read(number=text).number == 3
    assert read(systemic_item=f"AI-{text.strip()}").systemic_item == 3


@pytest.mark.parametrize("text", ["SEV2 – major", "sev2", "SEV2"])
def test_severity_is_read_as_people_write_it(text: str) -> None:
    assert read(severity=text, incident="Checkout down").severity == "SEV2 – major"


def test_item_of_no_team_says_so() -> None:
    assert read(team="(none)").team == ""


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"state": "in_progres"}, "state: “in_progres” is none of not_started, in_progress, "),
        ({"state": "in_progres"}, "Did you mean “in_progress”?"),
        ({"remedy": "Monitorin"}, "Did you mean “Monitoring”?"),
        ({"owner": "@priya"}, "owner: “@priya” is neither a Slack id (U…) nor an e-mail address"),
        ({"owner": "the team"}, "is neither a Slack id"),
        ({"owner": "S0GROUP"}, "owner: “S0GROUP” is a group. Name one person"),
        ({"owner": "a@x.com;b@x.com"}, "is neither a Slack id"),
        ({"collaborators": "U0AISHA;bob"}, "collaborators: “bob” is neither"),
        ({"collaborators": "U0AISHA;" * 501}, "collaborators: it names 501 people; 500 fit"),
        ({"impact": "3.5"}, "impact: “3.5” is not a whole number from 1 to 5"),
        ({"impact": "3."}, "impact: “3.” is not a whole number"),
        ({"impact": "9.0"}, "impact: “9.0” is not a whole number"),
        ({"number": "1e3"}, "number: “1E3” is not a whole number"),
        ({"severity": "SEV9", "incident": "X"}, "severity: “SEV9” is none of SEV1 – critical, SEV2 – major, "),
        ({"severity": "SEV1"}, "severity is given, but no incident: name it"),
        ({"services": "search"}, "services is given, but no incident: name it"),
        ({"services": "x" * 81, "incident": "X"}, "services: A service has up to 80 characters"),
        ({"systemic_item": "12", "number": "AI-12"}, "systemic_item is the item itself"),
        ({"staffing": "x" * 3001}, "staffing: it has 3,001 characters, 3,000 fit"),
        ({"starts_on": "soon"}, "starts_on: “soon” is not a day"),
        ({"state": "\ud800"}, "state: “�” is none of"),
        ({"impact": "-1"}, "impact: “-1” is not a whole number from 1 to 5"),
        ({"number": "-3"}, "number: “-3” is not a whole number from 1 to 999,999,999"),
        ({"number": "0"}, "number: “0” is not a whole number"),
        ({"due": "05/02/2026"}, "due: “05/02/2026” is not a day. Write it like 2026-12-04"),
        ({"created_at": "yesterday"}, "created_at: “yesterday” is not a time"),
        ({"blocked": "maybe"}, "blocked: “maybe” is neither true nor false"),
        ({"postmortem_url": "wiki/1", "incident": "X"}, "postmortem_url: “wiki/1” is not a link"),
        ({"postmortem_url": "https://example.com"}, "postmortem_url is given, but no incident: name it"),
        ({"recurrence_of": "X"}, "recurrence_of is given, but no incident: name it"),
        ({"private_channel": "#secret"}, "private_channel: “#secret” is not a channel's id"),
        ({"title": "x" * 301}, "title: it has 301 characters, 300 fit"),
        ({"details": "x" * 3001}, "details: it has 3,001 characters, 3,000 fit"),
        (
            {"title": "a\0b"},
            "title: it holds a character that no text can hold: NUL (U+0000), character 2, behind “a”. Remove it",
        ),
        ({"details": "\0"}, "no text can hold: NUL (U+0000), character 1. Remove it"),
        ({"title": "a\ud800b"}, "no text can hold: half a letter (U+D800), character 2, behind “a”"),
    ],
    ids=str,
)
def test_cell_that_cannot_be_is_said(cells: dict[str, str], reason: str) -> None:
    assert reason in reasons(**cells)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"ended_at": "2026-02-01"}, "ended_at says that it has ended, but the state is not_started"),
        ({"state": "closed", "ended_at": "2026-01-01"}, "ended_at is before created_at"),
        ({"state": "in_progress", "started_at": "2026-01-01"}, "started_at is before created_at"),
        ({"state": "closed", "ended_at": "2026-02-01", "verified_at": "2026-02-02"}, "ended_at is before verified_at"),
        (
            {"state": "implemented", "started_at": "2026-02-02", "implemented_at": "2026-02-01"},
            "implemented_at is before started_at",
        ),
        (
            {"state": "in_progress", "verified_at": "2026-02-02"},
            "verified_at is its latest time, but the state is in_progress",
        ),
        (
            {"state": "not_started", "deferred_at": "2026-02-02"},
            "deferred_at is its latest time, but the state is not_started",
        ),
        (
            {"state": "deferred", "deferred_at": "2026-02-02", "started_at": "2026-02-03"},
            "started_at is its latest time",
        ),
        ({"state": "future_consideration", "started_at": "2026-02-03"}, "nobody works on"),
        ({"state": "closed", "ended_at": "2026-02-01", "blocked": "true"}, "blocked is true, but the state is closed"),
    ],
    ids=str,
)
def test_times_that_contradict_the_state_are_said(cells: dict[str, str], reason: str) -> None:
    assert reason in reasons(**cells)


def test_all_reasons_of_a_row_are_said_at_once() -> None:
    with pytest.raises(BadRow) as caught:
        read_row(7, CELLS | {"title": "", "impact": "9", "due": "soon"}, NOW)
    assert caught.value.line == 7
    assert len(caught.value.reasons) == 3


@pytest.mark.parametrize(
    ("column", "state"),
    [
        ("created_at", "not_started"), ("last_progress_at", "not_started"), ("started_at", "in_progress"),
        ("implemented_at", "implemented"), ("verified_at", "verified"), ("deferred_at", "deferred"),
        ("ended_at", "wont_do"), ("incident_started_at", "not_started"),
    ],
)  # fmt: skip
def test_what_has_happened_cannot_lie_in_the_future(column: str, state: str) -> None:
    cells = {"state": state, "incident": "Checkout down"}
    assert reasons(**cells, **{column: "2026-11-23T09:01:01Z"}) == f"{column} is in the future: write when it happened"
    assert read(**cells, **{column: "2026-11-23T09:01:00Z"})


def test_end_that_is_taken_from_another_time_is_no_reason_of_its_own() -> None:
    cells = {"state": "closed", "last_progress_at": "2036-01-01"}
    assert reasons(**cells) == "last_progress_at is in the future: write when it happened"


def test_what_is_planned_may_lie_in_the_future() -> None:
    assert read(state="deferred", due="2036-01-01", original_due="2036-01-01", revisit_on="2036-01-01")
