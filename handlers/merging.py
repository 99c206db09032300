"""“Add to this one instead”: a new item that says what another one says ends as merged into it."""

from functools import partial

from bot.blocks.ids import Button
from bot.deps import Deps
from bot.domain import ownership
from bot.domain.items import By, Item, Moved
from handlers.acting import change, load
from handlers.router import Answer, Asked, Router


def register(router: Router, deps: Deps) -> None:
    """The button “Add to this one instead”."""
    router.button(Button.MERGE_INTO, partial(_merge, deps))


def _merge(deps: Deps, asked: Asked) -> Answer | None:
    number, _, into_number = asked.value.partition(":")
    into = load(deps, asked, int(into_number))

    def decide(item: Item, by: By) -> Moved:
        return ownership.merge(item, by, into)

    merged = change(deps, asked, int(number), decide)
    return Answer(f"*{merged.label}* is merged into *{into.label}*.") if merged else None
