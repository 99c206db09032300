"""CONTRIBUTING is true: what its recipes name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"`([^`\n]+)`", TEXT)
FILES = [
    each
    for each in QUOTED
    if re.fullmatch(r"[\w./]+\.(?:py|po|md|toml)|(?:[a-z_]+/)+", each) and not re.search("NNNN|NAME", each)
]
CLASSES = [each for each in QUOTED if re.fullmatch(r"[A-Z][a-z]+(?:[A-Z][a-z]+)*", each)]
TARGETS = re.findall(r"`make ([a-z]+)", TEXT)
SOURCES = [
    path.read_text(encoding="utf-8")
    for folder in ("bot", "handlers", "storage", "scheduler", "tests")
    for path in (ROOT / folder).rglob("*.py")
]


@pytest.mark.parametrize("named", sorted(set(FILES)))
def test_every_file_and_folder_that_is_named_exists(named: str) -> None:
    assert (ROOT / named).exists()


@pytest.mark.parametrize("named", sorted(set(CLASSES)))
def test_every_class_that_is_named_exists(named: str) -> None:
    assert any(re.search(rf"^class {named}\b", source, re.MULTILINE) for source in SOURCES)


@pytest.mark.parametrize("named", sorted(set(TARGETS)))
def test_every_target_of_make_that_is_named_exists(named: str) -> None:
    assert re.search(rf"^{named}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_recipes_are_there() -> None:
    assert {"A new subcommand", "A new field", "A new ritual", "A new measure", "A new migration"} <= set(
        re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    )
