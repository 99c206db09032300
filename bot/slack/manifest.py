"""app_manifest.yml: where it is, and which scopes it asks Slack for."""

from pathlib import Path

import yaml

from bot.slack.scopes import SCOPES

MANIFEST = "app_manifest.yml"


def manifest_file() -> Path | None:
    """The manifest of this folder, else the one that came with the code."""
    places = (Path(MANIFEST), Path(__file__).parents[1] / MANIFEST)
    return next((path for path in places if path.exists()), None)


def wanted_scopes() -> set[str]:
    """The bot scopes that the manifest asks for; without it those that it is delivered with."""
    # The file first: whoever runs the bot may have taken scopes out of it, and is not told that they are missing.
    path = manifest_file()
    if path is None:
        return set(SCOPES)
    manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    return set(manifest["oauth_config"]["scopes"]["bot"])
