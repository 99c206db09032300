"""Reads an app manifest (https://docs.slack.dev/reference/app-manifest) as far as the sandbox acts on it."""

from bot.sandbox.model import AppConfig, Json


def app_from_manifest(manifest: Json | None) -> AppConfig:
    """None: an app for which everything is allowed."""
    app = AppConfig()
    if manifest is None:
        return app
    features = manifest.get("features") or {}
    settings = manifest.get("settings") or {}
    oauth = manifest.get("oauth_config") or {}
    bot_user = features.get("bot_user") or {}
    app.name = bot_user.get("display_name") or (manifest.get("display_information") or {}).get("name") or app.name
    app.commands = list(features.get("slash_commands") or [])
    app.shortcuts = list(features.get("shortcuts") or [])
    app.events = set((settings.get("event_subscriptions") or {}).get("bot_events") or [])
    scopes = oauth.get("scopes") or {}
    # Installed by an admin who declines nothing; `PATCH /sandbox/app` takes scopes away.
    app.scopes = {*(scopes.get("bot") or []), *(scopes.get("bot_optional") or [])}
    over_http = settings.get("socket_mode_enabled") is False
    app.options_url = not over_http or bool((settings.get("interactivity") or {}).get("message_menu_options_url"))
    home = features.get("app_home") or {}
    app.messages_tab = bool(home.get("messages_tab_enabled"))
    app.writable_tab = app.messages_tab and not home.get("messages_tab_read_only_enabled", True)
    app.functions = dict(manifest.get("functions") or {})
    app.redirect_urls = list(oauth.get("redirect_urls") or [])
    return app
