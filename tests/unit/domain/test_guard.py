"""Who is asked about a guard that is not there, and what is said of one that never was."""

import pytest

from bot.blocks.guard import gone_text, lost_lines
from bot.domain.guard import Guard, asked_about, looked, lose_guard
from bot.domain.item_values import Verified
from bot.domain.lifecycle import State
from tests.builders import NOW, WORKSPACE, by, item

URL = "https://github.com/acme/shop/blob/main/alerts/checkout.yml"
VERIFIED = item(owner="U0PRIYA", state=State.VERIFIED, verified=Verified(NOW, "U0MARCO", guard=URL))


@pytest.mark.parametrize(("before", "asked"), [(True, "U0PRIYA"), (False, "U0MARCO")])
def test_owner_is_asked_what_is_gone_and_who_verified_what_never_was_there(*, before: bool, asked: str) -> None:
    guard = looked(Guard(WORKSPACE, 12, URL, seen=before), is_there=False, now=NOW)
    assert asked_about(VERIFIED, guard) == asked
    did = lose_guard(VERIFIED, URL, by(), seen=guard.seen).change.detail["did"]
    assert did == ("guard_lost" if before else "guard_missing")


def test_only_what_was_there_once_is_not_there_any_more() -> None:
    assert "not there any more" in gone_text(VERIFIED, URL, seen=True)
    missing = gone_text(VERIFIED, URL, seen=False)
    assert "any more" not in missing
    assert f"I do not find <{URL}|checkout.yml>" in missing
    gone, never = lost_lines([(VERIFIED, URL, True), (VERIFIED, URL, False)])
    assert (gone.endswith("never found"), never.endswith("never found")) == (False, True)
