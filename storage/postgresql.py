"""Connections to PostgreSQL that end when it hangs.

Its own `statement_timeout` helps only where it still runs; a server that stands still, or a network that swallows
everything, is noticed here.
"""

from collections.abc import Generator
from time import monotonic
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Engine, event

from storage.patience import patience, waited_in_vain

CONNECT_S = 5.0
TCP = {"tcp_user_timeout": 10_000, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""For a network that swallows what is sent: the kernel gives up, in seconds; the first in thousandths."""
T = TypeVar("T")


def end_when_it_hangs(engine: Engine) -> None:
    """Gives the engine such connections."""

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


class Patient(psycopg.Connection[Any]):
    """Asks no longer than somebody waits. Then it is closed: nobody knows what became of what it asked."""

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
            return done.value  # type: ignore[no-any-return]
