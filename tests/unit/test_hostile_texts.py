"""No reader of what people write takes long over anything: a tenth of a second of work at most.

`python -m tests.benchmarks hostile` tries ten thousand texts.
"""

import pytest

from bot.blocks.text import escape
from bot.domain.sentence import plain
from tests.hostile_texts import LONGEST, PIECES, READERS, seconds, text

MOST_S = 0.1
SLOW = {
    "blanks, of which each could begin a date": "x" + "\u00a0" * LONGEST,
    "one word, of which each character could begin an address": "AI-12" * (LONGEST // 5),
    "names without an end": "<@U1|" * (LONGEST // 5),
    "groups without an end": "<!subteam^S1|" * (LONGEST // 13),
    "zero-width": "\u200b" * LONGEST,
    "combining": "e" + "\u0301" * LONGEST,
    "right to left": "\u202e\u200f" * (LONGEST // 2),
    "links without an end": "[a](" * (LONGEST // 4),
    "by": " by" * (LONGEST // 3),
    "backticks": "`" * LONGEST,
}
"""What was slow, and what the issue names."""
TEXTS = 60


@pytest.mark.parametrize("reader", READERS)
def test_no_reader_takes_long(reader: str) -> None:
    seconds(reader, text(0))  # loads what it needs
    for said in [*SLOW.values(), *(text(number) for number in range(TEXTS))]:
        # Again where it took long: the collector, or a library that is loaded late, is no text's fault.
        took = next((took for _ in range(3) if (took := seconds(reader, said)) < MOST_S), None)
        assert took is not None, said[:60]


@pytest.mark.parametrize("piece", [piece for piece in PIECES if piece.strip() and ("!" in piece or "@" in piece)])
def test_no_spelling_of_everybody_is_left_where_slack_would_read_it(piece: str) -> None:
    for typed in (piece, f"a {piece} b", plain(piece), piece * 3, f"`{piece}"):
        shown = escape(typed)
        assert not any(mark in shown for mark in ("<!", "<@", "@channel", "@here", "@everyone")), shown
    # Within an address no name is read, and a changed address would lead elsewhere.
    assert not any(mark in escape(f"https://x.example/{piece}") for mark in ("<!", "<@"))
