"""`make bench` is run now and then; what it is made of changes every day."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parents[1] / "benchmarks").glob("*.py"))
OURS = ("bot", "handlers", "storage", "scheduler", "tests")
IS_READ = "tests.benchmarks"


def taken(file: Path) -> Iterator[tuple[str, str]]:
    """Module and name of all that it takes from ours."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] in OURS:
            yield from ((str(node.module), alias.name) for alias in node.names)


def has(module: str, name: str) -> bool:
    # Benchmarks are read and not imported: DuckDB, a reference of theirs, complains when a process ends.
    if module == IS_READ:
        return any(file.stem == name for file in FILES)
    if module.startswith(IS_READ):
        return name in names_of(next(file for file in FILES if file.stem == module.rpartition(".")[2]))
    return hasattr(import_module(module), name) or bool(import_module(f"{module}.{name}"))


def names_of(file: Path) -> set[str]:
    """What stands at its top, what it imports included."""
    found = set[str]()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
        else:
            found |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_benchmark_takes_nothing_that_is_not_there(file: Path) -> None:
    assert [f"{module}.{name}" for module, name in taken(file) if not has(module, name)] == []
