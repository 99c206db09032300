"""What a message that follows its subject shows now: drawn at the moment it is sent."""

from bot.blocks.card import card, card_text
from bot.blocks.parts import as_dicts
from bot.deps import Deps
from bot.domain.delivery import Rendered
from scheduler.delivery import Renderer
from storage import items


def renderers(deps: Deps) -> dict[str, Renderer]:
    """A renderer for every subject of a `Live` message."""

    def item_card(workspace: str, number: str) -> Rendered | None:
        with deps.db.begin() as session:
            item = items.get_item_as_it_is(session, workspace, int(number))
        if item is None:
            return None
        names = deps.directory.names(workspace, {item.owner, item.verified_by})
        return Rendered(card_text(item, names), as_dicts(card(item, names, item.day(deps.clock()))))

    return {"card": item_card}
