"""Files as rows: their lines, delimiters, encodings, and what makes a file unusable."""

from collections.abc import Sequence
from io import BytesIO

import pytest

from bot.domain.porting.columns import BadFile, BadRow
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


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf"])
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
    assert [each[1]["details"] for each in rows if isinstance(each, tuple)] == ["x"]
    assert bad_of(rows) == [
        (3, "column 9 holds something and has no name in the first line; name it, or empty it"),
        (4, "it has 7 cells and the header 9; quote cells that hold a “,”"),
    ]


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


def test_row_with_other_cells_than_the_header_is_named() -> None:
    bad = bad_of(list(csv_rows(BytesIO(HEADER + ROW + b"a,b\n" + b"Cap,U0PRIYA\n"))))
    assert [line for line, _ in bad] == [2, 3]
    assert bad[0][1] == "it has 8 cells and the header 7; quote cells that hold a “,”"


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
        (b'{"impact": 2.5}', "impact: a text or a number is expected"),
        (b'{"themes": ["a;b"]}', "themes: a text or a number is expected"),
        (b'{"title": {"a": 1}}', "title: a text or a number is expected"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_json_line_is_named(line: bytes, reason: str) -> None:
    assert bad_of(list(jsonl_rows([line]))) == [(1, reason)]
