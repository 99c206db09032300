"""Slack's JSON for users, channels, messages and views, as the app reads them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.model import Channel, File, Json, Message, Team, User, View
from bot.sandbox.state import State

COLORS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c", "5b89d5", "2b6836")


def color_of(user: str) -> str:
    return COLORS[sum(user.encode()) % len(COLORS)]


def tz_fields(user: User, now: datetime) -> Json:
    offset = now.astimezone(ZoneInfo(user.tz))
    delta = offset.utcoffset()
    return {
        "tz": user.tz,
        "tz_label": offset.tzname(),
        "tz_offset": int(delta.total_seconds()) if delta else 0,
    }


def user_json(state: State, user: User, *, with_email: bool = True, seen_from: str | None = None) -> Json:
    """A user object; a deactivated one has no time zone and no roles, as in Slack.

    `seen_from`: the workspace that asks. Somebody of another company is told by `team_id` alone: they are no guest,
    often no stranger, and their address is theirs.
    """
    outside = seen_from is not None and not state.are_one_company(user.team, seen_from)
    # An import that looks people up by e-mail must not find those of another company.
    with_email = with_email and not outside
    profile = {
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.display_name,
        "display_name_normalized": user.display_name,
        "team": user.team,
        "title": "",
        "phone": "",
        "image_24": "",
        "image_48": "",
        "image_72": "",
    }
    if with_email and not user.is_bot:
        profile["email"] = user.email
    if user.bot_id:
        profile |= {"bot_id": user.bot_id, "api_app_id": state.app.id}
    base: Json = {
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "deleted": user.deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": user.updated,
    }
    if outside:
        base["is_stranger"] = user.is_stranger
    enterprise = state.enterprise_of(user.team)
    if enterprise:
        base |= {"enterprise_user": _enterprise_user(user, enterprise), "teams": [user.team]}
    # Slack leaves time zone and roles out, so `user["tz"]` of somebody who left fails here as it does there.
    return base if user.deleted else base | _live_fields(state, user)


def _enterprise_user(user: User, enterprise: str) -> Json:
    return {
        "id": user.id,
        "enterprise_id": enterprise,
        "enterprise_name": enterprise.title(),
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "teams": [user.team],
    }


def _live_fields(state: State, user: User) -> Json:
    return {
        "color": color_of(user.id),
        "real_name": user.real_name,
        "is_admin": user.is_admin or user.is_owner,
        "is_owner": user.is_owner,
        "is_primary_owner": False,
        # A single-channel guest is both in Slack, so one question is enough for an app.
        "is_restricted": user.is_restricted or user.is_ultra_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_email_confirmed": not user.is_bot,
        "locale": user.locale,
    } | tz_fields(user, state.clock.now())


def _sharing(channel: Channel, state: State) -> Json:
    return {
        "is_shared": bool(channel.shared_with),
        "is_org_shared": any(state.are_one_company(channel.team, team) for team in channel.shared_with),
        "is_ext_shared": state.is_ext_shared(channel),
        "is_pending_ext_shared": bool(channel.pending_with),
        "pending_shared": channel.pending_with,
        "pending_connected_team_ids": channel.pending_with,
        "shared_team_ids": channel.teams,
        "internal_team_ids": [team for team in channel.teams if state.are_one_company(channel.team, team)],
        "connected_team_ids": [team for team in channel.shared_with if not state.are_one_company(channel.team, team)],
        "conversation_host_id": channel.team,
    }


def channel_json(state: State, channel: Channel, reader: str) -> Json:
    """A conversation object as `reader` (a user id) sees it."""
    if channel.kind == "im":
        other = next((user for user in channel.members if user != reader), reader)
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "is_org_shared": False,
            "user": other,
            "is_archived": channel.archived,
            "is_user_deleted": False,
            "is_open": True,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_im": False,
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "created": channel.created,
        "creator": channel.creator,
        "is_archived": channel.archived,
        "is_general": channel.name == "general",
        **_sharing(channel, state),
        "is_member": reader in channel.members,
        "context_team_id": channel.team,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "num_members": len(channel.members),
        "updated": channel.created * 1000,
    }


def message_json(state: State, message: Message, *, with_metadata: bool = False) -> Json:
    """A message as `conversations.history` gives it. Without `with_metadata` only the event type is shown."""
    shown: Json = {"type": "message"}
    if message.subtype:
        shown["subtype"] = message.subtype
    if message.user:  # another app's message may have none
        shown["user"] = message.user
    shown |= {"text": message.text, "ts": message.ts, "team": _said_from(state, message)}
    if message.bot_id:
        shown |= {
            "bot_id": message.bot_id,
            "app_id": _app_of(state, message),
            "bot_profile": _bot_profile(state, message),
        }
    for key in ("username", "blocks", "attachments", "edited"):
        if (value := getattr(message, key)) is not None:
            shown[key] = value
    if message.files:
        shown |= {"files": [file_json(state.files[file]) for file in message.files], "upload": True}
    if message.reactions:
        shown["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.metadata is not None:
        shown["metadata"] = (
            # Only with `include_all_metadata`: delivery that looks for its own messages without it finds none.
            message.metadata if with_metadata else {"event_type": message.metadata["event_type"], "event_payload": {}}
        )
    return shown | _thread_fields(state, message)


def _said_from(state: State, message: Message) -> str:
    """The workspace of who said it, which in a shared channel may be another."""
    user = state.users.get(message.user)
    return user.team if user else _team(state, message)


def _app_of(state: State, message: Message) -> str:
    """Ours, or any other's."""
    installed = state.teams[_team(state, message)].installation
    return state.app.id if installed and installed.bot_id == message.bot_id else "A0OTHER"


def _team(state: State, message: Message) -> str:
    return state.channels[message.channel].team


def _bot_profile(state: State, message: Message) -> Json:
    return {
        "id": message.bot_id,
        "app_id": _app_of(state, message),
        "name": message.username or state.app.name,
        "deleted": False,
        "updated": 0,
        "team_id": _team(state, message),
        "icons": {},
    }


def replies_of(channel: Channel, ts: str) -> list[Message]:
    """The replies that everybody sees, oldest first."""
    return [channel.messages[reply] for reply in channel.threads.get(ts, ())]


def _thread_fields(state: State, message: Message) -> Json:
    if message.is_reply:
        parent = state.channels[message.channel].messages.get(message.thread_ts or "")
        known = {"parent_user_id": parent.user} if parent else {}
        return {"thread_ts": message.thread_ts} | known
    replies = replies_of(state.channels[message.channel], message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users,
        "is_locked": False,
    }


def file_json(file: File) -> Json:
    return {
        "id": file.id,
        "created": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "size": file.length,
        "user": file.user,
        "mode": "hosted",
        "alt_txt": file.alt_text,
        "url_private": f"/files/{file.id}/{file.name}",
        "url_private_download": f"/files/{file.id}/{file.name}?download=1",
        "channels": file.channels,
    }


def team_json(team: Team) -> Json:
    return {
        "id": team.id,
        "name": team.name,
        "domain": team.domain,
        "email_domain": "",
        "icon": {"image_default": True},
        "url": f"https://{team.domain}.slack.com/",
    } | ({"enterprise_id": team.enterprise, "enterprise_name": team.enterprise.title()} if team.enterprise else {})


def view_json(state: State, view: View) -> Json:
    """A view object with what stands in its inputs."""
    body = view.body
    shown: Json = {
        "id": view.id,
        "team_id": view.team,
        "type": body["type"],
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata") or "",
        "callback_id": body.get("callback_id") or "",
        "state": {"values": view.values},
        "hash": view.hash,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": state.app.id,
        "external_id": body.get("external_id") or "",
        "app_installed_team_id": state.installation(view.team).organisation or view.team,
        "bot_id": state.installation(view.team).bot_id,
    }
    return shown


def permalink(state: State, message: Message) -> str:
    """Slack's link to a message; in a thread with its parent."""
    domain = state.teams[_team(state, message)].domain
    link = f"https://{domain}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    # Without these two, Slack's client opens the channel and not the thread.
    return f"{link}?thread_ts={message.thread_ts}&cid={message.channel}" if message.is_reply else link
