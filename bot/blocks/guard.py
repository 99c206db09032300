"""The guard of an item that is gone: the question to its owner, and the form that names another."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks.fields import modal, text_field
from bot.blocks.ids import Button, Modal
from bot.blocks.parts import about, actions, button, section
from bot.blocks.text import escape, link, shortened
from bot.domain.guard import file_name
from bot.domain.item import Item
from bot.domain.lifecycle import State
from bot.domain.words import _

GONE = (
    "*{item} {title}*: {guard}, which would tell us if it stopped working, is not there any more. "
    "If this improvement were removed tomorrow, would we know?"
)
MISSING = (
    "*{item} {title}*: I do not find {guard}, which was named as what would tell us. "
    "Correct the link, or name another test or alert."
)
ANSWERED = "*{item} {title}*: the question about its test or alert is settled."
LOST = "What would tell us is gone"
TITLE_SHOWN = 70
NAME_SHOWN = 60


def guard_form(item: Item, metadata: str, _today: date) -> View:
    """What would tell us instead, or why nothing would."""
    blocks = [
        about(item),
        text_field(
            "guard", "What would tell us?", optional=True, hint="The test, alert or monitor, as a link or by name."
        ),
        text_field("why_not", "Why not?", optional=True, hint="Without one: why nothing would tell us."),
    ]
    return modal(Modal.GUARD, "Regression guard", "Name it", blocks, metadata)


def gone_text(item: Item, url: str, *, seen: bool) -> str:
    """To who is asked; without `seen` it never was there."""
    return _(GONE if seen else MISSING, item=item.label, title=escape(item.title), guard=_shown(url))


def answered_text(item: Item) -> str:
    """In place of the question."""
    return _(ANSWERED, item=item.label, title=escape(item.title))


def gone_blocks(item: Item, text: str) -> list[Block]:
    """The question with what answers it."""
    number = str(item.number)
    row = [button(Button.GUARD, "Name another", number, primary=True)]
    if item.state is State.CLOSED:
        row.append(button(Button.REOPEN, "Reopen", number))
    return [section(text), actions([*row, button(Button.SHOW, "Details", number)])]


def lost_title() -> str:
    """In the digest."""
    return _(LOST)


def lost_lines(lost: Sequence[tuple[Item, str, bool]]) -> list[str]:
    """In the digest, a line each."""
    return [
        f"*{item.label}* {escape(shortened(item.title, TITLE_SHOWN))} · {_shown(url)}"
        + ("" if seen else f" · {_('never found')}")
        for item, url, seen in lost
    ]


def _shown(url: str) -> str:
    return link(url, shortened(file_name(url), NAME_SHOWN))
