"""Who may act on an item, who may ask, who decides: as owner, collaborator, member, lead, admin, guest, stranger."""

from dataclasses import replace

import pytest

from bot.domain import roles
from bot.domain.errors import Refused
from bot.domain.queries import Viewer
from tests.builders import by, item, person, team

OURS = item(team_id=1, collaborators=("U0HELPS",))
PAYMENTS = team()
GUEST = person(is_guest=True)
ADMIN = person(is_admin=True)


@pytest.mark.parametrize("user", ["U0PRIYA", "U0HELPS", "U0MARCO", "U0AISHA"])
def test_owner_collaborator_lead_and_member_may_act(user: str) -> None:
    roles.refuse_stranger(OURS, user, person(user=user), PAYMENTS)


def test_admin_may_act_on_everything() -> None:
    roles.refuse_stranger(OURS, "U0BOSS", ADMIN, PAYMENTS)


def test_stranger_is_told_who_may_instead() -> None:
    with pytest.raises(Refused, match=r"belongs to Payments.*Ask one of them"):
        roles.refuse_stranger(OURS, "U0STRANGER", person(), PAYMENTS)


def test_somebody_slack_says_nothing_of_is_a_stranger() -> None:
    assert not roles.may_act(OURS, "U0STRANGER", None, PAYMENTS)
    assert not roles.may_act(item(), "U0STRANGER", None, None)


def test_item_without_a_team_is_every_full_member_s() -> None:
    roles.refuse_stranger(item(), "U0STRANGER", person(), None)
    with pytest.raises(Refused, match="Guests see AI-12"):
        roles.refuse_stranger(item(), "U0GIL", GUEST, None)


def test_guest_who_collaborates_may_act() -> None:
    roles.refuse_stranger(item(collaborators=("U0GIL",)), "U0GIL", GUEST, PAYMENTS)


def test_lead_and_admin_decide_and_nobody_else() -> None:
    assert roles.decides("U0MARCO", person(), PAYMENTS)
    assert roles.decides("U0BOSS", ADMIN, None)
    assert not roles.decides("U0PRIYA", person(), PAYMENTS)
    assert not roles.decides("U0BOSS", None, PAYMENTS)


def test_owner_and_deciders_may_ask_to_park_or_end_it() -> None:
    roles.refuse_unless_may_ask(OURS, by("U0PRIYA"))
    roles.refuse_unless_may_ask(OURS, replace(by("U0MARCO"), decides=True))
    with pytest.raises(Refused, match="Only the owner of AI-12 can ask"):
        roles.refuse_unless_may_ask(OURS, by("U0AISHA"))


def test_request_is_decided_by_lead_or_admin() -> None:
    roles.refuse_unless_decides(OURS, replace(by(), decides=True), "U0LENA", PAYMENTS)
    with pytest.raises(Refused, match="Only the lead of Payments or an admin"):
        roles.refuse_unless_decides(OURS, by("U0LENA"), "U0LENA", PAYMENTS)


def test_request_about_an_item_without_a_team_is_decided_by_who_was_asked() -> None:
    roles.refuse_unless_decides(item(), by("U0LENA"), "U0LENA", None)
    with pytest.raises(Refused, match="the approver who was asked"):
        roles.refuse_unless_decides(item(), by("U0AISHA"), "U0LENA", None)


@pytest.mark.parametrize(
    ("approver", "known", "refusal"),
    [
        ("", person(), "Choose who approves"),
        ("U0LENA", None, "full member who is here"),
        ("U0LENA", person(is_guest=True), "full member who is here"),
        ("U0LENA", person(is_bot=True), "full member who is here"),
        ("U0LENA", person(deactivated=True), "full member who is here"),
        ("U0PRIYA", person(is_admin=True), "cannot approve what you ask for"),
        ("U0LENA", person(), "Only the lead of Payments or an admin can approve"),
    ],
)
def test_approver_who_cannot_approve_is_refused_at_the_field(approver: str, known: object, refusal: str) -> None:
    with pytest.raises(Refused, match=refusal) as refused:
        roles.check_approver(approver, "U0PRIYA", known, PAYMENTS)  # type: ignore[arg-type]
    assert refused.value.field == "approver"


def test_without_a_team_any_other_full_member_approves() -> None:
    roles.check_approver("U0LENA", "U0PRIYA", person(), None)
    roles.check_approver("U0MARCO", "U0PRIYA", person(), PAYMENTS)


PRIVATE = item(private=True, channel="C0VAULT", team_id=1, collaborators=("U0HELPS",), approvers=("U0LENA",))


@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        (Viewer("U0PRIYA"), True),
        (Viewer("U0HELPS"), True),
        (Viewer("U0LENA"), True),
        (Viewer("U0MARCO"), False),
        (Viewer("U0MARCO", frozenset({"C0BOARD"})), False),
        (Viewer("U0MARCO", frozenset({"C0VAULT"})), True),
        (Viewer("U0MARCO", frozenset({"C0VAULT"}), frozenset({"C0VAULT"})), True),
        (Viewer("U0PRIYA", frozenset(), frozenset({"C0INC"})), False),
        (Viewer(""), False),
        (Viewer("", frozenset({"C0VAULT"})), True),
    ],
    ids=["owner", "collaborator", "approver", "lead", "elsewhere", "member", "guest there", "guest", "aloud", "there"],
)
def test_private_item_is_its_channels_owners_collaborators_and_approvers(reader: Viewer, sees: bool) -> None:
    assert roles.may_see(PRIVATE, reader) is sees


def test_lead_of_whom_it_is_not_known_where_they_are_is_told_as_little_as_a_stranger() -> None:
    assert not roles.may_be_told(PRIVATE, "U0MARCO")
    assert roles.may_be_told(replace(PRIVATE, private=False), "U0MARCO")
    assert roles.may_be_told(replace(PRIVATE, owner="U0MARCO"), "U0MARCO")
