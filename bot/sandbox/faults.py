"""Faults on demand: what shall go wrong, how often, and for which method. Docs: docs/sandbox.md."""

import itertools
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.sandbox.errors import CannotDo
from bot.sandbox.model import Json

KINDS = ("429", "error", "http", "delay", "drop_before", "drop_after_acceptance", "away")


@dataclass
class Fault:
    """`times`: how many calls it meets; None: all until it is deleted. `hits`: how many it has met."""

    id: int
    method: str
    kind: str
    times: int | None = 1
    channel: str | None = None
    error: str = "internal_error"
    status: int = 503
    retry_after: int = 1
    seconds: float = 1.0
    hits: int = 0

    def meets(self, method: str, channel: str | None) -> bool:
        if self.times is not None and self.hits >= self.times:
            return False
        # Every method, whatever the pattern says: a Slack that is away answers nothing.
        if self.kind == "away":
            return True
        return fnmatchcase(method, self.method) and self.channel in (None, channel)


class Faults:
    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self.all: dict[int, Fault] = {}

    def add(self, wanted: Json) -> Fault:
        """From the body of `POST /sandbox/faults`. Raises CannotDo."""
        if wanted.get("kind") not in KINDS:
            raise CannotDo(f"A fault's kind is one of: {', '.join(KINDS)}.")
        # Away is a state and no mishap: it lasts until it is ended.
        if wanted["kind"] == "away" and "times" not in wanted:
            wanted = wanted | {"times": None}
        defaults: Json = {"method": "*"}
        try:
            fault = Fault(id=next(self._ids), **(defaults | wanted))
        except TypeError as error:
            raise CannotDo("A fault has: method, kind, times, channel, error, status, retry_after, seconds.") from error
        self.all[fault.id] = fault
        return fault

    def remove(self, fault: int | None) -> None:
        """One, or all with None."""
        if fault is None:
            self.all.clear()
        elif self.all.pop(fault, None) is None:
            raise CannotDo(f"There is no fault {fault}.", 404)

    def strike(self, method: str, channel: str | None) -> Fault | None:
        """The first fault that meets this call; counts it."""
        # The first that was set, and no other: two faults for one call would hide each other.
        for fault in self.all.values():
            if fault.meets(method, channel):
                fault.hits += 1
                return fault
        return None
