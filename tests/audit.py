"""`make audit`: the advisories that are known of the packages in the locks, by pip-audit and osv.dev.

What could not be asked about is said and is a failure: silence must not look like safety.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
NOT_DONE = (
    "NOT AUDITED: no advisory source can be reached from here ({why}).\n"
    "Nothing is known about advisories of these packages. Run `make audit` where https://api.osv.dev can be reached."
)
FOUND, CANNOT_TELL = 1, 2


def told(report: str, errors: str) -> tuple[int, list[str]]:
    """The exit code and the lines for what pip-audit wrote: its report in JSON, and its standard error."""
    try:
        audited: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        last = (errors.strip().splitlines() or ["pip-audit said nothing"])[-1]
        return CANNOT_TELL, NOT_DONE.format(why=last[:200]).splitlines()
    skipped = [f"{one['name']}: not audited: {one['skip_reason']}" for one in audited if "skip_reason" in one]
    lines = [_line(one, found) for one in audited for found in one.get("vulns", ())]
    if lines or not audited:
        return FOUND, [*lines, *skipped]
    return (CANNOT_TELL if skipped else 0), [*skipped, f"{len(audited) - len(skipped)} packages without advisories."]


def _line(package: dict[str, Any], found: dict[str, Any]) -> str:
    mended = ", ".join(found["fix_versions"]) or "no version yet"
    return f"{package['name']} {package['version']}: {found['id']}, mended in {mended}"


def main(pip_audit: Sequence[str]) -> int:
    """Runs pip-audit over both locks."""
    files = [word for lock in LOCKS for word in ("-r", str(ROOT / lock))]
    how = [
        "-s",
        "osv",
        "--disable-pip",
        "--require-hashes",
        "-f",
        "json",
        "--progress-spinner",
        "off",
        "--timeout",
        "15",
    ]
    done = subprocess.run([*pip_audit, *how, *files], capture_output=True, text=True, check=False)
    code, lines = told(done.stdout, done.stderr)
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
