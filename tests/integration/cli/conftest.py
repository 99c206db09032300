"""The commands, run in this process or as one of their own, against a sandbox."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import Result

from bot.sandbox.server import Sandbox
from tests.integration.cli.running import Run
from tests.invoking import invoke
from tests.running import ROOT, BotProcess, local_slack


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with local_slack() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command is run: the manifest is there, and no `.env`."""
    shutil.copy(ROOT / "app_manifest.yml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(sandbox: Sandbox, folder: Path, migrated_sqlite_url: str) -> Run:
    """Runs a command; `FOO=…` sets a variable."""
    environment = {
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_SIGNING_SECRET": sandbox.signing_secret,
        "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": migrated_sqlite_url,
    }

    def run_command(*words: str, **variables: str) -> Result:
        return invoke(words, environment | variables)

    return run_command


@pytest.fixture
def bot(sandbox: Sandbox, folder: Path, migrated_sqlite_url: str) -> BotProcess:
    """The same as a process of its own."""
    return BotProcess(sandbox, migrated_sqlite_url, folder)
