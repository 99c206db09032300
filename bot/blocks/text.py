"""Words as Slack's mrkdwn: what people wrote is made harmless, dates are shown in each reader's zone."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

from bot.domain.item import is_link
from bot.domain.literal import around_literals
from bot.domain.sentence import in_reading_order
from bot.domain.words import _, numeral

Names = Callable[[str], str]
"""From a Slack user id to the name people know, ready for mrkdwn: naming somebody must not ping them."""

TEXT_LIMIT = 3000
"""Characters of a section's or a context's text (Slack's limit), entities and links counted as they are written."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_DAY_BEHIND_A_WORD = re.compile(r"(?<![\w&<@#|])([^\W\d_]+) <!date\^(\d+)\^(\{date_short_pretty\}[^|]*)\|([^>]*)>")

_WORD_JOINER = "\u2060"
_GRAVE = "\u02cb"
_AT_A_BORDER = re.compile(r"(?<!\w)[*_~]|[*_~](?!\w)")
_EVERYBODY = re.compile(r"@(?=(?:channel|here|everyone)\b)", re.IGNORECASE)
_QUOTE = re.compile(r"^(\s*)&gt;", re.MULTILINE)
_SAME_DAY_NEARLY_EVERYWHERE = time(10, 30)
_ITEM_TITLE = 150
"""Characters of a title in a line of a list; the item itself shows all."""


def escape(text: str) -> str:
    """What a person wrote, as one line of mrkdwn that neither pings nor changes the formatting around it.

    `&`, `<` and `>` become entities (Slack's own rule); an invisible joiner stands beside an asterisk, underscore or
    tilde that would begin or end a style, and in `@channel`, ```` ``` ```` and a `>` that would begin a quote.
    A backtick without its second, which would make code of what follows, becomes a grave accent. What would turn the
    direction of the rest of the line is left out. Links, e-mail addresses and code stay to the letter.
    """
    return escape_lines(" ".join(text.split()))


def escape_lines(text: str) -> str:
    """As `escape`, with the line breaks kept."""
    text = in_reading_order(text).replace("```", _WORD_JOINER.join("```"))
    return around_literals(text, _harmless, _as_entities)


def _harmless(text: str) -> str:
    """Text in which no code is left: a backtick that is still there has no second."""
    # A joiner behind the @ is invisible, and Slack notifies nobody.
    text = _EVERYBODY.sub(f"@{_WORD_JOINER}", _as_entities(text).replace("`", _GRAVE))
    text = _QUOTE.sub(rf"\1{_WORD_JOINER}&gt;", text)
    return _AT_A_BORDER.sub(lambda found: f"{_WORD_JOINER}{found.group()}{_WORD_JOINER}", text)


def _as_entities(text: str) -> str:
    """Slack's own rule for what is no markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def within_sentences(mrkdwn: str) -> str:
    """*mrkdwn* so that Slack writes `due today` where it would write `due Today`; else unchanged."""
    # Slack gives a date with which a template begins a capital: right for a line of its own, wrong behind a word.
    return _DAY_BEHIND_A_WORD.sub(rf"\1 <!date^\2^{_WORD_JOINER}\3|\4>", mrkdwn)


def fitted(mrkdwn: str, limit: int = TEXT_LIMIT) -> str:
    """*mrkdwn* with an ellipsis where it is too long for a block; never cut inside an entity, a link or a date.

    Escaping makes text up to five times longer, so what fitted a form may not fit here.
    """
    if len(mrkdwn) <= limit:
        return mrkdwn
    return mrkdwn[: _whole(mrkdwn, limit - 1)].rstrip() + "…"


def in_pieces(mrkdwn: str, limit: int = TEXT_LIMIT) -> list[str]:
    """All of *mrkdwn* in pieces that fit a block each, cut between lines, else between words, else as `fitted`."""
    pieces = []
    while len(mrkdwn) > limit:
        window = mrkdwn[: limit + 1]
        # A line that is longer than half a piece would leave most of the piece empty.
        at = next((at for mark in "\n " if (at := window.rfind(mark)) > limit // 2), limit)
        at = _whole(mrkdwn, at)
        pieces.append(mrkdwn[:at].rstrip())
        mrkdwn = mrkdwn[at:].removeprefix("\n").removeprefix(" ")
    return [*pieces, mrkdwn]


def _whole(mrkdwn: str, at: int) -> int:
    """The last place up to *at* that is not inside an entity, a link or a date."""
    cut = mrkdwn[:at]
    # Half of either would stand there as letters, or take what follows for a part of itself.
    for begin, end in (("<", ">"), ("&", ";")):
        if cut.rfind(begin) > cut.rfind(end):
            cut = cut[: cut.rfind(begin)]
    # One link that is longer than a block: there is no better place.
    return len(cut) or at


def shortened(text: str, limit: int = _ITEM_TITLE) -> str:
    """*text*, in reading order, with an ellipsis where it is longer than *limit* characters."""
    text = in_reading_order(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def day(value: date) -> str:
    """A whole day: `Today`, `Tomorrow` or the date, in the reader's language.

    Slack only knows moments; 10:30 UTC is that day from Honolulu (UTC−10) to New Zealand's summer (UTC+13).
    """
    then = int(datetime.combine(value, _SAME_DAY_NEARLY_EVERYWHERE, UTC).timestamp())
    return f"<!date^{then}^{{date_short_pretty}}|{plain_day(value)}>"


def plain_day(value: date) -> str:
    """`Fri 5 Feb 2027`, for places that do not draw mrkdwn."""
    # Not `strftime`, whose names follow the machine's language.
    weekday, month = _(WEEKDAYS[value.weekday()]), _(MONTHS[value.month - 1])
    return _("{weekday} {day} {month} {year}", weekday=weekday, day=value.day, month=month, year=value.year)


def moment(value: datetime) -> str:
    """A day and time in the reader's zone."""
    fallback = f"{plain_day(value.date())} {value:%H:%M} UTC"
    return f"<!date^{int(value.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"


def link(url: str, words: str) -> str:
    """A link that shows *words*, or the words alone when *url* is none. Characters that would end it are encoded."""
    if not is_link(url):
        return escape(words)
    safe = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{safe}|{escape(words)}>"


def tail(url: str) -> str:
    """The end of an address, which is what people know of a ticket."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2] or url


def duration(value: timedelta) -> str:
    """`40 minutes`, `2 hours 10 minutes`, `3 days 4 hours`: the two largest parts, in the reader's language."""
    minutes = max(0, int(value.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, count(days, "day")), (hours, count(hours, "hour")), (rest, count(rest, "minute"))]
    first = next((at for at, (number, _words) in enumerate(parts) if number), len(parts) - 1)
    largest, *smaller = parts[first : first + 2]
    return " ".join([largest[1], *(words for number, words in smaller if number)])


def quoted(text: str) -> str:
    """*text*, ready for mrkdwn, between the quotes of the reader's language."""
    return _("“{text}”", text=text)


def severity_words(severity: str) -> str:
    """How bad it was, ready for mrkdwn: ours in the reader's language, an organisation's own words as they are."""
    return escape(_(severity))


def count(number: int, singular: str, plural: str | None = None) -> str:
    """`1 item`, `2 items`, in the reader's language."""
    return f"{numeral(number)} {_(singular if number == 1 else plural or singular + 's')}"
