"""Connections to PostgreSQL that end when it hangs.

Its own `statement_timeout` helps only where it still runs; a server that stands still, or a network that swallows
everything, is noticed here.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from select import POLLIN, poll
from time import monotonic
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Engine, event

from storage.patience import patience, waited_in_vain

CONNECT_S = 5.0
SURE_FOR_S = 1.0
"""For how long a connection that answered is taken to live, while nothing comes from it."""
TCP = {"tcp_user_timeout": 10_000, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""For a network that swallows what is sent: the kernel gives up, in seconds; the first in thousandths."""
T = TypeVar("T")


def end_when_it_hangs(engine: Engine) -> None:
    """Gives the engine such connections; whether they live (`pool_pre_ping`) is asked only where it is in doubt."""
    dialect: Any = engine.dialect
    dialect.do_ping = partial(_lives, dialect.do_ping)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: Any, options: dict[str, Any]) -> psycopg.Connection[Any]:
        # Connecting is waiting too, so it ends with the caller's patience.
        left = min(CONNECT_S, patience())
        if left <= 0:
            raise psycopg.OperationalError("nobody waits for the database any longer")
        began = monotonic()
        try:
            return Patient.connect(*arguments, **{"connect_timeout": max(1, round(left)), **TCP, **options})
        except psycopg.OperationalError:
            waited_in_vain(monotonic() - began)
            raise


def _lives(ask: Callable[[Any], bool], connection: Patient) -> bool:
    # A server that ends or cuts a connection says so on it. To ask would be one more way there and back for each
    # transaction, and a seventh of a small one's CPU.
    return (connection.is_sure and not connection.has_news) or ask(connection)


class Patient(psycopg.Connection[Any]):
    """Asks no longer than somebody waits. Then it is closed: nobody knows what became of what it asked."""

    answered_at = 0.0

    @property
    def is_sure(self) -> bool:
        """Whether it has just answered."""
        return monotonic() - self.answered_at < SURE_FOR_S

    @property
    def has_news(self) -> bool:
        """Whether something came without being asked for: mostly its end."""
        if self.closed:
            return True
        look = poll()
        look.register(self.pgconn.socket, POLLIN)
        return bool(look.poll(0))

    def wait(self, gen: Generator[Any, Any, T], interval: float = 0.1, timeout: float | None = None) -> T:
        """As psycopg's, which is called between any two answers. Raises `psycopg.OperationalError` at the end."""
        return super().wait(self._ending(gen), interval, timeout)

    def _ending(self, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        began, left = monotonic(), patience()
        try:
            state = next(gen)
            while True:
                ready = yield state
                if not ready and (waited := monotonic() - began) > left:
                    waited_in_vain(waited)
                    # Closed and not cancelled: a cancellation is another question to a server that does not answer.
                    self.pgconn.finish()
                    raise psycopg.OperationalError("the database did not answer in time")
                state = gen.send(ready)
        except StopIteration as done:
            self.answered_at = monotonic()
            return done.value  # type: ignore[no-any-return]
