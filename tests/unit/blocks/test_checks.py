"""slack_sdk's checks, found once for each class: the same blocks pass, and the same are refused in the same words."""

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    SectionBlock,
)

import bot.blocks.parts  # noqa: F401 – what finds the checks once


def _button(text: str) -> ButtonElement:
    return ButtonElement(text=PlainTextObject(text=text), action_id="press", value="1")


def test_block_within_the_limits_is_drawn_whole() -> None:
    menu = OverflowMenuElement(action_id="more", options=[Option(text=PlainTextObject(text="Edit"), value="1")])
    assert ActionsBlock(elements=[_button("Go"), menu]).to_dict() == {
        "type": "actions",
        "elements": [
            {
                "type": "button", "action_id": "press", "value": "1",
                "text": {"type": "plain_text", "text": "Go"},
            },
            {
                "type": "overflow", "action_id": "more",
                "options": [{"text": {"type": "plain_text", "text": "Edit"}, "value": "1"}],
            },
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (lambda: SectionBlock(text="x" * 3001), "text attribute cannot exceed 3000 characters"),
        (lambda: ActionsBlock(elements=[_button("Go")] * 26), "elements attribute cannot exceed 25 elements"),
        (lambda: ActionsBlock(elements=[_button("x" * 76)]), "text attribute cannot exceed 75 characters"),
    ],
)
def test_block_beyond_a_limit_is_refused_at_every_drawing(block: object, reason: str) -> None:
    drawn = block()  # type: ignore[operator]
    for _ in range(2):
        with pytest.raises(SlackObjectFormationError, match=reason):
            drawn.to_dict()
