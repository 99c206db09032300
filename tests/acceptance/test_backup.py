"""A backup while the bot serves, the loss of everything, and the way back: nothing is missing, nothing comes twice."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests import clock
from tests.acceptance.conftest import World, eventually
from tests.acceptance.test_life_of_an_item import FIELDS, create
from tests.acceptance.test_slack_in_trouble import POST, backlog_by_check, trouble, waiting
from tests.people import Person

MOVED_ON = {
    "delivery_workers",
    "held_deliveries",
    "outbox",
    "ritual_schedules",
    "ritual_runs",
    "mornings",
    "morning_runs",
}
"""What a restore itself writes, and DBOS's own."""
OF_DBOS = re.compile(r"workflow|operation_outputs|application_versions|dbos_|queues|backup_stamp|sqlite_")


def content(file: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(file)) as opened:
        tables = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in tables if name not in MOVED_ON and not OF_DBOS.search(name)]
        return {name: sorted(opened.execute(f"SELECT * FROM {name}"), key=repr) for name in kept}


def said(person: Person, channel: str, title: str) -> int:
    return len([m for m in person.messages(channel) if title in m.text and not m.is_ephemeral])


@pytest.mark.skipif(clock.is_shifted(), reason="how old a delivery is is told by the database's clock")
@pytest.mark.parametrize(
    ("older", "held"), [("0m", True), ("1h", False)], ids=["held until somebody asks", "looked for in Slack"]
)
def test_what_was_under_way_at_the_backup_comes_once_after_a_restore(
    own_world: World, tmp_path: Path, older: str, held: bool
) -> None:
    world, bot = own_world, own_world.bot
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    create(world, priya, channel)
    title, backup, new = "Shed load at the edge above 2,500 requests", tmp_path / "backup.db", tmp_path / "new.db"
    eventually(lambda: waiting(world) == 0)
    with trouble(world, method=POST, kind="http", status=503, times=None):
        priya.command("/actionitem new", channel=channel)
        assert priya.modal.fill(FIELDS | {"Action": title}).submit("Create") == {}
        made = bot.command("backup", str(backup))
        assert (made.returncode, made.stdout) == (0, ""), made.stderr
    # What the backup has as undelivered is sent after it.
    eventually(lambda: said(priya, channel, title) == 1 and waiting(world) == 0)
    bot.stop()

    bot.environment["DATABASE_URL"] = f"sqlite:///{new}"
    done = bot.command("restore", str(backup), "--hold-older-than", older)
    assert done.returncode == 0, done.stderr
    assert content(new) == {
        # Messages that may stand in Slack are marked so, and that is all that differs.
        **content(backup), "sent_messages": content(new)["sent_messages"], "workspaces": content(new)["workspaces"],
    }  # fmt: skip
    bot.start()
    eventually(lambda: waiting(world) == 0)
    assert said(priya, channel, title) == 1
    assert ("deliveries are held since a restore" in backlog_by_check(world)) is held
    if held:
        assert title in " ".join(each["text"] for each in bot.lines("held", "list"))
        assert bot.command("held", "release", "--all").returncode == 0
        eventually(lambda: waiting(world) == 0)
        assert bot.lines("held", "list") == []
    assert said(priya, channel, title) == 1
    assert title in priya.command("/actionitem list incident", channel=channel).text
