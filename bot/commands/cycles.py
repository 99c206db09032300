"""Python's search for cycles of objects, left out where nearly nothing makes any: each look walks all that is there."""

import gc
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ENDING = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """Rows of an import make none, and the search takes a fifth of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def begin_starting() -> None:
    """What is imported stays, and to look through it again and again takes a sixth of starting."""
    gc.disable()


def end_starting() -> None:
    """From now on the search looks at what came since: to look through what is here takes a tenth of a second."""
    with _signals_kept():
        gc.collect()
    gc.freeze()
    gc.enable()


@contextmanager
def _signals_kept() -> Iterator[None]:
    """A signal that comes meanwhile is heard afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # Handled within the search, a handler that raises would raise in some object's finalizer, where nobody hears it.
    heard: list[int] = []
    before = {each: signal.signal(each, lambda number, _frame: heard.append(number)) for each in ENDING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        for number in heard:
            signal.raise_signal(number)
