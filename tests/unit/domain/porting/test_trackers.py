"""Exports of trackers: what their states, times and people are here, and files that are none."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.lifecycle import State
from bot.domain.porting.cells import BadCell
from bot.domain.porting.columns import BadFile, BadRow
from bot.domain.porting.reading import read_row
from bot.domain.porting.row import Row
from bot.domain.porting.trackers.export_file import Export, read_export
from bot.domain.porting.trackers.kinds import TRACKERS, Kind
from bot.domain.porting.trackers.notes import Notes, rows_named, shortened
from bot.domain.porting.trackers.people import Colleague, Colleagues, Nobody
from bot.domain.porting.trackers.plan import ExportOptions, Plan, plan_for
from bot.domain.porting.trackers.states import Category, category_of
from bot.domain.porting.trackers.times import Times
from bot.domain.porting.trackers.translate import LeftOut, Translator

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 7, 10, tzinfo=UTC)
PEOPLE = Colleagues(
    [
        Colleague("U0PRIYA", ("Priya Raman", "priya"), "priya@acme.example"),
        Colleague("U0MARCO", ("Marco Rossi",), "mrossi@acme.example"),
        Colleague("U0KIM1", ("Alex Kim",)),
        Colleague("U0KIM2", ("Alex Kim",)),
        Colleague("U0GONE", ("Sam Lee",), here=False),
        Colleague("U0SAM", ("Sam Lee",)),
        Colleague("U0LEFT", ("Jo Ito",), here=False),
        Colleague("U0GUEST", ("Gil Torres",), is_guest=True),
    ]
)
JIRA = "Summary,Issue key,Status,Resolution,Assignee,Created,Updated,Resolved,Due date,Labels,Labels,Status Category"
CREATED = "12/Mar/24 3:45 PM"


def export(kind: Kind, *lines: str) -> Export:
    return read_export(TRACKERS[kind], ["\n".join(lines).encode()])


def planned(found: Export, **wanted: object) -> Plan:
    return plan_for(found, ExportOptions("Payments", **wanted), "U0LEAD", BERLIN)  # type: ignore[arg-type]


def rows(found: Export, notes: Notes | None = None, **wanted: object) -> list[Row]:
    """What an import would store."""
    plan = planned(found, **wanted)
    translator = Translator(plan, Times([], BERLIN), PEOPLE, notes or Notes("Line"), NOW)
    return [read_row(record.line, translator.cells(record), NOW) for record in found.records]


def jira(**cells: str) -> Row:
    """A row of Jira, of which nothing is said but *cells*."""
    names = ("title", "key", "status", "resolution", "assignee", "created", "updated", "resolved", "due", "one", "two")
    given = {"title": "Cap the queue", "key": "OPS-1", "created": CREATED} | cells
    line = ",".join(given.get(name, "") for name in (*names, "category"))
    return rows(export(Kind.JIRA, JIRA, line))[0]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("12/Mar/24 3:45 PM", "2024-03-12T14:45:00"),
        ("12/Mar/24 12:05 AM", "2024-03-11T23:05:00"),
        ("12/Mar/24 12:05 PM", "2024-03-12T11:05:00"),
        ("01/Jul/24 15:45", "2024-07-01T13:45:00"),
        ("5/Okt/25 15:45", "2025-10-05T13:45:00"),
        ("5. März 2025, 15:45", "2025-03-05T14:45:00"),
        ("Mar 5, 2025 3:45 pm", "2025-03-05T14:45:00"),
        ("2024-03-12", "2024-03-11T23:00:00"),
        ("2024/03/12 15:45", "2024-03-12T14:45:00"),
        ("2024-03-12 15:45:58.679", "2024-03-12T14:45:58.679000"),
        ("12.03.2024 15:45", "2024-03-12T14:45:00"),
        ("2024-05-14T08:53:33Z", "2024-05-14T08:53:33"),
        ("2024-03-12T10:00:00.000+0100", "2024-03-12T09:00:00"),
        ("Thu May 16 2024 09:01:00 GMT+0200 (CEST)", "2024-05-16T07:01:00"),
        ("6/21/2025 16:14", "2025-06-21T14:14:00"),
    ],
)
def test_time_of_an_export_is_the_time_that_was_meant(text: str, at: str) -> None:
    assert Times([text], BERLIN).moment(text, NOW) == datetime.fromisoformat(at).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["soon", "32/Mar/24", "12/Foo/24", "12/Mar/24 25:00", "2024-13-01", "31/Feb/24"])
def test_time_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadCell):
        Times([text], BERLIN).moment(text, NOW)


def test_day_and_month_in_numbers_are_told_apart_by_the_rest_of_the_file() -> None:
    assert Times(["3/4/24", "3/21/24"], BERLIN).day("3/4/24") == date(2024, 3, 4)
    assert Times(["3/4/24", "21/3/24"], BERLIN).day("3/4/24") == date(2024, 4, 3)
    assert Times(["3/3/24"], BERLIN).day("3/3/24") == date(2024, 3, 3)
    with pytest.raises(BadCell, match="two ways"):
        Times(["3/4/24"], BERLIN).day("3/4/24")


def test_clock_of_who_exported_may_be_ahead_of_the_teams() -> None:
    assert Times([], BERLIN).moment("07/Oct/26 8:00 PM", NOW) == NOW
    assert Times([], BERLIN).moment("12/Oct/26 8:00 PM", NOW) > NOW
    assert Times([], BERLIN).moment("2026-10-07T18:00:00Z", NOW) > NOW


@pytest.mark.parametrize(
    ("status", "kind", "resolution", "category"),
    [
        ("Done", "Done", "Done", Category.DONE),
        ("In Review", "In Progress", "", Category.ACTIVE),
        ("Waiting for CAB", "In Progress", "", Category.ACTIVE),
        ("Waiting for CAB", "", "", None),
        ("Blocked", "In Progress", "", Category.BLOCKED),
        ("Rejected", "Done", "Done", Category.DROPPED),
        ("Closed", "", "Won't Do", Category.DROPPED),
        ("Resolved", "", "Duplicate", Category.DUPLICATE),
        ("In Progress", "In Progress", "Won't Do", Category.ACTIVE),
        ("Fertig", "Fertig", "", Category.DONE),
        ("to-do", "", "", Category.TO_DO),
        ("Selected for Development", "To Do", "", Category.TO_DO),
        ("CLOSED", "", "NOT_PLANNED", Category.DROPPED),
    ],
)
def test_status_is_known_by_its_kind(status: str, kind: str, resolution: str, category: Category | None) -> None:
    assert category_of(status, kind, resolution) is category


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("Priya Raman", "U0PRIYA"), ("priya  RAMAN", "U0PRIYA"), ("Raman, Priya", "U0PRIYA"),
        ("PRIYA@acme.example", "U0PRIYA"), ("mrossi", "U0MARCO"), ("Marco Rossi (mrossi-dev)", "U0MARCO"),
        ("M. R. <mrossi@acme.example>", "U0MARCO"), ("Sam Lee", "U0SAM"), ("Jo Ito", "U0LEFT"), ("u0kim1", "U0KIM1"),
    ],
)  # fmt: skip
def test_person_is_found_by_address_and_by_a_name_that_is_theirs_alone(name: str, user: str) -> None:
    assert PEOPLE.find(name) == user


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Alex Kim", "could be 2 people"),
        ("Nobody Atall", "is nobody here"),
        ("Gil Torres", "guest"),
        ("Alex", "nobody"),
    ],
)
def test_person_who_could_be_another_is_not_guessed(name: str, why: str) -> None:
    with pytest.raises(Nobody, match=why):
        PEOPLE.find(name)


def test_done_in_a_tracker_is_closed_when_it_was_done() -> None:
    row = jira(status="Done", category="Done", resolved="02/Apr/24 9:05 AM", updated="03/Apr/24 9:05 AM")
    assert (row.state, row.ended_at) == (State.CLOSED, datetime(2024, 4, 2, 7, 5, tzinfo=UTC))


def test_done_can_wait_to_be_verified_instead() -> None:
    found = export(Kind.JIRA, JIRA, f"Cap it,OPS-1,Done,,,{CREATED},,02/Apr/24 9:05 AM,,,,Done")
    (row,) = rows(found, done=State.IMPLEMENTED)
    assert (row.state, row.ended_at, row.implemented_at) == (
        State.IMPLEMENTED, None, datetime(2024, 4, 2, 7, 5, tzinfo=UTC)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "resolution", "state"),
    [("Closed", "Won't Do", State.WONT_DO), ("Closed", "Duplicate", State.MERGED), ("Closed", "Fixed", State.CLOSED)],
)
def test_what_was_not_done_is_not_closed(status: str, resolution: str, state: State) -> None:
    assert jira(status=status, resolution=resolution, resolved="02/Apr/24 9:05 AM").state is state


def test_blocked_ticket_is_blocked_and_not_said_to_have_begun() -> None:
    row = jira(status="Blocked", category="In Progress")
    assert (row.state, row.blocked) == (State.NOT_STARTED, True)


def test_status_of_a_teams_own_can_be_said() -> None:
    line = f"Cap it,OPS-1,Waiting for CAB,,,{CREATED},,,,,,"
    notes = Notes("Line")
    assert rows(export(Kind.JIRA, JIRA, line), notes)[0].state is State.NOT_STARTED
    assert "nothing is known of the status “Waiting for CAB”; not_started is taken" in "".join(notes.said())
    (row,) = rows(export(Kind.JIRA, JIRA, line), states=("waiting for cab=in progress",))
    assert row.state is State.IN_PROGRESS
    with pytest.raises(BadFile, match="no state “doing”"):
        planned(export(Kind.JIRA, JIRA, line), states=("Waiting for CAB=doing",))


def test_repeated_columns_are_all_read() -> None:
    assert jira(one="retries", two="post-mortem").themes == ("retries", "post-mortem")


def test_ticket_without_a_due_date_is_due_thirty_days_after_its_creation() -> None:
    assert jira().due == date(2024, 4, 11)
    assert jira(due="30/Sep/27 12:00 AM").due == date(2027, 9, 30)
    (row,) = rows(export(Kind.JIRA, JIRA, f"Cap it,OPS-1,To Do,,,{CREATED},,,,,,"), due_days=7)
    assert row.due == date(2024, 3, 19)


def test_lead_owns_what_nobody_here_can_and_the_name_stays() -> None:
    row = jira(assignee="Alex Kim")
    assert (row.owner, row.references) == ("U0LEAD", "OPS-1 in Jira\nAssignee there: Alex Kim")
    assert jira(assignee="Priya Raman").owner == "U0PRIYA"


def test_link_of_a_ticket_is_kept_or_made_of_the_trackers_address() -> None:
    line = f"Cap it,OPS-1,To Do,,,{CREATED},,,,,,"
    (row,) = rows(export(Kind.JIRA, JIRA, line), address="https://acme.example/jira/")
    assert (row.ticket_url, row.references) == ("https://acme.example/jira/browse/OPS-1", "")
    attached = "12/Mar/24 3:46 PM;aa;x.png;https://acme.example/rest/api/3/attachment/content/7"
    (row,) = rows(export(Kind.JIRA, f"{JIRA},Attachment", f"{line},{attached}"))
    assert row.ticket_url == "https://acme.example/browse/OPS-1"


def test_column_can_be_taken_as_a_field() -> None:
    lines = (f"{JIRA},Custom field (Root cause),Environment", f"Cap it,OPS-1,,,,{CREATED},,,,,,,No limit,Production")
    (row,) = rows(export(Kind.JIRA, *lines), maps=("Custom field (Root cause)=root_cause", "environment=details"))
    assert (row.root_cause, row.details) == ("No limit", "Production")


@pytest.mark.parametrize(
    ("said", "why"),
    [("Enviroment=details", "no column “Enviroment”. Did you mean “Environment”?"), ("Status=sate", "“state”?")],
)
def test_map_of_what_there_is_not_says_what_could_be_meant(said: str, why: str) -> None:
    found = export(Kind.JIRA, f"{JIRA},Environment", f"Cap it,OPS-1,,,,{CREATED},,,,,,,x")
    with pytest.raises(BadFile) as error:
        planned(found, maps=(said,))
    assert why in error.value.reason


def test_columns_that_are_not_taken_are_named_once_and_empty_ones_not() -> None:
    header = f"{JIRA},Sprint,Sprint,Comment,Votes"
    found = export(Kind.JIRA, header, f"Cap it,OPS-1,,,,{CREATED},,,,,,,Sprint 7,Sprint 8,Yes,")
    assert planned(found).not_taken(found) == ["Sprint", "Comment"]


def test_board_of_github_says_that_it_is_under_way_but_not_that_it_is_over() -> None:
    def state(said: str, closed_at: str | None, column: str) -> State:
        issue = {"title": "A", "state": said, "createdAt": "2024-03-12T15:45:00Z", "closedAt": closed_at}
        board = {"projectItems": [{"status": {"optionId": "1", "name": column}, "title": "Board"}]}
        return rows(export(Kind.GITHUB, json.dumps(issue | board)))[0].state

    assert state("OPEN", None, "Done") is State.IN_PROGRESS
    assert state("CLOSED", "2024-03-13T15:45:00Z", "In Progress") is State.CLOSED


def test_pull_request_and_row_without_a_title_are_no_items() -> None:
    issue = {"title": "A", "state": "open", "created_at": "2024-03-12T15:45:00Z", "closed_at": None}
    text = json.dumps([issue | {"pull_request": {"url": "u", "html_url": "h"}}])
    with pytest.raises(LeftOut, match="pull request"):
        rows(export(Kind.GITHUB, text))
    with pytest.raises(LeftOut, match="no title"):
        jira(title="")


def test_times_that_contradict_each_other_are_said() -> None:
    notes = Notes("Line")
    header = "ID,Title,Status,Created,Started,Completed,Canceled,Updated"
    line = "ENG-1,A,Done,2024-05-14T09:00:00Z,2024-05-13T09:00:00Z,2024-05-15T09:00:00Z,,"
    (row,) = rows(export(Kind.LINEAR, header, line), notes)
    assert (row.state, row.started_at) == (State.CLOSED, None)
    assert "started_at: it lies before its creation" in "".join(notes.said())


def test_long_text_is_cut_and_said() -> None:
    notes = Notes("Line")
    title, details = "x" * 400, "y" * 4_000
    header = "ID,Title,Description,Status,Created,Completed,Canceled"
    (row,) = rows(export(Kind.LINEAR, header, f"E-1,{title},{details},Todo,2024-05-14T09:00:00Z,,"), notes)
    assert (len(row.title), len(row.details)) == (300, 3_000)
    assert row.details.startswith(title)  # nothing of the title is lost
    assert len([said for said in notes.said() if "cut" in said]) == 2


def test_cell_that_cannot_be_read_says_which() -> None:
    with pytest.raises(BadRow) as error:
        jira(created="soon", due="never")
    assert [reason.partition(":")[0] for reason in error.value.reasons] == ["created_at", "due"]


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (Kind.JIRA, "", "it is empty"),
        (Kind.JIRA, "<html><body>", "it is no CSV file"),
        (Kind.JIRA, "a,b\n1,2", "it has no column “summary”"),
        (Kind.LINEAR, "Task ID,Created At,Completed At,Last Modified,Name\n1,,,,x", "--from asana"),
        (Kind.GITHUB, "[1, 2]", "it is no list of issues"),
        (Kind.GITHUB, "[]", "it is empty"),
        (Kind.GITHUB, '[{"title": "x"}]', "it has no column “state”"),
        (Kind.GITHUB, "[" * 100_000, "it is no JSON"),
        (Kind.ASANA, "[{}]", "it is no CSV file"),
    ],
)
def test_file_that_is_no_export_says_what_it_could_be(kind: Kind, text: str, said: str) -> None:
    with pytest.raises(BadFile) as error:
        export(kind, text)
    assert said in error.value.reason


@pytest.mark.parametrize("kind", [Kind.JIRA, Kind.LINEAR, Kind.ASANA, Kind.GITHUB])
def test_every_export_is_known_as_one_of_its_tracker_alone(kind: Kind) -> None:
    folder = Path("tests/data/exports")
    for path in folder.glob(f"{kind.value}*"):
        assert read_export(TRACKERS[kind], [path.read_bytes()]).records
        for other in set(Kind) - {kind}:
            with pytest.raises(BadFile):
                read_export(TRACKERS[other], [path.read_bytes()])


def test_what_is_said_of_many_rows_is_short() -> None:
    assert rows_named("Line", list(range(1, 40))) == "lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 29 more"
    assert rows_named("Entry", [2, 5]) == "entries 2, 5"
    assert len(shortened([str(number) for number in range(500)])) == 20
    assert len(shortened([str(number) for number in range(20)])) == 20
