"""Logging: structlog to standard error, for people or as JSON lines. Never a token, never what people wrote."""

import logging
import sys

import structlog


def configure(level: str, fmt: str) -> None:
    """Sets up structlog and the standard library's logging alike; *fmt* is `console` or `json`."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if fmt == "json"
        else [_console(colors=sys.stderr.isatty())]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,  # a kept logger would go on writing where an earlier one was told to
    )
    _standard(level, fmt)


def _standard(level: str, fmt: str) -> None:
    """Libraries log through here: only what goes wrong, unless everything was asked for."""
    pre: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if fmt == "json":
        pre.append(structlog.processors.format_exc_info)
    renderer = structlog.processors.JSONRenderer() if fmt == "json" else _console(colors=False)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=pre))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.DEBUG if level == "debug" else logging.WARNING)
    for noisy in ("slack_sdk", "slack_bolt", "asyncio"):  # at debug they would log tokens and texts
        logging.getLogger(noisy).setLevel(logging.ERROR)


def _console(*, colors: bool) -> structlog.dev.ConsoleRenderer:
    """For people. The default traceback shows the variables of every frame: tokens and what people wrote."""
    return structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
