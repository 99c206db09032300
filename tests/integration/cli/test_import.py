"""`import` and `export` as an operator runs them, against a Slack that knows the people."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import Result

from bot.domain.item_values import Ending
from bot.domain.porting.columns import COLUMNS
from bot.domain.queries import Viewer, Wanted
from bot.sandbox.server import Sandbox
from storage.changes import list_changes
from storage.engine import Database
from storage.items import get_item, list_items
from tests.integration.cli.running import Run, refused, set_payments

HEADER = "title,owner,team,state,created_at,due"
PLAIN = "Cap the retry queue,U0PRIYA,Payments,not_started,2026-01-05T09:00:00Z,2026-02-05"
ME = Viewer("U0PRIYA")


@pytest.fixture
def ready(run: Run) -> Run:
    """A team is there."""
    assert set_payments(run).exit_code == 0
    return run


def write(folder: Path, *lines: str, name: str = "items.csv") -> str:
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(folder / name)


def full(**cells: str) -> list[str]:
    """A header with all columns, and one row."""
    given = dict(zip(HEADER.split(","), PLAIN.split(","), strict=True)) | cells
    return [",".join(COLUMNS), ",".join(given.get(name, "") for name in COLUMNS)]


def exported(run: Run, *words: str) -> str:
    result = run("export", *words)
    assert result.exit_code == 0, result.stderr
    return result.stdout_bytes.decode()


def bad(result: Result) -> list[str]:
    """The lines about bad rows, without the last, which counts them."""
    assert (result.exit_code, result.stdout) == (1, "")
    *rows, total = result.stderr.splitlines()
    assert total.startswith("Nothing was imported: ")
    return rows


def test_items_are_imported_and_exported(ready: Run, folder: Path) -> None:
    result = ready("import", write(folder, HEADER, PLAIN, PLAIN.replace("not_started", "in_progress")))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "Imported 2 items, 0 new incidents.\n"
    rows = list(csv.DictReader(exported(ready).splitlines()))
    assert [(row["number"], row["state"], row["owner"]) for row in rows] == [
        ("1", "not_started", "U0PRIYA"), ("2", "in_progress", "U0PRIYA"),
    ]  # fmt: skip


def test_dry_run_checks_everything_and_stores_nothing(ready: Run, folder: Path) -> None:
    result = ready("import", "--dry-run", write(folder, HEADER, PLAIN))
    assert result.stderr == "This would import 1 item, 0 new incidents. Nothing was stored.\n"
    assert exported(ready, "--format", "jsonl") == ""
    assert bad(ready("import", "--dry-run", write(folder, HEADER, PLAIN.replace("2026-02-05", "soon"))))


def test_every_bad_row_is_named_and_nothing_is_imported(ready: Run, folder: Path) -> None:
    path = write(
        folder, HEADER, PLAIN,
        PLAIN.replace("not_started", "in_progres"),
        PLAIN.replace("Payments", "Search"),
        PLAIN.replace("U0PRIYA", "nobody@example.com"),
        PLAIN.replace("2026-02-05", "05.02.2026"),
        PLAIN.replace("U0PRIYA", "U0BOT"),
    )  # fmt: skip
    result = ready("import", path)
    rows = bad(result)
    assert [row.split(":")[0] for row in rows] == ["Line 3", "Line 4", "Line 5", "Line 6", "Line 7"]
    assert "Did you mean “in_progress”?" in rows[0]
    assert rows[1] == (
        "Line 4: team: there is no team “Search”; create it with `actionitem team set`. Teams: Payments."
    )
    assert rows[2] == "Line 5: nobody here has the address nobody@example.com; write a Slack id instead."
    assert rows[4] == "Line 7: owner: U0BOT is an app; name a person."
    assert result.stderr.endswith("Nothing was imported: 5 of 6 rows must be corrected first.\n")
    assert exported(ready, "--format", "jsonl") == ""


def test_complaints_about_a_file_are_twenty_lines_at_most(ready: Run, folder: Path) -> None:
    result = ready("import", write(folder, HEADER, *[PLAIN.replace("2026-02-05", "soon")] * 3_000))
    assert len(result.stderr.splitlines()) == 20
    assert bad(result)[0].startswith("Line 2: due: “soon” is not a day.")
    total = "Nothing was imported: 3,000 of 3,000 rows must be corrected first. The first 19 are shown."
    assert result.stderr.splitlines()[-1] == total


def test_reading_ends_where_nothing_but_bad_rows_come(
    ready: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.commands.import_file.GIVEN_UP_AFTER", 100)
    result = ready("import", write(folder, HEADER, PLAIN, *["x"] * 3_000))
    assert result.stderr.splitlines()[-1] == (
        "Nothing was imported: 100 of 101 rows must be corrected first. The first 19 are shown. "
        "The rest of the file was not read."
    )


def test_file_of_a_spreadsheet_of_another_system_is_imported(ready: Run, folder: Path) -> None:
    header = f"number,impact,{HEADER},details,themes"
    rows = [f"7.0,3.0,{PLAIN},Ärger,alerts", f",,{PLAIN}", ",,,,,,,,,", ""]
    text = "\r".join(["sep=;", "", header.replace(",", ";"), *(row.replace(",", ";") for row in rows)])
    (folder / "mac.csv").write_bytes(text.encode("utf-8-sig"))
    assert ready("import", "mac.csv").stderr == "Imported 2 items, 0 new incidents.\n"
    found = list(csv.DictReader(exported(ready).splitlines()))
    assert [(row["number"], row["impact"], row["details"]) for row in found] == [("7", "3", "Ärger"), ("8", "", "")]


def test_column_of_another_tool_is_answered_with_ours(ready: Run, folder: Path) -> None:
    said = refused(ready("import", write(folder, "Summary,Assignee,Status,Created,Due Date", "a,b,c,d,e")))
    for column, ours in (("summary", "title"), ("assignee", "owner"), ("status", "state"), ("created", "created_at")):
        assert f"There is no column “{column}”. It could be “{ours}”." in said


def test_item_that_stands_beside_one_that_is_not_here_is_said(ready: Run, folder: Path) -> None:
    path = write(folder, f"number,systemic_item,{HEADER}", f"1,2,{PLAIN}", f"2,,{PLAIN}", f"3,40,{PLAIN}")
    result = ready("import", path)
    assert result.exit_code == 0
    assert "Items that stand beside others and are not here: AI-40." in result.stderr
    assert "AI-2" not in result.stderr


def test_export_for_excel_begins_with_the_mark_that_it_knows_utf8_by(ready: Run, folder: Path) -> None:
    assert ready("import", write(folder, HEADER, PLAIN.replace("Cap", "Zürich: cap"))).exit_code == 0
    text = exported(ready, "--excel")
    assert text.encode().startswith(b"\xef\xbb\xbfnumber,")
    assert not exported(ready).startswith("\ufeff")
    assert ready("import", "--dry-run", write(folder, text.replace("\r\n1,", "\r\n,", 1))).exit_code == 0
    assert "--excel is for CSV" in refused_line(ready("export", "--excel", "--format", "jsonl"))


def test_bad_row_says_at_once_what_only_slack_and_the_database_know_of_it(ready: Run, folder: Path) -> None:
    assert ready("import", write(folder, HEADER, PLAIN)).exit_code == 0
    unreadable = full(
        number="1", due="soon", owner="nobody@example.com", team="Search", collaborators="nowhere@example.com"
    )
    (said,) = bad(ready("import", write(folder, *unreadable)))
    for reason in (
        "due: “soon” is not a day", "nobody here has the address nobody@example.com",
        "nobody here has the address nowhere@example.com", "there is no team “Search”", "AI-1 exists already",
    ):  # fmt: skip
        assert reason in said
    contradictory = full(owner="U0BOT", started_at="2025-01-01")
    (said,) = bad(ready("import", write(folder, *contradictory)))
    assert "started_at is before created_at" in said
    assert "owner: U0BOT is an app; name a person" in said


def test_people_are_found_by_e_mail_once_each(ready: Run, folder: Path, sandbox: Sandbox) -> None:
    priya = sandbox.state.users["U0PRIYA"].email
    marco = sandbox.state.users["U0MARCO"].email
    rows = [PLAIN.replace("U0PRIYA", priya.upper()), PLAIN.replace("U0PRIYA", priya), PLAIN.replace("U0PRIYA", marco)]
    before = len(lookups(sandbox))
    assert ready("import", write(folder, HEADER, *rows)).exit_code == 0
    assert len(lookups(sandbox)) - before == 2
    owners = [row["owner"] for row in csv.DictReader(exported(ready).splitlines())]
    assert owners == ["U0PRIYA", "U0PRIYA", "U0MARCO"]


def lookups(sandbox: Sandbox) -> list[object]:
    return [entry for entry in sandbox.inspector.entries if entry.method == "users.lookupByEmail"]


def test_owner_whom_slack_does_not_know_is_taken_and_named(ready: Run, folder: Path) -> None:
    result = ready("import", write(folder, HEADER, PLAIN.replace("U0PRIYA", "U0LONGGONE")))
    assert result.exit_code == 0
    assert "not in this workspace (any more): U0LONGGONE. They were taken as they are." in result.stderr


def test_json_lines_are_imported(ready: Run, folder: Path) -> None:
    item = dict(zip(HEADER.split(","), PLAIN.split(","), strict=True)) | {"number": 40, "blocked": True}
    assert ready("import", write(folder, json.dumps(item), name="items.jsonl")).exit_code == 0
    (found,) = map(json.loads, exported(ready, "--format", "jsonl").splitlines())
    assert (found["number"], found["blocked"], found["title"]) == (40, True, "Cap the retry queue")


def test_numbers_are_kept_and_the_next_one_is_free(ready: Run, folder: Path) -> None:
    path = write(folder, f"number,{HEADER}", f",{PLAIN}", f"70,{PLAIN}")
    assert ready("import", path).exit_code == 0
    assert ready("import", write(folder, HEADER, PLAIN)).exit_code == 0
    assert [row["number"] for row in csv.DictReader(exported(ready).splitlines())] == ["70", "71", "72"]
    assert bad(ready("import", write(folder, f"number,{HEADER}", f"AI-70,{PLAIN}", f"5,{PLAIN}", f"5,{PLAIN}"))) == [
        "Line 2: number: AI-70 exists already; leave the cell empty.",
        "Line 4: number: AI-5 is in line 3 already.",
    ]


def test_history_is_built_from_the_times(ready: Run, folder: Path, migrated_sqlite_url: str) -> None:
    cells = {
        "state": "closed", "started_at": "2026-01-06", "ended_at": "2026-02-01T10:00:00Z", "original_due": "2026-01-20",
        "incident": "Checkout down", "postmortem_url": "https://example.com/pm", "themes": "Retries; alerts",
    }  # fmt: skip
    assert ready("import", write(folder, *full(**cells))).exit_code == 0
    database = Database(migrated_sqlite_url)
    with database.begin() as session:
        item = get_item(session, "T0ACME", 1, ME)
        changes = list_changes(session, "T0ACME", 1)
    database.close()
    assert [change.action for change in changes] == ["create", "due", "start", "close"]
    assert (item.slips, item.incident_title, item.postmortem_url) == (1, "Checkout down", "https://example.com/pm")
    assert (item.themes, item.ending) == (("Retries", "alerts"), Ending(changes[-1].at))


def test_private_item_is_its_channels_and_the_command_says_so(
    ready: Run, folder: Path, migrated_sqlite_url: str
) -> None:
    assert ready("import", write(folder, *full(private_channel="G0SECRET", incident="Leak"))).exit_code == 0
    result = ready("export")
    assert "Private items are exported too" in result.stderr
    assert "G0SECRET" in result.stdout
    database = Database(migrated_sqlite_url)
    with database.begin() as session:
        assert list_items(session, "T0ACME", Wanted(), Viewer("U0MARCO")) == []
        assert len(list_items(session, "T0ACME", Wanted(), Viewer("U0MARCO", frozenset({"G0SECRET"})))) == 1
    database.close()


def test_export_of_one_team(ready: Run, folder: Path) -> None:
    assert ready("team", "set", "Search", "--channel", "C0SEARCH", "--lead", "U0MARCO").exit_code == 0
    assert ready("import", write(folder, HEADER, PLAIN, PLAIN.replace("Payments", "search"))).exit_code == 0
    (row,) = csv.DictReader(exported(ready, "--team", "SEARCH").splitlines())
    assert (row["number"], row["team"]) == ("2", "Search")
    assert refused_line(ready("export", "--team", "Nobody")) == "There is no team “Nobody”. Teams: Payments, Search.\n"


def refused_line(result: Result) -> str:
    assert result.exit_code == 1
    return result.stderr


def test_table_for_a_document(ready: Run, folder: Path) -> None:
    assert ready("import", write(folder, HEADER, PLAIN.replace("Cap", "Cap | limit"))).exit_code == 0
    head, rule, line = exported(ready, "--format", "markdown").splitlines()
    assert head.startswith("| number | title | owner |")
    assert "| AI-1 | Cap \\| limit the retry queue | U0PRIYA |" in line
    assert head.count("|") == rule.count("|") == line.replace("\\|", "").count("|")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("items.csv", b"", "The file is empty."),
        ("items.csv", b"title,owner\n", "these are missing: team, state, created_at, due."),
        ("items.csv", b"titel,owner,team,state,created_at,due\n", "Did you mean “title”?"),
        ("items.csv", HEADER.encode() + b"\ncaf\xe9\n", "Line 2 is not UTF-8."),
        ("items.xlsx", b"PK", "its name ends with .csv or .jsonl"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_file_that_cannot_be_read_is_one_line(ready: Run, folder: Path, name: str, content: bytes, said: str) -> None:
    (folder / name).write_bytes(content)
    assert said in refused(ready("import", name))


def test_file_that_is_not_there_is_one_line(ready: Run) -> None:
    assert "missing.csv" in refused(ready("import", "missing.csv"))


def test_formula_leaves_as_text_and_comes_back(ready: Run, folder: Path) -> None:
    assert ready("import", write(folder, HEADER, PLAIN.replace("Cap", "=Cap"))).exit_code == 0
    assert "'=Cap the retry queue" in exported(ready)
    assert json.loads(exported(ready, "--format", "jsonl"))["title"] == "=Cap the retry queue"


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_person_named_by_id_and_by_e_mail_is_one_collaborator(
    ready: Run, folder: Path, sandbox: Sandbox, form: str
) -> None:
    people = ["U0MARCO", sandbox.state.users["U0MARCO"].email, "U0AISHA"]
    item = dict(zip(HEADER.split(","), PLAIN.split(","), strict=True))
    if form == "csv":
        path = write(folder, *full(collaborators=";".join(people)))
    else:
        path = write(folder, json.dumps(item | {"collaborators": people}), name="items.jsonl")
    result = ready("import", path)
    assert (result.exit_code, result.stderr) == (0, "Imported 1 item, 0 new incidents.\n")
    assert json.loads(exported(ready, "--format", "jsonl"))["collaborators"] == "U0AISHA;U0MARCO"
