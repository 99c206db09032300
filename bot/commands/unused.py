"""What a library would import where it is installed, and nobody uses here: it would only lie in the memory."""

import sys

RICH = "rich"
"""Typer brings it. With it structlog draws tracebacks that show every variable, which ours never do."""


def import_structlog() -> None:
    """Structlog without rich, four megabytes, which others may import afterwards all the same."""
    if RICH in sys.modules:
        return
    sys.modules[RICH] = None  # type: ignore[assignment]  # to Python: there is none
    try:
        import structlog as structlog  # noqa: PLC0415, PLC0414 – for its own sake
    finally:
        del sys.modules[RICH]
