"""What `actionitem coach` prints: findings as plain dictionaries, for one text or for lines of JSON.

Knows nothing of the terminal: the command in `cli.py` reads, prints and sets the exit code.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.coach import Finding, review


class BadLine(ValueError):
    """A line that is no JSON object with a `text`; the message names the line and what to do."""


def coach_text(text: str, item_id: Any = None) -> dict[str, Any]:
    """`{"id", "findings": [{"label", "message", "suggestion"}]}` of one text."""
    return {"id": item_id, "findings": [_plain(finding) for finding in review(text)]}


def coach_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The same for JSON lines `{"id", "text", …}`, one at a time; empty lines are passed over.

    An `id` is given back as it came; without one the line's number stands in, as text. Raises `BadLine` at the first
    line that cannot be read.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            item_id, text = _read(line, number)
            yield coach_text(text, item_id)


def _plain(finding: Finding) -> dict[str, str]:
    return {"label": finding.label.value, "message": finding.message, "suggestion": finding.suggestion}


def _read(line: str, number: int) -> tuple[Any, str]:
    try:
        row = json.loads(line)
    # A line of ten thousand brackets is a bad line, and no fault of ours.
    except (ValueError, RecursionError) as error:
        raise BadLine(f'Line {number} is not JSON. Write one object a line: {{"id": "1", "text": "…"}}') from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise BadLine(f'Line {number} has no text. Write one object a line: {{"id": "1", "text": "…"}}')
    found = row.get("id")
    # 0 and "" are ids as well.
    return str(number) if found is None else found, row["text"]
