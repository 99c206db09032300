"""“Make it one project”: open items of several incidents with one theme are merged into the first of them (R90)."""

from dataclasses import replace
from functools import partial

from bot.blocks.ids import Button
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.pressed import OneProject
from bot.domain.words import _
from handlers.gateway.asked import AlreadyDone, Answer, Asked
from handlers.gateway.router import Router
from handlers.merge import merge_item
from handlers.shared.acting import load

MERGED = "{merged} merged into *{into}*."
KEPT = "{label} stays: {why}"


def register(router: Router, deps: Deps) -> None:
    """The button “Make it one project”."""
    router.button(Button.MERGE_PROJECT, partial(make_one_project, deps))


def make_one_project(deps: Deps, asked: Asked) -> Answer:
    """Of `12:14,15`, merges the items behind the colon into the first.

    Each is a change of its own; one that cannot be merged says why and holds up no other.
    """
    project = OneProject.read(asked.value)
    into = load(deps, asked, project.into)
    merged, kept = [], []
    for number in project.others:
        try:
            # A key each: the press that comes again goes on with those that are left.
            done, _into = merge_item(deps, replace(asked, key=f"{asked.key}:{number}"), number, into.number)
        except AlreadyDone:
            continue
        except Refused as refused:
            kept.append(_(KEPT, label=f"AI-{number}", why=refused.reason))
        else:
            merged.append(f"*{done.label}*")
    said = [_(MERGED, merged=", ".join(merged), into=into.label)] if merged else []
    return Answer("\n".join([*said, *kept]) or _("They are merged into *{into}* already.", into=into.label))
