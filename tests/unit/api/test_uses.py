"""Uses of tokens are counted in memory and written a little later; what cannot be written is not forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from sqlalchemy.exc import OperationalError

from bot.api import caller
from bot.domain.token import Token
from tests.builders import NOW, WORKSPACE

TOKEN = Token(WORKSPACE, 7, "dashboard", frozenset(), NOW)


def test_use_that_could_not_be_written_is_written_with_the_next_one() -> None:
    written: list[Any] = []
    is_away = True

    @contextmanager
    def begin() -> Iterator[None]:
        if is_away:
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        yield

    deps: Any = SimpleNamespace(db=SimpleNamespace(begin=begin))
    with (
        patch.object(caller, "Timer"),
        patch.object(caller, "record_uses", lambda _session, used: written.append(used)),
    ):
        uses = caller.Uses(deps)
        uses.count(TOKEN, NOW)
        uses.write()
        uses.count(TOKEN, NOW)
        is_away = False
        uses.write()
    assert written == [{7: (2, NOW)}]
