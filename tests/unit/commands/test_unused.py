"""What nobody uses is not imported, and is there for whoever asks for it afterwards."""

import subprocess
import sys

ASKED = """
import sys
from bot.commands.unused import import_structlog
import_structlog()
assert "structlog" in sys.modules and "rich" not in sys.modules
import rich, structlog
import_structlog()
assert sys.modules["rich"] is rich
structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
"""


def test_structlog_comes_without_rich_and_rich_afterwards() -> None:
    subprocess.run([sys.executable, "-c", ASKED], check=True)
