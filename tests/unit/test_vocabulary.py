"""One word for one thing: no name of a type has two meanings, and words that were given up do not come back."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    path
    for room in ("bot", "handlers", "storage", "scheduler")
    for path in (ROOT / room).rglob("*.py")
    if not {"sandbox", "coach", "migrations"} & set(path.relative_to(ROOT).parts)
]
GIVEN_UP = ("parking", "endings", "telling", "taking_up", "attention", "standing", "ownership")
"""Names of rooms and of what is in them that became defer, merge, notifications, claim, morning, span and accept."""


def types_of(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (each.id for each in node.targets if isinstance(each, ast.Name) and each.id.istitle())


def test_no_type_has_a_name_that_another_one_has() -> None:
    found = defaultdict(list)
    for path in FILES:
        for name in types_of(path):
            if not name.startswith("_") and len(name) > 1:
                found[name].append(str(path.relative_to(ROOT)))
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


@pytest.mark.parametrize("word", GIVEN_UP)
def test_word_that_was_given_up_names_no_module(word: str) -> None:
    assert [str(path) for path in FILES if word in path.stem] == []
