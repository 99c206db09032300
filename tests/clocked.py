"""`actionitem` with a clock that a test sets: `python -m tests.clocked WORDS…`, the moment in the file `CLOCK_FILE`.

`each` runs every command that stands on standard input, a JSON list of words a line, and prints what each one prints.
"""

import json
import os
import sys
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from typer.testing import CliRunner

from bot import app, cli


def moment() -> datetime:
    """What the file says, aware."""
    return datetime.fromisoformat(Path(os.environ["CLOCK_FILE"]).read_text(encoding="utf-8"))


def main() -> None:
    """The command, opened with that clock; everything else is as it always is."""
    app.open_product = partial(app.open_product, clock=moment)  # type: ignore[assignment]
    if sys.argv[1:] != ["each"]:
        cli.main()
        return
    app.open_product = cache(app.open_product)  # what a command closes opens itself again
    for line in sys.stdin:
        words = json.loads(line)
        done = CliRunner().invoke(cli.app, words)
        assert done.exit_code == 0, (words, done.stderr, done.exception)
        print(json.dumps(done.stdout))


if __name__ == "__main__":
    main()
