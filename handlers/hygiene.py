"""The monthly review: “Keep”, “Re-prioritise”, “Merge” and “Will not do” of an item, and its pages."""

import json
from functools import partial

from slack_sdk.models.views import View

from bot.blocks import hygiene as blocks
from bot.blocks.ids import Button, Modal
from bot.deps import Deps
from bot.domain.hygiene import keep, weigh
from bot.domain.joined import day as read_day
from bot.domain.lifecycle import Action
from bot.domain.pressed import ItemOnDay, ToReview, no_further
from handlers.gateway.asked import Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.acting import metadata_for
from handlers.shared.item_change import item_change, item_look
from storage.hygiene import count_to_review, list_to_review


def register(router: Router, deps: Deps) -> None:
    """The four buttons of an item in review, the modal “Re-prioritise”, and the pages."""
    router.button(Button.KEEP, partial(_keep, deps))
    router.button(Button.WEIGH, partial(_open_weigh, deps))
    router.modal(Modal.WEIGH, partial(_weigh, deps))
    router.button(Button.MERGE, router.as_command("merge"))
    router.button(Button.DROP, router.as_command("drop"))
    router.button(Button.HYGIENE_PAGE, partial(_open, deps))
    for turn in (Button.HYGIENE_TURN, Button.HYGIENE_BACK):
        router.button(turn, partial(_turn, deps))


def _open(deps: Deps, asked: Asked) -> None:
    asked.open(_page(deps, asked, ToReview.read(asked.value)))


def _turn(deps: Deps, asked: Asked) -> None:
    asked.redraw(_page(deps, asked, ToReview.read(asked.value)))


def _page(deps: Deps, asked: Asked, at: ToReview) -> View:
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        total = count_to_review(session, asked.workspace, at.team_id, at.day, viewer)
        last = max(0, (total - 1) // blocks.ITEMS_ON_PAGE)
        place = min(at.at, last)  # what was looked at is gone from the list, so the last page may be too
        found = list_to_review(
            session, asked.workspace, at.team_id, at.day, viewer,
            limit=blocks.ITEMS_ON_PAGE, offset=place * blocks.ITEMS_ON_PAGE,
        )  # fmt: skip
    names = deps.directory.names(asked.workspace, {item.owner for item in found})
    return blocks.page(found, total, names, at.day, at.team_id, place)


def _keep(deps: Deps, asked: Asked) -> None:
    about = ItemOnDay.read(asked.value)
    with item_change(deps, asked, about.number) as change:
        # The review's day may be ahead of this clock, where `tick --at` has run it.
        change.record(keep(change.item, change.by, max(no_further(about.day, change.today), change.today)))
    # Pressed in the list: the item leaves it, and the next one is at hand.
    if "page" in asked.metadata:
        asked.redraw(_page(deps, asked, ToReview.read(asked.metadata["page"])))
        asked.done.clear()


def _open_weigh(deps: Deps, asked: Asked) -> None:
    about = ItemOnDay.read(asked.value)
    with item_look(deps, asked, about.number) as look:
        look.check_possible(Action.EDIT)
    metadata = json.loads(metadata_for(asked, look.item)) | {"day": about.day.isoformat()}
    asked.open(blocks.weigh(look.item, json.dumps(metadata)))


def _weigh(deps: Deps, asked: Asked, form: Form) -> None:
    day = read_day(asked.metadata["day"])
    impact, urgency, effort = map(form.scale, _SCALES)
    with item_change(deps, asked, asked.metadata["number"]) as change:
        day = max(no_further(day, change.today), change.today)
        change.record(weigh(change.item, change.by, impact, urgency, effort, day))


_SCALES = ("impact", "urgency", "effort")
