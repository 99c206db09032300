"""The steps of the Dockerfile in their order, in an empty folder that stands for the image: `make image-steps`.

For where there is no container engine. It asks the package registry for the locked packages, so it is no part of the
suite. At the end the bot is run as the image's user, who can write to /data alone.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
MADE_BY_HAND = ("groupadd", "useradd", "install --directory")
USER = 10001


@dataclass(frozen=True)
class Step:
    """One instruction: its word, and the rest as one line."""

    word: str
    text: str


def steps_of(dockerfile: str) -> list[Step]:
    """Every instruction; lines that go on are put together, comments left out."""
    lines = [line for line in dockerfile.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [
        Step(word, re.sub(r"\s+", " ", text).strip())
        for word, text in (line.split(None, 1) for line in whole.splitlines())
    ]


class Image:
    """A folder in place of the image's root: `/src`, `/opt`, `/data` and `/tmp` are within it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root
        self.environment = {"PATH": os.environ["PATH"]}
        for name in ("src", "opt", "data", "tmp"):
            (root / name).mkdir()

    def within(self, text: str) -> str:
        return re.sub(r"(?<![\w.])/(src|opt|data)\b", rf"{self.root}/\1", text)

    def take(self, step: Step) -> None:
        """Does the instruction."""
        match step.word:
            case "WORKDIR":
                self.folder = Path(self.within(step.text))
            case "COPY" if "--from" not in step.text:
                *names, target = step.text.split()
                for name in names:
                    place = self.folder / target / (name if target == "./" else "")
                    copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
                    copy(ROOT / name, place, **({"symlinks": True} if copy is shutil.copytree else {}))
            case "ENV":
                for name, value in re.findall(r"(\w+)=(\S+)", step.text):
                    self.environment[name] = self.within(value).replace("$PATH", self.environment["PATH"])
            case "RUN" if not any(word in step.text for word in MADE_BY_HAND):
                print("RUN", step.text, flush=True)
                # Here `python` is the one that runs this, as in the image it is the image's.
                said = self.within(step.text).replace("python -m venv", f"{sys.executable} -m venv")
                subprocess.run(["/bin/sh", "-ec", said], cwd=self.folder, check=True)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """As the image's user, with what `docker run --read-only --tmpfs /tmp` leaves to write to."""
        environment = self.environment | {"SLACK_BOT_TOKEN": "xoxb-1", "TMPDIR": str(self.root / "tmp")}
        # A Python below root's home cannot be run by anybody else: then it is tried as root, and that is said.
        is_reached = os.geteuid() == 0 and not sys.base_prefix.startswith("/root")
        as_user = {"user": USER, "group": USER, "extra_groups": ()} if is_reached else {}
        if not as_user:
            print("NOT TRIED as the image's user: this Python cannot be reached by others, or you are not root.")
        return subprocess.run(
            [f"{self.root}/opt/actionitem/bin/actionitem", *words], cwd=self.root / "data", env=environment,
            capture_output=True, text=True, check=False, **as_user,
        )  # type: ignore[call-overload, no-any-return]  # fmt: skip


def main() -> int:
    """Takes every step, then runs what the image would run; ends with 1 when something is wrong."""
    with tempfile.TemporaryDirectory(prefix="image-") as made:
        root = Path(made)
        root.chmod(0o755)
        image = Image(root)
        for step in steps_of((ROOT / "Dockerfile").read_text(encoding="utf-8")):
            image.take(step)
        if os.geteuid() == 0:
            for name in ("data", "tmp"):
                os.chown(root / name, USER, USER)
        shutil.rmtree(root / "src")
        version, migrated = image.run("--version"), image.run("migrate")
        # It loads all that serving needs, and is then told that it has no secret.
        served = image.run("serve")
        written = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.stat().st_uid == USER)
        print(version.stdout, migrated.stderr, "written:", written, f"size: {_megabytes(root / 'opt')} MB", sep="\n")
        print(served.stderr)
        good = version.returncode == migrated.returncode == 0 and all(
            path.startswith(("data", "tmp")) for path in written
        )
        good = good and served.stderr.startswith("Set SLACK_SIGNING_SECRET")
        return 0 if good else 1


def _megabytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1_000_000


if __name__ == "__main__":
    sys.exit(main())
