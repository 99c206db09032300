"""What people type behind an item's number, `due 12 friday`, as its form begins with it; and messages as items keep
them."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from bot.deps import Deps
from bot.domain.day_words import NO_DAY, Asker
from bot.domain.errors import Refused
from bot.domain.item import TEXT_LIMIT, check_length
from bot.domain.person import GROUP_CANNOT_OWN
from bot.domain.sentence import ENDS_TRIED, MARKS, Sentence, plain_lines, read_sentence, unwrapped, without_handle
from bot.domain.slack_text import Known, in_words, mentioned
from bot.domain.words import Text
from handlers.gateway.asked import Asked
from handlers.shared.sentence import asker_of, read_due
from storage import people

Reads = Callable[[Deps, Asked, str], Sentence]
CHANNELS_NAMED = 5
"""Channels of one text that are looked up; the rest are said as private ones are."""
TO = re.compile(r"\A(?:to|an)\s+", re.IGNORECASE)
UNTIL = re.compile(r"(?<!\S)(?:until|till?|bis)\s+(?=\S)", re.IGNORECASE)
TO_SOMEBODY = re.compile(r"to\s+(?=[<@])", re.IGNORECASE)


def as_text(deps: Deps, asked: Asked, rest: str, limit: int = TEXT_LIMIT) -> Sentence:
    """All of it is text, for the form's first field of text. Raises `Refused` where that cannot hold it."""
    text = unwrapped(readable(deps, asked, rest).lstrip(MARKS))
    check_length("", text, limit, Text("Shorten it, or link to a document."))
    return Sentence(text)


def as_day(deps: Deps, asked: Asked, rest: str) -> Sentence:
    """A day as people say it in the asker's zone, and text; without a day, all of it is where one was to be."""
    return _day_in(as_text(deps, asked, rest).text, asker_of(deps, asked))


def _day_in(text: str, asker: Asker) -> Sentence:
    said = read_due(text, asker)
    if said.due and said.due < asker.today:
        return replace(said, due=None, passed=said.due)
    return said if said.due or said.which_day else replace(said, no_day=said.text)


def as_until(deps: Deps, asked: Asked, rest: str) -> Sentence:
    """Text, and the day that stands behind its “until”, if one does: `no capacity until 15 Jan`."""
    text, asker = as_text(deps, asked, rest).text, asker_of(deps, asked)
    for found in islice(UNTIL.finditer(text), ENDS_TRIED):
        behind = text[found.end() :]
        said = _day_in(behind, asker)
        # “until we have hired, by May”: a day that stands further behind is said of something else.
        if not said.no_day and behind.endswith(said.text):
            return replace(said, text=" ".join(filter(None, (text[: found.start()].strip(MARKS), said.text))))
    return Sentence(text)


def as_person(deps: Deps, asked: Asked, rest: str) -> Sentence:
    """A person, and text. Raises `Refused` for a group."""
    said = read_sentence(TO_SOMEBODY.sub("", rest, count=1), lambda _words: NO_DAY)
    if said.group:
        raise Refused(GROUP_CANNOT_OWN)
    said = with_known(deps, asked, said)
    said = said if said.owner else _by_name_alone(deps, asked, said)
    return replace(said, text=as_text(deps, asked, said.text).text)


def _by_name_alone(deps: Deps, asked: Asked, said: Sentence) -> Sentence:
    """With whom the first words name, without an `@`: `assign 12 Priya Raman, she knows it`; else with nobody."""
    if said.handle:
        return replace(said, text=without_handle(said), nobody=f"@{said.handle}")
    words = TO.sub("", said.text, count=1).split()
    for count in (2, 1):
        name = " ".join(words[:count]).rstrip(MARKS)
        with deps.db.read() as session:
            found = people.find_by_handle(session, asked.workspace, name) if name else None
        if found:
            return replace(said, owner=found, text=" ".join(words[count:]).lstrip(MARKS))
    return replace(said, nobody=said.text)


def with_known(deps: Deps, asked: Asked, said: Sentence) -> Sentence:
    """*said* with the owner who is meant by the name after `@`, if it is known whose that is."""
    if not said.handle:
        return said
    with deps.db.read() as session:
        found = people.find_by_handle(session, asked.workspace, said.handle)
    return replace(said, owner=found, text=without_handle(said)) if found else said


def readable(deps: Deps, asked: Asked, text: str) -> str:
    """*text* as an item keeps it: people and channels by their names, links with their labels, nothing escaped."""
    return plain_lines(in_words(text, known_in(deps, asked, text)))


def known_in(deps: Deps, asked: Asked, text: str) -> Known:
    """The names of the people and of the public channels that *text* mentions."""
    found = mentioned(text)
    # Of a thousand channels in one text each would be a call to Slack while its writer waits.
    asked_about = sorted(found.channels)[:CHANNELS_NAMED]
    channels = {channel: deps.directory.channel_name(asked.workspace, channel) for channel in asked_about}
    if not found.people:
        return Known(channels=channels)
    # Slack hands mentions over as ids, which mean nothing to whoever reads the item in an export.
    deps.directory.names(asked.workspace, found.people)  # so that those who are not known yet are asked for
    with deps.db.read() as session:
        return Known(people.list_names(session, asked.workspace, found.people), channels)
