"""What the bot asks Slack for. The same lists stand in app_manifest.yml; a test holds them and the calls together."""

from collections.abc import Collection

from bot.domain.words import _

SCOPES = (
    "app_mentions:read",
    "canvases:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.public",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "reactions:read",
    "users:read",
    "users:read.email",
)

OPTIONAL = {
    "canvases:write": "no canvas in an incident's channel; `/actionitem incident` shows the same table",
    "chat:write.public": "no message in a channel that I was not invited to",
    "files:write": "no `/actionitem export` in Slack; `actionitem export` at a terminal does the same",
    "reactions:read": "no idea is kept by a reaction; the message shortcut does the same",
    "users:read.email": "no import by e-mail address; Slack ids work",
}
"""What an admin may decline (`bot_optional` in the manifest, where each stands in `bot` too), and what is off then."""


def declined(granted: Collection[str]) -> list[str]:
    """What is off because an admin declined it, a sentence each; nothing where it is not known what was granted."""
    missing = [scope for scope in OPTIONAL if granted and scope not in granted]
    return [_("Without `{scope}`: {off}.", scope=scope, off=_(OPTIONAL[scope])) for scope in missing]
