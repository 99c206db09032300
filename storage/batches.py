"""Long lists in pieces: a database takes so many values in a statement, and others wait while a transaction writes."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The values in their order, at most *size* at once."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
