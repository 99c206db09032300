"""The API's schema as clients were promised it, and what would break them.

`python -m tests.api_schema` writes the schema of today down, once nothing of it breaks a client.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from bot.api.app import application
from bot.api.caller import TokenDoor
from bot.deps import Deps

PROMISED = Path(__file__).parent / "data" / "api" / "openapi.json"
Schema = dict[str, Any]


def schema_now() -> Schema:
    """As it is generated from the code, which needs nothing that runs for it."""
    nothing = cast("Deps", None)
    return application(nothing, TokenDoor(nothing)).openapi()


def promised() -> Schema:
    """As it was written down."""
    return dict(json.loads(PROMISED.read_text(encoding="utf-8")))


def breaks(before: Schema, now: Schema) -> list[str]:
    """What a client that was written for *before* would stumble over."""
    return [*_of_operations(before, now), *_of_shapes(before, now)]


def _of_operations(before: Schema, now: Schema) -> Iterator[str]:
    for path, methods in before["paths"].items():
        for method, old in methods.items():
            new = now["paths"].get(path, {}).get(method)
            if new is None:
                yield f"{method} {path} is gone"
                continue
            was = {(each["in"], each["name"]) for each in old.get("parameters", [])}
            there = {(each["in"], each["name"]): each for each in new.get("parameters", [])}
            yield from (f"{method} {path}: parameter {name} is gone" for kind, name in sorted(was - there.keys()))
            yield from (
                f"{method} {path}: parameter {name} is required now"
                for (kind, name), each in there.items()
                if each.get("required") and (kind, name) not in was
            )
            yield from (
                f"{method} {path}: answers {code} no more"
                for code in old["responses"].keys() - new["responses"].keys()
                if code.startswith("2")
            )


def _of_shapes(before: Schema, now: Schema) -> Iterator[str]:
    for name, old in before["components"]["schemas"].items():
        new = now["components"]["schemas"].get(name)
        if new is None:
            yield f"{name} is gone"
            continue
        fields, others = old.get("properties", {}), new.get("properties", {})
        yield from (f"{name}.{field} is gone" for field in sorted(fields.keys() - others.keys()))
        is_sent = name.endswith(("In", "Patch"))
        for field in sorted(fields.keys() & others.keys()):
            if _bare(fields[field]) != _bare(others[field]):
                yield f"{name}.{field} is {_bare(others[field])} and was {_bare(fields[field])}"
        if is_sent:
            more = set(new.get("required", [])) - set(old.get("required", []))
            yield from (f"{name}.{field} is required now" for field in sorted(more))
        elif lost := set(old.get("required", [])) - set(new.get("required", [])):
            yield from (f"{name}.{field} may be missing now" for field in sorted(lost))
        if lost := set(old.get("enum", [])) - set(new.get("enum", [])):
            yield f"{name} is never {', '.join(sorted(lost))} any more"


def _bare(schema: Any) -> Any:
    """Without what says nothing to a program."""
    if isinstance(schema, dict):
        said = ("title", "description", "examples", "example", "default")
        return {key: _bare(value) for key, value in schema.items() if key not in said}
    return [_bare(each) for each in schema] if isinstance(schema, list) else schema


if __name__ == "__main__":
    found = breaks(promised(), schema_now()) if PROMISED.exists() else []
    if found:
        sys.exit("\n".join(["This breaks clients; a new version of the API would be needed:", *found]))
    PROMISED.write_text(json.dumps(schema_now(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
