"""A review in a modal: one item with what that meeting needs to know of it, its buttons, and the way to the next."""

import json
from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import (
    Block,
    DividerBlock,
    InteractiveElement,
    Option,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.blocks.card import incident, summary
from bot.blocks.history import happened
from bot.blocks.ids import Button, Modal
from bot.blocks.parts import actions, button, context, details, item_buttons, section
from bot.blocks.text import Names, count, escape, escape_lines, link, moment, shortened
from bot.domain.item import Item
from bot.domain.lifecycle import Change
from bot.domain.review import Review, ReviewKind
from bot.domain.words import _

LINES_SHOWN = 3
LONG = 600
"""Characters of a longer text; “Details” shows the whole."""


def title_of(kind: ReviewKind) -> str:
    """The title of its modal."""
    match kind:
        case ReviewKind.STAND_UP:
            return _("Stand-up")
        case ReviewKind.OPERATIONS:
            return _("Operations review")
    return _("Incident review")


def review_view(
    review: Review, item: Item | None, changes: Sequence[Change], names: Names, today: date, notice: str = ""
) -> View:
    """The modal at the item that is shown; *item* None: it is not to be seen any more."""
    blocks: list[Block] = [context(_position(review, notice))]
    if item is None:
        blocks.append(section(_("AI-{number} is not to be seen any more. Go on with the next.", number=review.number)))
    else:
        headline = f"*{item.label}  {escape(item.title)}*\n{summary(item, names, today)}"
        blocks.append(section(headline, details(item)))
        blocks += [section(text) for text in _facts(review.kind, item, today) if text]
        # The last ones: what has happened since the last meeting.
        blocks += [context(f"{moment(each.at)} · {happened(each, names)}") for each in changes[-LINES_SHOWN:]]
        blocks.append(item_buttons(item))
    blocks += [DividerBlock(), actions(_ways(review))]
    return View(
        type="modal",
        callback_id=Modal.REVIEW,
        title=PlainTextObject(text=title_of(review.kind)),
        close=PlainTextObject(text=_("Done")),
        blocks=blocks,
        private_metadata=json.dumps({"review": review.as_json()}),
    )


def _position(review: Review, notice: str) -> str:
    where = _("{number} of {total}", number=review.at + 1, total=len(review.numbers))
    return f"{where} · {notice}" if notice else where


def _facts(kind: ReviewKind, item: Item, today: date) -> list[str]:
    """A stand-up asks what is in the way, operations how long it takes, an incident whether it addresses the cause."""
    if kind is ReviewKind.STAND_UP:
        return [_blocked(item)]
    if kind is ReviewKind.OPERATIONS:
        age = count((today - item.day(item.created_at)).days, "day")
        rows = [_("*Open for* {days}", days=age), _moved(item), _blocked(item)]
        return ["\n".join(row for row in [*rows, _origin(item)] if row)]
    evidence = item.verified.evidence if item.verified else ""
    texts = ((_("Root cause"), item.root_cause), (_("Verify by"), item.verification), (_("Evidence"), evidence))
    long = "\n".join(f"*{label}* {escape_lines(shortened(text, LONG))}" for label, text in texts if text)
    change_url = item.implementation.change_url if item.implementation else ""
    return [long, link(change_url, _("The change")) if change_url else ""]


def _blocked(item: Item) -> str:
    if not item.blocked:
        return ""
    why = _(item.blocked.reason.value.lower()) if item.blocked.reason else ""
    what = escape(shortened(item.blocked.on, LONG)) if item.blocked.on else ""
    return " ".join(part for part in (_("*Blocked*"), why, what) if part)


def _moved(item: Item) -> str:
    return _("*Due date moved* {times}", times=count(item.slips, "time")) if item.slips else ""


def _origin(item: Item) -> str:
    return _("*Incident* {incident}", incident=incident(item)) if item.incident_title else ""


def _ways(review: Review) -> list[InteractiveElement]:
    ways: list[InteractiveElement] = []
    if review.at > 0:
        ways.append(button(Button.REVIEW_PREVIOUS, "Previous", "-1"))
    if review.at + 1 < len(review.numbers):
        ways.append(button(Button.REVIEW_NEXT, "Next", "1", primary=True))
    # An incident's review needs an incident, the others a team.
    kinds = [kind for kind in ReviewKind if (review.incident if kind is ReviewKind.INCIDENT else review.team)]
    options = [Option(text=PlainTextObject(text=title_of(kind)), value=kind.value) for kind in kinds]
    chosen = next((option for option in options if option.value == review.kind.value), None)
    if len(options) > 1:
        said = PlainTextObject(text=_("View"))
        ways.append(
            StaticSelectElement(action_id=Button.REVIEW_KIND, placeholder=said, options=options, initial_option=chosen)
        )
    # Slack refuses a row without anything in it.
    return ways or [button(Button.REVIEW_NEXT, "Look again", "0")]
