"""`actionitem mcp`: an MCP server for one assistant on this machine, on standard input and output."""

import os
from contextlib import suppress

from bot.commands.command import fail, opened, plainly

VARIABLE = "ACTIONITEM_TOKEN"
MISSING = f"Set {VARIABLE} to a token. Make one: actionitem token create NAME --scope items:read"


def mcp() -> None:
    """Serves an assistant by MCP on standard input and output, for the token in ACTIONITEM_TOKEN.

    What the token may not do is not offered. The assistant starts this command itself; what it writes is delivered to
    Slack by `actionitem serve`.

    Example: actionitem mcp
    """
    secret = os.environ.get(VARIABLE, "").strip()
    if not secret:
        fail(MISSING)
    with plainly():
        from bot.api.caller import TokenDoor  # noqa: PLC0415 – slow
        from bot.api.mcp import serve_stdio  # noqa: PLC0415
        from bot.api.problems import HttpProblem  # noqa: PLC0415

        with opened() as product, suppress(KeyboardInterrupt):
            try:
                serve_stdio(product.deps, TokenDoor(product.deps), secret)
            except HttpProblem as problem:
                fail(f"{VARIABLE}: {problem}")
