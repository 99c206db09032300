"""The package as pip installs it from a folder: nothing of the repository is there, and nothing is missing."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.commands.version import VERSION
from storage.migrate import HEAD
from tests.running import ROOT

BUILT_OF = ("bot", "handlers", "storage", "scheduler", "pyproject.toml", "README.md", "LICENSE", "app_manifest.yml")
Installed = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, because building leaves traces in its folder."""
    folder = tmp_path_factory.mktemp("built")
    for name in BUILT_OF:
        place = ROOT / name
        leave = shutil.ignore_patterns("__pycache__")
        if place.is_dir():
            shutil.copytree(place, folder / name, symlinks=True, ignore=leave)
        else:
            shutil.copy(place, folder)
    quietly = ("--disable-pip-version-check", "-q")
    pip = (sys.executable, "-m", "pip", *quietly, "wheel", ".", "--no-deps", "--no-build-isolation", "-w", "wheels")
    subprocess.run(pip, cwd=folder, check=True)
    return next((folder / "wheels").glob("*.whl"))


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Installed:
    """Runs a command of the unpacked wheel, in an empty folder."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    here = tmp_path / "here"
    here.mkdir()

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        # Before the editable install of these tests, which stands at the end of the path.
        paths = {"PYTHONPATH": str(tmp_path / "site"), "PATH": os.environ["PATH"]}
        command = (sys.executable, "-m", "bot", *words)
        return subprocess.run(command, cwd=here, env=paths | environment, capture_output=True, text=True, check=False)

    return run


def test_wheel_holds_all_that_is_read_beside_the_code(wheel: Path) -> None:
    held = {name: name for name in zipfile.ZipFile(wheel).namelist()}
    source = [path.relative_to(ROOT) for name in BUILT_OF[:4] for path in (ROOT / name).rglob("*") if path.is_file()]
    missing = [str(path) for path in source if "__pycache__" not in path.parts and str(path) not in held]
    assert missing == []
    assert any(name.endswith("licenses/LICENSE") for name in held)


def test_installed_command_says_its_version_and_where_the_manifest_is(installed: Installed) -> None:
    assert installed("--version").stdout == f"actionitem {VERSION}\n"
    assert "/site/bot/app_manifest.yml" in installed("check").stdout


def test_installed_command_brings_a_database_to_the_newest_schema(installed: Installed) -> None:
    done = installed("migrate", SLACK_BOT_TOKEN="xoxb-1")
    assert (done.returncode, done.stderr) == (0, f"From nothing to {HEAD}.\n")
