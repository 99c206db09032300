"""What is said of a whole export: what was not taken as it stands there, which status became which state, and who is
who. Each is said once, with the rows that it is true of."""

from collections import Counter
from collections.abc import Iterator

ROWS_NAMED = 10
SHOWN = 19
"""Lines of one kind; a last one says how many more there are."""


class Notes:
    """`states` and `people` count how often each was taken for which."""

    def __init__(self, word: str) -> None:
        """*word*: what a row of the file is called, `Line`; kept as `word`."""
        self.word = word
        self._of: dict[str, list[int]] = {}
        self.states: Counter[str] = Counter()
        self.people: Counter[str] = Counter()
        self.left_out: dict[int, str] = {}

    def add(self, line: int, said: str) -> None:
        """*said* is true of the row in *line*."""
        rows = self._of.setdefault(said, [])
        # Nobody is named twice, and a file may have a million rows.
        if not rows or rows[-1] != line:
            rows.append(line)

    def said(self) -> Iterator[str]:
        """A line for each thing that was noted, with its rows."""
        yield from shortened([f"{said} ({rows_named(self.word, rows)})." for said, rows in self._of.items()])

    def rows_left_out(self) -> Iterator[str]:
        """A line for each row that is no item."""
        lines = [f"{self.word} {line} is not taken: {why}." for line, why in self.left_out.items()]
        yield from shortened(lines)


def counted(pairs: Counter[str]) -> list[str]:
    """`Done → closed (12)`, the most frequent first."""
    return shortened([f"{said} ({count:,})" for said, count in pairs.most_common()])


def listed(heading: str, lines: list[str]) -> Iterator[str]:
    """The lines, indented below their heading; nothing where there are none."""
    if lines:
        yield f"{heading}:"
        yield from (f"  {line}" for line in lines)


def shortened(lines: list[str]) -> list[str]:
    """At most twenty of them."""
    more = len(lines) - SHOWN
    return lines if more <= 1 else [*lines[:SHOWN], f"… and {more:,} more."]


def rows_named(word: str, rows: list[int]) -> str:
    """`line 3`, `lines 3, 7`; of many the first and how many more."""
    one = word.lower()
    words = one if len(rows) == 1 else f"{one.removesuffix('y')}ies" if one.endswith("y") else f"{one}s"
    more = f" and {len(rows) - ROWS_NAMED:,} more" if len(rows) > ROWS_NAMED else ""
    return f"{words} {', '.join(map(str, rows[:ROWS_NAMED]))}{more}"
