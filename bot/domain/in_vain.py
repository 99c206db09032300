"""How long somebody waits for answers that do not come. What is answered in the end does not count: that the other
side is busy is no reason to refuse anybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class WaitingInVain:
    """Seconds that are left for unanswered questions, all in all; a request that asks ten times waits no ten times."""

    def __init__(self, name: str, elsewhere_s: float) -> None:
        """*elsewhere_s*: for each question outside of `at_most`, where nothing adds up."""
        self._left: ContextVar[list[float] | None] = ContextVar(name, default=None)
        self._elsewhere_s = elsewhere_s

    @contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """Within the block that much is waited in vain."""
        before = self._left.set([seconds])
        try:
            yield
        finally:
            self._left.reset(before)

    def left(self) -> float:
        """How long the next answer may take; none below zero."""
        left = self._left.get()
        return self._elsewhere_s if left is None else max(0.0, left[0])

    def waited(self, seconds: float) -> None:
        """That long there was no answer."""
        # In the list, and not set anew: a context that was copied meanwhile counts with this one.
        if left := self._left.get():
            left[0] -= seconds
