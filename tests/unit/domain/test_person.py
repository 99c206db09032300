"""Who may own an item (R29, R30)."""

from typing import Any

import pytest

from bot.domain.errors import Refused
from bot.domain.person import Person, check_collaborator, check_lead, check_owner
from tests.builders import person


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (None, "Slack does not know that person"),
        (person(is_guest=True, name="Gil"), "Gil is a guest here"),
        (person(deactivated=True, name="Gil"), "Gil has left"),
        (person(is_bot=True), "An app cannot collaborate"),
    ],
)
def test_collaborator_is_a_full_member_who_is_here(who: Person | None, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        check_collaborator("U0GIL", who)
    assert refused.value.field == "collaborators"
    check_collaborator("U0PRIYA", person())


def test_member_can_own_an_item() -> None:
    check_owner("U0PRIYA", person())


@pytest.mark.parametrize(
    ("user", "changes", "words"),
    [
        ("U0PRIYA", {"is_bot": True}, "An app cannot own an item. Choose one person who answers for it."),
        ("USLACKBOT", {"user": "USLACKBOT"}, "An app cannot own an item. Choose one person who answers for it."),
        ("U0PRIYA", {"deactivated": True}, "Priya Raman has left. Choose someone who is here."),
        ("U0PRIYA", {"is_guest": True}, "Priya Raman is a guest here. Choose a full member as owner."),
        ("S0TEAM", {}, "A group cannot own an item. Choose one person who answers for it."),
    ],
)
def test_whoever_cannot_answer_for_it_cannot_own_it(user: str, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as caught:
        check_owner(user, person(**changes))
    assert (caught.value.reason, caught.value.field) == (words, "owner")


def test_stranger_cannot_own_an_item() -> None:
    with pytest.raises(Refused, match="does not know that person here") as caught:
        check_owner("U0NOBODY", None, field="new_owner")
    assert caught.value.field == "new_owner"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"is_bot": True}, "An app cannot lead a team. Choose a full member as lead."),
        ({"deactivated": True}, "Priya Raman has left. Choose someone who is here."),
        ({"is_guest": True}, "Priya Raman is a guest here. Choose a full member as lead."),
    ],
)
def test_whoever_cannot_decide_cannot_lead(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as caught:
        check_lead("U0PRIYA", person(**changes))
    assert (caught.value.reason, caught.value.field) == (words, "lead")
