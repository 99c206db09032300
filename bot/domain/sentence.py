"""What people say in one sentence: the action, `@person`, `by DATE`, `verify by …`; and what they ask of the bot.

Pure: how a day is read is given, because a library does it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.domain.day_words import DayRead
from bot.domain.slack_text import GROUP, PERSON, Known, in_words

ReadDay = Callable[[str], DayRead]
"""From words to the day that they say as a whole."""

HANDLE = re.compile(r"(?<!\S)@(?!(?:channel|here|everyone)\b)([\w][\w.\-]{1,79})(?<![.\-])")
BY = re.compile(r"(?<!\s)\s+(?:by|bis)(?=\s+\S)", re.IGNORECASE)
"""It begins where the white space does: tried at each of ten thousand blanks, it took two seconds."""
VERIFY = re.compile(r"(?<!\S)verif(?:y|ied)\s+(?:by|with)\s+(?=\S)", re.IGNORECASE)
GOES_ON = frozenset([
    "to", "will", "would", "can", "could", "must", "should", "shall", "may", "might", "do", "does", "not", "never",
    "always", "and", "or", "that", "which", "who", "we", "they", "you", "i", "it", "he", "she", "be", "is", "are",
    "was", "were", "been", "being", "cannot", "don't", "doesn't", "let", "us", "them", "automatically",
])  # fmt: skip
"""Words before “verify by”: the action itself goes on, it does not end in how it is verified."""
ENDS_TRIED = 5
"""“verify by”s of a text that are tried, from its end: of a thousand, each would be read to the end."""
QUOTES = '"“”„‟«»‹›'
SINGLE_QUOTES = "'‘’‚"
"""Apostrophes too, within a word."""
_QUOTED = re.compile(rf"[{QUOTES}]|(?<!\w)[{SINGLE_QUOTES}]|[{SINGLE_QUOTES}](?!\w)")
WORD = re.compile(r"\w")
WHEN = re.compile(r"\A(?:to|by|on|until|till)\s+", re.IGNORECASE)
MARKS = ",;:.–- "
"""What may stand between two things that are said."""
DAY_WORDS = 8
"""Words in which somebody says a day: `Friday, the 5th of February 2027 at 5 pm`."""
_STRANGER = re.compile(
    r"(?<!\S)@(\?+|[\w][\w.\-]*(?: [A-ZÄÖÜ][\w\-]*)?)[\s,;:.–-]*\Z|\A\s*@([\w][\w.\-]*)\s*[,;:–-]\s*(?=\S)"
)
"""A name where an owner is named, at the end of a line or its beginning; within it, it belongs to what is said."""
_ENDS = re.compile(
    r"\s+(?:by|bis)\s+((?:tb[adc]|todo|n/?a|unclear|\?+|asap|soon|later|someday|eventually|bald|später|demnächst"
    r"|(?:the )?next (?:sprint|release|iteration)|nächste[rnms]? (?:sprint|release))\W*)\Z"
    r"|(?<=@)(\w[\w.\-]*(?: [A-ZÄÖÜ][\w\-]*)?)\s+(?:by|bis)\s+(\S.{0,29})\Z",
    re.IGNORECASE,
)
"""What people write for a day that they do not know; behind a name, whatever stands there."""
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Unicode's embeddings, overrides and isolates; marks of a single place (U+200E, U+200F) turn nothing and stay."""
_UNSEEN = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]*"
)
"""What nobody sees: white space, joiners, fillers, selectors, tags."""
DATE_LIMIT = 60
"""Characters in which somebody says a day."""
AMBIGUOUS = frozenset(["may", "mar", "sat", "sun", "mon", "wed", "march", "so"])
"""Days and months that are other words as well: with more behind them they need a mark to be days."""


@dataclass(frozen=True)
class Sentence:
    """The parts of what was typed. `group` is true when a user group was named where a person belongs.

    `passed` is a day that was named and lies behind. `which_day` are words that speak of a day without saying which
    (`Thu 9 Oct`, a Friday): they are still in `text`, and the person is asked.
    `details` are the lines behind the first; `listed` is how many items all the lines are, 0 for one.
    `verification` is what stands behind “verify by” or “verify with” at its end.
    `handle` is a name after `@` that Slack did not turn into a person; it is still in `text`.
    `nobody` are words where a person was to be named and that name nobody, `no_day` words where a day was, and that say
    none.
    """

    text: str
    owner: str | None = None
    due: date | None = None
    group: bool = False
    handle: str = ""
    passed: date | None = None
    which_day: str = ""
    details: str = ""
    listed: int = 0
    verification: str = ""
    nobody: str = ""
    no_day: str = ""


def read_sentence(text: str, read_day: ReadDay) -> Sentence:
    """Takes the first person, the last `by DAY` and what ends it with `verify by …` out of *text*."""
    text = unwrapped(text.strip())
    group = GROUP.search(text) is not None
    owner = PERSON.search(text)
    # One person is the owner (R29); who else is named belongs to the sentence.
    rest = tidy(GROUP.sub("", PERSON.sub("", text, count=1)))
    rest, verification = _split_verification(rest, read_day)
    rest, due, which = _split_day(rest, read_day)
    # The day may also be said last of all: “verify by firing the alert, by friday”.
    if verification and not (due or which):
        verification, due, which = _split_day(verification, read_day)
    handle = None if owner else HANDLE.search(rest)
    return Sentence(
        unwrapped(plain(rest)), owner.group(1) if owner else None, due, group, handle.group(1) if handle else "",
        which_day=which, verification=unwrapped(plain(verification).rstrip(MARKS)),
    )  # fmt: skip


def read_day(text: str, read: ReadDay) -> Sentence:
    """The day that *text* begins with, `to friday, they are late`, else ends with, `… by friday`; and the rest."""
    words = WHEN.sub("", text).split()
    which = ""
    # The most words first: `5 Feb` of `5 Feb 2027` is a day as well, and another one.
    for count in range(min(len(words), DAY_WORDS), 0, -1):
        said, rest = " ".join(words[:count]), " ".join(words[count:])
        # “due 12 may be late” is no day in May, “may, be late” would be.
        if rest and said.lower() in AMBIGUOUS and not rest.startswith(tuple(MARKS.strip())):
            break
        found = read(said.rstrip(MARKS) or said)
        if found.day:
            return Sentence(rest.lstrip(MARKS), due=found.day)
        if found.doubtful:  # what fewer of the words say is not what was meant
            which = said
            break
    rest, due, later = _split_day(text, read)
    return Sentence(rest, due=due, which_day="" if due else which or later)


def without_handle(said: Sentence) -> str:
    """The text without the name after `@`, for when that person is known."""
    return tidy(re.sub(rf"(?<!\S)@{re.escape(said.handle)}", "", said.text, count=1))


def without_stranger(text: str) -> tuple[str, str]:
    """*text* without a name after `@` at its end or beginning, which is nobody's; and that name, "" without one."""
    found = _STRANGER.search(text)
    if not found or not (rest := (text[: found.start()] + text[found.end() :]).strip()):
        return text, ""
    return rest, found[1] or found[2]


def without_no_day(text: str) -> tuple[str, str]:
    """*text* without a “by TBD” at its end; and what stands there for a day, "" without it. What *is* a day was read
    before."""
    found = _ENDS.search(text)
    if not found:
        return text, ""
    # Of a name before it, the name stays.
    return text[: found.start()] + (found[2] or ""), (found[1] or found[3]).strip()


def plain(text: str) -> str:
    """Slack escapes what was typed into a command; the item keeps the characters themselves."""
    return tidy(plain_lines(text))


def plain_lines(text: str) -> str:
    """As `plain`, with the line breaks kept."""
    # `&amp;` last, or an escaped `&amp;lt;` would become a bracket that nobody typed.
    return seen(in_words(text, Known()).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip())


def unquoted(text: str) -> str:
    """*text* as one line without the quotes around its words; an apostrophe within a word stays."""
    return tidy(_QUOTED.sub(" ", text))


def unwrapped(text: str) -> str:
    """*text* without the quotes around all of it; those around some of its words stay."""
    if len(text) < 3 or not (_QUOTED.match(text) and _QUOTED.fullmatch(text, len(text) - 1)):  # noqa: PLR2004 – “x”
        return text
    return text if _QUOTED.search(text, 1, len(text) - 1) else text[1:-1].strip() or text


def in_reading_order(text: str) -> str:
    """*text* without the invisible characters that turn the direction of everything behind them on the line."""
    return DIRECTIONS.sub("", text)


def seen(text: str) -> str:
    """*text*; "" where nobody would see anything of it, so that it counts as empty."""
    return "" if _UNSEEN.fullmatch(text) else text


def title_and_details(text: str, limit: int) -> tuple[str, str]:
    """A message as an action, its first line with words if that fits, and its details: all of it where it says more."""
    first = first_line(text)
    # Not cut: half an action looks like a whole one. The person writes it, with the message below.
    if len(first) > limit:
        return "", text
    return first, text if text.strip() != first else ""


def first_line(text: str) -> str:
    """The first line of *text* that has a word, else its first; without the white space around it."""
    lines = text.splitlines()
    return next((tidy(line) for line in lines if WORD.search(line)), tidy(lines[0]) if lines else "")


def _split_verification(text: str, read_day: ReadDay) -> tuple[str, str]:
    """The text before its last “verify by”, and what stands behind that; "" where the action itself goes on."""
    for found in reversed(list(VERIFY.finditer(text))[-ENDS_TRIED:]):
        before, behind = text[: found.start()].split(), text[found.end() :]
        if not before or before[-1].lower().strip(MARKS) in GOES_ON:
            continue
        # “Verify by friday” says when, not how.
        if len(behind) <= DATE_LIMIT and read_day(behind).day:
            continue
        return " ".join(before).rstrip(MARKS), behind
    return text, ""


def _split_day(text: str, read_day: ReadDay) -> tuple[str, date | None, str]:
    """The text before the last “by” behind which nothing but a day stands, and that day; words that may be one."""
    for found in reversed(list(BY.finditer(f" {text}"))):
        words = f" {text}"[found.end() :].strip()
        # Going backwards, `words` only grow. Without this a text full of “by” took 18 seconds, and Slack waits three.
        if len(words) > DATE_LIMIT:
            break
        read = read_day(words)
        if read.day:
            return f" {text}"[: found.start()].strip(), read.day, ""
        if read.doubtful:
            return text, None, words
    return text, None, ""


def tidy(text: str) -> str:
    """*text* with single spaces and none around it."""
    return " ".join(text.split())
