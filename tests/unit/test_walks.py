"""Every capability is walked on PostgreSQL, although most acceptance tests run on SQLite alone."""

from pathlib import Path

import pytest

ACCEPTANCE = sorted((Path(__file__).parents[1] / "acceptance").glob("test_*.py"))

ASK_OTHERS = {"test_nothing_leaks", "test_every_word", "test_fuzz", "test_backup", "test_first_hour"}
"""A backup is made of SQLite alone, and an operator's first hour begins with it. The others walk every capability once
more, for what it says of private items, for its words, or with nonsense; the query that decides who sees what is tried
on both in `tests/integration/storage/test_visibility.py`."""


@pytest.mark.parametrize("file", ACCEPTANCE, ids=lambda file: file.stem)
def test_every_acceptance_module_has_a_test_that_runs_on_postgresql(file: Path) -> None:
    """`walk` marks them; a module with a world of its own says on which database it runs."""
    text = file.read_text(encoding="utf-8")
    assert "mark.walk" in text or "def world(" in text or file.stem in ASK_OTHERS
