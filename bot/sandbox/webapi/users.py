"""users.*, usergroups.*, bots.info, team.info, auth.test, api.test."""

from bot.sandbox.errors import SlackError
from bot.sandbox.model import Json, Usergroup
from bot.sandbox.shapes import channel_json, team_json, user_json
from bot.sandbox.webapi.conversations import READ, channels_as_asked
from bot.sandbox.webapi.paging import page
from bot.sandbox.webapi.registry import Call, method


@method("api.test", auth="none", tier=4)
def api_test(call: Call) -> Json:
    args = {key: value for key, value in call.args.values.items() if key != "token"}
    if "error" in args:
        raise SlackError(str(args["error"]))
    return {"args": args}


@method("auth.test", tier=5)
def auth_test(call: Call) -> Json:
    if organisation := call.installation.organisation:
        return {
            "url": f"https://{organisation.lower()}.enterprise.slack.com/",
            "team": organisation.title(),
            "user": call.state.users[call.bot].name,
            "team_id": organisation,
            "user_id": call.bot,
            "bot_id": call.installation.bot_id,
            "enterprise_id": organisation,
            "is_enterprise_install": True,
        }
    return {
        "url": f"https://{call.team.domain}.slack.com/",
        "team": call.team.name,
        "user": call.state.users[call.bot].name,
        "team_id": call.team.id,
        "user_id": call.bot,
        "bot_id": call.installation.bot_id,
        "is_enterprise_install": False,
    } | ({"enterprise_id": call.team.enterprise} if call.team.enterprise else {})


@method("auth.teams.list", tier=2)
def teams_list(call: Call) -> Json:
    let_in = call.state.let_in(call.installation.organisation) if call.installation.organisation else [call.team]
    chosen, more = page(call.args, let_in, default=100)
    return {"teams": [{"id": team.id, "name": team.name} for team in chosen], "response_metadata": more}


@method("team.info", "team:read")
def team_info(call: Call) -> Json:
    return {"team": team_json(call.team)}


@method("bots.info", "users:read")
def bots_info(call: Call) -> Json:
    wanted = call.args.text("bot", call.installation.bot_id)
    if wanted != call.installation.bot_id:
        raise SlackError("bot_not_found")
    app = call.state.app
    return {
        "bot": {
            "id": wanted,
            "deleted": False,
            "name": app.name,
            "updated": 0,
            "app_id": app.id,
            "user_id": call.bot,
            "icons": {},
        }
    }


@method("users.info", "users:read", tier=4)
def info(call: Call) -> Json:
    return {
        "user": user_json(
            call.state, call.user(), with_email=call.has_scope("users:read.email"), seen_from=call.team.id
        )
    }


@method("users.list", "users:read", tier=2)
def list_(call: Call) -> Json:
    users, more = page(call.args, call.state.members_of_team(call.team.id), default=1000)
    email = call.has_scope("users:read.email")
    shown = [user_json(call.state, user, with_email=email) for user in users]
    return {"members": shown, "cache_ts": call.state.seconds(), "response_metadata": more}


@method("users.lookupByEmail", "users:read.email")
def lookup_by_email(call: Call) -> Json:
    email = call.args.required("email").lower()
    for user in call.state.members_of_team(call.team.id):
        # Slack does not find who has left: an import by e-mail cannot give them an item.
        if user.email.lower() == email and not user.is_bot and not user.deleted:
            return {"user": user_json(call.state, user)}
    raise SlackError("users_not_found")


@method("users.profile.get", "users.profile:read", tier=4)
def profile_get(call: Call) -> Json:
    user = call.user()
    return {
        "profile": user_json(call.state, user, with_email=call.has_scope("users:read.email"), seen_from=call.team.id)[
            "profile"
        ]
    }


@method("users.conversations", *READ)
def conversations(call: Call) -> Json:
    """Of `user` (default: the bot): the ones that the bot may know of."""
    user = call.user().id if "user" in call.args else call.bot
    of_team = call.state.channels_of_team(call.team.id)
    # A private channel without the bot is nobody's business here: their membership in it stays unknown to the app.
    theirs = [c for c in of_team if user in c.members and (c.kind == "public" or call.bot in c.members)]
    chosen, more = page(call.args, channels_as_asked(call, theirs), default=100, highest=999)
    return {"channels": [channel_json(call.state, c, call.bot) for c in chosen], "response_metadata": more}


def usergroup_json(call: Call, group: Usergroup) -> Json:
    shown: Json = {
        "id": group.id,
        "team_id": call.team.id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "date_delete": 0,
        "user_count": len(group.users),
    }
    return shown | ({"users": group.users} if call.args.flag("include_users") else {})


@method("usergroups.list", "usergroups:read", tier=2)
def usergroups(call: Call) -> Json:
    return {"usergroups": [usergroup_json(call, group) for group in call.team.usergroups.values()]}


@method("usergroups.users.list", "usergroups:read", tier=2)
def usergroup_users(call: Call) -> Json:
    group = call.team.usergroups.get(call.args.required("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": group.users}
