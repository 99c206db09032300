"""The lines of a review meeting as their writer means them: the action, who, and by when; and what is said of the rest:
what is done, what names an item that exists, and who or which day was not understood."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from bot.blocks.text import plain_day
from bot.deps import Deps
from bot.domain.candidates import CandidateLine
from bot.domain.day_reading import read_day_words
from bot.domain.errors import Refused
from bot.domain.item import Item
from bot.domain.meeting import Candidate, Heard, key_of
from bot.domain.sentence import Sentence, without_stranger
from bot.domain.slack_text import PERSON
from handlers.gateway.asked import Asked
from handlers.new import understood
from handlers.shared.acting import load
from handlers.shared.sentence import asker_of
from storage import people

T = TypeVar("T")
_NAME = re.compile(r"(?<!\S)@(\w[\w.\-]*)(?: (\w[\w\-]*))?")


def _note(said: list[T], what: T) -> None:
    """Keeps *what* to be said, once."""
    if what not in said:
        said.append(what)


def heard(deps: Deps, asked: Asked, lines: Sequence[tuple[int, CandidateLine]], mine: Sequence[Item]) -> Heard:
    """What *lines* say, each given with the number that stood before it; *mine* are the incident's ideas that the asker
    may promote."""
    result, ideas = Heard(), {idea.number: idea for idea in mine}
    for number, line in lines:
        if line.done:
            _note(result.done, line.text)
        elif line.numbers:
            for each in line.numbers:
                _named(deps, asked, result, each, ideas)
        elif not (number and number not in ideas and _is_said(deps, asked, result, number, line)):
            result.found.append(_understood(deps, asked, result, line, number))
    return result


def _named(deps: Deps, asked: Asked, result: Heard, number: int, ideas: dict[int, Item]) -> None:
    """A line that is nothing but the number of an item names that item; it is no action."""
    if number in ideas:
        result.found.append(Candidate(ideas[number].title, number))
    elif item := _seen(deps, asked, number):
        _note(result.elsewhere, item)
    else:
        _note(result.no_item, f"AI-{number}")


def _is_said(deps: Deps, asked: Asked, result: Heard, number: int, line: CandidateLine) -> bool:
    """Whether the line is an item of elsewhere, word for word."""
    item = _seen(deps, asked, number)
    if item is None or key_of(item.title) != key_of(line.text):
        return False
    _note(result.elsewhere, item)
    return True


def _seen(deps: Deps, asked: Asked, number: int) -> Item | None:
    try:
        return load(deps, asked, number)
    except Refused:
        return None


def _understood(deps: Deps, asked: Asked, result: Heard, line: CandidateLine, number: int) -> Candidate:
    said = understood(deps, asked, _with_whole_names(deps, asked, line.text))
    said = _without_what_is_none(result, said)
    if line.when and not said.due:
        read = read_day_words(line.when, asker := asker_of(deps, asked))
        if read.day and read.day >= asker.today:
            said = replace(said, due=read.day)
        else:
            _note(result.no_day, line.when)
    owner = said.owner or _owner(deps, asked, result, line)
    return Candidate(said.text, number, owner, said.due, line.how or said.verification)


def _without_what_is_none(result: Heard, said: Sentence) -> Sentence:
    """The sentence without a day that is none; this and a name that is nobody's are noted."""
    text, no_day = said.text, said.no_day or (plain_day(said.passed) if said.passed else "")
    if said.which_day:
        text, no_day = re.sub(rf"\s+(?:by|bis)\s+{re.escape(said.which_day)}\s*\Z", "", text), said.which_day
    if no_day:
        _note(result.no_day, no_day)
    if said.nobody:
        _note(result.nobody, said.nobody)
        text, _name = without_stranger(text)
    return replace(said, text=text)


def _owner(deps: Deps, asked: Asked, result: Heard, line: CandidateLine) -> str:
    """The first whom the cell of owners names, "" for nobody; the others are noted."""
    find = partial(_person, deps, asked)
    found = {name: find(name) for name in line.people}
    owner = next((user for user in found.values() if user), "")
    for name, user in found.items():
        if not user:
            _note(result.nobody, name)
        elif user != owner:
            _note(result.not_owners, name)
    return owner


def _person(deps: Deps, asked: Asked, name: str) -> str:
    if mention := PERSON.fullmatch(name):
        return mention[1]
    with deps.db.read() as session:
        return people.find_by_handle(session, asked.workspace, name) or ""


def _with_whole_names(deps: Deps, asked: Asked, text: str) -> str:
    """`@Priya Raman` as that person: in a field of a form, Slack leaves a mention as it was typed."""

    def person(found: re.Match[str]) -> str:
        with deps.db.read() as session:
            whole = people.find_by_handle(session, asked.workspace, f"{found[1]} {found[2]}") if found[2] else None
        return f"<@{whole}>" if whole else found[0]

    return _NAME.sub(person, text)
