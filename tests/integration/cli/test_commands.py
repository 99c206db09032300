"""The commands as an operator runs them: exit codes, what goes where, and words that say what to do."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from cryptography.fernet import Fernet
from sqlalchemy import text
from typer.main import get_command

from bot.cli import app
from bot.commands import tick
from bot.commands.version import VERSION
from bot.sandbox.server import Sandbox
from bot.sandbox.trackers.gitlab import LOCAL_TOKEN, LocalGitLab
from storage.engine import Database
from storage.messages import Unsent
from storage.migrate import HEAD, migrate, revision
from tests.integration.cli.running import Run, lines, refused, set_payments
from tests.people import Person
from tests.running import BotProcess, RunningBot

# Help and usage


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, sub in getattr(command, "commands", {}).items():
        yield from commands(sub, (*path, name))


@pytest.mark.parametrize("words", list(commands(get_command(app))), ids=" ".join)
def test_help_of_every_command_has_an_example(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert "Example: actionitem" in result.stdout
    said = [line for line in result.stdout.splitlines() if "Example:" in line]
    # Each on a line of its own: it is there to be copied.
    assert all(line.count("Example:") == 1 and line.strip().startswith("Example:") for line in said)


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["tick", "--at", "2026-12-07T09:00"],
        ["tick", "--at", "monday"],
        ["tick", "--at", "0001-01-01T00:00Z"],
        ["tick", "--at", "9999-12-31T23:59Z"],
        ["ritual", "orphan-sweep", "--at", "1999-12-31T23:59Z"],
        ["ritual"],
        ["ritual", "weekly-digest", "--at", "2026-12-07"],
        ["team", "set"],
        ["team", "set", "Payments", "--quota", "many"],
        ["team", "nonsense"],
        ["tracker", "connect", "main", "github", "--token-file", "-"],
        ["tracker", "connect", "main", "github", "--repository", "acme/shop"],
        ["tracker", "connect", "main", "github", "--repository", "acme/shop", "--app-id", "7"],
        ["tracker", "connect", "main", "jira", "--url", "https://acme.atlassian.net", "--token-file", "-"],
        ["tracker", "connect", "main", "linear", "--team", "ENG"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_two(run: Run, words: list[str]) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


@pytest.mark.parametrize(
    "words",
    [["report", "--team", "M\udcfcnchen"], ["import", "b\udcff.csv"], ["\udcff"], ["erase", "--user", "\ud800"]],
)
def test_argument_that_is_no_text_is_named_as_that(run: Run, words: list[str]) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not text in UTF-8" in result.stderr


def test_time_without_an_offset_is_answered_with_an_example(run: Run) -> None:
    assert "Write it like 2026-12-07T09:00+01:00" in run("tick", "--at", "2026-12-07T09:00").stderr


def test_time_in_another_age_is_answered_with_the_years_that_can_be_named(run: Run) -> None:
    assert "Name a year from 2000 to 2100." in run("tick", "--at", "9999-12-31T23:59Z").stderr


@pytest.mark.parametrize(
    ("month", "said"),
    [
        ("0001-01", "is not a month. Write it like "),
        ("9999-12", "9999-12 has not begun. Name a month that has."),
    ],
)
def test_month_in_another_age_is_refused_in_one_line(run: Run, month: str, said: str) -> None:
    assert said in refused(run("report", "--month", month))


def test_file_of_wordings_may_begin_with_a_byte_order_mark(run: Run, folder: Path) -> None:
    file = folder / "wordings.jsonl"
    file.write_text('{"id": 7, "text": "Improve monitoring"}\n', encoding="utf-8-sig")
    (found,) = lines(run("coach", "--jsonl", str(file)))
    assert found["id"] == 7


# Settings and database


@pytest.mark.parametrize("words", [("team", "list"), ("tick",), ("migrate",), ("serve",)], ids=" ".join)
def test_bad_setting_is_named_in_one_line(run: Run, words: tuple[str, ...]) -> None:
    assert refused(run(*words, PORT="http")).startswith("PORT: ")


def test_several_bad_settings_are_one_line_too(run: Run) -> None:
    words = refused(run("team", "list", PORT="http", LOG_LEVEL="loud"))
    assert "PORT: " in words
    assert "; LOG_LEVEL: " in words


def test_env_file_that_is_no_text_is_named(run: Run, folder: Path) -> None:
    (folder / ".env").write_bytes(b"PORT=\xff\xfe")
    assert refused(run("team", "list")).startswith(".env cannot be read.")


def test_address_that_is_taken_is_said_with_the_settings_to_change(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", PORT=str(port), SCHEDULER="off")
        assert refused(result) == (
            f"The bot cannot listen at 127.0.0.1, port {port} (Address already in use). Choose another HOST or PORT."
        )
        assert "Choose another one with --port" in refused(run("demo", "--port", str(port)))


def test_several_processes_on_sqlite_are_refused(run: Run) -> None:
    assert "Several processes need PostgreSQL" in refused(run("serve", "--processes", "2"))


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_port_that_there_is_not_is_wrong_usage(run: Run, port: str) -> None:
    assert run("demo", "--port", port).exit_code == 2


@pytest.mark.parametrize("words", [("coach", "--jsonl"), ("import",)], ids=" ".join)
def test_file_that_is_not_there_is_named(run: Run, words: tuple[str, ...]) -> None:
    assert refused(run(*words, "/nowhere.jsonl")) == "/nowhere.jsonl: No such file or directory."


def test_missing_token_is_said_with_what_to_do(run: Run) -> None:
    words = refused(run("team", "list", SLACK_BOT_TOKEN=""))
    assert "SLACK_BOT_TOKEN" in words
    assert "Copy .env.example to .env" in words


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bot:s3cr3t@127.0.0.1:1/db",
        "sqlite:////nowhere/at/all.db",
        "postgresql://bot:s3cr3t@127.0.0.1:port/db",
    ],
)
def test_database_that_is_away_is_said_without_its_password(run: Run, url: str) -> None:
    words = refused(run("team", "list", DATABASE_URL=url))
    assert "DATABASE_URL" in words
    assert "s3cr3t" not in words


def test_migrating_brings_the_newest_schema_and_says_so(run: Run, folder: Path) -> None:
    url = f"sqlite:///{folder}/new.db"
    first, again = run("migrate", DATABASE_URL=url), run("migrate", DATABASE_URL=url)
    assert (first.exit_code, first.stdout, first.stderr) == (0, "", f"From nothing to {HEAD}.\n")
    assert (again.exit_code, again.stderr) == (0, f"Already at {HEAD}.\n")


def test_what_migrating_would_do_is_said_and_not_done(run: Run, folder: Path) -> None:
    url = f"sqlite:///{folder}/new.db"
    said = run("migrate", "--check", DATABASE_URL=url)
    assert said.exit_code == 1
    assert said.stdout.startswith("0001: The first schema\n")
    assert f"{folder}/new.db is new. Run: actionitem migrate" in said.stderr
    assert not (folder / "new.db").exists()
    run("migrate", DATABASE_URL=url)
    done = run("migrate", "--check", DATABASE_URL=url)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"{folder}/new.db is at {HEAD}: nothing to do.\n")


def test_what_the_version_before_must_not_run_beside_is_said(run: Run, folder: Path) -> None:
    database = Database(f"sqlite:///{folder}/migrated.db")
    with database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0005'"))
    database.close()
    said = run("migrate", "--check")
    assert (
        "0006: Spans of items for the measures, and thresholds of a workspace (stop the version before first)\n"
        in said.stdout
    )
    assert "Stop every process first, because of 0006. Run: actionitem migrate" in said.stderr


def test_migrating_postgresql_is_asked_for(run: Run, postgresql_url: str) -> None:
    assert "Run: actionitem migrate" in refused(run("team", "list", DATABASE_URL=postgresql_url))
    assert run("migrate", DATABASE_URL=postgresql_url).exit_code == 0
    assert lines(run("team", "list", DATABASE_URL=postgresql_url)) == []


def test_sqlite_is_migrated_by_itself(run: Run, folder: Path) -> None:
    url = f"sqlite:///{folder}/new.db"
    assert lines(run("team", "list", DATABASE_URL=url)) == []
    database = Database(url)
    assert revision(database) == HEAD
    assert migrate(database) == HEAD
    database.close()


def test_what_a_policy_or_template_asks_for_is_said_when_it_is_set_and_taken_away(run: Run) -> None:
    run("policy", "set", "--severity", "SEV1", "--postmortem-days", "3")
    said = run("policy", "set", "--severity", "SEV1", "--due-days", "14").stderr
    assert said == "SEV1: items due within 14 days, post-mortem within 3 working days. It holds from now on.\n"
    assert run("policy", "set", "--severity", "Minor").stderr.startswith("Minor: asks for nothing of its own.")
    said = run("policy", "remove", "--severity", "SEV1").stderr
    assert said == "SEV1 asks for nothing of its own any more. What is past stays as it was.\n"
    said = run("template", "set", "Database", "--service", "postgres", "--item", "Restore the newest backup").stderr
    assert said == "Database: 1 item, offered for postgres.\n"
    assert run("template", "remove", "Database").stderr.startswith("Database is removed.")


def test_several_items_of_a_template_stand_behind_one_option_or_each_behind_its_own(run: Run) -> None:
    for words in (["--item", "Add", "Cap"], ["--item", "Add", "--item", "Cap"]):
        assert run("template", "set", "Several", *words).exit_code == 0
        (line,) = run("template", "list").stdout.splitlines()
        assert json.loads(line)["items"] == ["Add", "Cap"]
    assert run("template", "remove", "Several").exit_code == 0


def test_policy_is_removed_by_option_or_name_and_once(run: Run) -> None:
    run("policy", "set", "--severity", "SEV1", "--due-days", "14")
    assert run("policy", "remove", "SEV1", "--severity", "SEV1").exit_code == 2
    assert run("policy", "remove").exit_code == 2
    assert run("policy", "remove", "sev1").exit_code == 0
    assert "There is no policy" in run("policy", "remove", "--severity", "SEV1").stderr


def test_message_that_was_not_tried_yet_waits_without_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    tick._say_what_waits([Unsent("a", given_up=False, error=""), Unsent("b", given_up=False, error="")])
    tick._say_what_waits([Unsent("a", given_up=False, error=""), Unsent("b", given_up=False, error="is_archived")])
    untried, tried = capsys.readouterr().err.splitlines()
    assert untried.startswith("2 messages are not taken by Slack yet. ")
    assert tried.startswith("2 messages are not taken by Slack yet (is_archived). ")


def test_tracker_at_a_dead_address_is_saved_and_fails(run: Run, folder: Path) -> None:
    (folder / "token").write_text("ghp_1", encoding="utf-8")
    words = ("github", "--repository", "acme/shop", "--token-file", "token", "--api-url", "http://127.0.0.1:1/")
    done = run("tracker", "connect", "main", *words, TOKEN_ENCRYPTION_KEYS=Fernet.generate_key().decode())
    assert done.exit_code == 1
    assert "main is saved and does not work yet." in done.stderr
    assert "reached: no" in done.stderr


def test_tracker_that_works_is_said_to_work_also_without_a_webhook(run: Run, folder: Path) -> None:
    """It was said not to, for “none” begins like “no”."""
    (folder / "token").write_text(LOCAL_TOKEN, encoding="utf-8")
    keys = {"TOKEN_ENCRYPTION_KEYS": Fernet.generate_key().decode()}
    with LocalGitLab() as gitlab:
        words = ("gitlab", "--url", gitlab.url, "--project", gitlab.project.name, "--token-file", "token")
        done = run("tracker", "connect", "web", *words, **keys)
        assert "web is connected to GitLab (acme/web/shop)." in done.stderr
        assert "webhook: none; read every five minutes" in done.stderr
        assert done.exit_code == 0
        assert run("tracker", "check", "web", **keys).exit_code == 0
        gitlab.archived = True
        assert run("tracker", "check", "web", **keys).exit_code == 1


# check


def verdicts(result: Result) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in result.stdout.splitlines())


def test_check_says_ok_of_everything(run: Run) -> None:
    result = run("check")
    found = verdicts(result)
    assert list(found) == ["settings", "database", "token", "scopes", "manifest", "clock", "teams"]
    assert all(verdict.startswith("ok") for verdict in found.values()), found
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("variables", "place", "words"),
    [
        ({"PORT": "http"}, "settings", "PORT: "),
        ({"SLACK_BOT_TOKEN": ""}, "settings", "Copy .env.example to .env"),
        ({"SLACK_SIGNING_SECRET": ""}, "settings", "SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET"),
        ({"SLACK_BOT_TOKEN": "xoxb-s3cr3t"}, "token", "SLACK_BOT_TOKEN is wrong: Slack says invalid_auth. Install the"),
        ({"SLACK_BOT_TOKEN": "xapp-s3cr3t"}, "settings", "SLACK_BOT_TOKEN holds an app-level token (xapp-…). The bot"),
        ({"SLACK_APP_TOKEN": "xoxb-s3cr3t"}, "settings", "SLACK_APP_TOKEN holds a bot token (xoxb-…). The app-level"),
        ({"SLACK_SIGNING_SECRET": "xoxb-s3cr3t"}, "settings", "SLACK_SIGNING_SECRET holds a bot token"),
        ({"SLACK_API_URL": "http://127.0.0.1:1/api/"}, "token", "Slack does not answer at SLACK_API_URL"),
        ({"DATABASE_URL": "postgresql://bot:s3cr3t@127.0.0.1:1/db"}, "database", "Check DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:///new.db"}, "database", "ok (new: /"),
        ({"DATABASE_URL": "sqlite:///new.db"}, "teams", "ok (none yet. Next: actionitem team set NAME"),
        ({"DATABASE_URL": "sqlite:///no/such/folder/new.db"}, "database", "no file can be created in"),
        ({"DATABASE_URL": "sqlite:////proc/new.db"}, "database", "no file can be created in"),
        ({"HOST": "192.0.2.1"}, "settings", "HOST, PORT: the bot could not listen there"),
        ({"SLACK_APP_TOKEN": "xapp-s3cr3t"}, "socket", "to SLACK_APP_TOKEN. Make one with"),
    ],
)
def test_check_says_what_is_wrong_and_what_to_do(run: Run, variables: dict[str, str], place: str, words: str) -> None:
    result = run("check", **variables)
    assert words in verdicts(result)[place]
    assert result.exit_code == (0 if words.startswith("ok") else 1)
    assert "s3cr3t" not in result.output


def test_check_creates_no_file_and_changes_none(run: Run, folder: Path) -> None:
    def files() -> dict[str, bytes]:
        return {str(found): found.read_bytes() for found in sorted(folder.rglob("*")) if found.is_file()}

    before = files()
    assert run("check").exit_code == 0
    assert run("check", DATABASE_URL="sqlite:///new.db").exit_code == 0
    oauth = {
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "x",
        "PUBLIC_URL": "https://bot.example",
        "SLACK_BOT_TOKEN": "",
    }
    run("check", DATABASE_URL="sqlite:///new.db", TOKEN_ENCRYPTION_KEYS=Fernet.generate_key().decode(), **oauth)
    assert files() == before


def test_check_tries_to_write_where_it_says_ok(run: Run, postgresql_url: str) -> None:
    assert run("migrate", DATABASE_URL=postgresql_url).exit_code == 0
    assert verdicts(run("check", DATABASE_URL=postgresql_url))["database"] == "ok"
    database = Database(postgresql_url)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"ALTER DATABASE {database.url.database} SET default_transaction_read_only = on"))
    database.close()
    assert "nothing can be written to it" in verdicts(run("check", DATABASE_URL=postgresql_url))["database"]


def test_check_says_what_an_admin_declined_and_what_is_off_without_it(run: Run, sandbox: Sandbox) -> None:
    granted = sandbox.do(lambda state: state.installation("T0ACME").scopes) or set()
    granted.discard("files:write")
    try:
        result = run("check")
    finally:
        granted.add("files:write")
    assert result.exit_code == 0
    assert verdicts(result)["scopes"].startswith(
        "ok (declined. Without `files:write`: no `/actionitem export` in Slack"
    )


def test_check_outside_the_projects_folder_reads_the_manifest_beside_the_code(run: Run, folder: Path) -> None:
    (folder / "app_manifest.yml").unlink()
    result = run("check")
    assert (result.exit_code, verdicts(result)["manifest"][:2]) == (0, "ok")


def test_check_says_several_wrong_settings_in_one_line(run: Run) -> None:
    result = run("check", PORT="http", LOG_LEVEL="loud")
    found = verdicts(result)
    assert (result.exit_code, result.stderr) == (1, "Not all is well: 1 line says what to do.\n")
    assert list(found) == ["settings"]
    assert "PORT: " in found["settings"]
    assert "LOG_LEVEL: " in found["settings"]


def test_check_names_the_file_by_its_whole_path_and_what_comes_next(run: Run, folder: Path) -> None:
    set_payments(run)
    found = verdicts(run("check"))
    assert found["database"] == f"ok ({folder}/migrated.db)"
    assert found["teams"].startswith("ok (1. Next: actionitem serve, then in Slack /invite")


def test_first_command_says_which_file_it_makes(run: Run, folder: Path) -> None:
    assert f"{folder}/new.db" in run("team", "list", DATABASE_URL="sqlite:///new.db").stderr


def test_version_is_said(run: Run) -> None:
    assert run("--version").stdout == f"actionitem {VERSION}\n"


# tick and ritual


@pytest.fixture
def inside(sandbox: Sandbox, folder: Path, migrated_sqlite_url: str) -> RunningBot:
    """The bot whose commands run in this process, and deliver."""
    return RunningBot(sandbox, migrated_sqlite_url, folder)


def digests(sandbox: Sandbox) -> list[str]:
    said = [message.text for message in Person(sandbox, "U0MARCO").messages("C0PAYMENTS")]
    return [text for text in said if "Last week" in text]


def test_unknown_ritual_is_refused_with_those_that_exist(run: Run) -> None:
    assert "There is no ritual “daily-digest”. Rituals: weekly-digest" in refused(run("ritual", "daily-digest"))


def test_ritual_of_an_unknown_team_is_refused(run: Run) -> None:
    set_payments(run)
    words = refused(run("ritual", "weekly-digest", "--team", "Pay", "--dry-run"))
    assert words == "There is no team “Pay”. Teams: Payments."


def test_dry_run_prints_the_messages_and_sends_nothing(run: Run, sandbox: Sandbox) -> None:
    set_payments(run)
    before = digests(sandbox)
    result = run("ritual", "weekly-digest", "--dry-run", "--at", "2026-12-07T09:00+01:00")
    (message,) = json.loads(result.stdout)
    assert (message["team"], message["period"], message["to"]) == ("Payments", "2026-W50", "C0PAYMENTS")
    assert "Nothing is open" in json.dumps(message["blocks"])
    assert digests(sandbox) == before


def test_tick_posts_the_digest_once_and_prints_a_line(run: Run, bot: BotProcess, inside: RunningBot) -> None:
    set_payments(run)
    runs = bot.lines("tick", "--at", "2026-01-05T09:00+00:00")
    assert ("weekly-digest", "2026-W02", "posted") in [(run["ritual"], run["period"], run["status"]) for run in runs]
    assert inside.lines("tick", "--at", "2026-01-05T09:00+00:00") == []
    assert len([text for text in digests(bot.sandbox) if "week of 5 Jan" in text]) == 1


def test_tick_whose_messages_slack_refuses_fails_and_prints_its_runs(run: Run, inside: RunningBot) -> None:
    set_payments(run)
    before = len(digests(inside.sandbox))
    done = inside.command("tick", "--at", "2026-01-12T09:00+00:00", SLACK_BOT_TOKEN="xoxb-wrong")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Slack did not answer")  # the digest stays due
    words = ("ritual", "weekly-digest", "--at", "2026-01-12T09:00+00:00")
    for status, posts in (("posted", 1), ("already_posted", 1)):
        (again,) = inside.lines(*words)
        assert (again["status"], again.get("refused"), len(digests(inside.sandbox)) - before) == (status, None, posts)


def test_ritual_of_an_archived_channel_says_that_its_message_waits(inside: RunningBot) -> None:
    marco = Person(inside.sandbox, "U0MARCO")
    channel = str(marco.post("create_channel", {"name": "shelved", "private": False})["channel"]["id"])
    assert inside.command("team", "set", "Shelved", "--channel", channel, "--lead", "U0MARCO").returncode == 0
    marco.http.patch(f"/sandbox/channels/{channel}", json={"archived": True}).raise_for_status()
    done = inside.command("ritual", "weekly-digest", "--team", "Shelved", "--at", "2026-01-05T09:00+00:00")
    assert done.returncode == 0
    (run,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (run["status"], run["messages"], run["waiting"]) == ("posted", 1, 1)
    assert "1 message is not taken by Slack yet (is_archived)." in done.stderr
