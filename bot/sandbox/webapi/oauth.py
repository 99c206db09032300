"""oauth.v2.access and apps.connections.open."""

import secrets

from bot.sandbox.errors import SlackError
from bot.sandbox.model import Json
from bot.sandbox.shapes import team_json
from bot.sandbox.webapi.registry import Call, method


@method("oauth.v2.access", auth="none", tier=4)
def access(call: Call) -> Json:
    state, app = call.state, call.state.app
    if call.args.text("client_id") != app.client_id:
        raise SlackError("invalid_client_id")
    if call.args.text("client_secret") != app.client_secret:
        raise SlackError("bad_client_secret")
    # Good once: a page that is loaded again must not install again.
    code = state.codes.pop(call.args.text("code"), None)
    if code is None:
        raise SlackError("invalid_code")
    team_id, user, scope = code.split(" ", 2)
    granted = set(filter(None, scope.split(",")))
    if team_id not in state.teams:
        return _for_organisation(call, team_id, user, scope, granted)
    team = state.teams[team_id]
    made = state.install(team, granted or None)
    return {
        "access_token": made.token,
        "token_type": "bot",
        "scope": scope,
        "bot_user_id": made.bot_user,
        "app_id": app.id,
        "team": {"id": team.id, "name": team_json(team)["name"]},
        "enterprise": {"id": team.enterprise, "name": team.enterprise.title()} if team.enterprise else None,
        "is_enterprise_install": False,
        "authed_user": {"id": user},
    }


def _for_organisation(call: Call, organisation: str, user: str, scope: str, granted: set[str]) -> Json:
    """Source: https://api.slack.com/enterprise/apps/reference"""
    made = call.state.install_organisation(organisation, granted or None)
    return {
        "access_token": made.token,
        "token_type": "bot",
        "scope": scope,
        "bot_user_id": made.bot_user,
        "app_id": call.state.app.id,
        "team": None,
        "enterprise": {"id": organisation, "name": organisation.title()},
        "is_enterprise_install": True,
        "authed_user": {"id": user},
    }


@method("apps.connections.open", auth="app", tier=1)
def open_connection(call: Call) -> Json:
    ticket = secrets.token_urlsafe(16)
    call.state.tickets.add(ticket)
    url = call.base_url.replace("http", "ws", 1)
    return {"url": f"{url}/link/?ticket={ticket}&app_id={call.state.app.id}"}
