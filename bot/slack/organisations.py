"""Installations for a whole organisation: in which of its workspaces something happened, as far as a request says it.

Slack names no single place for that: `authorizations` and interactions in views say no workspace there, and what is
called a team may be the organisation itself, or another company's workspace in a shared channel. Shapes:
https://api.slack.com/enterprise/apps/reference and the tests of slackapi/bolt-python.
"""

from collections.abc import Callable, Iterator
from typing import Any

from slack_bolt.request.internals import extract_enterprise_id, extract_is_enterprise_install

WORKSPACE = "T"
NEWS = ("team_access_granted", "team_access_revoked")
"""What Slack tells of an organisation's installation without saying that it is one."""
Knows = Callable[[str, str], bool]
"""Whether that organisation lets the bot into that workspace."""


def organisation_of(body: dict[str, Any]) -> str:
    """The organisation whose installation the request is of; "" where it is of one workspace's own."""
    organisation = str(extract_enterprise_id(body) or "")
    if not organisation:
        return ""
    if extract_is_enterprise_install(body) or _object(body.get("event")).get("type") in NEWS:
        return organisation
    # What else names no workspace cannot be of one, whatever it says of the installation.
    return "" if any(_named(body)) else organisation


def workspace_of(body: dict[str, Any], organisation: str, knows: Knows) -> str | None:
    """The workspace of the organisation in which it happened; None where the request does not say.

    The first that is named, when it is known already; else the first that cannot be another company's.
    """
    named = list(dict.fromkeys(_named(body)))
    known = next((team for team in named if knows(team, organisation)), None)
    if known or body.get("is_ext_shared_channel"):
        return known
    return next(iter(_own(body)), None)


def _own(body: dict[str, Any]) -> Iterator[str]:
    """Where Slack names the workspace of what happened; who did it may be of another one."""
    yield from _teams(
        *(_object(one).get("team_id") for one in _list(body.get("authorizations"))),
        body.get("context_team_id"),
        body.get("team_id"),
        _object(body.get("team")).get("id"),
        _object(body.get("view")).get("team_id"),
    )


def _named(body: dict[str, Any]) -> Iterator[str]:
    yield from _own(body)
    event = _object(body.get("event"))
    user = _object(event.get("user")) or _object(body.get("user"))
    yield from _teams(event.get("team"), user.get("team_id"), *_list(_object(user.get("enterprise_user")).get("teams")))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _teams(*named: Any) -> Iterator[str]:
    return (each for each in named if isinstance(each, str) and each.startswith(WORKSPACE))
