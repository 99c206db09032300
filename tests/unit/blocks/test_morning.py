"""What is done but for its last step says so in the morning, to its owner and to the lead."""

import pytest

from bot.blocks.morning import message
from bot.blocks.morning_of_leads import LeadPart
from bot.blocks.parts import as_dicts
from bot.domain.lifecycle import State
from bot.domain.morning import Notice, NoticeReason
from tests.builders import NOW, TODAY, item, names
from tests.people import visible_text


@pytest.mark.parametrize(
    ("state", "says", "first"),
    [
        (State.VERIFIED, "verified, waits to be closed", "Close"),
        (State.IMPLEMENTED, "implemented, waits to be verified", "Verify"),
    ],
)
def test_what_waits_for_its_last_step_says_so_and_offers_that_first(state: State, says: str, first: str) -> None:
    found = item(state=state)
    own = message([Notice(found, (NoticeReason.OVERDUE,))], TODAY, NOW, {}, [], names)
    assert says in visible_text({"blocks": as_dicts(own)})
    part = LeadPart("Payments", [Notice(found, (NoticeReason.ESCALATED,))], [], "team:1:0")
    led = as_dicts(message([], TODAY, NOW, {}, [part], names))
    assert says in visible_text({"blocks": led})
    labels = [each["text"]["text"] for block in led if block["type"] == "actions" for each in block["elements"]]
    assert labels == [first, "Reassign", "Open"]
