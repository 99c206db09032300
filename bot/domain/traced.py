"""What is traced while it happens, for whoever asked for traces (`bot/commands/traces.py`); otherwise it costs a call.

Pure: which library writes them is not known here.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Side(StrEnum):
    """Which side of what is done a span is, in the words of OpenTelemetry."""

    SERVER = "server"
    CLIENT = "client"
    CONSUMER = "consumer"


class Tracing(Protocol):
    """What writes spans."""

    def span(self, name: str, side: Side, parent: str, facts: Mapping[str, str]) -> AbstractContextManager[object]:
        """A span as long as the block; *parent* as `here` gives it, "" for the one that is under way."""

    def here(self) -> str:
        """The span that is under way, as W3C's `traceparent`; "" without one."""


@dataclass
class Tracer:
    """Where spans go: nowhere, until somebody is told of them."""

    told: Tracing | None = None

    def span(self, name: str, side: Side, parent: str = "", **facts: str) -> AbstractContextManager[object]:
        """A span as long as the block. *facts* are ids and our own words, and never what somebody wrote."""
        return self.told.span(name, side, parent, facts) if self.told else nullcontext()

    def here(self) -> str:
        """The span that is under way, to be carried to where it goes on; "" without one."""
        return self.told.here() if self.told else ""


TRACES = Tracer()
"""Those of this process."""
