"""Rows written and read back."""

import json
from datetime import date
from io import BytesIO

import pytest

from bot.domain.item import Remedy
from bot.domain.lifecycle import State
from bot.domain.porting.columns import COLUMNS
from bot.domain.porting.gathering import SHOWN, Problems
from bot.domain.porting.lines import csv_rows, jsonl_rows
from bot.domain.porting.reading import read_row
from bot.domain.porting.row import Row
from bot.domain.porting.writing import Format, head, written
from tests.unit.domain.porting.rows import NOW, day, row

FULL = row(
    number=12, title='Say "no", twice', details="=1+1\r\nand | more\n", collaborators=("U0AISHA", "U0MARCO"),
    incident="-5 °C in Zürich", incident_started_at=day(0), root_cause="\tTabs", remedy=Remedy.PROCESS,
    themes=("alerts", "retry storms"), state=State.IN_PROGRESS, blocked=True, impact=5,
    verification="@everybody sees 🎉",
    started_at=day(1).replace(microsecond=123), last_progress_at=day(2), postmortem_url="https://example.com/pm?a=1&b",
    ticket_url="https://example.com/t", private_channel="G0SECRET",
    starts_on=date(2026, 3, 1), staffing="Two of us", systemic_item=9, trigger_condition="=Staging is there",
    severity="SEV1 – critical", references="https://example.com/a\nand b", incident_root_cause="A storm",
    services=("search", "dns"),
)  # fmt: skip
READERS = {Format.CSV: csv_rows, Format.JSONL: jsonl_rows}


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("original", [FULL, row(number=1), row(number=2, team="")], ids=["full", "plain", "no team"])
def test_written_row_is_read_back(form: Format, original: Row) -> None:
    text = head(form) + written(form, [original])
    ((line, cells),) = [each for each in READERS[form](BytesIO(text.encode())) if isinstance(each, tuple)]
    assert read_row(line, cells, NOW) == original._replace(line=line)


def test_columns_are_the_contracts_in_their_order() -> None:
    assert head(Format.CSV) == ",".join(COLUMNS) + "\r\n"
    assert list(json.loads(written(Format.JSONL, [row(number=1)]))) == list(COLUMNS)
    contract = (
        "number title details owner collaborators team incident incident_started_at recurrence_of root_cause remedy "
        "themes state blocked impact urgency effort verification created_at due original_due started_at "
        "implemented_at verified_at ended_at deferred_at revisit_on last_progress_at postmortem_url ticket_url "
        "private_channel starts_on staffing systemic_item trigger_condition severity"
    )
    assert list(COLUMNS[:36]) == contract.split()
    assert {"references", "incident_root_cause", "services"} <= set(COLUMNS[36:])  # what else the forms ask


def test_json_has_numbers_as_numbers_and_null_for_nothing() -> None:
    found = json.loads(written(Format.JSONL, [FULL]))
    assert (found["number"], found["blocked"], found["impact"], found["ended_at"]) == (12, True, 5, None)
    assert found["details"] == "=1+1\r\nand | more\n"


def test_table_has_a_line_an_item_whatever_its_text_holds() -> None:
    line = written(Format.MARKDOWN, [row(number=3, title="a | b\n`c` <d> *e*")])
    assert line.startswith("| AI-3 | a \\| b `c` &lt;d&gt; \\*e\\* | U0PRIYA | Payments |")
    assert line.count("\n") == 1


def test_problems_are_shown_by_line_each_once() -> None:
    problems = Problems()
    problems.add([9, 3], "a")
    problems.add([3], "b", "a")
    assert (len(problems), list(problems.shown(5)), list(problems.shown(1))) == (
        2, ["Line 3: a; b.", "Line 9: a."], ["Line 3: a; b."],
    )  # fmt: skip


def test_of_many_bad_rows_the_first_are_kept_whatever_order_they_come_in() -> None:
    problems = Problems()
    for line in (*range(1000, 0, -1), *range(1001, 3000)):
        problems.add([line], "a")
    assert len(problems) == 2999
    assert [said.split(":")[0] for said in problems.shown(50)] == [f"Line {line}" for line in range(1, SHOWN + 1)]


def test_reasons_of_a_line_end_once() -> None:
    problems = Problems()
    problems.add([1], "There is no column “zzz”.")
    problems.add([2], "There is no column “zzz”.", "There is no column “titel”. Did you mean “title”?")
    assert list(problems.shown(2)) == [
        "Line 1: There is no column “zzz”.",
        "Line 2: There is no column “zzz”; There is no column “titel”. Did you mean “title”?",
    ]
