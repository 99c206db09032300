"""What a request asks for, in a word that nobody typed."""

from typing import Any

import pytest

from bot.slack.kinds import kind_of


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"command": "/actionitem", "text": "DEFER 12"}, "command defer"),
        ({"command": "/actionitem", "text": ""}, "command help"),
        ({"command": "/actionitem", "text": "salary of Priya"}, "command"),
        ({"type": "block_actions", "actions": [{"action_id": "item.update"}]}, "button item.update"),
        ({"type": "block_actions", "actions": [{"action_id": "choose:12"}]}, "button choose"),
        ({"type": "block_actions", "actions": [{"action_id": "What somebody wrote"}]}, "button"),
        ({"type": "block_actions", "actions": []}, "button"),
        ({"type": "view_submission", "view": {"callback_id": "new"}}, "form new"),
        ({"type": "event_callback", "event": {"type": "app_mention"}}, "event app_mention"),
        ({"type": "block_suggestion"}, "menu"),
        ({"type": "no such thing"}, "other"),
        ({}, "other"),
    ],
)
def test_request_has_a_kind_of_ours(body: dict[str, Any], kind: str) -> None:
    assert kind_of(body, {"defer", "help"}) == kind
