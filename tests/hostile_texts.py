"""Texts as nobody means them: made of what breaks readers, long, and never the same twice in a run.

Each is made from a number, so that one that was slow or broke something can be made again.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from time import thread_time
from zoneinfo import ZoneInfo

from bot.blocks.text import escape
from bot.coach import review
from bot.coach.order import order_of
from bot.domain.candidates import candidates
from bot.domain.day_reading import read_day_words
from bot.domain.day_words import Asker
from bot.domain.porting.columns import BadFile, BadRow
from bot.domain.porting.lines import csv_rows, jsonl_rows
from bot.domain.porting.reading import read_row
from bot.domain.sentence import plain, read_day, read_sentence, title_and_details
from bot.domain.slack_text import Known, in_words, mentioned, message_text

LONGEST = 10_000
NOW = datetime(2026, 11, 30, 9, tzinfo=ZoneInfo("Europe/Berlin"))
ASKER = Asker(NOW, month_first=False)
PIECES = (
    "\u200b", "\u0301", "\u202e", "\u200f", "\u2066", "\ufeff", "\u00ad", "e\u0301", "👩‍👩‍👧", "\U000e0041",
    "<!channel>", "<!channel|x>", "&lt;!channel&gt;", "<!subteam^S1>", "<!here|here>", "<!everyone>", "＜!channel＞",
    "＠channel", "@here", "<@U0PRIYA>", "<@U1|", "<#C1|>", "<http://x|", "<", ">", "|", "&", "&amp;", "&amp;lt;",
    "```", "`", "*", "_", "~", "__a__", "**a**", "[a](b)", "[", "](", "(", ")", "| a | b |", "|---|", "- [ ] ", "1. ",
    " by ", " by friday", " bis Fr 5.2.", " by 2/3", "in two weeks ", "end of Q1 ", "due: ", "99999999999", "1.5.",
    "5 Feb 2027 ", "\n", "\r\n", "\t", " ", "\u2028", "\u00a0", "a", "A", "ä", "ß", "İ", "ſ", "中", "١", "0", "-", "–",
    ":", ";", ",", ".", "/", "\\", "'", '"', "“", "”", "’", "=", "+", "@", "#", "AI-12", "AI–12 ", "http://",
    "https://a.b/c?d=e&f ", "a.b@c.de ", "a" * 50 + "@", "to ", "and ", "if ", "so that ", "because ", "improve ",
    "monitoring ", "we should ", "ensure ", "not ", "consider ", "the ", "Add an alert ", "%", "500 ms ", "x" * 200,
)  # fmt: skip
"""What readers look for, the halves of it, and what they look past."""


def text(number: int) -> str:
    """One piece ten thousand characters long, two or three in turns, or many at random."""
    chances = random.Random(number)
    length = chances.choice((3, 40, 300, 3_000, LONGEST))
    few = [chances.choice(PIECES) for _ in range(chances.choice((1, 2, 3, 6, 60)))]
    if chances.random() < 0.5:
        whole = "".join(few) * (length // max(len("".join(few)), 1) + 1)
    else:
        whole = "".join(chances.choices(few, k=length // 2 + 1))
    around = chances.choice(("", "Add an alert ", "by ", "<@U0PRIYA> "))
    return (around + whole)[:length]


def texts(first: int, count: int) -> Iterator[str]:
    """So many of them, from that number on."""
    return (text(number) for number in range(first, first + count))


def _coach(said: str) -> None:
    review(said)


def _days(said: str) -> None:
    read_day_words(said, ASKER)
    read_day(said, partial(read_day_words, asker=ASKER))


def _mention(said: str) -> None:
    order = order_of(f"<@U0BOT> {said}", "U0BOT")
    mentioned(order.rest)
    listed = candidates(order.rest)
    for line in listed[:1] or [order.rest]:
        read_sentence(in_words(line, Known(), but_owner=True), partial(read_day_words, asker=ASKER, behind_by=True))
    title_and_details(plain(order.rest), 300)
    escape(said)


def _message(said: str) -> None:
    message_text({"text": said, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": said}}]})


def _import(said: str) -> None:
    names = ("title", "owner", "team", "state", "created_at", "due", "themes", "ticket_url", "verification")
    for column in names:
        cells = {"title": "x", "owner": "U0PRIYA", "team": "P", "state": "in_progress", "created_at": "2026-01-01"}
        try:
            read_row(1, cells | {"due": "2026-12-01", column: said}, NOW)
        except BadRow:
            continue


def _file(said: str) -> None:
    raw = said.encode("utf-8", "surrogatepass")
    for rows in (csv_rows, jsonl_rows):
        try:
            for _row in rows([b"title,owner\n" if rows is csv_rows else b"", raw, b'\n{"title": "', raw, b'"}\n']):
                pass
        except BadFile:
            continue


READERS: dict[str, Callable[[str], None]] = {
    "coach": _coach, "days": _days, "mentions": _mention, "messages": _message, "import": _import, "files": _file,
}  # fmt: skip
"""Everything that reads what people write."""


def seconds(reader: str, said: str) -> float:
    """How long this thread worked on it, whatever else the machine did."""
    began = thread_time()
    READERS[reader](said)
    return thread_time() - began
