"""What people type after `/actionitem new` and behind an item's number, read in their own zone and order of dates."""

from dataclasses import replace
from functools import partial

from bot.deps import Deps
from bot.domain.candidates import candidates
from bot.domain.day_reading import is_month_first, read_day_words
from bot.domain.day_words import Asker
from bot.domain.sentence import Sentence, plain_lines, read_day, read_sentence
from bot.domain.slack_text import Known, in_words
from handlers.gateway.asked import Asked
from handlers.shared.item_form import zone_for


def read(text: str, asker: Asker) -> Sentence:
    """Takes the first person and the last `by DAY` out of the first line of *text*; what follows are its details."""
    # A message with several points is one item here; the form says that it looks like more.
    listed = candidates(text)
    first, _end, details = "\n".join(listed or text.strip().splitlines()).partition("\n")
    said = read_sentence(in_words(first, Known(), but_owner=True), partial(read_day_words, asker=asker, behind_by=True))
    return replace(said, details=plain_lines(details), listed=len(listed))


def read_due(text: str, asker: Asker) -> Sentence:
    """The day that *text* begins or ends with, and the rest."""
    return read_day(text, partial(read_day_words, asker=asker))


def asker_of(deps: Deps, asked: Asked) -> Asker:
    """The asker's own now, and the order in which they write days and months."""
    zone = zone_for(deps, asked, None)
    locale = deps.directory.locale(asked.workspace, asked.user)
    return Asker(deps.clock().astimezone(zone), is_month_first(locale, str(zone)))
