"""The examples of docs/api.md, run as they stand."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import clock
from tests.acceptance.api_client import Client, clients, item
from tests.acceptance.conftest import World

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```(sh|python)\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[Client]:
    with clients(world) as made:
        yield made


def test_page_has_five_tasks() -> None:
    assert len(re.findall(r"^```sh", TEXT, re.MULTILINE)) == 5


@pytest.mark.walk
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
@pytest.mark.skipif(clock.is_shifted(), reason="what the shell calls today is not shifted")
def test_examples_of_the_page_work(world: World, client: Client) -> None:
    token = client("items:read", "items:write", "incidents:write").headers["Authorization"].removeprefix("Bearer ")
    number = item(world, world.incident_channel()).removeprefix("AI-")
    environment = os.environ | {"URL": world.bot.url, "TOKEN": token, "NUMBER": number}
    for language, text in EXAMPLES:
        command = [sys.executable, "-c", text] if language == "python" else ["bash", "-ec", text]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, (text, done.stdout, done.stderr)
        assert done.stdout.strip(), text
