"""Cursors: where a list goes on. To who has one it is a word; it stays valid whatever becomes of the rows."""

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass

from bot.api.problems import invalid

UNREADABLE = "This is no cursor of this list. Begin again without one."
LARGEST = 2**63 - 1
MOMENT = re.compile(r"[0-9T:.+Z-]{10,40}")


@dataclass(frozen=True)
class Cursor:
    """The key of the last row that was read, and a mark of the conditions under which; `as_of` of the first page."""

    after: int
    mark: str
    as_of: str = ""

    @property
    def text(self) -> str:
        """As it is given out."""
        stored = json.dumps([self.after, self.mark, self.as_of], separators=(",", ":"))
        return base64.urlsafe_b64encode(stored.encode()).decode().rstrip("=")


def mark_of(conditions: object) -> str:
    """A short mark of what a list is asked for: a cursor of another list would leave rows out."""
    return hashlib.sha256(json.dumps(conditions, sort_keys=True, default=str).encode()).hexdigest()[:12]


def read_cursor(text: str | None, mark: str) -> Cursor | None:
    """The cursor; None where there is none. Raises `HttpProblem` for what was never given out for this list."""
    if not text:
        return None
    try:
        after, of, as_of = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (ValueError, TypeError, binascii.Error):  # of any kind of text
        raise invalid({"cursor": UNREADABLE}) from None
    # Each strictly as it was given out: True is a number to Python, and the moment goes into a header.
    is_ours = type(after) is int and 0 <= after <= LARGEST and of == mark
    if not is_ours or not isinstance(as_of, str) or (as_of and not MOMENT.fullmatch(as_of)):
        raise invalid({"cursor": UNREADABLE})
    return Cursor(after, of, as_of)
