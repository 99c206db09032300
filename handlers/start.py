"""Starting an item: by command or button, without a modal."""

from bot.blocks.ids import Button
from bot.deps import Deps
from bot.domain import start as rule
from handlers.gateway.asked import Asked
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.item_change import item_change

USAGE = "start N"


def register(router: Router, deps: Deps) -> None:
    """`start N` and the button “Start”."""

    def start(asked: Asked) -> None:
        number, _rest = number_and_rest(asked.value or asked.text, USAGE)
        with item_change(deps, asked, number) as change:
            change.record(rule.start(change.item, change.by))

    router.subcommand("start", start, USAGE, "begins work on it")
    router.button(Button.START, start)
