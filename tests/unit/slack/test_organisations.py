"""In which workspace of an organisation something happened, on shapes that Slack was recorded with.

The events are those of tests/scenario_tests/test_events_org_apps.py in slackapi/bolt-python.
"""

from typing import Any

import pytest

from bot.slack.organisations import organisation_of, workspace_of

ORG, HERE, SIBLING, FOREIGN = "E111", "T111", "T222", "T999"
Json = dict[str, Any]


def authorization(**changes: Any) -> Json:
    return {
        "enterprise_id": ORG,
        "team_id": None,
        "user_id": "W222",
        "is_bot": True,
        "is_enterprise_install": True,
    } | changes


def event(inner: Json, **changes: Any) -> Json:
    around: Json = {"team_id": HERE, "enterprise_id": ORG, "type": "event_callback", "is_ext_shared_channel": False}
    return around | {"authorizations": [authorization()], "event": inner} | changes


OPENED = event({"type": "app_home_opened", "user": "W111", "channel": "D111", "tab": "home"})
MESSAGE = event({"type": "message", "user": "W111", "team": HERE, "channel": "C111", "channel_type": "channel"})
CHANGED = event(
    {"type": "user_change", "user": {"id": "W111", "team_id": HERE, "enterprise_user": {"teams": [HERE, SIBLING]}}},
    team_id=None,
)
COMMAND = {"command": "/x", "team_id": HERE, "enterprise_id": ORG, "is_enterprise_install": "true", "user_id": "W111"}
IN_VIEW = {
    "type": "view_submission",
    "team": None,
    "enterprise": {"id": ORG, "name": "Acme"},
    "is_enterprise_install": True,
    "user": {"id": "W111", "team_id": SIBLING},
    "view": {"id": "V1", "team_id": HERE, "app_installed_team_id": ORG},
}
ON_MESSAGE = {
    "type": "block_actions",
    "team": {"id": HERE, "domain": "here", "enterprise_id": ORG},
    "enterprise": {"id": ORG, "name": "Acme"},
    "is_enterprise_install": True,
    "user": {"id": "W111", "team_id": SIBLING},
}


def known(*teams: str) -> Any:
    return lambda team, organisation: organisation == ORG and team in teams


@pytest.mark.parametrize("body", [OPENED, MESSAGE, CHANGED, COMMAND, IN_VIEW, ON_MESSAGE])
def test_workspace_is_found_wherever_slack_names_it(body: Json) -> None:
    assert organisation_of(body) == ORG
    assert workspace_of(body, ORG, known(HERE, SIBLING)) == HERE


@pytest.mark.parametrize("body", [OPENED, MESSAGE, COMMAND, IN_VIEW, ON_MESSAGE])
def test_workspace_of_which_nobody_has_told_yet_is_taken_where_it_cannot_be_anothers(body: Json) -> None:
    assert workspace_of(body, ORG, known()) == HERE


def test_workspace_of_another_company_in_a_shared_channel_is_not_taken() -> None:
    said = {"type": "app_mention", "user": "U9", "team": FOREIGN, "user_team": FOREIGN, "channel": "C1"}
    shared = event(said, team_id=FOREIGN, context_team_id=ORG, is_ext_shared_channel=True)
    assert workspace_of(shared, ORG, known(HERE)) is None
    assert workspace_of(shared | {"context_team_id": HERE}, ORG, known(HERE)) == HERE
    assert workspace_of(shared | {"context_team_id": HERE}, ORG, known()) is None


@pytest.mark.parametrize("kind", ["team_access_granted", "team_access_revoked"])
def test_news_of_the_organisation_is_of_no_workspace(kind: str) -> None:
    body = {"enterprise_id": ORG, "event": {"type": kind, "team_ids": [HERE, SIBLING]}, "type": "event_callback"}
    assert organisation_of(body) == ORG
    assert workspace_of(body, ORG, known(HERE)) is None
    documented = body | {"authorizations": [authorization(team_id="T123ABC456", is_enterprise_install=False)]}
    assert organisation_of(documented) == ORG


def test_uninstalling_of_an_organisation_is_told_from_that_of_one_of_its_workspaces() -> None:
    gone = {"enterprise_id": ORG, "event": {"type": "app_uninstalled"}, "type": "event_callback"}
    assert organisation_of(gone) == ORG
    of_one = gone | {"team_id": HERE, "authorizations": [authorization(team_id=HERE, is_enterprise_install=False)]}
    assert organisation_of(of_one) == ""


def test_workspace_with_an_installation_of_its_own_is_of_no_organisation() -> None:
    own = [authorization(team_id=HERE, is_enterprise_install=False)]
    assert organisation_of(MESSAGE | {"authorizations": own}) == ""
    assert organisation_of(ON_MESSAGE | {"is_enterprise_install": False}) == ""
    assert organisation_of({"command": "/x", "team_id": HERE, "user_id": "U1"}) == ""


@pytest.mark.parametrize("junk", [None, [], "x", 7, {"id": 7}])
def test_what_is_not_shaped_as_slack_shapes_it_names_nothing(junk: Any) -> None:
    body = {"is_enterprise_install": True, "enterprise": {"id": ORG}, "team": junk, "view": {}, "user": junk}
    assert workspace_of(body, ORG, known(HERE)) is None
