"""Who is an outsider: told by the workspace that Slack names, on the shapes that Slack answers."""

from typing import Any

import pytest

from bot.domain.errors import Refused, Unavailable
from bot.domain.person import Person, check_lead, check_owner
from bot.domain.roles import check_approver, decides, may_act
from bot.domain.team import Team
from bot.slack.lookups import person_from
from handlers.gateway.door import home_of
from tests.builders import NOW, item

HERE, ENTERPRISE = "T0ACME", "E0ACME"


def recorded(**facts: Any) -> dict[str, Any]:
    """`user` of a recorded answer of `users.info`, as far as it says who somebody is."""
    answer = {
        "id": "U0OLGA", "team_id": HERE, "name": "olga", "deleted": False, "real_name": "Olga Petrov", "tz": "",
        "tz_label": "", "tz_offset": 3600, "profile": {"real_name": "Olga Petrov", "display_name": "", "team": HERE},
        "is_admin": False, "is_owner": False, "is_primary_owner": False, "is_restricted": False,
        "is_ultra_restricted": False, "is_bot": False, "is_app_user": False, "updated": 12345, "locale": "",
        "is_stranger": False,
    }  # fmt: skip
    return answer | facts


def heard(**facts: Any) -> Person:
    return person_from(HERE, recorded(**facts), NOW, lambda _: ENTERPRISE)


def not_asked(_workspace: str) -> str:
    raise Unavailable("Slack need not be asked of that")


@pytest.mark.parametrize(
    "facts",
    [
        {"team_id": "T0GLOBEX"},
        {"team_id": "T0GLOBEX", "is_stranger": True},
        {"team_id": "T0GLOBEX", "is_admin": True, "is_owner": True},
        {"team_id": "T0GLOBEX", "enterprise_user": {"id": "U0OLGA", "enterprise_id": "E0GLOBEX", "teams": []}},
        {"team_id": "T0GLOBEX", "enterprise_id": "E0GLOBEX"},
        {"team_id": None, "profile": {"team": "T0GLOBEX"}},
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"team_id": "T0NORTH", "enterprise_user": {"enterprise_id": ENTERPRISE}, "is_restricted": True},
    ],
)
def test_outsider_is_a_guest_or_of_another_company_whatever_else_is_said(facts: dict[str, Any]) -> None:
    assert heard(**facts).is_guest


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"id": "W0NORA"},
        {"id": "W0NORA", "team_id": "T0NORTH", "enterprise_user": {"enterprise_id": ENTERPRISE, "teams": ["T0NORTH"]}},
        {"id": "W0NORA", "team_id": "T0NORTH", "enterprise_id": ENTERPRISE},
        {"id": "W0NORA", "team_id": "T0NORTH", "enterprise_id": ENTERPRISE, "is_stranger": True},
    ],
)
def test_whoever_is_of_the_workspace_or_of_its_enterprise_is_no_outsider(facts: dict[str, Any]) -> None:
    assert not heard(**facts).is_guest


def test_admin_of_another_company_is_none_here() -> None:
    assert not heard(team_id="T0GLOBEX", is_admin=True, is_owner=True).is_admin
    assert heard(is_admin=True).is_admin


def test_workspace_without_enterprise_has_no_siblings() -> None:
    said = recorded(team_id="T0NORTH", enterprise_id=ENTERPRISE)
    assert person_from(HERE, said, NOW, lambda _: "").is_guest


def test_enterprise_is_asked_for_only_of_somebody_of_another_workspace_that_has_one() -> None:
    assert not person_from(HERE, recorded(enterprise_id=ENTERPRISE), NOW, not_asked).is_guest
    assert person_from(HERE, recorded(team_id="T0GLOBEX"), NOW, not_asked).is_guest
    with pytest.raises(Unavailable):
        person_from(HERE, recorded(team_id="T0NORTH", enterprise_id=ENTERPRISE), NOW, not_asked)


def test_outsider_owns_leads_approves_and_decides_nothing() -> None:
    olga = heard(team_id="T0GLOBEX", is_admin=True)
    team = Team(HERE, 1, "Payments", "C0PAYMENTS", lead=olga.user)
    assert not decides(olga.user, olga, team)
    assert not may_act(item(owner=olga.user), olga.user, olga, None)
    for refused in (
        lambda: check_owner(olga.user, olga),
        lambda: check_lead(olga.user, olga),
        lambda: check_approver(olga.user, "U0PRIYA", olga, None),
    ):
        with pytest.raises(Refused):
            refused()


@pytest.mark.parametrize(
    ("body", "home"),
    [
        ({"type": "block_actions", "team": {"id": HERE}, "user": {"id": "U1", "team_id": "T2"}}, ("U1", "T2")),
        ({"type": "block_suggestion", "user": {"id": "U1", "team_id": "T2"}}, ("U1", "T2")),
        ({"type": "view_submission", "user": {"id": "U1", "name": "x"}}, ("U1", "")),
        ({"command": "/actionitem", "team_id": HERE, "user_id": "U1"}, ("", "")),
        ({"team_id": HERE, "event": {"type": "app_mention", "user": "U1", "team": "T2"}}, ("U1", "T2")),
        ({"team_id": HERE, "event": {"type": "message", "user": "U1", "user_team": "T2", "team": HERE}}, ("U1", "T2")),
        ({"team_id": HERE, "event": {"type": "message", "user": "U1", "source_team": "T2"}}, ("U1", "T2")),
        ({"team_id": HERE, "event": {"type": "reaction_added", "user": "U1"}}, ("U1", "")),
        ({"team_id": HERE, "event": {"type": "user_change", "user": {"id": "U1", "team_id": "T2"}}}, ("", "")),
        ({"team_id": HERE, "event": {"type": "function_executed", "inputs": {}}}, ("", "")),
        ({"type": "event_callback", "event": None}, ("", "")),
    ],
)
def test_request_says_whose_people_somebody_is(body: dict[str, Any], home: tuple[str, str]) -> None:
    assert home_of(body) == home


@pytest.mark.parametrize(
    ("display", "real", "name"), [("  ", "Olga Petrov", "Olga Petrov"), (" ", " ", "olga"), ("\u3000", "", "olga")]
)
def test_display_name_of_blanks_is_none(display: str, real: str, name: str) -> None:
    assert heard(real_name=real, profile={"display_name": display, "real_name": real}).name == name
    assert heard(real_name="", name=" ", profile={"display_name": display}).name == "U0OLGA"
