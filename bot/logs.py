"""Logging: structlog to standard error, for people or as JSON lines. Never a token, never what people wrote, and never
the same error more than once a minute."""

import logging
import sys
from collections.abc import Callable, Hashable
from contextlib import suppress
from time import monotonic
from typing import Any

import structlog

REPEATED_EVERY_S = 60.0
REMEMBERED = 1000
"""Errors that differ; when there are more, they are not the same error again and again."""

HARMLESS = ("alembic", "apscheduler", "uvicorn")
"""Libraries that may say all they have to say at `debug`. Others would show tokens, headers, and rows as they are read:
SQLAlchemy hides what is written only."""


class Unfailing(structlog.PrintLogger):
    """Where nothing more can be written (the disk is full), what is said is lost, and the work goes on."""

    def msg(self, message: str) -> None:
        """As structlog's."""
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


class Repeats:
    """Lets the same error through once in a while, so that who makes us err fills no disk. Its first line counts."""

    def __init__(self, every_s: float = REPEATED_EVERY_S, clock: Callable[[], float] = monotonic) -> None:
        self._every_s, self._clock = every_s, clock
        self._said: dict[Hashable, tuple[float, int]] = {}

    def left_out(self, key: Hashable) -> int | None:
        """How many like it were left out before it; None when it is to be left out itself."""
        now = self._clock()
        at, more = self._said.get(key, (now - self._every_s, 0))
        if now - at < self._every_s:
            self._said[key] = (at, more + 1)
            return None
        # All at once: errors that differ each time would fill the memory otherwise, and are logged anyhow.
        if len(self._said) >= REMEMBERED:
            self._said.clear()
        self._said[key] = (now, 0)
        return more

    def __call__(self, _logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        """As structlog's processor: errors whose fields are the same are the same."""
        if event["level"] not in ("warning", "error", "critical"):
            return event
        # Without the request's id, with which no two of them would be the same.
        fields = {name: repr(value) for name, value in event.items() if name not in ("exc_info", "request")}
        more = self.left_out((*sorted(fields.items()), _kind(event.get("exc_info"))))
        if more is None:
            raise structlog.DropEvent
        if more:
            event["left_out"] = more
        return event

    def filter(self, record: logging.LogRecord) -> bool:
        """As the standard library's filter: what libraries write into their words differs, not the first of them."""
        if record.levelno < logging.WARNING:
            return True
        first = str(record.msg).partition("\n")[0]
        more = self.left_out((record.name, record.levelno, first, _kind(record.exc_info)))
        if more:
            record.msg = f"{record.msg} (and {more} more like it)"
        return more is not None


def _kind(raised: object) -> str:
    """What was raised: an error, what `sys.exc_info` gives, or True for what is raised right now."""
    error = sys.exc_info()[1] if raised is True else raised[1] if isinstance(raised, tuple) else raised
    return f"{type(error).__name__}: {error}".partition("\n")[0] if error else ""


def configure(level: str, fmt: str) -> None:
    """Sets up structlog and the standard library's logging alike; *fmt* is `console` or `json`."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        # Before the time is stamped on, with which no two lines would be the same.
        Repeats(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if fmt == "json"
        else [_console(colors=sys.stderr.isatty())]
    )
    written_to = sys.stderr
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=lambda *_: Unfailing(written_to),
        cache_logger_on_first_use=False,  # a kept logger would go on writing where an earlier one was told to
    )
    _standard(level, fmt)


def _standard(level: str, fmt: str) -> None:
    """Libraries log through here: what goes wrong; when everything was asked for, more of the harmless ones."""
    pre: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if fmt == "json":
        pre.append(structlog.processors.format_exc_info)
    renderer = structlog.processors.JSONRenderer() if fmt == "json" else _console(colors=False)
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Repeats().filter)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=pre))
    root = logging.getLogger()
    # In place of what libraries have put there: else lines would come twice.
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for quiet in ("slack_sdk", "slack_bolt", "asyncio"):  # they warn of what is handled, with tokens and texts
        logging.getLogger(quiet).setLevel(logging.ERROR)
    for harmless in HARMLESS:
        logging.getLogger(harmless).setLevel(logging.DEBUG if level == "debug" else logging.WARNING)


def _console(*, colors: bool) -> structlog.dev.ConsoleRenderer:
    """For people. The default traceback shows the variables of every frame: tokens and what people wrote."""
    return structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
