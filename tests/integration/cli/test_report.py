"""`actionitem report` and `actionitem thresholds` as an operator runs them."""

import json
from datetime import UTC, date, datetime

import pytest

from bot.domain.lifecycle import State
from storage.engine import Database
from storage.teams import get_team
from tests.integration.cli.running import Run, lines, refused, set_payments
from tests.measuring import Event, History, write

SEPTEMBER = datetime(2025, 9, 20, tzinfo=UTC)


@pytest.fixture
def october(run: Run, migrated_sqlite_url: str) -> None:
    """Payments in October 2025: of two items due, one was closed in time; a third one is still open."""
    set_payments(run)
    database = Database(migrated_sqlite_url)
    with database.begin() as session:
        team = get_team(session, "T0ACME", "Payments")
        closed = Event(datetime(2025, 10, 8, tzinfo=UTC), State.CLOSED)
        write(
            session,
            [team],
            [
                History(SEPTEMBER, date(2025, 10, 9), events=(closed,)),
                History(SEPTEMBER, date(2025, 10, 9)),
                History(datetime(2025, 10, 1, tzinfo=UTC), date(2025, 11, 30)),
            ],
        )
    database.close()


@pytest.mark.usefixtures("october")
def test_report_as_json_is_that_of_the_contract(run: Run) -> None:
    done = run("report", "--team", "payments", "--month", "2025-10", "--format", "json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == ["workspace", "team", "period", "as_of", "metrics", "counts"]
    assert (found["workspace"], found["team"], found["period"]) == ("T0ACME", "Payments", "2025-10")
    assert found["as_of"] == "2025-11-01T00:00:00+00:00"
    assert list(found["metrics"]) == [
        "completion_rate", "on_time_completion", "average_days_to_close", "backlog_size", "backlog_age_p90_days",
        "created_to_ended", "recurrences_despite_item",
    ]  # fmt: skip
    assert found["metrics"]["completion_rate"] == {
        "value": 0.5, "numerator": 1, "denominator": 2, "band": "red_flag", "previous": None,
    }  # fmt: skip
    assert found["metrics"]["backlog_size"]["previous"] == 2
    assert found["counts"] == {
        "created": 1, "ended": 1, "closed": 1, "risk_accepted": 0, "wont_do": 0, "merged": 0, "deferred_open": 0,
        "open": 2, "overdue": 1, "blocked": 0, "future_considerations": 0,
    }  # fmt: skip


@pytest.mark.usefixtures("october")
def test_report_without_a_team_is_of_the_whole_workspace(run: Run) -> None:
    found = json.loads(run("report", "--month", "2025-10", "--format", "json").stdout)
    assert found["team"] is None
    assert found["metrics"]["completion_rate"]["denominator"] == 2


@pytest.mark.usefixtures("october")
def test_report_as_text_says_value_band_and_last_month(run: Run) -> None:
    said = run("report", "--team", "Payments", "--month", "2025-10").stdout
    assert "Payments · October 2025 (as of 2025-11-01 00:00 UTC): the backlog stayed as it was: 1 created" in said
    row = next(line for line in said.splitlines() if line.startswith("Completion within the deadline "))
    assert " ".join(row.split()).startswith("Completion within the deadline 50 % (1 of 2) red flag no items")
    assert "of the items due this month, the share closed" in said
    assert "1 closed, 0 accepted as risk" in said


@pytest.mark.usefixtures("october")
def test_report_as_markdown_is_a_table(run: Run) -> None:
    said = run("report", "--team", "Payments", "--month", "2025-10", "--format", "markdown").stdout
    assert said.startswith("# Payments · October 2025")
    assert "| Open items | 2 | on target | 2 | under 20; red flag over 50 | neither ended nor deferred |" in said


def test_running_month_is_the_default(run: Run) -> None:
    set_payments(run)
    assert json.loads(run("report", "--format", "json").stdout)["period"] == f"{datetime.now(UTC):%Y-%m}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--team", "Nobody"], "There is no team “Nobody”. Teams: Payments."),
        (["--month", "2026-13"], "“2026-13” is not a month."),
        (["--month", "2999-01"], "2999-01 has not begun."),
    ],
)
def test_report_that_cannot_be_is_refused_in_a_line(run: Run, words: list[str], said: str) -> None:
    set_payments(run)
    assert said in refused(run("report", *words))


def test_unknown_format_is_wrong_usage(run: Run) -> None:
    assert run("report", "--format", "xml").exit_code == 2


@pytest.mark.usefixtures("october")
def test_thresholds_that_are_set_decide_the_band_until_they_are_reset(run: Run) -> None:
    def stands() -> str:
        found = json.loads(run("report", "--team", "Payments", "--month", "2025-10", "--format", "json").stdout)
        return str(found["metrics"]["completion_rate"]["band"])

    assert run("thresholds", "set", "completion_rate", "0.5", "0.4").exit_code == 0
    assert stands() == "on_target"
    listed = {line["key"]: line for line in lines(run("thresholds", "list"))}
    assert listed["completion_rate"] == {"key": "completion_rate", "on_target": 0.5, "red_flag": 0.4, "own": True}
    assert listed["backlog_size"] == {"key": "backlog_size", "on_target": 20, "red_flag": 50, "own": False}
    assert run("thresholds", "reset", "completion_rate").exit_code == 0
    assert stands() == "red_flag"


def test_thresholds_the_wrong_way_round_are_refused(run: Run) -> None:
    set_payments(run)
    assert "at or below the red flag" in refused(run("thresholds", "set", "backlog_size", "50", "20"))
