"""Files as rows: their lines, delimiters, encodings, and what makes a file unusable."""

from collections.abc import Sequence
from io import BytesIO

import pytest

from bot.domain.porting.columns import COLUMNS, BadFile, BadRow
from bot.domain.porting.foreign import _CALLED, _COLUMN
from bot.domain.porting.lines import Cells, csv_rows, jsonl_rows

HEADER = b"title,owner,team,state,created_at,due,details\n"
ROW = b"Cap retries,U0PRIYA,Payments,not_started,2026-01-05,2026-02-05,"


def csv_of(content: bytes) -> list[tuple[int, Cells]]:
    return [each for each in csv_rows(BytesIO(content)) if isinstance(each, tuple)]


def bad_of(rows: Sequence[object]) -> list[tuple[int, str]]:
    return [(each.line, "; ".join(each.reasons)) for each in rows if isinstance(each, BadRow)]


def refusal(content: bytes) -> str:
    with pytest.raises(BadFile) as caught:
        list(csv_rows(BytesIO(content)))
    return caught.value.reason


def test_row_knows_the_line_in_which_it_begins() -> None:
    rows = csv_of(HEADER + ROW + b'"two\r\nlines"\n' + b"\n" + ROW + b"last\n")
    assert [(line, cells["details"]) for line, cells in rows] == [(2, "two\r\nlines"), (5, "last")]


@pytest.mark.parametrize("delimiter", [b";", b"\t"])
def test_delimiter_is_the_headers(delimiter: bytes) -> None:
    ((_, cells),) = csv_of((HEADER + ROW + b"x\n").replace(b",", delimiter))
    assert (cells["title"], cells["details"]) == ("Cap retries", "x")


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbf" + HEADER + ROW + b"x\n", (HEADER + ROW + b"x\n").replace(b"\n", b"\r\n")]
)
def test_mark_of_excel_and_its_line_ends_do_not_matter(content: bytes) -> None:
    ((_, cells),) = csv_of(content)
    assert (cells["title"], cells["details"]) == ("Cap retries", "x")


def test_header_may_be_written_for_people() -> None:
    ((_, cells),) = csv_of(b"Title,Owner,TEAM,state,Created at,due\n" + ROW[:-1] + b"\n")
    assert cells["created_at"] == "2026-01-05"


def test_defused_formula_is_a_formula_again() -> None:
    ((_, cells),) = csv_of(HEADER + ROW + b"'=1+1\n")
    assert cells["details"] == "=1+1"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"sep=;\n", b",,,\n \n"])
def test_empty_file_is_refused(content: bytes) -> None:
    assert "The file is empty. Its first line names the columns" in refusal(content)


def test_missing_columns_are_named() -> None:
    assert refusal(b"title,owner,state\n") == (
        "The first line must name the columns; these are missing: team, created_at, due."
    )


def test_unknown_column_is_answered_with_the_nearest() -> None:
    assert "There is no column “ownr”. Did you mean “owner”?" in refusal(HEADER.replace(b"owner", b"ownr"))


def test_empty_columns_behind_the_last_are_those_of_a_spreadsheet() -> None:
    rows = list(csv_rows(BytesIO(HEADER.replace(b"\n", b",, \n") + ROW + b"x,,\n" + ROW + b"y,,z\n" + ROW + b"\n")))
    assert [each[1].get("details") for each in rows if isinstance(each, tuple)] == ["x", None]
    assert bad_of(rows) == [(3, "column 9 holds something and has no name in the first line; name it, or empty it")]


def test_columns_without_a_name_are_told_once_by_their_places() -> None:
    assert refusal(b"title,owner,,state\n") == (
        "Column 3 has no name in the first line. Name every column, or remove it."
    )
    assert refusal(b"title,,,state\n").startswith("Columns 2, 3 have no name in the first line.")


def test_column_twice_is_refused() -> None:
    assert refusal(HEADER.replace(b"details", b"title")) == "A column can be there once only: title."


@pytest.mark.parametrize("content", [HEADER + ROW + b"caf\xe9\n", (HEADER + ROW).decode().encode("utf-16")])
def test_what_is_not_utf8_is_refused_with_its_line(content: bytes) -> None:
    assert "is not UTF-8. Save the file as “CSV UTF-8”" in refusal(content)


def test_open_quote_is_refused() -> None:
    assert "Check its quotes." in refusal(HEADER + ROW + b'"never closed\n' + ROW + b"x\n")


def test_row_with_more_cells_than_the_header_is_named() -> None:
    bad = bad_of(list(csv_rows(BytesIO(HEADER + ROW + b"a,b\n" + ROW + b"a,,\n"))))
    assert bad == [(2, "it has 8 cells and the header 7; quote cells that hold a “,”")]


def test_missing_cells_at_the_end_of_a_row_are_empty() -> None:
    assert csv_of(HEADER + b"Cap,U0PRIYA\n" + ROW[:-1] + b"\n") == [
        (2, {"title": "Cap", "owner": "U0PRIYA"}),
        (3, dict(zip(HEADER.decode().split(",")[:6], ROW.decode().split(",")[:6], strict=True))),
    ]


@pytest.mark.parametrize("nothing", [b"", b",,,,,,", b",", b" , ,\t", b'"",""', b" "])
def test_row_without_any_value_is_passed_over(nothing: bytes) -> None:
    rows = csv_of(HEADER + ROW + b"a\n" + nothing + b"\n" + ROW + b"b\n" + nothing + b"\n")
    assert [(line, cells["details"]) for line, cells in rows] == [(2, "a"), (4, "b")]


@pytest.mark.parametrize("nothing", [b"", b"  ", b"{}", b'{"title": null, "due": "", "themes": []}'])
def test_json_line_without_any_value_is_passed_over(nothing: bytes) -> None:
    assert list(jsonl_rows([nothing + b"\n"])) == []


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=repr)
@pytest.mark.parametrize("piece", [1, 2, 7, 1000])
def test_line_may_end_in_any_way_and_come_in_any_pieces(end: bytes, piece: int) -> None:
    content = HEADER.rstrip() + end + ROW + b"a" + end + ROW + b'"two' + end + b'lines"' + end + ROW + b"b" + end
    pieces = [content[at : at + piece] for at in range(0, len(content), piece)]
    rows = [each for each in csv_rows(pieces) if isinstance(each, tuple)]
    assert [(line, cells["details"]) for line, cells in rows] == [
        (2, "a"), (3, f"two{end.decode()}lines"), (5, "b"),
    ]  # fmt: skip


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=repr)
def test_json_lines_may_end_in_any_way(end: bytes) -> None:
    assert list(jsonl_rows([end.join([b'{"title": "a"}', b"", b'{"title": "b"}'])])) == [
        (1, {"title": "a"}), (3, {"title": "b"}),
    ]  # fmt: skip


@pytest.mark.parametrize("first", [b"sep=;", b"SEP=;", b'"sep=;"', b"\xef\xbb\xbfsep=;"])
def test_line_that_says_the_separator_is_no_header(first: bytes) -> None:
    ((line, cells),) = csv_of(first + b"\r\n" + (HEADER + ROW + b"x,y\n").replace(b",", b";").replace(b"x;y", b"x,y"))
    assert (line, cells["details"]) == (3, "x,y")


@pytest.mark.parametrize("separator", [b"\t", b"|", b"^", b","])
def test_any_separator_can_be_said(separator: bytes) -> None:
    ((_, cells),) = csv_of(b"sep=" + separator + b"\n" + (HEADER + ROW + b"x\n").replace(b",", separator))
    assert (cells["title"], cells["details"]) == ("Cap retries", "x")


@pytest.mark.parametrize("before", [b"\n\n", b" \r\n,,,\r\n", b"\t\t\n;;\n", b"\nsep=,\n\n"])
def test_blank_lines_before_the_header_are_passed_over(before: bytes) -> None:
    ((line, cells),) = csv_of(before + HEADER + ROW + b"x\n")
    assert (line, cells["details"]) == (before.count(b"\n") + 2, "x")


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Summary", "title"), ("Assignee", "owner"), ("Due Date", "due"), ("Issue key", "number"),
        ("Custom field (Severity)", "severity"), ("Story Points", "effort"), ("Labels", "themes"),  # Jira
        ("closedAt", "ended_at"), ("html_url", "ticket_url"), ("body", "details"), ("assignees", "owner"),  # GitHub
        ("Estimate", "effort"), ("Completed", "ended_at"), ("Identifier", "number"),  # Linear
        ("Assignee Email", "owner"), ("Section/Column", "state"), ("Last Modified", "last_progress_at"),
        ("Notes", "details"), ("Completed At", "ended_at"),  # Asana
        ("How will we verify it?", "verification"), ("Who staffs it?", "staffing"), ("Action", "title"),  # ours
    ],
)  # fmt: skip
def test_column_of_another_tool_is_named_with_the_one_that_it_could_be(header: str, column: str) -> None:
    name = header.lower().replace(" ", "_")
    assert f"There is no column “{name}”. It could be “{column}”." in refusal(header.encode() + b"," + HEADER)


def test_every_guess_is_a_column() -> None:
    assert set(_CALLED) <= set(COLUMNS)
    assert set(_COLUMN) & set(COLUMNS) == set()


def test_json_lines_take_values_of_any_kind() -> None:
    line = b'{"number": 7, "title": "Cap", "blocked": true, "collaborators": ["U0AISHA", "U0MARCO"], "due": null}\n'
    ((number, cells),) = jsonl_rows([b"\n", line])
    assert (number, cells) == (
        2, {"number": "7", "title": "Cap", "blocked": "true", "collaborators": "U0AISHA;U0MARCO", "due": ""},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[1]", "it is not a JSON object"),
        (b"{", "it is not a JSON object"),
        (b"[" * 100_000, "it is not a JSON object"),
        (b'{"titel": "x"}', "There is no column “titel”. Did you mean “title”?"),
        (b'{"impact": {"of": 2.5}}', "impact: a text or a number is expected"),
        (b'{"themes": ["a;b"]}', "themes: a text or a number is expected"),
        (b'{"title": {"a": 1}}', "title: a text or a number is expected"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_json_line_is_named(line: bytes, reason: str) -> None:
    assert bad_of(list(jsonl_rows([line]))) == [(1, reason)]
