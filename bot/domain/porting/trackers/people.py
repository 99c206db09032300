"""Who in Slack is meant by a name or an address in another tool. Nobody is guessed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_BEHIND = re.compile(r"(?P<name>.+?)\s*[(<](?P<also>[^()<>]+)[)>]")


@dataclass(frozen=True)
class Colleague:
    """A person, as Slack tells of them. `here`: they have not left. `is_guest`: they may own nothing."""

    user: str
    names: tuple[str, ...]
    email: str = ""
    here: bool = True
    is_guest: bool = False


class Nobody(Exception):
    """Nobody, or more than one, is called so; `why` stands behind the name."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Colleagues:
    """The people of a workspace, by address and by name."""

    def __init__(self, people: Iterable[Colleague]) -> None:
        self._by: dict[str, list[Colleague]] = {}
        self._by_mailbox: dict[str, list[Colleague]] = {}
        for person in people:
            for key in {person.user.casefold(), _key(person.email), *map(_key, person.names)} - {""}:
                self._by.setdefault(key, []).append(person)
            if person.email:
                self._by_mailbox.setdefault(_key(person.email.partition("@")[0]), []).append(person)

    def find(self, text: str) -> str:
        """The Slack id. Raises `Nobody`."""
        # The names first, of whichever form: `mrossi` as a name beats `mrossi@…`, which is what Jira Server writes.
        for index in (self._by, self._by_mailbox):
            for key in _keys(text):
                if found := index.get(key):
                    return _only(found)
        raise Nobody("is nobody here")


def _only(found: list[Colleague]) -> str:
    """History keeps people who have left, unless somebody of that name is here."""
    meant = [person for person in found if person.here] or found
    if len(meant) > 1:
        raise Nobody(f"could be {len(meant)} people here")
    if meant[0].is_guest:
        raise Nobody("is a guest here, and guests own no items")
    return meant[0].user


def _keys(text: str) -> Iterator[str]:
    """The forms of a name: as it is, `Name (login)`, `Name <address>`, `Last, First`."""
    yield _key(text)
    if parts := _BEHIND.fullmatch(text.strip()):
        yield _key(parts["also"])
        yield from _keys(parts["name"])
    last, comma, first = text.partition(",")
    if comma:
        yield _key(f"{first} {last}")


def _key(text: str) -> str:
    return " ".join(text.casefold().lstrip("@").split())
