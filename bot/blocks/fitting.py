"""No message is longer than Slack takes: the one place where every message is measured before it leaves.

Slack adds up the text of all blocks and something for each block, and refuses the whole message when it is too much
(`msg_blocks_too_long`). It documents no figure. What people measured: 13,297 characters in one block are taken, 9,597
in fifty blocks too, 11,341 in 45 blocks are not. So this aims at 12,000 with 60 for each block: some 10,000 of text.
"""

from collections.abc import Callable, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from bot.blocks.parts import as_dicts, context
from bot.blocks.text import fitted
from bot.domain.words import _, numeral

TOTAL = 12_000
FOR_A_BLOCK = 60
"""Characters that a block counts for beside its text."""
BLOCKS = 50
END = 3
"""Blocks at the end (buttons, what was counted) that stay when what stands before them is cut."""
LONGEST, SHORTEST = 3000, 400
"""Characters of a text: what one block takes, and how far it is cut before blocks are left out."""
_NOT_SHOWN = frozenset(["type", "block_id", "action_id", "value", "url", "style", "image_url", "id", "format"])

DrawnBlock = dict[str, Any]


def message_blocks(blocks: Sequence[Block]) -> list[DrawnBlock]:
    """Blocks as the JSON of a message that Slack takes."""
    return fitting(as_dicts(blocks))


def fitting(blocks: Sequence[DrawnBlock]) -> list[DrawnBlock]:
    """The blocks as they are; where they are too much, their longest texts cut, so that nothing that can be pressed
    is lost; and where that is not enough, without the last ones before the end, and a line about that."""
    drawn, limit = list(blocks), LONGEST
    # Texts before blocks: a title that is cut can be read behind “Details”, a button that is gone cannot be pressed.
    while not fits(drawn) and limit > SHORTEST:
        limit = limit * 3 // 4
        drawn = [_cut(block, limit) for block in blocks]
    return drawn if fits(drawn) else _without_some(drawn)


def as_many_as_fit(most: int, draw: Callable[[int], list[Block]]) -> list[Block]:
    """What *draw* makes of the largest number of things, *most* of them, for which one message has room; at least one.

    It says itself how many more there are, and where.
    """
    # One less each time, drawn anew: `most` is at most fifty, and what is drawn says how many are left.
    for shown in range(most, 1, -1):
        drawn = draw(shown)
        if fits(as_dicts(drawn)):
            return drawn
    return draw(min(most, 1))


def fits(blocks: Sequence[DrawnBlock]) -> bool:
    """Whether Slack takes so much in one message."""
    return len(blocks) <= BLOCKS and size(blocks) <= TOTAL


def size(blocks: Sequence[DrawnBlock]) -> int:
    """Characters that Slack counts, guessed high."""
    return sum(_characters(block) + FOR_A_BLOCK for block in blocks)


def _characters(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(_characters(each) for key, each in value.items() if key not in _NOT_SHOWN)
    return sum(_characters(each) for each in value) if isinstance(value, list) else 0


def _without_some(blocks: list[DrawnBlock]) -> list[DrawnBlock]:
    at = len(blocks) - _end_of(blocks)
    body, end, left_out = blocks[:at], blocks[at:], 0
    while len(body) > 1 and not fits([*body, _more(left_out), *end]):
        _without_last(body)
        left_out += 1
    return [*body, _more(left_out), *end]


def _end_of(blocks: Sequence[DrawnBlock]) -> int:
    """How many blocks at the end are no part of what is listed. The buttons of the last item are."""
    end = 0
    for block in reversed(blocks[1:]):
        if end == END or block["type"] != "context":
            break
        end += 1
    # One row for the whole message, such as “Open the list”, stays.
    if end < len(blocks) - 1 and blocks[-1 - end]["type"] == "actions":
        between = [block["type"] for block in blocks[: len(blocks) - end]]
        end += between.count("actions") == 1  # each item of a list has buttons of its own
    return end


def _without_last(body: list[DrawnBlock]) -> None:
    """Takes the last part away, a row of buttons with what it belongs to."""
    last = body.pop()
    # Buttons without what they are about would be pressed for the item above.
    if last["type"] == "actions" and len(body) > 1:
        body.pop()


def _more(left_out: int) -> DrawnBlock:
    return context(_("and {count} more", count=numeral(max(left_out, 1)))).to_dict()


def _cut(value: Any, limit: int) -> Any:
    if isinstance(value, list):
        return [_cut(each, limit) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") in ("mrkdwn", "plain_text") and isinstance(value.get("text"), str):
        return value | {"text": fitted(value["text"], limit)}
    return {key: _cut(each, limit) for key, each in value.items()}
