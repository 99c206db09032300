"""“Make it one project”: open items of several incidents with one theme are merged into the first of them (R90)."""

from dataclasses import replace
from functools import partial

from bot.blocks.ids import Button
from bot.deps import Deps
from bot.domain import ownership
from bot.domain.errors import Refused
from bot.domain.items import By, Item, Moved
from bot.domain.words import _
from handlers.acting import change, load
from handlers.asked import Answer, Asked
from handlers.router import Router

MERGED = "{merged} merged into *{into}*."
KEPT = "{label} stays: {why}"


def register(router: Router, deps: Deps) -> None:
    """The button “Make it one project”."""
    router.button(Button.MERGE_PROJECT, partial(_merge, deps))


def _merge(deps: Deps, asked: Asked) -> Answer:
    """Each item is a change of its own; one that cannot be merged says why and holds up no other."""
    into_number, _sep, rest = asked.value.partition(":")
    into = load(deps, asked, int(into_number))
    merged, kept = [], []

    def decide(item: Item, by: By) -> Moved:
        return ownership.merge(item, by, into)

    for number in (int(one) for one in rest.split(",") if one):
        try:
            done = change(deps, replace(asked, key=f"{asked.key}:{number}"), number, decide)
        except Refused as refused:
            kept.append(_(KEPT, label=f"AI-{number}", why=_(refused.reason)))
        else:
            merged += [f"*{done.label}*"] if done else []
    said = [_(MERGED, merged=", ".join(merged), into=into.label)] if merged else []
    return Answer("\n".join([*said, *kept]) or _("They are merged into *{into}* already.", into=into.label))
