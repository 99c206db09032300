"""A Slack that takes everything and says yes at once, as a process of its own: for measuring, not for testing.

`python -m tests.benchmarks.slack` prints its address and serves until it is ended; each answer takes as many seconds
as `SLACK_TAKES_S` says. With `SLACK_TEAMS=100/20` the bot is in the channels of a hundred teams, spread over twenty
workspaces as `tests/benchmarks/monday.py` makes them, and the same fifteen people are in each of these.
"""

import asyncio
import json
import os
from urllib.parse import parse_qs

USER = {"id": "U0OWNER", "name": "owner", "tz": "Europe/Berlin", "profile": {"display_name": "Owner"}}
CHANNEL = {"id": "C0BENCH", "name": "bench", "is_private": False, "created": 1_700_000_000}
ANSWERS = {
    "auth.test": {"team_id": "T0BENCH", "team": "Bench", "user_id": "U0BOT", "user": "bot", "bot_id": "B0BOT"},
    "users.info": {"user": USER},
    "conversations.info": {"channel": CHANNEL},
    "conversations.members": {"members": ["U0OWNER", "U0ASKER"]},
    "conversations.open": {"channel": {"id": "D0BENCH"}},
    "chat.postMessage": {"channel": "C0BENCH", "ts": "1700000000.000100"},
    "views.open": {"view": {"id": "V0BENCH"}},
}


TAKES_S = float(os.environ.get("SLACK_TAKES_S", "0"))


TEAMS, WORKSPACES = map(int, os.environ.get("SLACK_TEAMS", "0/1").split("/"))


TEAM_MEMBERS = [f"U{number}" for number in range(15)]


def channels_in(workspace: str) -> list[dict[str, object]]:
    """Those that the bot is in."""
    first = int(workspace.removeprefix("T") or 0) or WORKSPACES
    return [{"id": f"C{team}", "name": f"c{team}", "is_private": False} for team in range(first, TEAMS + 1, WORKSPACES)]


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, kept alive as long as the client likes."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = head.split(b" ", 2)[1].decode()
            length = next(
                (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
            )
            sent = await reader.readexactly(length)
            said = {"ok": True} | ANSWERS.get(path.rpartition("/")[2], {})
            fields = parse_qs(sent.decode()) if TEAMS or b"user=" in sent else {}
            if asked := fields.get("user"):  # users.info is about whoever was asked for
                said["user"] = USER | {"id": asked[0]}
            if TEAMS and path.endswith("users.conversations"):
                said["channels"] = channels_in(fields["team_id"][0])
            if TEAMS and path.endswith("conversations.members"):
                said["members"] = TEAM_MEMBERS
            if TAKES_S:
                await asyncio.sleep(TAKES_S)
            body = json.dumps(said).encode()
            headers = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            writer.write(headers.encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def serve() -> None:
    """Listens on a free port."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print("http://{}:{}".format(*server.sockets[0].getsockname()), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
