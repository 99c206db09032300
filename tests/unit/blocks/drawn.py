"""The most and the least that blocks are drawn for, and whether Slack would take them: the sandbox's rules say."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from slack_sdk.models.views import View

from bot.blocks.fitting import message_blocks
from bot.domain.incident import Incident
from bot.domain.item import TEXT_LIMIT, TITLE_LIMIT, Item
from bot.domain.item_values import Implementation, VerificationMethod, Verified
from bot.domain.team import Team
from bot.sandbox.checks.messages import check_message
from bot.sandbox.checks.views import check_view
from tests.builders import DUE, NOW, TODAY, incident, item, team

LONG_LINK = "https://example.com/?" + "a=1&" * 740
FILLS = ["&", "<", "*", "🔥", "w "]
METADATA = json.dumps({"number": 12, "seen": 99, "channel": "C0INC"})


def fill(mark: str, length: int) -> str:
    return (mark * length)[:length].strip()


def extreme(mark: str, **changes: Any) -> Item:
    """An item in which everything that people write is as long as it may be."""
    text = fill(mark, TEXT_LIMIT)
    long = item(
        number=999_999_999,
        title=fill(mark, TITLE_LIMIT),
        details=text,
        root_cause=text,
        verification=text,
        references=text,
        collaborators=tuple(f"U{number}" for number in range(200)),
        team_name=fill(mark, 200),
        incident_id=1,
        incident_title=fill(mark, 150),
        postmortem_url=LONG_LINK,
        implementation=Implementation(NOW, LONG_LINK, TODAY),
        verified=Verified(NOW, "U0PRIYA", VerificationMethod.DRILL, text, text, text),
        original_due=DUE - timedelta(days=400),
        slips=99,
    )
    return replace(long, **changes)


def bare(**changes: Any) -> Item:
    """An item with as little as an import may bring."""
    return item(title="x", verification="", remedy=None, last_progress_at=None, **changes)


def long_names(user: str) -> str:
    return "&amp;" * 80


def accepted(blocks: Any, text: str = "x") -> str:
    """What Slack takes of the blocks as they leave, as JSON."""
    drawn = message_blocks(list(blocks))
    check_message({"text": text, "blocks": drawn})
    return json.dumps(drawn, ensure_ascii=False)


def accepted_view(view: View) -> str:
    drawn = view.to_dict()
    check_view(drawn, "modal")
    return json.dumps(drawn, ensure_ascii=False)


def many_teams(count: int) -> list[Team]:
    """Their names as long as they may be."""
    return [team(id=number + 1, name=f"{number} " + "&" * 70) for number in range(count)]


def many_incidents(count: int) -> list[Incident]:
    """Their titles as long as they may be."""
    return [incident(id=number + 1, title=f"{number} 🔥 " + "&" * 140) for number in range(count)]
