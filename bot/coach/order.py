"""What a mention of the bot asks for: an item, an idea or help. Reads one sentence; answers nothing."""

import re
from dataclasses import dataclass

from bot.coach.clauses import says_what_to_do
from bot.domain.sentence import plain
from bot.domain.slack_text import GROUP, PERSON

TO_ADD = re.compile(
    r"(?:add|new|create)(?P<thing>(?:\s+(?:an?|another|new))*\s+(?:action\s+item|action|item|task)(?:\s+to)?)?"
    r"(?:(?P<mark>\s*[:,]|\s+[-–—](?=\s))|(?=\s|$))",
    re.IGNORECASE,
)
"""Our own word for a new item, maybe with a mark behind it: `add`, `create an item to`, `new:`."""
TO_KEEP = frozenset({"idea"})
TO_HELP = frozenset({"", "help", "hi", "hello"})


@dataclass(frozen=True)
class Order:
    """What a mention of the bot asks for: `add`, `idea` or `help`, and the rest of the sentence."""

    verb: str
    rest: str


def order_of(text: str, bot: str) -> Order:
    """What a message that mentions the user *bot* asks for. A sentence without a verb of ours is an action to add."""
    rest = without_mention(text, bot)
    verb, sentence = [*rest.split(maxsplit=1), "", ""][:2]
    if verb.lower().rstrip(":,") in TO_KEEP:
        return Order("idea", sentence.strip())
    return Order("help", "") if rest.lower().strip("?.") in TO_HELP else Order("add", _without_order(rest))


def without_mention(text: str, bot: str) -> str:
    """*text* without the mentions of the user *bot*."""
    return re.sub(rf"<@{re.escape(bot)}(?:\|[^<>]*)?>", "", text).strip(" \t\n,:")


def _without_order(text: str) -> str:
    """*text* without “add”, “new” or “create” where that is said to the bot, and what follows can stand alone.

    “Add a circuit breaker” keeps its verb; in doubt there is one too many rather than none.
    """
    found = TO_ADD.match(text)
    if found is None:
        return text
    sentence = text[found.end() :].strip()
    alone = plain(GROUP.sub("", PERSON.sub("", sentence)))
    # “add: …” is said to the bot whatever follows; without a mark only a sentence of its own shows it.
    return sentence if not alone or found["mark"] or says_what_to_do(alone) else text
