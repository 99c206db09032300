"""The machine's clock, shifted: `make test AT=2027-10-31T00:30:00Z` runs the tests as if it were that moment.

It goes on from there. Shifted are this process, the workers of pytest-xdist, and every process that a test starts with
`environment()`. What counts seconds (`time.monotonic`), and what a database calls now by itself, go on as they are.
"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import time_machine

ROOT = Path(__file__).parent.parent
SHIFT = "TESTS_SHIFTED_BY"
"""The environment's name for the shift, in seconds."""


def begin() -> None:
    """Shifts this process as `AT` says, or as the process that started it was shifted; call it once, first of all."""
    moment = os.environ.pop("AT", "")
    if moment:
        aim = datetime.fromisoformat(moment)
        if aim.tzinfo is None:
            raise ValueError(f"AT={moment} has no offset. Write it like 2027-10-31T00:30:00Z.")
        os.environ[SHIFT] = str(aim.timestamp() - time.time())
    shift()


def shift() -> None:
    """Shifts this process by what its environment says, if anything."""
    by = os.environ.get(SHIFT)
    if by:
        time_machine.travel(datetime.fromtimestamp(time.time() + float(by), UTC), tick=True).start()


def is_shifted() -> bool:
    """Whether this process has another time than a database, which nothing shifts."""
    return bool(os.environ.get(SHIFT))


def latest() -> float:
    """Now by this clock or by that of a database, which nothing shifts: whichever is later, in seconds of the epoch."""
    now = time.time()
    return max(now, now - float(os.environ.get(SHIFT) or 0))


def environment() -> dict[str, str]:
    """What a process of Python that a test starts needs to find the code, and to be shifted as this one is."""
    places = [str(ROOT), *([str(ROOT / "tests" / "shifted")] if os.environ.get(SHIFT) else [])]
    return {"PYTHONPATH": os.pathsep.join(places), SHIFT: os.environ.get(SHIFT, "")}
