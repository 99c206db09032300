"""The manifest can be pasted as it is: within Slack's documented limits, every scope and event used, none missing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.events import SCOPES as EVENT_SCOPES
from bot.sandbox.webapi.registry import METHODS
from bot.slack.scopes import OPTIONAL, declined
from handlers import workflow_step
from tests.running import ROOT, manifest

CONVERSATIONS = {"channels", "groups", "im", "mpim"}
READ, HISTORY = ({f"{kind}:{what}" for kind in CONVERSATIONS} for what in ("read", "history"))
OF_METHOD = {
    "conversations.info": READ,
    "conversations.members": READ,
    "users.conversations": READ,
    "conversations.history": HISTORY,
    "conversations.replies": HISTORY,
    "conversations.open": {"im:write"},
}
"""Methods of which Slack asks for the scope of each kind of conversation; any other takes the one it names."""
WITHOUT_CALL = {"commands", "chat:write.public"}
"""`/actionitem`; and posting in public channels without being in them."""
MESSAGE_EVENTS = {"message": "message.im"}
"""What was made private Slack also says by `member_joined_channel`; what is said in channels is nobody's business."""


def sources() -> Iterator[ast.AST]:
    for room in ("bot", "handlers", "scheduler", "storage"):
        for path in (ROOT / room).rglob("*.py"):
            if "sandbox" not in path.parts:
                yield from ast.walk(ast.parse(path.read_text()))


@pytest.fixture(scope="module")
def nodes() -> list[ast.AST]:
    return list(sources())


def methods_called(nodes: list[ast.AST]) -> set[str]:
    """By the WebClient's names (`chat_postMessage`), and by Slack's own where they are texts."""
    attributes = {node.attr.replace("_", ".", 1) for node in nodes if isinstance(node, ast.Attribute)}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return (attributes | texts) & METHODS.keys()


def events_registered(nodes: list[ast.AST]) -> set[str]:
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    given = [call.args[0] for call in calls if call.func.attr == "event" and call.args]  # type: ignore[attr-defined]
    named = {one.value for one in given if isinstance(one, ast.Constant)}
    steps = {"function_executed" for call in calls if call.func.attr == "function"}  # type: ignore[attr-defined]
    return {str(name) for name in named} | _in_loops(nodes) | steps


def _in_loops(nodes: list[ast.AST]) -> set[str]:
    """`for name in ("user_change", "team_join"): router.event(name, …)`."""
    loops = [node for node in nodes if isinstance(node, ast.For) and ".event(" in ast.unparse(node)]
    return {str(one.value) for loop in loops for one in ast.walk(loop.iter) if isinstance(one, ast.Constant)}


def test_every_scope_is_used_and_none_is_missing(nodes: list[ast.AST]) -> None:
    used = {scope for name in methods_called(nodes) for scope in OF_METHOD.get(name, set(METHODS[name].scopes))}
    subscribed = manifest()["settings"]["event_subscriptions"]["bot_events"]
    of_events = {scope for name in subscribed for scope in EVENT_SCOPES.get(name, set())}
    assert sorted(used | of_events | WITHOUT_CALL) == manifest()["oauth_config"]["scopes"]["bot"]


def test_every_event_is_used_and_none_is_missing(nodes: list[ast.AST]) -> None:
    subscribed = manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert {MESSAGE_EVENTS.get(name, name) for name in events_registered(nodes)} == set(subscribed)


def test_what_an_admin_may_decline_is_asked_for_and_said() -> None:
    scopes = manifest()["oauth_config"]["scopes"]
    assert scopes["bot_optional"] == sorted(OPTIONAL)
    assert set(scopes["bot_optional"]) <= set(scopes["bot"])
    assert declined(set(scopes["bot"]) - {"files:write"}) == [f"Without `files:write`: {OPTIONAL['files:write']}."]
    assert declined(scopes["bot"]) == declined([]) == []


def test_every_step_of_a_workflow_is_declared_with_the_fields_that_it_reads() -> None:
    declared = manifest()["functions"]
    assert set(declared) == {workflow_step.CREATE, workflow_step.LIST_DUE}
    read = {name: about["title"] for one in declared.values() for name, about in _inputs(one).items()}
    assert read == workflow_step.FIELDS
    assert declared[workflow_step.CREATE]["output_parameters"]["required"] == ["number", "permalink"]
    assert declared[workflow_step.LIST_DUE]["output_parameters"]["required"] == ["text", "count"]
    assert manifest()["settings"]["org_deploy_enabled"] is True


def _inputs(function: dict[str, Any]) -> dict[str, Any]:
    return dict(function["input_parameters"]["properties"])


def test_messages_tab_takes_messages() -> None:
    home = manifest()["features"]["app_home"]
    assert (home["messages_tab_enabled"], home["messages_tab_read_only_enabled"]) == (True, False)


KEYS = {
    "": {"_metadata", "display_information", "features", "oauth_config", "settings", "functions"},
    "_metadata": {"major_version", "minor_version"},
    "display_information": {"name", "description", "long_description", "background_color"},
    "features": {"app_home", "bot_user", "shortcuts", "slash_commands", "unfurl_domains"},
    "oauth_config": {"redirect_urls", "scopes"},
    "oauth_config.scopes": {"bot", "bot_optional"},
    "settings": {
        "event_subscriptions", "interactivity", "org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled",
        "function_runtime",
    },
}  # fmt: skip
"""Source: https://docs.slack.dev/reference/app-manifest; what is not there is refused."""
LENGTHS = {
    "display_information.name": (1, 35),
    "display_information.description": (1, 140),
    "display_information.long_description": (175, 4000),
    "features.bot_user.display_name": (1, 80),
    "features.slash_commands.0.command": (2, 32),
    "features.slash_commands.0.description": (1, 2000),
    "features.slash_commands.0.usage_hint": (1, 1000),
} | {
    f"features.shortcuts.{at}.{name}": (1, most)
    for at in (0, 1)
    for name, most in (("name", 24), ("callback_id", 255), ("description", 150))
}


def at(path: str) -> Any:
    found: Any = manifest()
    for key in filter(None, path.split(".")):
        found = found[int(key)] if key.isdigit() else found[key]
    return found


@pytest.mark.parametrize("path", KEYS)
def test_manifest_has_only_what_slack_documents(path: str) -> None:
    assert set(at(path)) <= KEYS[path]


@pytest.mark.parametrize("path", LENGTHS)
def test_texts_of_the_manifest_are_as_long_as_slack_takes(path: str) -> None:
    least, most = LENGTHS[path]
    assert least <= len(at(path)) <= most


def test_manifest_needs_nothing_filled_in() -> None:
    text = (ROOT / "app_manifest.yml").read_text(encoding="utf-8")
    said = "\n".join(line.partition(" #")[0] for line in text.splitlines() if not line.lstrip().startswith("#"))
    assert "YOUR" not in said
    assert re.fullmatch(r"#[0-9a-f]{6}", at("display_information.background_color"))
    assert at("settings.socket_mode_enabled") is True  # so that no address is needed
    assert Path(ROOT / "app_manifest.yml").stat().st_size < 50_000
