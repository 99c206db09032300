"""Commands whose reader has had enough, as `head` has after its lines: they end quietly, and as done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forked import ForkedBot
from tests.integration.cli.running import Run, set_payments
from tests.integration.cli.test_import import HEADER, PLAIN, write
from tests.running import BotProcess


def run_into(bot: BotProcess, out: int, *words: str) -> tuple[int, list[str]]:
    """How that command ends whose output goes there, and the lines of its errors."""
    with ForkedBot(*words, folder=bot.folder, environment=bot.environment, out=out) as process:
        said = list(process.lines())
        return process.wait(120), said


@pytest.mark.parametrize(
    "words",
    [("export",), ("report",), ("report", "--format", "json"), ("coach", "Improve monitoring"), ("team", "list")],
    ids=" ".join,
)
def test_command_ends_quietly_when_nobody_reads_its_output(run: Run, bot: BotProcess, words: tuple[str, ...]) -> None:
    assert set_payments(run).exit_code == 0
    reading, writing = os.pipe()
    os.close(reading)
    done, said = run_into(bot, writing, *words)
    os.close(writing)
    assert done == 0
    assert "Traceback" not in "".join(said)
    assert "roken" not in "".join(said)


@pytest.mark.parametrize("words", [("export",), ("coach", "Improve monitoring")], ids=" ".join)
def test_full_disk_ends_a_command_in_a_line(run: Run, bot: BotProcess, words: tuple[str, ...]) -> None:
    assert set_payments(run).exit_code == 0
    with Path("/dev/full").open("wb") as full:
        done, said = run_into(bot, full.fileno(), *words)
    assert (done, said[-1].strip()) == (1, "Standard output: No space left on device.")
    assert "Traceback" not in "".join(said)


def test_terminal_that_lacks_a_letter_ends_a_command_in_a_line(bot: BotProcess) -> None:
    done = bot.command("coach", "Improve “monitoring”", PYTHONIOENCODING="latin-1")
    said = "Standard output is latin-1, without '\\u201c'. Set PYTHONIOENCODING=utf-8."
    assert (done.returncode, done.stderr.strip()) == (1, said)


def test_export_of_many_items_ends_quietly_after_the_first_line(run: Run, bot: BotProcess, folder: Path) -> None:
    assert set_payments(run).exit_code == 0
    assert run("import", write(folder, HEADER, *[PLAIN] * 3_000)).exit_code == 0
    command = f"{sys.executable} -m bot export | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=bot.environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("number,title,")
    assert len(done.stdout.splitlines()) == 1
    assert done.returncode == 0
    assert done.stderr.startswith("Private items are exported too.")
    assert len(done.stderr.splitlines()) == 1
