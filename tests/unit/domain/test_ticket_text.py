"""What a ticket's text says of its item."""

from bot.domain.item_values import Verified
from bot.domain.lifecycle import State
from bot.domain.ticket_text import ticket_text
from tests.builders import NOW, item


def test_what_nobody_has_verified_is_still_to_be_verified() -> None:
    planned = item(verification="Cut the first region off in a drill")
    assert "**Verify by:** Cut the first" in ticket_text(planned, "Priya", "", with_incident=False)
    seen = item(verification="Cut the first region off", state=State.VERIFIED, verified=Verified(NOW, "U0PRIYA"))
    assert "**Verified by:** Cut the first" in ticket_text(seen, "Priya", "", with_incident=False)
