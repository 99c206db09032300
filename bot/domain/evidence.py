"""Evidence from elsewhere: what a tool saw, written down for the person who verifies."""

from dataclasses import replace

from bot.domain.errors import refuse_at
from bot.domain.item import TEXT_LIMIT, By, Item, Moved, is_link, moved, refuse_if_ended, too_long
from bot.domain.lifecycle import Action
from bot.domain.words import Text


def attach(item: Item, by: By, text: str, url: str) -> Moved:
    """What was seen, in words, as a link, or both. It verifies nothing: a person does."""
    refuse_if_ended(item)
    said = ". ".join(part.rstrip(".") for part in (text, url) if part)
    wrong = {"text": too_long(said, TEXT_LIMIT - len(PREFIX), Text("Shorten it, or link to a document."))}
    if not text and not url:
        wrong["text"] = Text("Say what was seen, or give a link to it.")
    if url and not is_link(url):
        wrong["url"] = Text("Give the link to what was seen: it begins with https://")
    refuse_at(wrong)
    # A status in words, which the timeline and whoever verifies read (R51).
    detail = {"evidence": url or text}
    return moved(item, replace(item, last_progress_at=by.at), Action.UPDATE, by, PREFIX + said, detail)


PREFIX = "Evidence: "
