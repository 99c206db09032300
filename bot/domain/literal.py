"""What stays to the letter in a text that is escaped around it: addresses of the web, e-mail addresses and code."""

import re
from collections.abc import Callable

_CODE = r"(?P<ticks>`+)(?!`)[^`\n]+(?P=ticks)(?!`)"
_ADDRESS = r"https?://[^\s<>|\"`\x00]+"
# Only from its first character: tried from each character of a long word, it took half a second.
_E_MAIL = r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_LITERAL = re.compile(f"{_CODE}|{_ADDRESS}|{_E_MAIL}", re.IGNORECASE)
_KEPT = re.compile(r"\x00(\d+)\x00")
_OPENED = "*_~([{'“„‘"
_CLOSED = dict(zip(_OPENED, "*_~)]}'””’", strict=True))
_ENDS_A_SENTENCE = ".,;:!?…"


def around_literals(text: str, change: Callable[[str], str], letter: Callable[[str], str] = str) -> str:
    """*text* changed by *change*, but for its links, addresses and code, which only *letter* touches.

    While *change* works, each of them stands in the text as a mark that is no letter.
    """
    kept: list[str] = []
    # The marks below are made of it, so none may come from outside.
    text = text.replace("\x00", "")

    def keep(found: re.Match[str]) -> str:
        whole = found.group()
        # “(see https://x.example).”: the bracket and the full stop are the sentence's, and would break the link.
        mine = whole if found["ticks"] else _without_what_follows(whole, text[: found.start()])
        kept.append(letter(mine))
        return f"\x00{len(kept) - 1}\x00{whole[len(mine) :]}"

    marked = _LITERAL.sub(keep, text)
    return _KEPT.sub(lambda found: kept[int(found[1])], change(marked))


def _without_what_follows(address: str, before: str) -> str:
    """*address* without the full stop behind it, and without the bracket or star that was opened before it."""
    address = address.rstrip(_ENDS_A_SENTENCE)
    opened = before[-1:]
    if opened in _CLOSED and opened and address.endswith(_CLOSED[opened]):
        return address[:-1]
    return address
