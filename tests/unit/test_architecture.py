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
SHARED = ("bot.clock", "bot.deps", "bot.languages", "bot.settings")
"""Modules of the top that the rooms may import."""
LIBRARIES_OF_THE_TOP = {
    "slack_bolt", "slack_sdk", "sqlalchemy", "structlog", "starlette", "uvicorn", "typer", "click", "pydantic",
    "apscheduler", "h11", "pydantic_settings", "prometheus_client", "polib", "yaml", "httpx", "cryptography",
    "opentelemetry",
}  # fmt: skip

ROOMS: dict[str, tuple[set[str], set[str]]] = {
    # room: (what of ours it may import, which libraries; the standard library is everybody's)
    "bot/domain": ({"bot.domain"}, set()),
    "bot/coach": ({"bot.domain", "bot.coach"}, set()),
    # What the coach found is drawn beside the field: blocks know its findings.
    "bot/blocks": ({"bot.domain", "bot.coach", "bot.blocks"}, {"slack_sdk.models"}),
    "storage": ({"bot.domain", "storage"}, {"sqlalchemy", "alembic", "dbos", "psycopg"}),
    "bot/trackers": ({"bot.domain", "bot.trackers"}, {"httpx", "cryptography"}),
    "bot/slack": (
        {"bot.domain", "bot.blocks", "bot.slack", "storage", *SHARED},
        {
            "slack_bolt",
            "slack_sdk",
            "urllib3",
            "sqlalchemy",
            "structlog",
            "starlette",
            "cryptography",
            "pydantic",
            "yaml",
        },
    ),
    "bot/services": (
        {"bot.domain", "bot.coach", "bot.blocks", "bot.slack", "bot.services", "storage", "bot.trackers", *SHARED},
        {"sqlalchemy", "structlog", "slack_sdk", "holidays", "rapidfuzz"},
    ),
    "handlers": (
        {
            "bot.domain",
            "bot.coach",
            "bot.blocks",
            "bot.slack",
            "bot.services",
            "storage",
            "handlers",
            "bot.trackers",
            *SHARED,
        },
        {"slack_bolt", "slack_sdk", "sqlalchemy", "structlog", "pydantic"},
    ),
    "scheduler": (
        {"bot.domain", "bot.blocks", "bot.slack", "bot.services", "storage", "scheduler", "bot.trackers", *SHARED},
        {"sqlalchemy", "structlog", "slack_sdk", "apscheduler", "dbos", "standardwebhooks"},
    ),
    "bot/api": (
        {"bot.domain", "bot.coach", "bot.blocks", "bot.slack", "bot.services", "bot.api", "storage", *SHARED},
        {"fastapi", "starlette", "pydantic", "sqlalchemy", "structlog", "mcp", "anyio"},
    ),
    "bot/sandbox": (
        {"bot.sandbox", "bot.blocks.ids"},
        {"starlette", "uvicorn", "httpx", "anyio", "websockets", "wsproto", "cryptography"},
    ),
    "bot/commands": (set(OURS), LIBRARIES_OF_THE_TOP),
    "bot": (set(OURS), LIBRARIES_OF_THE_TOP),
}
"""Every module stands in the first room that holds it; `bot` itself is the top, which puts all together."""


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


def room_of(file: Path) -> str:
    return next(room for room in ROOMS if file.is_relative_to(room))


def is_within(module: str, names: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def found_in(files: Iterable[Path], look: Callable[[Path], Iterable[object]]) -> dict[str, list[object]]:
    """What *look* finds, by file; files without a find are left out."""
    return {str(file): found for file in files if (found := list(look(file)))}


def imports_within(*names: str) -> Callable[[Path], list[str]]:
    return lambda file: [module for module in imports_of(file) if is_within(module, set(names))]


def strangers(file: Path) -> list[str]:
    ours, libraries = ROOMS[room_of(file)]
    return [
        module
        for module in imports_of(file)
        if module.partition(".")[0] not in STDLIB and not is_within(module, ours | libraries)
    ]


def test_room_imports_only_what_it_may() -> None:
    assert found_in(FILES, strangers) == {}


def test_bot_itself_has_at_most_ten_modules() -> None:
    top = [file.name for file in FILES if len(file.parts) == 2 and file.parts[0] == "bot"]
    assert len([name for name in top if name != "__init__.py"]) <= 10


def test_only_the_commands_know_the_sandbox() -> None:
    others = [file for file in FILES if room_of(file) not in ("bot/sandbox", "bot/commands")]
    assert found_in(others, imports_within("bot.sandbox")) == {}


def test_dbos_stays_behind_its_two_doors() -> None:
    doors = ("storage/outbox.py", "scheduler/delivery/*.py")
    others = [file for file in FILES if not any(file.match(door) for door in doors)]
    assert found_in(others, imports_within("dbos")) == {}


MAKES_DBOS_AN_ENGINE = "scheduler/delivery/dbos_queue.py"


def test_sql_is_written_in_storage_alone() -> None:
    """Elsewhere a session is handed on, and what the database raises is caught."""
    said = ("sqlalchemy.orm.Session", "sqlalchemy.exc")
    others = [file for file in FILES if room_of(file) not in ("storage", "bot/sandbox")]
    elsewhere = [file for file in others if str(file) != MAKES_DBOS_AN_ENGINE]
    found = found_in(elsewhere, imports_within("sqlalchemy"))
    assert {file: [each for each in names if not is_within(str(each), set(said))] for file, names in found.items()} == {
        file: [] for file in found
    }


def private_names_of_others(file: Path) -> Iterator[str]:
    """`library._name`: what a library keeps to itself changes without notice."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.ImportFrom):
            yield from (
                f"{node.module}.{each.name}" for each in node.names if each.name.startswith("_") and each.name != "_"
            )


def test_nobody_takes_a_private_name_of_another_module() -> None:
    assert found_in(FILES, private_names_of_others) == {}


def test_bolt_stays_in_the_router_and_the_edges_of_handlers() -> None:
    edges = ("handlers/gateway/*.py", "handlers/registry.py", "handlers/help.py", "handlers/events.py")
    others = [f for f in FILES if room_of(f) == "handlers" and not any(f.match(edge) for edge in edges)]
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


EDGES = ("scheduler/delivery/*.py", "scheduler/due.py", "bot/commands/serve.py", "bot/api/mcp.py")
"""Where everything may be caught: the delivery worker, the ticker, a tool that an assistant calls. Bolt's error handler
and the API's catch without `except`."""
SANDBOXES_OWN = "bot/sandbox/time_passing.py"  # a callback of the demo's; the answer says what went wrong


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
