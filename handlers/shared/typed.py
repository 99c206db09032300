"""What people type behind an item's number, `due 12 friday`, as its form begins with it; and messages as items keep
them."""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.item import TEXT_LIMIT, check_length
from bot.domain.person import GROUP_CANNOT_OWN
from bot.domain.sentence import MARKS, PERSON, Said, plain_lines, read_day, read_sentence, without_handle
from bot.domain.words import _
from handlers.gateway.asked import Asked
from handlers.shared.item_form import zone_for
from handlers.shared.sentence import read_date
from storage import people

Reads = Callable[[Deps, Asked, str], Said]
TO_SOMEBODY = re.compile(r"to\s+(?=[<@])", re.IGNORECASE)


def as_text(deps: Deps, asked: Asked, rest: str, limit: int = TEXT_LIMIT) -> Said:
    """All of it is text, for the form's first field of text. Raises `Refused` where that cannot hold it."""
    text = readable(deps, asked, rest).lstrip(MARKS)
    check_length("", text, limit, _("Shorten it, or link to a document."))
    return Said(text)


def as_day(deps: Deps, asked: Asked, rest: str) -> Said:
    """A day as people say it in the asker's zone, and text."""
    now = deps.clock().astimezone(zone_for(deps, asked, None))
    return read_day(as_text(deps, asked, rest).text, lambda words: read_date(words, now))


def as_person(deps: Deps, asked: Asked, rest: str) -> Said:
    """A person, and text. Raises `Refused` for a group."""
    said = read_sentence(TO_SOMEBODY.sub("", rest, count=1), lambda _words: None)
    if said.group:
        raise Refused(GROUP_CANNOT_OWN)
    said = with_known(deps, asked, said)
    return replace(said, text=as_text(deps, asked, said.text).text)


def with_known(deps: Deps, asked: Asked, said: Said) -> Said:
    """*said* with the owner who is meant by the name after `@`, if it is known whose that is."""
    if not said.handle:
        return said
    with deps.db.read() as session:
        found = people.find_by_handle(session, asked.workspace, said.handle)
    return replace(said, owner=found, text=without_handle(said)) if found else said


def readable(deps: Deps, asked: Asked, text: str) -> str:
    """*text* as an item keeps it: people by their names, nothing escaped."""
    users = set(PERSON.findall(text))
    if not users:
        return plain_lines(text)
    deps.directory.names(asked.workspace, users)  # so that those who are not known yet are asked for
    with deps.db.read() as session:
        known = people.list_names(session, asked.workspace, users)
    return plain_lines(PERSON.sub(lambda found: f"@{known.get(found.group(1), found.group(1))}", text))
