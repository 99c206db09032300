"""Backup and restore by their commands: what is refused, what is said, and a backup under load."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text

from bot.domain.messages import Post, Refresh
from scheduler.schedules import schedule_team
from storage.backup import STAMP, back_up, read_stamp
from storage.engine import Database
from storage.held import list_held_deliveries
from storage.migrate import HEAD
from storage.outbox import Outbox
from storage.schedules import find_run, list_schedules
from storage.teams import list_teams
from tests.builders import WORKSPACE
from tests.integration.cli.running import Run, lines, refused, set_payments


@pytest.fixture
def backup(run: Run, folder: Path) -> Path:
    """Of a database with a team, two messages under way and a surface."""
    assert set_payments(run).exit_code == 0
    database = Database(f"sqlite:///{folder}/migrated.db")
    outbox = Outbox(database)
    with database.begin() as session:
        outbox.enqueue(
            session, WORKSPACE, "one", [Post("one", "C0PAYMENTS", "One is said"), Post("two", "U0PRIYA", "")]
        )
        outbox.enqueue(session, WORKSPACE, "home", [Refresh("home:U0PRIYA", "home:U0PRIYA")])
        outbox.hand_over(session, 1)
        outbox.enqueue(session, WORKSPACE, "late", [Post("late", "C0PAYMENTS", "Three")], delay=60)
    database.close()
    assert run("backup", "a.db").exit_code == 0
    return folder / "a.db"


def restored(folder: Path) -> Database:
    return Database(f"sqlite:///{folder}/new.db")


def made(backup: Path, ago: timedelta) -> None:
    with closing(sqlite3.connect(backup)) as opened:
        opened.execute(f"UPDATE {STAMP} SET made_at = ?", ((datetime.now(UTC) - ago).isoformat(),))
        opened.commit()


def test_backup_is_one_file_for_its_owner_alone_and_writes_over_nothing(backup: Path, run: Run, folder: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in folder.iterdir() if each.name.startswith(("a.db-", "."))] == []
    assert "is there already, and is left as it is" in refused(run("backup", "a.db"))
    assert "There is no folder" in refused(run("backup", "no/such/b.db"))
    assert f"There is no database at {folder}/none.db" in refused(
        run("backup", "b.db", DATABASE_URL="sqlite:///none.db")
    )


def test_postgresql_is_backed_up_by_its_own_tools(run: Run) -> None:
    url = {"DATABASE_URL": "postgresql://bot:s3cr3t@db:5432/items?sslmode=require"}
    said = refused(run("backup", "a.dump", **url))
    assert "pg_dump --format=custom --file=a.dump 'postgresql://bot@db:5432/items?sslmode=require'" in said
    assert "pg_restore --no-owner" in refused(run("restore", "a.dump", **url))


def test_restore_refuses_a_database_that_is_not_empty_and_files_that_are_no_backup(
    backup: Path, run: Run, folder: Path
) -> None:
    assert "migrated.db is not empty, and is left as it is" in refused(run("restore", "a.db"))
    new = {"DATABASE_URL": "sqlite:///new.db"}
    (folder / "text.db").write_text("no database at all, but long enough to be read as one" * 50)
    assert "file is not a database" in refused(run("restore", "text.db", **new))
    assert "There is no file none.db" in refused(run("restore", "none.db", **new))
    with closing(sqlite3.connect(backup)) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999'")
        opened.commit()
    assert "is of a newer version (schema 9999" in refused(run("restore", "a.db", **new))
    assert not (folder / "new.db").exists()


def test_restored_database_may_have_been_opened_and_be_empty(backup: Path, run: Run) -> None:
    new = {"DATABASE_URL": "sqlite:///new.db"}
    assert run("migrate", **new).exit_code == 0
    done = run("restore", "a.db", **new)
    assert (done.exit_code, done.stdout) == (0, "")
    assert [team["name"] for team in lines(run("team", "list", **new))] == ["Payments"]


def test_old_messages_are_held_and_surfaces_are_not(backup: Path, run: Run, folder: Path) -> None:
    new = {"DATABASE_URL": "sqlite:///new.db"}
    said = run("restore", "a.db", "--hold-older-than", "0m", **new).stderr
    assert "3 deliveries had waited for longer and may have been sent since. They are held" in said
    found = lines(run("held", "list", **new))
    assert [(each["to"], each["text"]) for each in found] == [
        (["C0PAYMENTS"], "One is said"), (["U0PRIYA"], ""), (["C0PAYMENTS"], "Three"),
    ]  # fmt: skip
    assert "Not held: 77" in refused(run("held", "release", "77", **new))
    assert run("held", "drop", str(found[2]["id"]), **new).exit_code == 0
    assert run("held", "release", "--all", **new).exit_code == 0
    assert lines(run("held", "list", **new)) == []
    database = restored(folder)
    with database.read() as session:
        waits = list(session.execute(text("SELECT delivery FROM outbox ORDER BY id")).scalars())
        doubted = dict(session.execute(text("SELECT key, attempted_at IS NOT NULL FROM sent_messages")).all())
        assert list_held_deliveries(session) == []
    database.close()
    assert waits == ["home", "one", "one/U0PRIYA"]
    assert doubted == {"one": 1, "two": 1}


def test_rituals_that_were_due_are_passed_over_and_named(backup: Path, run: Run, folder: Path) -> None:
    made(backup, timedelta(days=8))
    with closing(sqlite3.connect(backup)) as opened:
        opened.execute(
            "UPDATE ritual_schedules SET next_due_at = strftime('%Y-%m-%d %H:%M:%S.000000', 'now', '-7 days')"
        )
        opened.execute("UPDATE workspaces SET last_item_number = 57")
        opened.commit()
    said = run("restore", "a.db", DATABASE_URL="sqlite:///new.db").stderr
    assert "Not said, because they may have been said since: " in said
    assert "weekly-digest of Payments (" in said
    database = restored(folder)
    with database.read() as session:
        assert min(each.next_due_at for each in list_schedules(session)) > datetime.now(UTC)
        digest = next(each for each in list_schedules(session) if each.ritual == "weekly-digest")
        period = said.partition("weekly-digest of Payments (")[2].partition(")")[0]
        assert find_run(session, digest, period) == "missed"
        # Cards of items that were made after the backup still stand in Slack.
        assert session.execute(text("SELECT last_item_number FROM workspaces")).scalar() == 100
    database.close()


def test_younger_backup_moves_no_numbers(backup: Path, run: Run, folder: Path) -> None:
    with closing(sqlite3.connect(backup)) as opened:
        opened.execute("UPDATE workspaces SET last_item_number = 57")
        opened.commit()
    assert run("restore", "a.db", DATABASE_URL="sqlite:///new.db").exit_code == 0
    with closing(sqlite3.connect(folder / "new.db")) as opened:
        assert opened.execute("SELECT last_item_number FROM workspaces").fetchone() == (57,)


def test_database_on_which_the_bot_runs_is_not_restored_over(backup: Path, run: Run, folder: Path) -> None:
    new = {"DATABASE_URL": "sqlite:///new.db"}
    run("migrate", **new)
    with closing(sqlite3.connect(folder / "new.db")) as opened:
        opened.execute("INSERT INTO delivery_workers VALUES ('me', '', 1, ?)", (str(datetime.now(UTC))[:19],))
        opened.commit()
    assert "The bot runs on" in refused(run("restore", "a.db", **new))


def test_copy_without_a_stamp_is_as_old_as_its_file(backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as opened:
        opened.execute(f"DROP TABLE {STAMP}")
        opened.commit()
    found = read_stamp(backup)
    assert (found.revision, abs(found.made_at.timestamp() - backup.stat().st_mtime) < 1) == (HEAD, True)


def test_backup_under_load_holds_whole_transactions(migrated_sqlite_url: str, tmp_path: Path) -> None:
    database, ended, written = Database(migrated_sqlite_url), Event(), 0

    def load() -> None:
        nonlocal written
        while not ended.is_set():
            with database.begin() as session:
                for key in ("a", "b"):
                    row = {"key": f"{key}{written}", "at": str(datetime.now(UTC))[:19], "w": WORKSPACE}
                    session.execute(text("INSERT INTO inbox (workspace, key, at) VALUES (:w, :key, :at)"), row)
            written += 1

    thread = Thread(target=load)
    thread.start()
    counts = []
    try:
        for turn in range(3):
            file = tmp_path / f"{turn}.db"
            back_up(Path(database.place), file, datetime.now(UTC))
            with closing(sqlite3.connect(file)) as opened:
                counts.append(opened.execute("SELECT count(*) FROM inbox").fetchone()[0])
    finally:
        ended.set()
        thread.join()
        database.close()
    assert counts == sorted(counts)
    assert all(count % 2 == 0 for count in counts)


def test_settling_a_database_that_pg_restore_brought_back(run: Run, postgresql_url: str) -> None:
    url = {"DATABASE_URL": postgresql_url}
    assert run("migrate", **url).exit_code == 0
    team = ("team", "set", "Payments", "--channel", "C0PAYMENTS", "--lead", "U0MARCO")
    assert run(*team, **url).exit_code == 0
    database = Database(postgresql_url)
    outbox = Outbox(database)
    with database.begin() as session:
        outbox.enqueue(session, WORKSPACE, "one", [Post("one", "C0PAYMENTS", "One"), Post("two", "U0PRIYA", "Two")])
        outbox.hand_over(session, 1)
        for team in list_teams(session, WORKSPACE):
            schedule_team(session, team, datetime.now(UTC))
    database.close()
    assert "2 deliveries had waited" in run("restore", "--was-restored", "--hold-older-than", "0m", **url).stderr
    assert run("held", "release", "--all", **url).exit_code == 0
