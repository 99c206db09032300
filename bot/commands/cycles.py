"""Python's search for cycles of objects, left out where nearly nothing makes any: each look walks all that is there."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
    gc.collect()
    gc.freeze()
    gc.enable()
