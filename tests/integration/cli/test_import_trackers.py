"""`actionitem import --from`: the exports of four trackers, as an operator brings them in."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.integration.cli.running import Run, refused, set_payments
from tests.running import ROOT

EXPORTS = ROOT / "tests" / "data" / "exports"
KIND = {
    "jira_cloud.csv": "jira", "jira_server.csv": "jira", "linear.csv": "linear", "asana.csv": "asana",
    "github.json": "github",
}  # fmt: skip


@pytest.fixture
def ready(run: Run) -> Run:
    """A team is there."""
    assert set_payments(run, "--timezone", "Europe/Berlin").exit_code == 0
    return run


def brought(run: Run, name: str, *words: str) -> list[Mapping[str, str]]:
    """What is there after the import of that export."""
    result = run("import", str(EXPORTS / name), "--from", KIND[name], "--team", "Payments", *words)
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    return list(csv.DictReader(run("export").stdout_bytes.decode().splitlines()))


def told(run: Run, name: str, *words: str) -> tuple[str, str]:
    """What a dry run shows, and what it says beside it."""
    result = run("import", str(EXPORTS / name), "--from", KIND[name], "--team", "Payments", "--dry-run", *words)
    assert result.exit_code == 0, result.stderr
    return result.stdout, result.stderr


def facts(row: Mapping[str, str], *columns: str) -> tuple[str, ...]:
    return tuple(row[column] for column in columns)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "jira_cloud.csv",
            [
                ("closed", "U0PRIYA", "2024-03-12T14:45:00Z", "2024-04-15", "2024-04-02T07:05:00Z"),
                ("in_progress", "U0MARCO", "2024-03-12T15:10:00Z", "2027-09-30", ""),
                ("not_started", "U0MARCO", "2024-03-13T08:00:00Z", "2024-04-12", ""),
                ("wont_do", "U0MARCO", "2024-03-12T23:00:00Z", "2024-05-31", "2024-07-01T10:30:00Z"),
            ],
        ),
        (
            "jira_server.csv",
            [
                ("closed", "U0LENA", "2023-05-05T06:15:00Z", "2023-05-31", "2023-06-01T15:40:00Z"),
                ("not_started", "U0MARCO", "2023-05-06T08:00:00Z", "2023-06-05", ""),
                ("merged", "U0MARCO", "2023-05-06T09:00:00Z", "2023-06-05", "2023-05-09T08:00:00Z"),
            ],
        ),
        (
            "linear.csv",
            [
                ("closed", "U0PRIYA", "2024-05-14T08:53:33Z", "2024-05-31", "2024-05-23T16:06:19Z"),
                ("in_progress", "U0MARCO", "2024-05-14T09:01:00Z", "2027-06-30", ""),
                ("wont_do", "U0MARCO", "2024-05-14T09:05:00Z", "2024-06-13", "2024-06-02T10:00:00Z"),
                ("in_progress", "U0AISHA", "2024-05-16T09:01:00Z", "2024-06-15", ""),
                ("merged", "U0AISHA", "2024-05-18T09:05:00Z", "2024-06-17", "2024-06-02T10:00:00Z"),
            ],
        ),
        (
            "asana.csv",
            [
                ("closed", "U0MARCO", "2024-03-11T23:00:00Z", "2024-04-05", "2024-04-01T22:00:00Z"),
                ("in_progress", "U0LENA", "2024-03-11T23:00:00Z", "2027-03-31", ""),
                ("not_started", "U0MARCO", "2024-03-12T23:00:00Z", "2024-04-12", ""),
            ],
        ),
        (
            "github.json",
            [
                ("closed", "U0PRIYA", "2024-03-12T15:45:00Z", "2024-06-30", "2024-04-02T09:05:11Z"),
                ("in_progress", "U0LENA", "2024-03-13T15:45:00Z", "2024-04-12", ""),
                ("wont_do", "U0MARCO", "2024-03-14T15:45:00Z", "2024-04-13", "2024-03-15T10:00:00Z"),
                ("not_started", "U0MARCO", "2024-03-16T15:45:00Z", "2024-04-15", ""),
            ],
        ),
    ],
    ids=list(KIND),
)
def test_export_of_a_tracker_comes_in_with_its_dates_states_and_people(
    ready: Run, name: str, expected: list[tuple[str, ...]]
) -> None:
    found = brought(ready, name)
    assert [facts(row, "state", "owner", "created_at", "due", "ended_at") for row in found] == expected
    assert {row["team"] for row in found} == {"Payments"}


def test_links_to_the_tickets_are_kept(ready: Run) -> None:
    assert [row["ticket_url"] for row in brought(ready, "github.json")] == [
        f"https://github.com/acme/shop/issues/{number}" for number in (7, 8, 9, 10)
    ]
    links = [row["ticket_url"] for row in brought(ready, "jira_cloud.csv", "--url", "https://acme.atlassian.net")]
    assert links[4:] == [f"https://acme.atlassian.net/browse/OPS-{number}" for number in (12, 13, 14, 15)]
    links = [row["ticket_url"] for row in brought(ready, "linear.csv", "--url", "https://linear.app/acme")]
    assert links[8] == "https://linear.app/acme/issue/ENG-42"
    assert brought(ready, "asana.csv")[13]["ticket_url"] == "https://app.asana.com/0/0/1209000000000001"


def test_dry_run_shows_the_mapping_the_first_rows_and_what_is_left_out(ready: Run) -> None:
    shown, said = told(ready, "jira_cloud.csv")
    for line in (
        "  Summary → title", "  Due date → due", "  Status Category → state", "  Done → closed (1)",
        "  Closed (Won't Do) → wont_do (1)", "  Priya Raman → U0PRIYA (1)",
        "    title: Cap the retry queue at 500 messages", "    ended_at: 2024-04-02T07:05:00Z",
        "    themes: post-mortem;retries",
    ):  # fmt: skip
        assert line in shown.splitlines()
    assert "Europe/Berlin" in shown
    assert "What is done in Jira is closed here" in shown
    not_taken = next(line for line in said.splitlines() if line.startswith("Columns that are not taken"))
    for column in ("Sprint", "Comment", "Parent summary", "Watchers", "Custom field (Story Points)"):
        assert not_taken.count(column) == 1
    assert "people: “Sam Lee” is nobody here (line 7)." in said
    assert "the team's lead is taken, U0MARCO (lines 7, 8)." in said
    assert said.endswith("This would import 4 items, 0 new incidents. Nothing was stored.\n")
    assert ready("export", "--format", "jsonl").stdout == ""


def test_row_that_is_no_item_is_named_and_the_rest_comes_in(ready: Run) -> None:
    _, said = told(ready, "asana.csv")
    assert "Line 5 is not taken: it has no title." in said
    assert len(brought(ready, "asana.csv")) == 3


def test_guest_owns_nothing_and_is_named(ready: Run) -> None:
    _, said = told(ready, "jira_server.csv")
    assert "people: “gil” is a guest here, and guests own no items (lines 3, 4)." in said


def test_export_that_has_grown_brings_only_what_is_new(ready: Run) -> None:
    assert len(brought(ready, "jira_cloud.csv")) == 4
    result = ready("import", str(EXPORTS / "jira_cloud.csv"), "--from", "jira", "--team", "Payments")
    assert "Line 2 is not taken: AI-1 is this ticket already." in result.stderr
    assert result.stderr.endswith("Imported 0 items, 0 new incidents.\n")
    issues = json.loads((EXPORTS / "github.json").read_text())
    assert len(brought(ready, "github.json")) == 8
    more = Path("more.json")
    more.write_text(json.dumps([*issues, issues[0] | {"url": "https://github.com/acme/shop/issues/11"}]))
    result = ready("import", str(more), "--from", "github", "--team", "Payments")
    assert result.stderr.endswith("Imported 1 item, 0 new incidents.\n")


def test_second_import_remarks_nothing_about_the_rows_that_it_leaves_out(ready: Run) -> None:
    brought(ready, "jira_cloud.csv")
    _, said = told(ready, "jira_cloud.csv")
    assert said.count("is this ticket already") == 4
    assert "nobody" not in said
    assert "due: none there" not in said


def test_two_repositories_without_links_are_told_apart_and_each_comes_in_once(ready: Run, folder: Path) -> None:
    def exported(title: str, created: str, *words: str) -> str:
        issue = json.loads((EXPORTS / "github.json").read_text())[0] | {"title": title, "createdAt": created}
        issue.pop("url")
        path = folder / "issues.json"
        path.write_text(json.dumps([issue]))
        return ready("import", str(path), "--from", "github", "--team", "Payments", *words).stderr

    shop, till = ("Cap the queue", "2024-03-12T15:45:00Z"), ("Drain the till", "2024-03-13T08:00:00Z")
    assert exported(*shop).endswith("Imported 1 item, 0 new incidents.\n")
    assert exported(*till).endswith("Imported 1 item, 0 new incidents.\n")
    assert "AI-1 is this ticket already" in exported(*shop)
    assert "AI-2 is this ticket already" in exported(*till)
    assert "names no repository" in exported(*shop, "--url", "https://github.com")
    # With the repository's address its issues have links, and are still known by what they were.
    assert "AI-1 is this ticket already" in exported(*shop, "--url", "https://github.com/acme/shop")


def test_github_export_without_links_gets_them_from_the_address_of_its_repository(ready: Run, folder: Path) -> None:
    issues = json.loads((EXPORTS / "github.json").read_text())
    path = folder / "issues.json"
    path.write_text(json.dumps([{name: value for name, value in each.items() if name != "url"} for each in issues]))
    words = ("--from", "github", "--team", "Payments", "--url", "https://github.com/acme/shop/")
    assert ready("import", str(path), *words).exit_code == 0
    rows = csv.DictReader(ready("export").stdout_bytes.decode().splitlines())
    assert next(rows)["ticket_url"] == "https://github.com/acme/shop/issues/7"


@pytest.mark.parametrize("name", ["jira_cloud.csv", "linear.csv", "asana.csv", "github.json"])
def test_export_without_from_is_answered_with_the_words_to_import_it(ready: Run, name: str) -> None:
    said = refused(ready("import", str(EXPORTS / name), "--dry-run"))
    assert f"--from {KIND[name]} --team NAME" in said
    assert "The columns are" not in said


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (
            "Issue key,Summary,Assignee,Status,Created,Due date",
            {"summary": "title", "assignee": "owner", "created": "created_at"},
        ),
        (
            "Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee",
            {"name": "title", "assignee": "owner"},
        ),
    ],
)
def test_columns_of_an_export_are_named_with_ours_beside_the_way_to_import_it(
    ready: Run, folder: Path, header: str, named: dict[str, str]
) -> None:
    path = folder / "theirs.csv"
    path.write_text(f"{header}\n{',' * header.count(',')}\n")
    said = refused(ready("import", str(path)))
    assert "This looks like an export of " in said
    for theirs, ours in named.items():
        assert f"There is no column “{theirs}”. It could be “{ours}”." in said


def test_github_issues_one_a_line_are_known_without_from_too(ready: Run, folder: Path) -> None:
    path = folder / "issues.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in json.loads((EXPORTS / "github.json").read_text())))
    assert "This looks like an export of GitHub" in refused(ready("import", str(path)))


def test_what_is_done_without_a_date_is_said_to_end_at_its_creation(ready: Run, folder: Path) -> None:
    header = "Summary,Issue key,Status,Created,Updated\n"
    rows = "Did it,P-1,Done,2024-03-12 15:45,\nDid that,P-2,Done,2024-03-12 15:45,2024-03-20 10:00\n"
    said = imported_file(ready, folder, header + rows, "--dry-run")
    assert "so it ends here at the moment it was created (line 2)." in said
    assert "its latest time is taken (line 3)." in said


def test_lines_of_a_text_do_not_run_together_in_the_preview(ready: Run) -> None:
    shown, _ = told(ready, "jira_cloud.csv")
    assert "    details: The queue grew without bound. ⏎ * cap it ⏎ * alert at 80 %" in shown.splitlines()


def test_past_months_have_the_ends_of_what_was_done(ready: Run) -> None:
    brought(ready, "jira_cloud.csv")
    report = ready("report", "--team", "Payments", "--month", "2024-04", "--format", "json")
    counts = json.loads(report.stdout)["counts"]
    assert (counts["ended"], counts["closed"]) == (1, 1)


def test_cells_that_cannot_be_read_are_twenty_lines_at_most_and_nothing_is_stored(ready: Run, folder: Path) -> None:
    header = "Summary,Issue key,Status,Created,Due date"
    path = folder / "broken.csv"
    path.write_text("\n".join([header, *(f"A,OPS-{number},To Do,soon,never" for number in range(50))]))
    result = ready("import", str(path), "--from", "jira", "--team", "Payments")
    assert result.exit_code == 1
    bad = [line for line in result.stderr.splitlines() if line.startswith("Line ")]
    assert len(bad) == 19
    assert "created_at: “soon” is not a time that can be read" in bad[0]
    assert result.stderr.endswith(
        "Nothing was imported: 50 of 50 rows must be corrected first. The first 19 are shown.\n"
    )


def test_file_of_another_tracker_says_which(ready: Run) -> None:
    said = refused(ready("import", str(EXPORTS / "linear.csv"), "--from", "jira", "--team", "Payments"))
    assert said.startswith("This is no export of Jira: it looks like one of Linear: --from linear.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "jira"), "--from needs --team"),
        (("--team", "Payments"), "are for --from"),
        (("--map", "a=b"), "are for --from"),
        (("--from", "jira", "--team", "Payments", "--map", "Sprint"), "two names with a = between"),
        (("--from", "trello", "--team", "Payments"), "trello"),
        (("--from", "jira", "--team", "Payments", "--url", "foo"), "--url: “foo” is no address"),
    ],
)
def test_wrong_words_are_wrong_usage(ready: Run, words: tuple[str, ...], said: str) -> None:
    result = ready("import", str(EXPORTS / "jira_cloud.csv"), *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_team_that_there_is_not_is_one_line(ready: Run) -> None:
    said = refused(ready("import", str(EXPORTS / "jira_cloud.csv"), "--from", "jira", "--team", "Nobody"))
    assert said == "There is no team “Nobody”. Teams: Payments."


TWICE = "Summary,Issue key,Status,Priority,Created\nCap the queue at 100,P-1,To Do,P0,2024-03-12 15:45\n"


def imported_file(run: Run, folder: Path, text: str, *words: str) -> str:
    """What is said of an export of Jira with that text."""
    file = folder / "jira.csv"
    file.write_text(text, encoding="utf-8")
    result = run("import", str(file), "--from", "jira", "--team", "Payments", *words)
    return f"{result.exit_code} {result.stdout}{result.stderr}"


def test_ticket_that_stands_in_the_file_twice_is_one_item(ready: Run, folder: Path) -> None:
    said = imported_file(ready, folder, TWICE + "Cap the queue at 100,P-1,Done,High,2024-03-12 15:45\n")
    assert "Line 3 is not taken: it is the ticket of line 2." in said
    assert "Imported 1 item" in said


def test_priority_that_is_none_of_the_known_is_named(ready: Run, folder: Path) -> None:
    assert "urgency: “P0” is no priority that is known, left out (line 2)." in imported_file(ready, folder, TWICE)


def test_status_that_no_row_has_is_refused(ready: Run, folder: Path) -> None:
    said = imported_file(ready, folder, TWICE, "--state", "Finished=closed")
    assert said.startswith("1 ")
    assert "no row has the status “finished”" in said
