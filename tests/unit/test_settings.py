"""Every variable of the contract: its default, what it takes, and that a bad one is named and never shown."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.settings import Settings, SettingsError, read_settings

VARIABLES = [name.upper() for name in Settings.model_fields]
SECRET = "s3cr3t-value"
NEW, OLD = (Fernet.generate_key().decode() for _ in range(2))
OAUTH = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": SECRET,
    "PUBLIC_URL": "https://bot.example",
    "TOKEN_ENCRYPTION_KEYS": NEW,
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slack_bot_token", None),
        ("slack_api_url", "https://slack.com/api/"),
        ("database", "sqlite:///actionitem.db"),
        ("host", "127.0.0.1"),
        ("port", 3000),
        ("public_url", None),
        ("token_encryption_keys", ()),
        ("incident_channel_pattern", "^(inc|incident)[-_]"),
        ("scheduler", "on"),
        ("log_level", "info"),
        ("log_format", "console"),
        ("keep_deliveries_days", 7),
        ("keep_questions_days", 100),
    ],
)
def test_defaults_are_those_of_the_contract(name: str, value: Any) -> None:
    assert getattr(read_settings(), name) == value


def test_there_is_every_variable_of_the_contract_and_no_other() -> None:
    assert set(VARIABLES) == {
        *("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"),
        *("SLACK_API_URL", "DATABASE_URL", "HOST", "PORT", "PUBLIC_URL", "TOKEN_ENCRYPTION_KEYS"),
        *("INCIDENT_CHANNEL_PATTERN", "SCHEDULER", "LOG_LEVEL", "LOG_FORMAT"),
        *("KEEP_DELIVERIES_DAYS", "KEEP_QUESTIONS_DAYS"),  # retention: issue 21
    }


@pytest.mark.parametrize(
    ("variable", "value", "read_as"),
    [
        ("SLACK_API_URL", "http://127.0.0.1:9/api", "http://127.0.0.1:9/api/"),
        ("PORT", "0", 0),
        ("SCHEDULER", "OFF", "off"),
        ("LOG_LEVEL", "DEBUG", "debug"),
        ("LOG_FORMAT", "json", "json"),
        ("INCIDENT_CHANNEL_PATTERN", "^sev", "^sev"),
        ("HOST", "0.0.0.0", "0.0.0.0"),
    ],
)
def test_variable_is_read(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, read_as: object) -> None:
    assert getattr(read(monkeypatch, **{variable: value}), variable.lower()) == read_as


def test_keys_are_separated_by_commas_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = read(monkeypatch, TOKEN_ENCRYPTION_KEYS=f"{NEW}, {OLD},").token_encryption_keys
    assert [key.get_secret_value() for key in keys] == [NEW, OLD]


def test_bad_key_is_counted_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, TOKEN_ENCRYPTION_KEYS=f"{NEW},{SECRET}")
    said = str(caught.value)
    assert said.startswith("TOKEN_ENCRYPTION_KEYS: key 2 is no Fernet key. Make one with: python -c ")
    assert SECRET not in said
    assert NEW not in said


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PUBLIC_URL", "bot.example"),
        ("PUBLIC_URL", "https://bot.example/?a=1"),
        ("TOKEN_ENCRYPTION_KEYS", "short"),
        ("PORT", "-1"),
        ("SLACK_API_URL", "slack.com/api"),
        ("DATABASE_URL", "mysql://root@localhost/db"),
        ("DATABASE_URL", "actionitem.db"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///?mode=memory"),
        ("INCIDENT_CHANNEL_PATTERN", "(inc"),
        ("SCHEDULER", "maybe"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_bad_value_is_named_with_what_is_wrong(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, **{variable: value})
    said = str(caught.value)
    assert said.startswith(f"{variable}: ")
    assert "\n" not in said


def test_each_bad_value_has_its_own_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, PORT="x", LOG_LEVEL="loud")
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == ["PORT", "LOG_LEVEL"]


@pytest.mark.parametrize("missing", ["SLACK_CLIENT_SECRET", "TOKEN_ENCRYPTION_KEYS", "PUBLIC_URL"])
def test_oauth_needs_more_than_its_id(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, **{name: value for name, value in OAUTH.items() if name != missing})
    assert str(caught.value) == f"{missing} is required with SLACK_CLIENT_ID"


def test_oauth_with_everything_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, **OAUTH).public_url == "https://bot.example/"


@pytest.mark.parametrize(
    "variable",
    ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "SLACK_CLIENT_SECRET", "TOKEN_ENCRYPTION_KEYS"],
)
def test_secret_is_in_no_text_of_the_settings(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    secret = NEW if variable == "TOKEN_ENCRYPTION_KEYS" else SECRET
    settings = read(monkeypatch, **{variable: secret})
    assert secret not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


def test_password_of_the_database_is_in_no_text_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, DATABASE_URL=f"postgresql://bot:{SECRET}@localhost/db")
    assert SECRET not in f"{settings} {settings!r}"
    assert SECRET in settings.database


@pytest.mark.parametrize("url", [f"mysql://bot:{SECRET}@localhost/db", f"oracle://{SECRET}"])
def test_error_does_not_show_the_value(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, DATABASE_URL=url, SLACK_BOT_TOKEN=SECRET, PORT="x")
    assert SECRET not in str(caught.value)


def test_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=4000\nLOG_LEVEL=error\nUNKNOWN=1\n", encoding="utf-8")
    settings = read(monkeypatch, PORT="5000")
    assert (settings.port, settings.log_level) == (5000, "error")


def test_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, SLACK_APP_TOKEN="", PORT="")
    assert (settings.slack_app_token, settings.port) == (None, 3000)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize("around", ["{}\n", "{}\r\n", " {} ", "\t{}"])
def test_value_is_taken_without_the_line_end_that_a_secrets_file_leaves(
    monkeypatch: pytest.MonkeyPatch, around: str
) -> None:
    found = read(
        monkeypatch,
        SLACK_BOT_TOKEN=around.format("xoxb-1"),
        SLACK_SIGNING_SECRET=around.format(SECRET),
        DATABASE_URL=around.format("sqlite:///a.db"),
        SLACK_API_URL=around.format("https://slack.com/api/"),
        HOST=around.format("0.0.0.0"),
    )
    assert (found.slack_bot_token.get_secret_value(), found.slack_signing_secret.get_secret_value()) == (
        "xoxb-1", SECRET,
    )  # fmt: skip
    assert (found.database, found.slack_api_url, found.host) == (
        "sqlite:///a.db", "https://slack.com/api/", "0.0.0.0",
    )  # fmt: skip


def test_value_of_blanks_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, SLACK_APP_TOKEN=" \n", HOST=" ", PORT=" 4000 ")
    assert (found.slack_app_token, found.host, found.port) == (None, "127.0.0.1", 4000)
