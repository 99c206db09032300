"""Every setting, read once from the environment or `.env`. Names and defaults: docs/operations.md.

Values that are secret are `SecretStr`, so that no log, error or `--help` shows them.
"""

import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

NEW_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'


class SettingsError(Exception):
    """The environment cannot be used; the message has a line per variable that is wrong."""


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return text


def _base_url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return text if text.endswith("/") else text + "/"


def _public_url(text: str | None) -> str | None:
    if text is not None and ("?" in text or "#" in text):
        raise ValueError("is an address such as https://actionitem.example.com, without ? or #")
    return text and _base_url(text)


class Settings(BaseSettings):
    """What the process was told at its start; frozen, handed on, never read again."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_api_url: Annotated[str, AfterValidator(_base_url)] = "https://slack.com/api/"
    database_url: SecretStr = SecretStr("sqlite:///actionitem.db")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 3000
    public_url: Annotated[str | None, AfterValidator(_public_url)] = None
    token_encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    incident_channel_pattern: Annotated[str, AfterValidator(_pattern)] = "^(inc|incident)[-_]"
    scheduler: Literal["on", "off"] = "on"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    keep_deliveries_days: Annotated[int, Field(ge=1, le=3650)] = 7
    keep_questions_days: Annotated[int, Field(ge=1, le=3650)] = 100

    @model_validator(mode="before")
    @classmethod
    def _without_white_space(cls, values: dict[str, object]) -> dict[str, object]:
        # A secret that is mounted as a file ends with a line end, and with it every request was answered by 401.
        bare = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
        # As `env_ignore_empty` does: what is blank is not set.
        return {name: value for name, value in bare.items() if value != ""}

    @field_validator("token_encryption_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(key.strip() for key in value.split(",") if key.strip()) if isinstance(value, str) else value

    @field_validator("token_encryption_keys")
    @classmethod
    def _fernet_keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not value:
            return value
        from cryptography.fernet import Fernet  # noqa: PLC0415 – slow and large, and most have no keys

        for place, key in enumerate(value, start=1):
            try:
                Fernet(key.get_secret_value())
            except ValueError:
                # Its place and not the key itself, which is a secret, also in the wrong form.
                raise ValueError(f"key {place} is no Fernet key. Make one with: {NEW_KEY}") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        file = value.get_secret_value().partition("?")[0].removeprefix("sqlite:///")
        if not file or ":memory:" in file:
            raise ValueError("names no file, which the bot's processes share: write it like sqlite:///actionitem.db")
        try:
            # Looked at here: what fails in the driver later says neither which variable nor why.
            _ = urlsplit(value.get_secret_value()).port
        except ValueError:
            raise ValueError(
                "has a port that is no number, or a password whose / : @ # ? are not written as %…"
            ) from None
        return value

    @field_validator("log_level", "scheduler", "log_format", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _whole_with_oauth(self) -> Self:
        needed = {
            "SLACK_CLIENT_SECRET": self.slack_client_secret,
            "TOKEN_ENCRYPTION_KEYS": self.token_encryption_keys,
            "PUBLIC_URL": self.public_url,  # the address of a request is whatever its sender says
        }
        missing = [name for name, value in needed.items() if not value]
        if self.slack_client_id and missing:
            raise ValueError("\n".join(f"{name} is required with SLACK_CLIENT_ID" for name in missing))
        return self

    @property
    def database(self) -> str:
        """The database's URL, password included: for the engine alone."""
        return self.database_url.get_secret_value()


def read_settings() -> Settings:
    """Reads the environment and `.env`. Raises `SettingsError` naming each variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        # `from None`: pydantic's own error shows what was given.
        raise SettingsError("\n".join(_line(dict(problem)) for problem in error.errors())) from None
    except (UnicodeDecodeError, OSError):
        raise SettingsError(".env cannot be read. Write it as text in UTF-8, a line NAME=value each.") from None


def _line(problem: dict[str, object]) -> str:
    place = problem["loc"]
    name = str(place[0]).upper() if isinstance(place, tuple) and place else ""
    said = str(problem["msg"]).removeprefix("Value error, ")
    return f"{name}: {said}" if name else said
