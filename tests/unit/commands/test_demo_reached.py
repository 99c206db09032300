"""Commands reach the demo from its folder, for example to rehearse an import."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.commands.demo import _let_commands_in
from bot.settings import Settings


def test_command_in_the_demos_folder_takes_the_demos_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    demo = Settings(
        _env_file=None,
        slack_bot_token=SecretStr("xoxb-demo"),
        slack_signing_secret=SecretStr("hush"),
        slack_api_url="http://127.0.0.1:8765/api/",
        database_url=SecretStr(f"sqlite:///{tmp_path / 'demo.db'}"),
    )
    _let_commands_in(demo, tmp_path)
    monkeypatch.chdir(tmp_path)
    read = Settings()
    assert (read.slack_bot_token, read.slack_signing_secret) == (demo.slack_bot_token, demo.slack_signing_secret)
    assert (read.slack_api_url, read.database) == (demo.slack_api_url, demo.database)
