"""Files that want more than they should get: each is refused in a line, and little of it is ever held."""

import tracemalloc
from collections.abc import Callable, Iterable, Iterator

import pytest

from bot.domain.porting.columns import NAMED, WIDEST, BadFile, BadRow
from bot.domain.porting.file_lines import ROW_LIMIT
from bot.domain.porting.lines import FoundLine, csv_rows, jsonl_rows

HEADER = b"title,owner,team,state,created_at,due\n"
PIECE = 1 << 16
Read = Callable[[Iterable[bytes]], Iterator[FoundLine]]


def endless(first: bytes, again: bytes, given: list[int]) -> Iterator[bytes]:
    """200 MB, of which is noted how much was taken."""
    yield first
    piece = again * (PIECE // len(again))
    for _ in range(200_000_000 // PIECE):
        given.append(len(piece))
        yield piece


@pytest.mark.parametrize(
    ("read", "first", "again"),
    [
        (csv_rows, HEADER, b"x"),
        (csv_rows, HEADER, b","),
        (csv_rows, b"", b"x"),
        (csv_rows, b"", b"column,"),
        (csv_rows, HEADER + b'"', b"x\n"),
        (csv_rows, HEADER, b'"\n",'),
        (jsonl_rows, b'{"title": "', b"x"),
        (jsonl_rows, b"", b"["),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_row_that_does_not_end_is_refused_before_it_is_held(read: Read, first: bytes, again: bytes) -> None:
    given: list[int] = []
    tracemalloc.start()
    with pytest.raises(BadFile) as caught:
        list(read(endless(first, again, given)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(given) <= ROW_LIMIT + PIECE
    assert peak < 10 * ROW_LIMIT
    assert "Check" in caught.value.reason
    assert len(caught.value.reason) < 200


@pytest.mark.parametrize("columns", [WIDEST + 1, 100_000])
def test_header_of_very_many_columns_is_refused_in_a_line(columns: int) -> None:
    with pytest.raises(BadFile, match=f"The first line names {columns:,} columns, and there are 41"):
        list(csv_rows([b",".join(b"c%d" % number for number in range(columns))]))


def test_of_many_unknown_columns_some_are_named() -> None:
    with pytest.raises(BadFile) as caught:
        list(csv_rows([b",".join(b"zz%d" % number for number in range(150))]))
    assert caught.value.reason.count("There is no column") == NAMED
    assert "140 more are no columns either." in caught.value.reason


def test_of_a_json_object_with_very_many_names_some_are_named() -> None:
    line = b"{" + b",".join(b'"zz%d": 1' % number for number in range(50_000)) + b"}"
    (bad,) = jsonl_rows([line])
    assert isinstance(bad, BadRow)
    assert len(bad.reasons) == NAMED + 1


def test_name_that_is_very_long_or_cannot_be_printed_is_shortened() -> None:
    (bad,) = jsonl_rows([b'{"' + b"x" * 900_000 + b'": 1}'])
    assert isinstance(bad, BadRow)
    assert bad.reasons == (f"There is no column “{'x' * 59}…”.",)
    (bad,) = jsonl_rows([b'{"\\ud800": 1}'])
    assert isinstance(bad, BadRow)
    assert bad.reasons == ("There is no column “�”.",)


@pytest.mark.parametrize("value", [b"NaN", b"Infinity", b"1e999", b"1" * 5000, b"[[]]", b"[1]", b"3.5e0"])
def test_number_of_json_that_is_none_is_an_error_of_the_row(value: bytes) -> None:
    (found,) = jsonl_rows([b'{"impact": ' + value + b"}"])
    assert isinstance(found, BadRow) or found[1]["impact"] in ("nan", "inf", "3.5")
