"""Who may import whom, and what belongs nowhere else: design.md's rooms, held over the syntax tree."""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
OURS = ("bot", "handlers", "storage", "scheduler")
FILES = sorted(
    path.relative_to(ROOT)
    for package in OURS
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts and "static" not in path.parts
)
STDLIB = sys.stdlib_module_names | {"__future__"}

ROOMS: dict[str, tuple[set[str], set[str]]] = {
    # room: (what of ours it may import, which libraries; the standard library is everybody's)
    "bot/domain": ({"bot.domain"}, set()),
    "bot/blocks": ({"bot.domain", "bot.blocks"}, {"slack_sdk.models"}),
    "storage": ({"bot.domain", "storage"}, {"sqlalchemy", "alembic", "dbos"}),
    "bot/trackers": ({"bot.domain", "bot.trackers"}, {"httpx"}),
    "handlers": (
        {"bot", "storage", "handlers"},
        {"slack_bolt", "slack_sdk", "sqlalchemy", "structlog", "dateparser", "rapidfuzz"},
    ),
    "scheduler": (
        {"bot", "storage", "scheduler"},
        {"sqlalchemy", "structlog", "slack_sdk", "apscheduler", "holidays", "dbos"},
    ),
    "bot/sandbox": (
        {"bot.sandbox", "bot.blocks.ids"},
        {"starlette", "uvicorn", "httpx", "anyio", "websockets", "wsproto", "cryptography"},
    ),
}
WIRING = {"app", "cli", "serving", "ticking", "checking", "metrics", "web", "demo", "demo_items"}
"""Modules of `bot/` that put things together; no room may import them."""


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


@cache
def imports_of(file: Path) -> tuple[str, ...]:
    """Every module that the file imports, wherever in it, as a dotted name with what is taken from it."""
    return tuple(_imports(file))


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(file: Path) -> str | None:
    return next((room for room in ROOMS if file.is_relative_to(room)), None)


def is_within(module: str, names: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def found_in(files: Iterable[Path], look: Callable[[Path], Iterable[object]]) -> dict[str, list[object]]:
    """What *look* finds, by file; files without a find are left out."""
    return {str(file): found for file in files if (found := list(look(file)))}


def imports_within(*names: str) -> Callable[[Path], list[str]]:
    return lambda file: [module for module in imports_of(file) if is_within(module, set(names))]


IN_ROOMS = [file for file in FILES if room_of(file)]


def strangers(file: Path) -> list[str]:
    ours, libraries = ROOMS[room_of(file) or ""]
    return [
        module
        for module in imports_of(file)
        if module.partition(".")[0] not in STDLIB and not is_within(module, ours | libraries)
    ]


def test_room_imports_only_what_it_may() -> None:
    assert found_in(IN_ROOMS, strangers) == {}


def test_room_does_not_import_the_wiring() -> None:
    assert found_in(IN_ROOMS, imports_within(*(f"bot.{name}" for name in WIRING))) == {}


def test_only_the_demo_and_the_commands_know_the_sandbox() -> None:
    others = [file for file in FILES if room_of(file) != "bot/sandbox" and file.name not in ("cli.py", "demo.py")]
    assert found_in(others, imports_within("bot.sandbox")) == {}


def test_dbos_stays_behind_its_two_doors() -> None:
    doors = ("storage/outbox.py", "scheduler/delivery*.py")
    others = [file for file in FILES if not any(file.match(door) for door in doors)]
    assert found_in(others, imports_within("dbos")) == {}


def test_bolt_stays_in_the_router_and_the_edges_of_handlers() -> None:
    edges = ("router.py", "asked.py", "errors.py", "registry.py", "help.py", "events.py")
    others = [file for file in FILES if room_of(file) == "handlers" and file.name not in edges]
    assert found_in(others, imports_within("slack_bolt")) == {}


def reads_of_a_clock(file: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(file)):
        match node:
            case ast.Attribute(value=ast.Name(id="datetime" | "date" as of), attr="now" | "utcnow" | "today" as read):
                yield f"{of}.{read} in line {node.lineno}"


def test_rules_blocks_handlers_and_storage_are_given_the_time() -> None:
    rooms = ("bot/domain", "bot/blocks", "handlers", "storage")
    assert found_in([file for file in FILES if room_of(file) in rooms], reads_of_a_clock) == {}


def test_rules_and_blocks_leave_nothing_to_chance() -> None:
    pure = [file for file in FILES if room_of(file) in ("bot/domain", "bot/blocks")]
    assert found_in(pure, imports_within("time", "random", "uuid", "secrets", "os", "socket")) == {}


def broad_excepts(file: Path) -> Iterator[int]:
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "BaseException"
            if caught in ("Exception", "BaseException"):
                yield node.lineno


EDGES = ("scheduler/delivery*.py", "scheduler/ticker.py", "bot/serving.py")
"""Where everything may be caught: the delivery worker, the ticker. Bolt's error handler catches without `except`."""
SANDBOXES_OWN = "bot/sandbox/admin.py"  # a callback of the demo's; the answer says what went wrong


def test_everything_is_caught_only_at_the_edges() -> None:
    others = [file for file in FILES if not any(file.match(edge) for edge in (*EDGES, SANDBOXES_OWN))]
    assert found_in(others, broad_excepts) == {}


def test_bot_itself_is_empty() -> None:
    assert (ROOT / "bot/__init__.py").read_text(encoding="utf-8") == ""


def test_top_of_the_tree_has_no_further_package() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == {*OURS, "tests"}


def test_module_says_what_it_is_for() -> None:
    modules = [file for file in FILES if file.name not in ("__init__.py", "__main__.py")]
    assert [str(file) for file in modules if not ast.get_docstring(tree_of(file))] == []
