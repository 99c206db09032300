"""Somebody is erased: their id, name and addresses in any text become those of nobody. Knows no table."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

ERASED = "UERASED"
"""How the id of somebody who was erased begins. It has the form of Slack's, and is nobody's there."""
NAME, HANDLE, ADDRESS = "Erased person", "@erased", "erased@example.invalid"
_SHORTEST = 2


def is_erased(user: str) -> bool:
    """Whether that is the id of somebody who was erased: nothing is said to them."""
    return user.startswith(ERASED)


@dataclass(frozen=True)
class Traces:
    """By what somebody is found in texts: their id, and what else they are called. `becomes` is the id instead."""

    user: str
    becomes: str
    names: Collection[str] = field(default=())
    handles: Collection[str] = field(default=())
    addresses: Collection[str] = field(default=())

    def in_text(self, text: str) -> str:
        """The text without them."""
        return self._pattern.sub(self._instead, text)

    def in_json(self, value: Any) -> Any:
        """The same of every text in a JSON value, keys of objects too."""
        match value:
            case str():
                return self.in_text(value)
            case dict():
                return {self.in_text(key): self.in_json(each) for key, each in value.items()}
            case list():
                return [self.in_json(each) for each in value]
        return value

    @property
    def needles(self) -> list[str]:
        """What a column must hold, in any case, to be worth a look; as JSON writes it too."""
        said = [self.user, *self._names, *(f"@{handle}" for handle in self.handles), *self.addresses]
        return list(dict.fromkeys(each for one in said for each in (one, _as_json(one))))

    @cached_property
    def _names(self) -> list[str]:
        # The longest first: “Priya Raman-Shah” is not “Priya Raman” with something behind it.
        return sorted({name.strip() for name in self.names if len(name.strip()) >= _SHORTEST}, key=len, reverse=True)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = {
            # Not as a part of another id, nor of a word; ids have no small letters.
            "user": rf"(?<![A-Za-z0-9]){re.escape(self.user)}(?![A-Za-z0-9])",
            "address": "|".join(rf"(?<![\w.+-]){_any_case(each)}(?![\w-])" for each in self.addresses),
            "handle": "|".join(rf"(?<!\w)@{_any_case(each)}(?![\w-])" for each in self.handles),
            "name": "|".join(rf"(?<!\w){_name(each)}(?!\w)" for each in self._names),
        }
        return re.compile("|".join(f"(?P<{kind}>{part})" for kind, part in parts.items() if part))

    def _instead(self, found: re.Match[str]) -> str:
        return {"user": self.becomes, "address": ADDRESS, "handle": HANDLE, "name": NAME}[str(found.lastgroup)]


def _any_case(text: str) -> str:
    return f"(?i:{re.escape(text)})"


def _name(name: str) -> str:
    """A name of several words in any case; of one, only as it is written: “Will” is not “will”. Also as JSON has it."""
    ways = "|".join(dict.fromkeys((re.escape(name), re.escape(_as_json(name)))))
    return f"(?i:{ways})" if " " in name else f"(?:{ways})"


def _as_json(text: str) -> str:
    return json.dumps(text)[1:-1]
