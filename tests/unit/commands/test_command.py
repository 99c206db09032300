"""The one line in which a command says why it was refused."""

import sqlite3

import pytest
import typer
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bot.commands.command import plainly


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OperationalError("SELECT 1", {}, sqlite3.OperationalError("unable to open database file")),
            "The database did not answer (OperationalError): /srv/bot.db. Check DATABASE_URL.\n",
        ),
        (
            IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed: items.number\nDETAIL: 7")),
            "The database /srv/bot.db refused it: UNIQUE constraint failed: items.number. "
            "Run `actionitem check`; if all is well there, report this as our fault.\n",
        ),
    ],
)
def test_database_that_refuses_is_not_one_that_is_away(
    error: DBAPIError, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/bot.db")
    with pytest.raises(typer.Exit) as ended, plainly():
        raise error
    assert (ended.value.exit_code, capsys.readouterr().err) == (1, said)
