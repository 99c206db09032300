"""A file's bytes as its lines, whatever ends them, and never more of it at once than a line may have."""

from collections.abc import Iterable, Iterator

from bot.domain.porting.columns import BadFile

ROW_LIMIT = 1_000_000
"""Bytes of a row. Every text of an item at its longest, in four bytes a character, takes less than half of them."""
BOM = "\ufeff"


class Lines:
    """The decoded lines of a file, given in pieces of any size.

    `number` is that of the line read last; `of_row` counts bytes since whoever reads set it to 0, so that a row that
    goes on over many lines (a quote that nobody closed) ends as well. Raises `BadFile`.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self.number = 0
        self.of_row = 0

    def __iter__(self) -> Iterator[str]:
        for line in split_lines(self._pieces):
            self.number += 1
            self.of_row += len(line)
            if self.of_row > ROW_LIMIT:
                raise BadFile(_too_long(self.number))
            try:
                # Line by line, so that the refusal can name the one that is wrong.
                text = line.decode("utf-8")
            except UnicodeDecodeError:
                how = "Save the file as “CSV UTF-8” and import it again."
                raise BadFile(f"Line {self.number} is not UTF-8. {how}") from None
            yield text.removeprefix(BOM) if self.number == 1 else text


def split_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines with what ends them: LF, CRLF or CR. Raises `BadFile` for one that is longer than a row may be."""
    rest, number = b"", 0
    for piece in pieces:
        # Of bytes, `splitlines` knows LF, CRLF and CR alone; of a text also U+2028, which may stand inside a title.
        lines = (rest + piece).splitlines(keepends=True)
        # A CR at the end may be half of a CRLF, so it waits for what comes.
        rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        yield from lines
        number += len(lines)
        if len(rest) > ROW_LIMIT:
            raise BadFile(_too_long(number + 1))
    if rest:
        yield rest


def _too_long(number: int) -> str:
    return (
        f"Line {number}: a row has at most {ROW_LIMIT:,} bytes, and this one goes on. "
        "Check that its lines end, and that every quote is closed."
    )
