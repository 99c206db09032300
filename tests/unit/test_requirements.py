"""`docs/requirements.md` names code and tests that exist, and leaves no requirement out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DONE, NOT_YET = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8").split("## Not done yet")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in DONE.splitlines() if line.startswith("| ")][
    1:
]
TESTS = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
EVERY = {f"R{n}" for n in range(1, 120)} | {f"P{n}" for n in range(1, 22)} | {f"B{n}" for n in range(1, 19)}
NUMBER = re.compile(r"\b([RPB])(\d+)(?:–[RPB]?(\d+))?\b")


def numbers(text: str) -> Iterator[str]:
    """`R1–R7, R9` → R1 … R7, R9."""
    for kind, first, last in NUMBER.findall(text):
        yield from (f"{kind}{number}" for number in range(int(first), int(last or first) + 1))


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def is_there(named: str) -> bool:
    """`test_x.py`, `tests/folder/`, `test_x.py::test_name` or a test's name alone."""
    place, _, name = named.partition("::") if named.endswith((".py", "/")) or "::" in named else ("", "", named)
    files = [path for path in TESTS if f"/{path.relative_to(ROOT)}".endswith(f"/{place}") or not place]
    if place.endswith("/"):
        files = [path for path in TESTS if path.is_relative_to(ROOT / place)]
    return any(not name or f"def {name}(" in TESTS[path] for path in files)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_every_test_that_is_named_exists(row: list[str]) -> None:
    named = quoted(row[2])
    assert named
    assert [each for each in named if not is_there(each)] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_every_file_that_is_named_exists(row: list[str]) -> None:
    places = [each for each in quoted(row[1]) if "/" in each and not each.startswith("/")]
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_every_requirement_is_done_or_said_not_to_be() -> None:
    said = {number for row in ROWS for number in numbers(row[0])}
    assert sorted(EVERY - said - set(numbers(NOT_YET))) == []
    assert sorted((said | set(numbers(NOT_YET))) - EVERY) == []
