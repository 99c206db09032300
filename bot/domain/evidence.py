"""Evidence from elsewhere: what a tool saw, written down for the person who verifies."""

from dataclasses import replace

from bot.domain.errors import Refused
from bot.domain.item import TEXT_LIMIT, By, Item, Moved, check_length, is_link, moved, refuse_if_ended
from bot.domain.lifecycle import Action
from bot.domain.words import Text


def attach(item: Item, by: By, text: str, url: str) -> Moved:
    """What was seen, in words, as a link, or both. It verifies nothing: a person does."""
    refuse_if_ended(item)
    if not text and not url:
        raise Refused("Say what was seen, or give a link to it.", "text")
    if url and not is_link(url):
        raise Refused("Give the link to what was seen: it begins with https://", "url")
    said = ". ".join(part.rstrip(".") for part in (text, url) if part)
    check_length("text", said, TEXT_LIMIT - len(PREFIX), Text("Shorten it, or link to a document."))
    # A status in words, which the timeline and whoever verifies read (R51).
    detail = {"evidence": url or text}
    return moved(item, replace(item, last_progress_at=by.at), Action.UPDATE, by, PREFIX + said, detail)


PREFIX = "Evidence: "
