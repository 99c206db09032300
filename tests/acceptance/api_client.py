"""A client of the HTTP API, as another tool has one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import httpx

from tests.acceptance.conftest import World
from tests.acceptance.test_life_of_an_item import create

Client = Callable[..., httpx.Client]
_names = count(1)


def item(world: World, channel: str) -> str:
    """An item of Priya's, by its label."""
    return create(world, world.person("U0PRIYA"), channel, Owner="U0PRIYA")


@contextmanager
def clients(world: World) -> Iterator[Client]:
    """Makes clients, each with a new token of the scopes that it is given."""
    opened: list[httpx.Client] = []

    def made(*scopes: str, name: str = "") -> httpx.Client:
        words = [word for scope in scopes for word in ("--scope", scope)]
        done = world.bot.command("token", "create", name or f"tool-{next(_names)}", *words)
        assert done.returncode == 0, done.stderr
        headers = {"Authorization": f"Bearer {done.stdout.strip()}"}
        opened.append(httpx.Client(base_url=f"{world.bot.url}/api/v1", headers=headers, timeout=30))
        return opened[-1]

    yield made
    for one in opened:
        one.close()
